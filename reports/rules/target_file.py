"""A sheet of targets, as a province hands them out: one row a target, read cell by cell."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import openpyxl

from base.errors import Refusal
from base.names import fold
from people.rules.roster_package import inspect
from reports.rules.targets import OF_TITLES, NewTarget, TargetBad

MOST_ROWS = 5_000
MOST_BYTES = 2 * 1024 * 1024


class NoTargets(TargetBad):
    code = "target.not_a_sheet"
    vi = "Tệp không phải bảng tính xlsx, hoặc không có dòng tiêu đề với các cột: {known}."
    en = "The file is no xlsx spreadsheet, or has no line of headings with the columns: {known}."
    status = 400


class TooManyTargets(TargetBad):
    code = "target.too_many_rows"
    vi = "Tệp có hơn {most} dòng."
    en = "The file has more than {most} rows."


class CodeNotText(TargetBad):
    code = "target.code_not_text"
    vi = "Mã địa bàn phải là văn bản, giữ các số 0 ở đầu (00004, không phải 4)."
    en = "An area's code is text and keeps its zeros (00004, not 4)."


class DayUnreadable(TargetBad):
    code = "target.day_unreadable"
    vi = "Không đọc được ngày này; hãy ghi dd/mm/yyyy."
    en = "This is no day; write dd/mm/yyyy."


class NumberUnreadable(TargetBad):
    code = "target.number_unreadable"
    vi = "Không đọc được số này."
    en = "This is no number."


# Headings, without accents, in both languages.
HEADINGS: Mapping[str, tuple[str, str]] = {
    "area": ("Mã địa bàn", "Area code"),
    "item": ("Tiêu chí", "Item"),
    "first_on": ("Từ ngày", "From"),
    "last_on": ("Đến ngày", "To"),
    "denominator": ("Mẫu số", "Denominator"),
    "share": ("Tỷ lệ %", "Share %"),
    "number": ("Số người", "Persons"),
    "document": ("Văn bản", "Document"),
}
KNOWN = ", ".join(vi for vi, _ in HEADINGS.values())
Row = tuple[int, NewTarget | Refusal]


def read_targets(data: bytes, items: Mapping[str, tuple[str, str]]) -> list[Row]:
    """The targets of a spreadsheet with the numbers of their rows, or why a row is none; `items` gives the
    titles of each item, which may stand in the place of its code. Refused as a whole: NoTargets,
    TooManyTargets, and what people.rules.roster_package finds unsafe."""
    rows = _rows(data)
    columns = _columns(next(rows, (0, ()))[1])
    words = {fold(title): code for code, titles in items.items() for title in (code, *titles)}
    found: list[Row] = []
    for number, cells in rows:
        given = {name: cells[n] if n < len(cells) else None for name, n in columns.items()}
        if all(cell in (None, "") for cell in given.values()):
            continue
        if len(found) == MOST_ROWS:
            raise TooManyTargets(most=MOST_ROWS)
        try:
            found.append((number, _target(given, words)))
        except Refusal as refusal:
            found.append((number, refusal))
    return found


def _rows(data: bytes) -> Iterator[tuple[int, Sequence[Any]]]:
    """The rows of the first sheet with their numbers, from its first line that is not empty."""
    if len(data) > MOST_BYTES or not data.startswith(b"PK\x03\x04"):
        raise NoTargets(path="file", known=KNOWN)
    inspect(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells what it drops: styles, validations
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            read = list(enumerate(sheet.iter_rows(max_col=40, max_row=MOST_ROWS * 2, values_only=True), 1))
    except Exception as error:  # whatever a broken file makes the library raise
        raise NoTargets(path="file", known=KNOWN) from error
    yield from (row for row in read if any(cell not in (None, "") for cell in row[1]))


def _columns(headings: Sequence[Any]) -> dict[str, int]:
    places = {fold(str(heading)): n for n, heading in enumerate(headings) if heading is not None}
    names = {fold(title): name for name, titles in HEADINGS.items() for title in titles}
    found = {names[heading]: n for heading, n in places.items() if heading in names}
    if set(HEADINGS) - {"share", "number"} - set(found):
        raise NoTargets(path="file", known=KNOWN)
    return found


def _target(given: Mapping[str, Any], items: Mapping[str, str]) -> NewTarget:
    item, of = _text(given["item"]), _text(given["denominator"])
    ofs = {fold(title): kind.value for kind, titles in OF_TITLES.items() for title in (kind.value, *titles)}
    area = given["area"]
    if not isinstance(area, str) or not area.strip():
        raise CodeNotText(path="area")
    number = _number(given.get("number"), "number")
    if number is not None and number != int(number):
        raise NumberUnreadable(path="number")
    return NewTarget(
        area.strip(),
        items.get(fold(item), item),
        _day(given["first_on"], "first_on"),
        _day(given["last_on"], "last_on"),
        ofs.get(fold(of), of),
        _number(given.get("share"), "share"),
        None if number is None else int(number),
        _text(given["document"]),
    )


def _text(cell: Any) -> str:
    return " ".join(str(cell).split()) if cell is not None else ""


def _day(cell: Any, path: str) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return datetime.strptime(_text(cell), "%d/%m/%Y").date()  # noqa: DTZ007 - a day, no instant
    except ValueError:
        raise DayUnreadable(path=path) from None


def _number(cell: Any, path: str) -> Decimal | None:
    """A number of a cell, or of text: a decimal comma, points between thousands, perhaps a per cent sign."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    if isinstance(cell, bool):
        raise NumberUnreadable(path=path)
    text = str(cell) if isinstance(cell, int | float) else re.sub(r"[\s%]", "", cell)
    if not isinstance(cell, int | float):
        text = re.sub(r"\.(?=\d{3}(\D|$))", "", text).replace(",", ".")
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise NumberUnreadable(path=path) from None
    if not found.is_finite():
        raise NumberUnreadable(path=path)
    return round(found, 2)
