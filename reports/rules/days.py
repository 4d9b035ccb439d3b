"""Days of figures: which are missing, which make a trend, and when a day is over."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from base.errors import Refusal

_VIET_NAM = timedelta(hours=7)
_DAY = timedelta(days=1)
# So many missed days are caught up; older ones stay a gap, which a trend shows.
MOST_MISSED = 60


class TooManyPoints(Refusal):
    code = "report.too_many_points"
    vi = "Xu hướng có tối đa {most} mốc: hãy chọn kỳ ngắn hơn, hoặc theo tuần, theo tháng."
    en = "A trend has at most {most} points: choose a shorter period, or weeks or months."
    status = 400


class Pace(StrEnum):
    """How far the points of a trend lie apart."""

    WEEK = "week"
    DAY = "day"
    MONTH = "month"


def end_of(day: date) -> datetime:
    """The instant at which a day ends in Viet Nam, in UTC."""
    return datetime.combine(day + _DAY, time(), UTC) - _VIET_NAM


def missed_days(last: date | None, today: date) -> list[date]:
    """The days that are over and come after the last one kept, the earliest first; without any: yesterday."""
    yesterday = today - _DAY
    first = yesterday if last is None else max(last + _DAY, today - timedelta(days=MOST_MISSED))
    return [first + timedelta(days=n) for n in range((yesterday - first).days + 1)]


def points(since: date, on: date, pace: str) -> list[date]:
    """The days of a trend up to `on`, the earliest first; each step back is a day, a week, or to the same day
    of the month before (its last day where it has none)."""
    found, n = [on], 1
    while (day := _before(on, n, pace)) >= since:
        found.append(day)
        n += 1
    return found[::-1]


def _before(on: date, n: int, pace: str) -> date:
    if pace != Pace.MONTH:
        return on - timedelta(days=n * (7 if pace == Pace.WEEK else 1))
    year, month = divmod(on.year * 12 + on.month - 1 - n, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=on.day - 1), following - _DAY)
