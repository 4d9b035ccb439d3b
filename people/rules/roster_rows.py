"""Which rows under a header are people, and which are totals, signatures and names of hamlets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from base.names import fold
from people.rules.roster_cells import SEXES, read_line, read_relation, read_sex
from people.rules.roster_header import Column, Header
from people.rules.roster_persons import Line, written_name
from people.rules.roster_sheet import Cell, Row, Sheet, is_blank, text
from people.rules.roster_words import section_of

# With their marks: "Tống" and "Công" are names of people, "Tổng" and "Cộng" are sums.
_TOTAL = re.compile(r"(tổng|cộng|lũy kế|luỹ kế)\b.*|tong|tong cong|tong so|cong|(sub)?total\b.*")
_SIGNED = re.compile(
    r"nguoi lap|lap bieu|lap danh sach|chu tich|truong (thon|ban|xom|ap)|to truong"
    r"|xac nhan|ky,? (ten|ghi)|\btm\b|ubnd|uy ban nhan dan|\bngay .* thang .* nam\b"
)
_NAMES = ("full_name", "given_name", "family_name", "head")
_CARRIED = frozenset(("index", "household", "hamlet", "address"))


def by_field(header: Header) -> dict[str, list[Column]]:
    """The columns of each field, in the order of the sheet."""
    found: dict[str, list[Column]] = {}
    for column in header.columns:
        found.setdefault(column.field, []).append(column)
    return found


def walk(header: Header, sheet: Sheet) -> Iterator[tuple[str | None, Line, bool]]:
    """(hamlet announced above or None, line, it is a person), leaving out what is not data.

    A line that is no person carries a household's number, hamlet or address to the rows below.
    """
    columns = by_field(header)
    body = _without_signatures(columns, sheet.rows[header.body :])
    hamlet = _announced_above(sheet.rows[: header.body]) or section_of(sheet.name)
    for number, cells in body:
        if section := _section(cells):
            hamlet = section
            continue
        line = Line(number, cells, columns)
        filled = {name for name in columns if any(not is_blank(cell) for _, cell in line.all(name))}
        if not filled or not _is_data(line):
            continue
        if not filled <= _CARRIED:
            yield hamlet, line, True
        elif filled - {"index"}:
            yield hamlet, line, False


def _announced_above(rows: list[Row]) -> str | None:
    """A hamlet in the titles: "Thôn: Đông Hạ"."""
    found = [section for _, cells in rows if (section := _section(cells))]
    return found[-1] if found else None


def _section(cells: list[Cell]) -> str | None:
    """The hamlet of a row that says nothing else; a number or letter may stand before it."""
    filled = [cell for cell in cells if not is_blank(cell)]
    if len(filled) == 2 and re.fullmatch(r"[ivx]+|[a-z]|\d{1,2}", fold(text(filled[0])).strip(".)")):
        filled = filled[1:]
    if len(filled) != 1 or not isinstance(filled[0], str):
        return None
    return section_of(read_line(filled[0]))


def _without_signatures(columns: dict[str, list[Column]], rows: list[Row]) -> list[Row]:
    """Below the last row about somebody stand only totals, dates and signatures."""
    end = len(rows)
    while end and not _is_about_somebody(Line(*rows[end - 1], columns)):
        end -= 1
    return rows[:end]


def _is_listed(line: Line) -> bool:
    """Numbered, or with a kinship or a sex: neither a total nor a signature, whatever its words."""
    if text(line.get("index")).isdigit() or read_sex(line.get("sex")) in SEXES:
        return True
    return read_relation(line.get("relation")) not in ("unknown", "other")


def _is_about_somebody(line: Line) -> bool:
    """Listed, or with three cells filled."""
    if _is_listed(line):
        return True
    filled = sum(not is_blank(cell) for name in line.columns for _, cell in line.all(name))
    return filled >= min(3, len(line.columns))


def _is_data(line: Line) -> bool:
    texts = [text(cell) for cell in line.cells if not is_blank(cell)]
    if not _is_listed(line) and _sums_or_signs(texts):
        return False
    name = next(name for name in _NAMES if name in line.columns)
    if text(line.get(name)).casefold() in line.columns[name][0].header.casefold().split(" / "):
        return False  # the header again, at the top of a printed page
    return not _numbers_the_columns(line, texts)


def _sums_or_signs(texts: list[str]) -> bool:
    if _TOTAL.fullmatch(texts[0].casefold()):
        return True
    return len(texts) <= 3 and any(_SIGNED.search(fold(word)) for word in texts)


def _numbers_the_columns(line: Line, texts: list[str]) -> bool:
    """The row "(1) (2) (3)" or "A B 1 2" that forms have under their header."""
    if any(char.isalpha() for char in written_name(line).strip("()")[1:]):
        return False
    return len(texts) > 1 and all(re.fullmatch(r"\(?(\d{1,2}|[A-Za-z])\)?(=.*)?", word) for word in texts)
