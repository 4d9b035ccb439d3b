"""How far an area is: the officer sees due, ready, states and evidence, and never a bare percentage."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from areas.actions import add_hamlets
from base.models import SYSTEM
from people.actions import Edit, change_persons
from reports import queries
from reports.rules import Figure
from tests.reports.figures import tell
from tests.village import AT, COMMUNE, LOWER, UPPER, actor, an_id, calling

pytestmark = pytest.mark.django_db


def coverage(name: str = "dung", **query: str) -> Any:
    answer = calling(name).get("reports/coverage", **{"area": COMMUNE, "on": "2026-11-22", **query})
    assert answer.status == 200, answer.json
    return answer.json


def row(found: Any, key: str, item: str) -> dict[str, Any]:
    rows = [row for row in found["rows"] if (row["key"], row["item"]) == (key, item)]
    assert len(rows) == 1
    return rows[0]


def test_each_hamlet_shows_due_ready_states_and_the_evidence_of_the_ready() -> None:
    tell(
        ("lan", "identity", "level2_active", {"evidence": "seen"}),
        ("hung", "identity", "level2_granted", {}),
        ("tam", "payment", "has", {"kind": "mobile_money", "evidence": "self_declared"}),
    )
    found = coverage()
    assert row(found, UPPER, "identity") == {
        "key": UPPER,
        "name": "Thôn Thượng",
        "item": "identity",
        "due": 3,
        "ready": 1,
        "rate": 33.3,
        "expired": 0,
        "states": {"level2_active": 1, "level2_granted": 1, "unrecorded": 1},
        "evidence": {"seen": 1},
        "unconverted": None,
    }
    assert row(found, LOWER, "payment")["evidence"] == {"self_declared": 1}
    assert found["denominators"] == {
        "registered_due": {
            "identity": 4,
            "payment": 3,
            "signature": 3,
            "service_account": 3,
            "smartphone": 4,
            "own_sim": 4,
            "chip_card": 4,
            "safety": 4,
        },
        "unknown_age": 0,
    }


def test_totals_are_the_sums_of_the_hamlets_and_the_province_of_its_communes() -> None:
    tell(("lan", "signature", "has", {"kind": "vneid"}), ("tam", "signature", "in_progress", {"kind": "ca"}))
    commune, province = coverage(), coverage("giang", area="01")
    total = next(one for one in commune["totals"] if one["item"] == "signature")
    parts = [one for one in commune["rows"] if one["item"] == "signature"]
    assert (
        (total["due"], total["ready"])
        == (3, 1)
        == tuple(sum(part[name] for part in parts) for name in ("due", "ready"))
    )
    assert row(province, COMMUNE, "signature")["states"] == total["states"]
    assert len(province["rows"]) == 126 * 8, "every commune of the province, empty ones too"
    whole = next(one for one in province["totals"] if one["item"] == "signature")
    assert (whole["due"], whole["ready"]) == (4, 1), "the other commune is in the province's figure"


def test_by_item_and_by_evidence_show_the_same_people() -> None:
    tell(
        ("lan", "identity", "level2_active", {"evidence": "witnessed"}),
        ("tam", "identity", "level2_active", {"evidence": "self_declared"}),
    )
    by_item = row(coverage(by="item"), "identity", "identity")
    assert by_item["name"] == "Tài khoản định danh điện tử VNeID"
    assert (by_item["due"], by_item["ready"]) == (4, 2)
    by_evidence = coverage(by="evidence")
    levels = {level: row(by_evidence, level, "identity")["ready"] for level in by_item["evidence"]}
    assert levels == {"witnessed": 1, "self_declared": 1}
    assert row(by_evidence, "verified", "identity")["ready"] == 0


def upper_on(day: date, item: str) -> Figure:
    """The figure of the upper hamlet on a day, which may lie ahead."""
    found = queries.coverage(actor("dung"), area=COMMUNE, on=day)
    return next(figures[item] for place, figures in found.rows if place.code == UPPER)


def test_the_day_asked_for_decides_who_is_due_and_what_is_still_valid() -> None:
    tell(("lan", "signature", "has", {"kind": "ca", "expires_on": date(2026, 12, 31)}))
    this_year, next_year = upper_on(date(2026, 12, 31), "signature"), upper_on(date(2027, 1, 1), "signature")
    assert (this_year.ready, this_year.expired) == (1, 0)
    assert (next_year.ready, next_year.expired) == (0, 1)
    # Mai is born on 1 May 2012: a payment account is due for her from 1 May 2027.
    assert upper_on(date(2027, 4, 30), "payment").due == 2
    assert upper_on(date(2027, 5, 1), "payment").due == 3


def test_who_moves_away_leaves_the_figures_and_unknown_ages_stand_apart() -> None:
    tell(("tam", "identity", "level2_active", {}))
    moved = Edit(an_id("tam"), {"presence": "present"}, {"presence": "moved"})
    unknown = Edit(an_id("lan"), {"birth_year": 1958}, {"birth_year": None})
    receipts = change_persons(by=SYSTEM, edits=[moved, unknown], at=AT)
    assert [receipt.state for receipt in receipts] == ["applied", "applied"]
    found = coverage()
    assert row(found, LOWER, "identity")["due"] == row(found, LOWER, "identity")["ready"] == 0
    assert row(found, LOWER, "identity")["rate"] is None
    assert found["denominators"]["unknown_age"] == 1
    assert row(found, UPPER, "identity")["due"] == 2


def test_a_hamlet_stands_for_itself() -> None:
    found = coverage("binh", area=UPPER)
    assert {one["key"] for one in found["rows"]} == {UPPER}


@pytest.mark.parametrize("name", ["an", "chi", "minh", "nobody"])
def test_who_may_not_report_is_told_so(name: str) -> None:
    answer = calling(name).get("reports/coverage", area=UPPER)
    assert (answer.status, answer.json["code"]) == (403, "right.missing")


def test_another_commune_is_answered_like_one_that_never_existed() -> None:
    hai = calling("hai")
    foreign = hai.get("reports/coverage", area=COMMUNE)
    unknown = hai.get("reports/coverage", area="99999")
    assert foreign.status == unknown.status == 404
    assert foreign.raw.content == unknown.raw.content
    assert calling("dung").get("reports/coverage", area="01").status == 404, "nor the province above"


def test_the_lead_of_one_hamlet_does_not_see_the_next() -> None:
    assert calling("binh").get("reports/coverage", area=LOWER).status == 404
    assert "area" in calling("binh").get("reports/coverage", area=COMMUNE).json["errors"][0]["path"]


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ({"on": "31/12/2026"}, "on"),
        ({"on": "2026-02-30"}, "on"),
        ({"on": "2025-12-31"}, "on"),
        ({"on": "2999-12-31"}, "on"),
        ({"as_of": "yesterday"}, "as_of"),
        ({"by": "person"}, "by"),
        ({"format": "pdf"}, "format"),
        ({"period": "2026"}, "period"),
        ({"area": "x" * 40}, "area"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(query: dict[str, str], path: str) -> None:
    answer = calling("dung").get("reports/coverage", **{"area": COMMUNE, **query})
    assert answer.status == 400
    assert answer.json["errors"][0]["path"] == path


def test_a_parameter_given_twice_and_a_missing_area_are_refused() -> None:
    twice = calling("dung").call("GET", f"reports/coverage?area={COMMUNE}&area={COMMUNE}")
    assert (twice.status, twice.json["errors"][0]["code"]) == (400, "field.twice")
    assert calling("dung").get("reports/coverage").json["errors"][0]["path"] == "area"


def test_a_day_seen_from_the_system_is_today() -> None:
    add_hamlets(by=SYSTEM, commune=COMMUNE, hamlets=[("Thôn Mới", "village")], at=AT)
    answer = calling("dung").get("reports/coverage", area=COMMUNE)
    assert date.fromisoformat(answer.json["on"]) >= date(2026, 1, 1)
    assert len(answer.json["rows"]) == 3 * 8
    assert actor("dung").holds("report", 0) is False
