"""Which periods can be closed, and what one that is not cannot be asked."""

from __future__ import annotations

from datetime import date

from base.errors import Refusal
from reports.rules.cuts import DayTooEarly, EndBeforeStart, told


class PeriodNotOver(Refusal):
    code = "period.not_over"
    vi = "Chỉ chốt được kỳ đã kết thúc: ngày cuối muộn nhất là {last}."
    en = "Only a period that is over can be closed: its last day is {last} at the latest."


class PeriodClosed(Refusal):
    code = "period.closed"
    vi = "Kỳ này đã được chốt lúc {at}; số liệu đã chốt không thay đổi."
    en = "This period was closed at {at}; closed figures do not change."
    status = 409


class PeriodOpen(Refusal):
    code = "period.open"
    vi = "Kỳ này chưa được chốt cho địa bàn này. Danh sách kỳ đã chốt: /reports/periods."
    en = "This period was not closed for this area. The closed ones: /reports/periods."
    status = 404


def check_period(first_on: date, last_on: date, *, first: date, yesterday: date) -> None:
    """Refuses a period that begins before there were figures, ends before it begins, or is not over."""
    if first_on < first:
        raise DayTooEarly(path="first_on", first=told(first))
    if last_on < first_on:
        raise EndBeforeStart(path="last_on", on=told(last_on), since=told(first_on))
    if last_on > yesterday:
        raise PeriodNotOver(path="last_on", last=told(yesterday))
