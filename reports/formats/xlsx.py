"""XLSX: real numbers and days, frozen headings with filters, ready for A4; sheets split where Excel's end."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, groupby, islice
from typing import Any, BinaryIO

from rustpy_xlsxwriter import Format as Style
from rustpy_xlsxwriter import write_worksheets

from reports.formats import Format
from reports.queries.copying import copied_cells
from reports.rules.papers import SEPARATOR, YEARS, Paper, in_words, local
from reports.rules.sheets import Cell, Column, Kind
from reports.rules.workbooks import BROADEST, MOST_ROWS, dated, fill, height, styles, widths

_A4 = 9
# So many rows tell how broad the columns are.
_LOOKED_AT = 1000
_ABOUT = (28.0, 90.0)
_NUMBERS = {
    Kind.TEXT: "@",
    Kind.COUNT: "#,##0",
    Kind.RATE: "0.0",
    Kind.DAY: "dd/mm/yyyy",
    Kind.INSTANT: "dd/mm/yyyy hh:mm:ss",
}
_SHEETS = {
    "vi": ("Số liệu", "Tổng hợp", "Thông tin", "Mục", "Nội dung", "Ghi chú"),
    "en": ("Figures", "Totals", "About", "Subject", "Content", "Note"),
}
Record = dict[str, Any]


def _make(paper: Paper, file: BinaryIO) -> None:
    """Rows that PostgreSQL can write as they stand in a sheet are put into a workbook without any."""
    if paper.copy is None or paper.expected is None:
        _write(paper, paper.rows(), file)
        _fix_date(file, paper)
        return
    # The seal is that of the same rows as CSV, and stands in the last sheet.
    first_lines = [block for n, block in enumerate(paper.lines()) if n == 1]
    texts = io.StringIO(b"".join(first_lines).decode(), newline="")
    layout = io.BytesIO()
    seen = list(csv.reader(texts, delimiter=SEPARATOR))
    _write(paper, iter(()), layout, seen)
    with zipfile.ZipFile(layout) as known:
        first, room = _heading_row(paper.columns) + 2, _room(paper)
        sealed = paper.sheet.query.sealed if paper.sheet.query else ()  # how long one is, nobody knows yet
        broken = [n for n, width in enumerate(_widths(paper, seen)) if width == BROADEST and n not in sealed]
        rows = copied_cells(paper.sheet, styles(known, len(paper.columns)), first, room, broken)
        most = [min(left, room) for left in range(paper.expected, 0, -room)]
        fill(known, file, most, first, rows, paper.at)


def _room(paper: Paper) -> int:
    """How many rows go into a sheet."""
    return MOST_ROWS - _heading_row(paper.columns) - 1


def _write(
    paper: Paper, rows: Iterator[Sequence[Cell]], file: BinaryIO, seen: Sequence[Sequence[str]] = ()
) -> None:
    """The rows come out of one iterator, sheet after sheet; what the file says of itself is the last sheet,
    written when the rows are counted and sealed. `seen`: the texts of some rows, where these come later."""
    figures, totals, about, *_ = _SHEETS[paper.language]
    expected = paper.expected
    if expected is None:  # a sheet that nobody could count is a short one
        known = list(rows)
        rows, expected = iter(known), len(known)
    parts = max(1, -(-expected // _room(paper)))
    some = list(islice(rows, _LOOKED_AT))
    rows = chain(some, rows)
    told = [_texts(paper, row) for row in some]
    names = [figures if parts == 1 else f"{figures} {n + 1}" for n in range(parts)]
    last = names[-1]
    sheets: list[tuple[str, Iterable[Record]]] = [
        (name, _records(paper, rows if name == last else islice(rows, _room(paper)))) for name in names
    ]
    if paper.sheet.totals:
        names.append(totals)
        sheets.append((totals, _records(paper, iter(paper.sheet.totals))))
    sheets.append((about, _about(paper)))
    write_worksheets(sheets, file, **_looks(paper, names, about, told, seen))


def _keys(columns: Sequence[Column], language: str) -> list[str]:
    """The headings of the lower line, each once: a twin gets a blank that nobody sees."""
    seen: dict[str, int] = {}
    found = []
    for n, column in enumerate(columns):
        alone = sum(other.group(language) == column.group(language) for other in _neighbours(columns, n)) == 0
        title = column.heading(language) if alone else column.title(language)
        seen[title] = seen.get(title, -1) + 1
        found.append(title + " " * seen[title])
    return found


def _neighbours(columns: Sequence[Column], n: int) -> Sequence[Column]:
    return [*columns[max(n - 1, 0) : n], *columns[n + 1 : n + 2]]


def _heading_row(columns: Sequence[Column]) -> int:
    """The row of the lower line: 0 when nothing stands above it."""
    return int(any(column.group_vi for column in columns))


def _records(paper: Paper, rows: Iterator[Sequence[Cell]]) -> Iterator[Record]:
    keys = _keys(paper.columns, paper.language)
    kinds = [column.kind for column in paper.columns]
    instants = [key for key, kind in zip(keys, kinds, strict=True) if kind is Kind.INSTANT]
    n = -1
    for n, row in enumerate(rows):  # noqa: B007 - whether there was a row at all
        record = dict(zip(keys, row, strict=True))
        for column in instants:
            record[column] = _plain(record[column])
        yield record
    if n < 0:
        yield dict.fromkeys(keys)  # the headings come with the first row


def _plain(cell: Cell) -> Cell:
    return local(cell) if isinstance(cell, datetime) else cell


def _about(paper: Paper) -> Iterator[Record]:
    *_, subject, content, note = _SHEETS[paper.language]
    notes = [(note, en if paper.language == "en" else vi) for vi, en in paper.sheet.notes]
    for label, value in (*paper.facts, *paper.sealing(), *notes):
        yield {subject: label, content: value}


def _texts(paper: Paper, row: Sequence[Cell]) -> list[str]:
    """A row as a screen shows it, to see how broad it is."""
    return [
        f"{cell:,}" if isinstance(cell, int) else in_words(cell, column.kind, paper.language)
        for cell, column in zip(row, paper.columns, strict=True)
    ]


def _about_heights(paper: Paper) -> dict[int, float]:
    """Rows of two lines are as high as that: not every program finds out by itself."""
    told = [value for _, value in (*paper.facts, *paper.sealing())]
    told += [en if paper.language == "en" else vi for vi, en in paper.sheet.notes]
    return {n: height(["", text], _ABOUT) for n, text in enumerate(told, 1)}


def _looks(
    paper: Paper,
    names: Sequence[str],
    about: str,
    told: Sequence[Sequence[str]],
    later: Sequence[Sequence[str]],
) -> dict[str, Any]:
    """How all of it looks. `told`: the texts of the first rows; `later`: of some that come another way."""
    heading = _heading_row(paper.columns)
    page = _page(paper)
    small = len(told) < _LOOKED_AT
    totals = [_texts(paper, row) for row in paper.sheet.totals]
    broad = _widths(paper, [*told, *later, *totals])
    looks = [_style(column, width) for column, width in zip(paper.columns, broad, strict=True)]
    high = {name: _heights(paper, broad, ()) for name in names}
    high |= {names[-1]: _heights(paper, broad, totals), names[0]: _heights(paper, broad, told)}
    plain = {**page, "landscape": False, "repeat_rows": (0, 0)}
    return {
        "header_row": dict.fromkeys(names, heading),
        "merge_ranges": {name: _groups(paper) for name in names} if heading else None,
        "freeze_panes": {
            **{name: {"row": heading + 1, "col": 0} for name in names},
            about: {"row": 1, "col": 0},
        },
        "autofilter": dict.fromkeys(names, True),
        "header_format": dict.fromkeys((*names, about), _head_style()),
        "column_formats": {**dict.fromkeys(names, looks), about: [Style(), Style().set_text_wrap()]},
        "column_widths": {**dict.fromkeys(names, broad), about: list(_ABOUT)},
        "row_heights": {**high, about: _about_heights(paper)},
        "dedupe_strings": _buffered([*names, about], small),
        "page_setup": {**dict.fromkeys(names, page), about: plain},
    }


def _buffered(names: Sequence[str], small: bool) -> dict[str, bool]:
    """The sheets that the library keeps whole until it writes them: those of few rows. As it writes others,
    row by row, the last row comes a second time where it has a height of its own."""
    return dict.fromkeys(names, True) if small else {names[-1]: True}


def _widths(paper: Paper, texts: Sequence[Sequence[str]]) -> list[float]:
    kinds = [column.kind for column in paper.columns]
    return widths(_keys(paper.columns, paper.language), kinds, texts)


def _page(paper: Paper) -> dict[str, Any]:
    """A4 on its side, as broad as the table, with the heading on every page."""
    return {
        "landscape": True,
        "paper_size": _A4,
        "fit_to_pages": (1, 0),
        "repeat_rows": (0, _heading_row(paper.columns)),
        "header": f"&L{_escaped(paper.title)}&R{paper.serial}",
        "footer": "&C&P/&N",
    }


def _heights(paper: Paper, broad: Sequence[float], rows: Sequence[Sequence[str]]) -> dict[int, float]:
    """Of the lines of the heading, and of rows in which something is broken into lines."""
    heading = _heading_row(paper.columns)
    over = [(title, sum(broad[first : last + 1])) for _, first, _, last, title, _ in _groups(paper)]
    upper = height([title for title, _ in over], [width for _, width in over])
    lower = height(_keys(paper.columns, paper.language), broad)
    few = rows if len(rows) < _LOOKED_AT else ()
    high = {n: found for n, row in enumerate(few, heading + 1) if (found := _height(row, broad))}
    return {0: upper, heading: lower, **high}


def _height(row: Sequence[str], broad: Sequence[float]) -> float:
    """Of a row with texts that are broken into lines; 0 for any other."""
    long = [(text, width) for text, width in zip(row, broad, strict=True) if width == BROADEST]
    lines = height([text for text, _ in long], [width for _, width in long])
    return lines if lines > height([], []) else 0


def _style(column: Column, width: float) -> Any:
    style = Style().set_num_format("0" if column.code in YEARS else _NUMBERS[column.kind])
    return (style.set_text_wrap() if width == BROADEST else style).set_align("top")


def _head_style() -> Any:
    style = Style().set_bold().set_text_wrap().set_align("center").set_align("vertical_center")
    return style.set_background_color("#E8EEF7").set_border("thin")


def _escaped(text: str) -> str:
    """Text in the header of a printed page, where & begins an order."""
    return text.replace("&", "&&")


def _groups(paper: Paper) -> list[tuple[int, int, int, int, str, Any]]:
    """The upper line: a title over the neighbours that belong together."""
    found, first, head = [], 0, _head_style()
    for title, same in groupby(column.group(paper.language) for column in paper.columns):
        width = len(list(same))
        if title and width > 1:
            found.append((0, first, 0, first + width - 1, title, head))
        first += width
    return found


def _fix_date(file: BinaryIO, paper: Paper) -> None:
    """The writer puts the clock's time into one of the last parts; the paper's own moment takes its place, so
    that the same paper gives the same bytes."""
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as whole:
        parts = list(whole.infolist())
        first = next(n for n, part in enumerate(parts) if part.filename == "docProps/core.xml")
        tail = [(part.filename, whole.read(part)) for part in parts[first:]]
        for part in parts[first:]:
            whole.filelist.remove(part)
            del whole.NameToInfo[part.filename]
        whole.start_dir = parts[first].header_offset
        for name, data in tail:
            text = dated(data, paper.at) if name == "docProps/core.xml" else data
            whole.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)


ENTRY = Format(
    code="xlsx",
    title_vi="XLSX (bảng tính)",
    title_en="XLSX (spreadsheet)",
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    make=_make,
)
