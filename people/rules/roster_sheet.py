"""A sheet as its reader gives it: cells with the row numbers that the user sees in Excel."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from base.names import clean

Cell = str | int | float | datetime | date | bool | None
Row = tuple[int, list[Cell]]

MAX_BYTES = 5 * 1024 * 1024  # of a file, as it comes
MAX_ROWS = 20_000  # of a file, all sheets together
MAX_COLUMNS = 200  # columns further right are not read
MAX_SHEETS = 50


@dataclass(frozen=True)
class Sheet:
    """One visible sheet: `rows` are (row number from 1, cells), rows without a cell left out."""

    name: str
    rows: list[Row]


@dataclass(frozen=True)
class Format:
    """A file type: `sniff` recognises it by its first bytes, `read` gives its sheets or refuses."""

    code: str
    sniff: Callable[[bytes], bool]
    read: Callable[[bytes], list[Sheet]]


def text(cell: Cell) -> str:
    """The cell as one clean line: whole floats without ".0", True as "1", dates as dd/mm/yyyy."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    if isinstance(cell, float) and math.isfinite(cell) and cell.is_integer():
        return str(int(cell))
    return clean(str(cell))


def is_blank(cell: Cell) -> bool:
    """Nothing, or only spaces."""
    return cell is None or (isinstance(cell, str) and not cell.strip())
