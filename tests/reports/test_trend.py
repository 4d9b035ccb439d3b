"""A trend tells what was known then, names its gaps, and ends with what is known now."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from base.models import SYSTEM
from reports.actions.snapshots import take_snapshots
from reports.queries.trend import trend
from reports.rules.days import TooManyPoints, missed_days, points
from tests.reports.figures import rows, table, tell
from tests.reports.test_snapshots import DAY, NIGHT
from tests.village import AT, COMMUNE, TODAY, actor, calling

pytestmark = pytest.mark.django_db


def ready(found: Any) -> dict[str, tuple[int, int | None, str]]:
    return {row["day"]: (row["ready"], row["change"], row["basis"]) for row in rows(found, item="identity")}


def test_each_point_is_what_was_known_and_the_last_is_what_is_known_now() -> None:
    take_snapshots(by=SYSTEM, at=NIGHT)
    tell(("lan", "identity", "level2_active", {"observed_at": AT}), at=NIGHT)
    take_snapshots(by=SYSTEM, at=NIGHT + DAY)
    tell(("tam", "identity", "level2_active", {"observed_at": AT, "evidence": "verified"}), at=NIGHT + DAY)
    found = table("trend", by="day", since="2026-11-02", on="2026-11-04")
    assert ready(found) == {
        "2026-11-02": (0, None, "kept"),
        "2026-11-03": (1, 1, "kept"),
        "2026-11-04": (2, 1, "now"),
    }
    last = rows(found, item="identity")[-1]
    assert (last["due"], last["rate"], last["seen"], last["verified"]) == (4, 50.0, 1, 1)


def test_the_present_tallies_of_a_past_day_would_have_told_something_else() -> None:
    """Why days are kept: what is known now of the first day includes what came in later."""
    take_snapshots(by=SYSTEM, at=NIGHT)
    tell(("lan", "identity", "level2_active", {"observed_at": AT}), at=NIGHT)
    cover = table("coverage", by="item", on="2026-11-02")
    assert [row["ready"] for row in cover["rows"] if row["item"] == "identity"] == [1]
    assert ready(table("trend", by="day", since="2026-11-02"))["2026-11-02"] == (0, None, "kept")


def test_days_that_nobody_kept_are_named_and_not_invented() -> None:
    take_snapshots(by=SYSTEM, at=NIGHT)
    found = table("trend", "dung", "en", by="day", since="2026-11-01", on="2026-11-02")
    assert list(ready(found)) == ["2026-11-02"]
    assert any("No figures were kept of: 01/11/2026." in note for note in found["notes"])


def test_a_trend_is_asked_by_day_week_or_month_and_no_further_than_one_can_read() -> None:
    assert points(date(2026, 10, 1), TODAY, "week") == [
        TODAY - n * timedelta(weeks=1) for n in (4, 3, 2, 1, 0)
    ]
    assert points(date(2026, 1, 1), date(2026, 5, 31), "month") == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
        date(2026, 5, 31),
    ]
    with pytest.raises(TooManyPoints):
        trend(actor("dung"), area=COMMUNE, since=date(2026, 1, 1), on=TODAY, pace="day")
    answer = calling("dung").get("reports/trend", area=COMMUNE, by="year")
    assert (answer.status, answer.json["code"]) == (400, "report.unknown_word")


def test_missed_days_are_those_after_the_last_that_are_over() -> None:
    assert missed_days(None, TODAY) == [TODAY - DAY]
    assert missed_days(TODAY - DAY, TODAY) == []
    assert missed_days(TODAY - 3 * DAY, TODAY) == [TODAY - 2 * DAY, TODAY - DAY]
