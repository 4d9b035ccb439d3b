"""XLSX: inspected first (see roster_package), then read cell by cell, values only."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Iterable
from datetime import date
from typing import Any

import openpyxl

from base.errors import Refusal
from people.rules.roster_package import inspect
from people.rules.roster_refusals import Encrypted, NotATable, TooLarge, TooManyRows
from people.rules.roster_sheet import MAX_COLUMNS, MAX_ROWS, MAX_SHEETS, Cell, Format, Row, Sheet

_OLE = b"\xd0\xcf\x11\xe0"  # old .xls, and every .xlsx with a password
_LAST_ROW = 1_048_576  # of Excel; a file may claim more, and its gaps would be counted one by one


def sniff(data: bytes) -> bool:
    """A ZIP archive or an OLE file."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLE))


def read(data: bytes) -> list[Sheet]:
    """The visible sheets. A formula gives the value that was saved with it.

    Refused: Encrypted, TooLarge, TooManyRows, Unsafe, NotATable (also .xls, .xlsb, .ods, .docx).
    """
    if data.startswith(_OLE):
        raise Encrypted() if _names_encryption(data) else NotATable()
    inspect(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells what it drops: styles, validations
            return _sheets(data)
    except Refusal:
        raise
    except Exception as error:  # whatever a broken file makes the library raise
        raise NotATable() from error


def _names_encryption(data: bytes) -> bool:
    return any(name.encode("utf-16-le") in data for name in ("EncryptedPackage", "EncryptionInfo"))


def _sheets(data: bytes) -> list[Sheet]:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        if len(book.worksheets) > MAX_SHEETS:
            raise TooLarge()
        sheets, total = [], 0
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue  # what the user cannot see is not what the user sends
            sheet.reset_dimensions()  # the declared size may be wrong, or enormous
            rows = _rows(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), MAX_ROWS - total)
            total += len(rows)
            sheets.append(Sheet(str(sheet.title), rows))
        return sheets
    finally:
        book.close()


def _rows(found: Iterable[tuple[Any, ...]], most: int) -> list[Row]:
    rows: list[Row] = []
    empty: tuple[Any, ...] = ()
    for number, values in enumerate(found, 1):
        if number > _LAST_ROW:
            raise NotATable()
        if values is empty:
            continue  # a gap is the same row again and again: a million of them must cost nothing
        if values.count(None) == len(values):
            empty = values
            continue
        if len(rows) == most:
            raise TooManyRows()
        width = max(place for place, value in enumerate(values, 1) if value is not None)
        rows.append((number, [_cell(value) for value in values[:width]]))
    return rows


def _cell(value: Any) -> Cell:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, str | int | float | date):
        return value
    return str(value)  # a time of day, a duration


ENTRY = Format("xlsx", sniff, read)
