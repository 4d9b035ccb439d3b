"""Where the roster begins: the header rows of a sheet, and the field of each column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from people.rules.roster_cells import read_line
from people.rules.roster_sheet import Cell, Row, Sheet, is_blank
from people.rules.roster_words import IGNORED, field_of

SEARCHED = 60  # rows at the top of a sheet; titles take a handful
DEPTH = 3  # rows that a merged header takes at most
# Words that also stand in the rows themselves, and so do not make a header.
_WEAK = frozenset(
    ("index", "head", "sex.male", "sex.female", "residence.temporary", "presence.away", IGNORED)
)
_NAMES = frozenset(("full_name", "given_name", "head"))
_NAME_PARTS = _NAMES | {"family_name"}
_MARKS = ("identity", "payment", "signature", "service_account")


@dataclass(frozen=True)
class Column:
    """One column that is read: its place from 0, the field it means and the header as written."""

    place: int
    field: str
    header: str


@dataclass(frozen=True)
class Header:
    """The columns of a sheet; `rows` are read as header, `body` is the place where the data begins."""

    columns: list[Column]
    ignored: list[str]
    body: int
    row: int
    depth: int

    @property
    def rank(self) -> tuple[int, int]:
        """The fuller header is the roster's; of two as full the shallower, without the titles above."""
        return len(self.columns), -self.depth

    def named(self) -> dict[str, str]:
        """Field to header; a field in several columns has all its headers."""
        found: dict[str, str] = {}
        for column in self.columns:
            if column.field != "index":
                found[column.field] = ", ".join(filter(None, (found.get(column.field), column.header)))
        return found


def find_header(sheet: Sheet) -> Header | None:
    """The fullest header among the first rows, the shallower and higher one if equal; None without any."""
    best: Header | None = None
    for start in range(min(SEARCHED, len(sheet.rows))):
        for depth in range(1, DEPTH + 1):
            span = sheet.rows[start : start + depth]
            if len(span) < depth or not all(_is_words(row) for row in span) or any(map(_is_title, span[:-1])):
                break
            header = _read(span, start + depth)
            if header and (best is None or header.rank > best.rank):
                best = header
    return best


def _is_words(row: Row) -> bool:
    """Header rows hold texts that are no numbers; the rows below begin with a number or a date."""
    cells = [cell for cell in row[1] if not is_blank(cell)]
    return bool(cells) and all(
        isinstance(cell, str) and len(cell) <= 150 and not re.fullmatch(r"[\d\s./-]+", cell) for cell in cells
    )


def _is_title(row: Row) -> bool:
    """One text at the left edge speaks of the whole sheet, not of columns."""
    filled = [place for place, cell in enumerate(row[1]) if not is_blank(cell)]
    return len(filled) == 1 and filled[0] < 2


def _read(span: list[Row], body: int) -> Header | None:
    columns: list[Column] = []
    ignored: list[str] = []
    taken: set[str] = set()
    for place, (top, leaf) in enumerate(_stacked(span)):
        header = " / ".join(filter(None, (top, leaf)))
        if not header:
            continue
        field = field_of(top, leaf)
        if top and field_of("", top) in _NAMES and field_of("", leaf) not in _NAME_PARTS:
            return None  # somebody's name stands under the header of the names: it is a row of data
        if field is None or field == IGNORED or (field in taken and not field.startswith(_MARKS)):
            ignored.append(header)
            continue
        taken.add(field)
        columns.append(Column(place, field, header))
    if not taken & _NAMES or len(taken - _WEAK) < 2:
        return None
    return Header(_family_and_given(columns), ignored, body, span[0][0], len(span))


def _family_and_given(columns: list[Column]) -> list[Column]:
    """ "Tên" beside "Họ" is half a name; alone it is the whole one."""
    fields = {column.field for column in columns}
    if "given_name" not in fields or fields & {"family_name", "full_name"}:
        return columns
    return [Column(c.place, "full_name", c.header) if c.field == "given_name" else c for c in columns]


def _stacked(span: list[Row]) -> list[tuple[str, str]]:
    """For each column the text above and its own text; a merged text reaches the columns below it."""
    width = max(len(cells) for _, cells in span)
    levels = [[_label(cells, place) for place in range(width)] for _, cells in span]
    for upper, lower in pairwise(levels):
        _spread(upper, lower)
    stacked = []
    for place in range(width):
        labels = list(dict.fromkeys(filter(None, (level[place] for level in levels))))
        stacked.append((" ".join(labels[:-1]), labels[-1] if labels else ""))
    return stacked


def _spread(upper: list[str], lower: list[str]) -> None:
    """A merged cell keeps its text in its first column: give it to the others that it covers."""
    group = ""
    for place, label in enumerate(upper):
        if label or not lower[place]:
            group = label if lower[place] else ""
        elif group:
            upper[place] = group


def _label(cells: list[Cell], place: int) -> str:
    return read_line(cells[place]) if place < len(cells) else ""
