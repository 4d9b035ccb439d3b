"""The timetable of reports: which days are due, and which period each of them ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from base.errors import Refusal

# So many missed reports are made when the house was away for long; older ones can be asked for.
MOST_MISSED = 6


class Every(StrEnum):
    WEEK = "week"
    MONTH = "month"


class NotByTimetable(Refusal):
    code = "schedule.personal"
    vi = "Bảng có tên người dân không lập định kỳ: mỗi lần cần một lý do."
    en = "A table that names persons is not made by a timetable: each time needs a reason."


class TooMany(Refusal):
    code = "schedule.too_many"
    vi = "Bạn đã có {most} báo cáo định kỳ; hãy bớt một báo cáo trước."
    en = "You have {most} regular reports; end one of them first."


MOST = 20


def begins(every: str, last: date) -> date:
    """The first day of the period that ends with `last`."""
    return last - timedelta(days=6) if every == Every.WEEK else last.replace(day=1)


def _last_before(every: str, day: date) -> date:
    """The last day of the last whole week or month before `day`."""
    if every == Every.WEEK:
        return day - timedelta(days=day.isoweekday())
    return day.replace(day=1) - timedelta(days=1)


def due_days(every: str, last_on: date, today: date) -> list[date]:
    """The last days of the whole periods after `last_on` and before today, the oldest first."""

    def backwards() -> Iterator[date]:
        day = _last_before(every, today)
        while day > last_on:
            yield day
            day = _last_before(every, day)

    found: list[date] = []
    for day in backwards():
        if len(found) == MOST_MISSED:
            break
        found.append(day)
    return found[::-1]
