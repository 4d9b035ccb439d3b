"""What cannot be asked is refused with what can; a unit is shown on the map of today or of the day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from areas.actions import close_area
from base.models import SYSTEM
from reports.rules import Cut
from reports.tables import TABLES
from tests.reports.figures import only, table, tell
from tests.village import COMMUNE, LOWER, OTHER_COMMUNE, PROVINCE, TODAY, UPPER, actor, calling

pytestmark = pytest.mark.django_db


def refused(path: str, name: str = "dung", **query: str) -> tuple[int, str, str]:
    answer = calling(name, "en").get(f"reports/{path}", **query)
    [error] = answer.json["errors"]
    return answer.status, answer.json["code"], error["message"]


def test_an_unknown_table_is_answered_with_those_that_there_are() -> None:
    status, code, words = refused("ranking")
    assert (status, code) == (404, "report.unknown_table")
    assert set(words.removeprefix("There is no such table. There are: ").rstrip(".").split(", ")) == set(
        TABLES
    )
    assert calling("an").get("reports/ranking").status == 403, "who may not report learns nothing"


@pytest.mark.parametrize("code", [code for code in TABLES if code != "register"])
def test_no_table_takes_a_day_ahead_a_period_backwards_or_an_unknown_word(code: str) -> None:
    ahead = {"area": COMMUNE, "on": "2999-01-01"}
    status, reason, words = refused(code, **ahead)
    assert (status, reason) == (400, "report.day_ahead")
    assert words.startswith("There are figures up to today, ")
    early = {"area": COMMUNE, "on": "2025-12-31"}
    assert refused(code, **early)[2] == "There are figures from 01/01/2026 on only."
    if TABLES[code].has_period:
        backwards = {"area": COMMUNE, "on": "2026-10-01", "since": "2026-10-02"}
        assert refused(code, **backwards)[1] == "report.end_before_start"
    assert refused(code, area=COMMUNE, by="zodiac")[0] == 400
    assert refused(code, area=COMMUNE, as_of="soon")[1:] == (
        "report.unknown_word",
        "This table does not take that value. It takes: now, then, YYYY-MM-DD.",
    )
    assert calling("dung").get(f"reports/{code}", area=COMMUNE, order="name").status == 400


@pytest.mark.parametrize("code", [code for code in TABLES if code not in ("register", "adjustments")])
def test_every_table_is_for_whoever_may_report_there_and_for_nobody_else(code: str) -> None:
    assert table(code)["area"]["code"] == COMMUNE
    stranger, never = (calling("hai").get(f"reports/{code}", area=area) for area in (COMMUNE, "99999"))
    assert stranger.status == never.status == 404
    assert stranger.raw.content == never.raw.content


def test_a_closed_unit_says_from_when_to_when_it_was_there_to_who_sees_its_heirs() -> None:
    close_area(by=SYSTEM, code=LOWER, heirs=[UPPER], on=TODAY)
    status, code, words = refused("bottlenecks", area=LOWER)
    assert (status, code) == (404, "report.unit_closed")
    assert words.startswith("This unit ended on 02/11/2026. Add as_of: a day from ")
    assert refused("bottlenecks", "hai", area=LOWER)[1] == "thing.not_found"
    assert calling("dung").get("reports/bottlenecks", area=LOWER, as_of="2026-11-02").status == 200


def keys(found: Any) -> set[str]:
    return {row["key"] for row in found["rows"]}


def test_the_map_of_the_day_shows_the_hamlets_of_then_with_what_was_recorded_in_them() -> None:
    tell(("tam", "identity", "level2_active", {}))
    close_area(by=SYSTEM, code=LOWER, heirs=[UPPER], on=TODAY)
    now, then = table("coverage"), table("coverage", as_of="then")
    assert (keys(now), keys(then)) == ({UPPER}, {UPPER, LOWER})
    ready = {row["key"]: row["ready"] for row in then["rows"] if row["item"] == "identity"}
    assert ready == {UPPER: 0, LOWER: 1}
    assert keys(table("coverage", on="2026-11-03", as_of="then")) == {UPPER}


def test_who_is_left_in_a_closed_hamlet_is_counted_with_its_heir_on_the_map_of_today() -> None:
    before = table("coverage", "giang", area=PROVINCE, by="item")["rows"]
    close_area(by=SYSTEM, code=LOWER, heirs=[UPPER], on=TODAY)
    for code in ("coverage", "households", "bottlenecks"):
        found = table(code)
        assert keys(found) <= {UPPER}
    assert table("coverage")["totals"][0]["due"] == 4
    assert only(table("households"), key=UPPER)["households"] == 2
    assert {row["full_name"] for row in table("follow_up")["rows"]} >= {"Trần Văn Tâm"}
    assert table("coverage", "giang", area=PROVINCE, by="item")["rows"] == before


def test_a_commune_that_went_into_another_cannot_be_told_apart_from_it() -> None:
    close_area(by=SYSTEM, code=OTHER_COMMUNE, heirs=[COMMUNE], on=date(2026, 10, 31))
    found = table("coverage", "giang", area=PROVINCE, on="2026-10-31", as_of="then")
    reasons = {one["code"]: one["reason"] for one in found["unconverted"]}
    assert reasons == {COMMUNE: "area.straddles", OTHER_COMMUNE: "area.straddles"}
    assert not table("coverage", "giang", area=PROVINCE)["unconverted"], "on the map of today all is one"


def test_a_cut_goes_into_a_row_and_comes_back() -> None:
    cut = Cut(COMMUNE, TODAY, date(2026, 10, 1), date(2026, 10, 2), "item", {"item": "identity"})
    assert Cut.of_json(cut.as_json()) == cut
    assert Cut.of_json(Cut(COMMUNE, TODAY).as_json()) == Cut(COMMUNE, TODAY)
    assert TABLES["coverage"].read(actor("dung"), Cut(COMMUNE, TODAY), "vi").count == 16
