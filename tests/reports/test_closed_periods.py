"""A closed period never changes again; what comes in later is an adjustment beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from areas.models import Area
from base.models import SYSTEM
from people.actions import Edit, Move, change_persons, move_households
from reports.actions.periods import close_period
from reports.models import Period, PeriodFigure
from tests.reports.figures import only, table, tell
from tests.village import AT, COMMUNE, LOWER, OTHER_COMMUNE, PROVINCE, UPPER, actor, an_id, calling

pytestmark = pytest.mark.django_db
OCTOBER = {"since": "2026-10-01", "on": "2026-10-31"}
DAYS = {"first_on": date(2026, 10, 1), "last_on": date(2026, 10, 31)}


def close(name: str = "dung", area: str = COMMUNE, **more: Any) -> Period:
    return close_period(by=actor(name), area=area, at=AT, **{**DAYS, **more})


def identity(found: Any) -> dict[str, tuple[int, int]]:
    return {row["key"]: (row["due"], row["ready"]) for row in found["rows"] if row["item"] == "identity"}


def later_work() -> None:
    """Facts of October that come in after it was closed, somebody who leaves, and a household that moves."""
    seen = AT - timedelta(days=5)
    tell(("hung", "identity", "level2_active", {"observed_at": seen}), at=AT + timedelta(hours=1))
    gone = Edit(an_id("mai"), {"presence": "present"}, {"presence": "moved"})
    change_persons(by=SYSTEM, edits=[gone], at=AT)
    move_households(by=SYSTEM, moves=[Move(an_id("tran"), UPPER)], at=AT)


def test_the_figures_of_a_closed_period_stay_whatever_comes_in() -> None:
    tell(("lan", "identity", "level2_active", {}))
    close()
    before = table("coverage", **OCTOBER)
    assert before["closed_at"] == "2026-11-02T03:00:00Z"
    assert identity(before) == {UPPER: (3, 1), LOWER: (1, 0)}
    later_work()
    assert table("coverage", **OCTOBER) == before
    now = table("coverage", on=OCTOBER["on"])
    assert (now["closed_at"], identity(now)) == (None, {UPPER: (3, 2), LOWER: (0, 0)})


def test_what_came_in_later_is_told_as_an_adjustment() -> None:
    tell(("lan", "identity", "level2_active", {}))
    close()
    later_work()
    found = table("adjustments", **OCTOBER)
    upper = only(found, key=UPPER, item="identity")
    names = ("closed_due", "closed_ready", "now_due", "now_ready", "more_due", "more_ready")
    assert [upper[name] for name in names] == [3, 1, 3, 2, 0, 1]
    lower = only(found, key=LOWER, item="identity")
    assert [lower[name] for name in names] == [1, 0, 0, 0, -1, 0]
    [total] = [row for row in found["totals"] if row["item"] == "identity"]
    assert [total[name] for name in names] == [4, 1, 3, 2, -1, 1]


def test_a_closed_province_shows_its_communes_and_hamlets_and_no_map_changes_them() -> None:
    tell(("thu", "identity", "level2_active", {}), ("tam", "identity", "level2_active", {}))
    close("giang", PROVINCE)
    whole = identity(table("coverage", "giang", area=PROVINCE, **OCTOBER))
    assert (whole[COMMUNE], whole[OTHER_COMMUNE]) == ((4, 1), (1, 1))
    hamlets = table("coverage", **OCTOBER)
    assert identity(hamlets) == {UPPER: (3, 0), LOWER: (1, 1)}
    assert identity(table("coverage", "binh", area=UPPER, **OCTOBER)) == {UPPER: (3, 0)}
    other = Area.objects.get(code=OTHER_COMMUNE, level="commune", scheme="2025")
    Area.objects.filter(code=LOWER).update(parent=other)
    assert identity(table("coverage", "giang", area=PROVINCE, **OCTOBER)) == whole
    assert identity(table("coverage", **OCTOBER)) == identity(hamlets)


def test_what_was_not_closed_is_what_is_known_now_and_has_no_adjustments() -> None:
    close()
    assert table("coverage", since="2026-10-02", on="2026-10-31")["closed_at"] is None
    assert table("coverage", "hai", area=OTHER_COMMUNE, **OCTOBER)["closed_at"] is None
    answer = calling("dung").get("reports/adjustments", area=COMMUNE, since="2026-10-02", on="2026-10-31")
    assert (answer.status, answer.json["code"]) == (404, "period.open")


def test_a_period_is_closed_once_and_only_when_it_is_over() -> None:
    caller = calling("dung")
    body = {"area": COMMUNE, "first_on": "2026-10-01", "last_on": "2026-10-31"}
    assert caller.post("reports/periods", body).status == 201
    again = caller.post("reports/periods", body)
    assert (again.status, again.json["code"]) == (409, "period.closed")
    ahead = caller.post("reports/periods", {**body, "last_on": "2999-12-31"})
    assert (ahead.status, ahead.json["code"]) == (422, "period.not_over")
    wrong = caller.post("reports/periods", {**body, "first_on": "2026-11-01"})
    assert (wrong.status, wrong.json["code"]) == (400, "report.end_before_start")
    listed = calling("binh").get("reports/periods", area=UPPER).json["results"]
    assert [(one["area"]["code"], one["first_on"], one["last_on"]) for one in listed] == [
        (COMMUNE, "2026-10-01", "2026-10-31")
    ]


@pytest.mark.parametrize(
    ("name", "status"), [("binh", 403), ("lien", 403), ("an", 403), ("hai", 404), ("giang", 201)]
)
def test_only_who_manages_the_area_or_one_above_closes_it(name: str, status: int) -> None:
    body = {"area": COMMUNE, "first_on": "2026-10-01", "last_on": "2026-10-31"}
    assert calling(name).post("reports/periods", body).status == status
    assert Period.objects.exists() == (status == 201)


@pytest.mark.parametrize(
    "change",
    [
        lambda: PeriodFigure.objects.all().update(cells=[]),
        lambda: PeriodFigure.objects.all().delete(),
        lambda: Period.objects.all().update(last_on=date(2026, 10, 30)),
        lambda: Period.objects.all()._raw_delete("default"),
    ],
)
def test_the_database_itself_refuses_to_change_what_was_closed(change: Callable[[], object]) -> None:
    close()
    with pytest.raises(IntegrityError), transaction.atomic():
        change()
