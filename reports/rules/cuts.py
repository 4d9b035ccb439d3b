"""Whether a cut can be asked of a table: every no says what is allowed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from base.errors import Refusal
from reports.rules.sheets import Cut

_VIET_NAM = timedelta(hours=7)


class DayAhead(Refusal):
    code = "report.day_ahead"
    vi = "Số liệu chỉ có đến hôm nay, ngày {last}."
    en = "There are figures up to today, {last}, only."
    status = 400


class DayTooEarly(Refusal):
    code = "report.day_too_early"
    vi = "Số liệu chỉ có từ ngày {first}."
    en = "There are figures from {first} on only."
    status = 400


class EndBeforeStart(Refusal):
    code = "report.end_before_start"
    vi = "Kỳ báo cáo kết thúc ({on}) trước khi bắt đầu ({since})."
    en = "The period ends ({on}) before it begins ({since})."
    status = 400


class NoPeriod(Refusal):
    code = "report.no_period"
    vi = "Bảng này là số liệu của một ngày: chỉ nhận “on”, không nhận “since”."
    en = 'This table is of one day: it takes "on" and no "since".'
    status = 400


class UnitClosed(Refusal):
    code = "report.unit_closed"
    vi = "Địa bàn này đã kết thúc ngày {closed}. Hãy thêm as_of: một ngày từ {opened} đến {closed}."
    en = "This unit ended on {closed}. Add as_of: a day from {opened} to {closed}."
    status = 404


class UnknownTable(Refusal):
    code = "report.unknown_table"
    vi = "Không có bảng báo cáo này. Các bảng có: {known}."
    en = "There is no such table. There are: {known}."
    status = 404


class UnknownWord(Refusal):
    code = "report.unknown_word"
    vi = "Giá trị không dùng được cho bảng này. Được dùng: {known}."
    en = "This table does not take that value. It takes: {known}."
    status = 400


def told(day: date) -> str:
    """A day as offices write it."""
    return day.strftime("%d/%m/%Y")


def at_minute(instant: datetime) -> str:
    """An instant (UTC) as offices write it, in the time of Viet Nam."""
    return (instant + _VIET_NAM).strftime("%H:%M %d/%m/%Y")


def check_days(cut: Cut, *, first: date, today: date) -> None:
    """Refuses a day before there were figures or after today, and a period that ends before it begins."""
    for path, day in (("on", cut.on), ("since", cut.since)):
        if day is not None and day < first:
            raise DayTooEarly(path=path, first=told(first))
        if day is not None and day > today:
            raise DayAhead(path=path, last=told(today))
    if cut.since is not None and cut.since > cut.on:
        raise EndBeforeStart(path="since", on=told(cut.on), since=told(cut.since))
