"""Births as communes write them: dates, Excel dates and serial numbers, bare years."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from base.names import fold
from people.rules.roster_sheet import Cell, text

OLDEST = 120  # years; and nobody born before 1900 is on a list
_DAY_ZERO = date(1899, 12, 30)  # of Excel's serial numbers, from 1 March 1900 on
_WORDS = frozenset(["sinh", "ngay", "thang", "nam", "khoang", "chung"])
_UNKNOWN = frozenset(
    ("", "khong ro", "khong nho", "khong biet", "chua ro", "ko ro", "khong", "x", "?", "unknown")
)

Birth = tuple[date | None, int | None]  # the day, or else the year alone


class BadBirth(ValueError):
    """No such day, no date at all, or longer ago than anybody lives."""


class FutureBirth(ValueError):
    """Later than the day of reading."""


def read_birth(cell: Cell, on: date) -> Birth:
    """(day, None), (None, year) when only the year is known, (None, None) when nothing is written.

    "mm/yyyy" and "00/00/yyyy" keep the year. A two-digit year is the latest that has come. Raises BadBirth,
    FutureBirth.
    """
    if isinstance(cell, bool):
        raise BadBirth()
    if isinstance(cell, date):
        return _of_excel_date(cell.date() if isinstance(cell, datetime) else cell, on)
    line = fold(text(cell))
    line = re.sub(r"[t ]?\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?z?$", "", line).strip()
    if line.strip("-/.– ") in _UNKNOWN:
        return None, None
    words = re.findall(r"[^\W\d_]+", line)
    numbers = re.findall(r"\d+", re.sub(r"(?<=\d)\.0+$", "", line))
    if not set(words) <= _WORDS or not 1 <= len(numbers) <= 3 or max(map(len, numbers)) > 8:
        raise BadBirth()
    return _of_numbers(numbers, on)


def join_birth(day: Cell, month: Cell, year: Cell, on: date) -> Birth:
    """The birth from three columns; without day and month, the year. Raises as `read_birth`."""
    parts = [text(part) for part in (day, month, year)]
    return read_birth("/".join(part or "0" for part in parts) if any(parts) else None, on)


def _of_numbers(numbers: list[str], on: date) -> Birth:
    if len(numbers) == 1:
        return _of_one(numbers[0], on)
    if len(numbers) == 2:
        month, year = int(numbers[0]), _year(numbers[1], on)
        if not 0 <= month <= 12:
            raise BadBirth()
        return None, _checked_year(year, on)
    first, month_text, last = numbers
    day_text, year_text = (last, first) if len(first) == 4 else (first, last)
    day, month, year = int(day_text), int(month_text), _year(year_text, on)
    if day == 0 and 0 <= month <= 12:
        return None, _checked_year(year, on)
    return _checked(_date(year, month, day), on), None


def _of_one(number: str, on: date) -> Birth:
    """A year, Excel's serial number, or ddmmyyyy without separators (its first zero may be lost)."""
    value = int(number)
    if len(number) == 4:
        return None, _checked_year(value, on)
    if len(number) == 5:
        return _checked(_DAY_ZERO + timedelta(days=value), on), None
    if len(number) in (7, 8):
        return _checked(_date(value % 10_000, value // 10_000 % 100, value // 1_000_000), on), None
    raise BadBirth()


def _of_excel_date(day: date, on: date) -> Birth:
    # A bare year typed into a cell formatted as a date shows as a day of 1905: take the year back.
    serial = (day - _DAY_ZERO).days
    if 1900 <= serial <= on.year:
        return None, _checked_year(serial, on)
    return _checked(day, on), None


def _year(digits: str, on: date) -> int:
    value = int(digits)
    if len(digits) == 4:
        return value
    if len(digits) != 2:
        raise BadBirth()
    century = on.year // 100 * 100
    return century + value if century + value <= on.year else century - 100 + value


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise BadBirth() from None


def _checked(day: date, on: date) -> date:
    if day > on:
        raise FutureBirth()
    _checked_year(day.year, on)
    return day


def _checked_year(year: int, on: date) -> int:
    if year > on.year:
        raise FutureBirth()
    if year < 1900 or on.year - year > OLDEST:
        raise BadBirth()
    return year
