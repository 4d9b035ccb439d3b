"""The sheets of a workbook filled with rows that are XML already.

A library lays the workbook out: styles, headings, widths, filters, pages. Its own rows cost a call for each
cell; rows that PostgreSQL writes are put into its sheets as they come.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from textwrap import wrap
from typing import BinaryIO

from reports.rules.sheets import Kind

Line = bytes | bytearray | memoryview  # as PostgreSQL hands it over
# What a sheet of Excel holds, headings and all.
MOST_ROWS = 1_048_576
# Rows are alike: the fastest way makes them a tenth as long, and the next one little shorter, slowly.
_LEVEL, _AT_ONCE = 1, 1000
_SHEET = "xl/worksheets/sheet{}.xml"
_CORE, _BOOK = "docProps/core.xml", "xl/workbook.xml"
_STYLE = re.compile(rb'<col min="(\d+)" max="(\d+)"[^>]* style="(\d+)"')
_LAST_LINE = re.compile(rb'(<(?:dimension|autoFilter) ref="[A-Z]+\d+:[A-Z]+)\d+("/>)')
_FILTER = re.compile(
    r'(<definedName name="_xlnm\._FilterDatabase" localSheetId="(\d+)"[^>]*>[^<]*\$)\d+(?=<)'
)
_WHEN = re.compile(rb'(<dcterms:(?:created|modified) xsi:type="dcterms:W3CDTF">)[^<]*')


_LEAST = {Kind.TEXT: 8, Kind.COUNT: 8, Kind.RATE: 8, Kind.DAY: 11, Kind.INSTANT: 19}
# A broader text is broken into lines. A heading needs room for the button of its filter.
BROADEST, _BUTTON = 50, 3
LINE = 15
# So many letters of a broken text go into a line.
LETTERS = BROADEST - 2


def widths(headings: Sequence[str], kinds: Sequence[Kind], some: Sequence[Sequence[str]]) -> list[float]:
    """How broad each column is, in letters, by the words of its heading and some of its texts."""
    found = []
    for n, (heading, kind) in enumerate(zip(headings, kinds, strict=True)):
        word = max((len(word) for word in heading.split()), default=0) + _BUTTON
        text = max((len(row[n]) for row in some), default=0) + 2
        found.append(float(min(max(_LEAST[kind], word, text), BROADEST)))
    return found


def height(texts: Sequence[str], broad: Sequence[float]) -> float:
    """How high a row with these texts is in columns so broad."""
    lines = (len(wrap(text, max(int(width) - 1, 1))) for text, width in zip(texts, broad, strict=True))
    return float(LINE * max([1, *lines]))


def letters(column: int) -> str:
    """The name of a column that is counted from 1: A to Z, AA and so on."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def styles(layout: zipfile.ZipFile, width: int) -> list[int]:
    """The style of each column of the first sheet, as the library numbered them."""
    found = [0] * width
    for first, last, style in _STYLE.findall(layout.read(_SHEET.format(1))):
        found[int(first) - 1 : int(last)] = [int(style)] * (int(last) - int(first) + 1)
    return found


def fill(
    layout: zipfile.ZipFile,
    file: BinaryIO,
    most: Sequence[int],
    first: int,
    rows: Iterator[Line],
    at: datetime,
) -> None:
    """Writes the workbook with rows in its first sheets: into each, from the line `first` on, as many as
    `most` says of it; ValueError when there are more. The same input gives the same bytes."""
    filled = {_SHEET.format(n): here for n, here in enumerate(most, 1)}
    with zipfile.ZipFile(file, "w") as whole:
        for part in layout.namelist():
            told = layout.read(part)
            if part == _CORE:
                told = dated(told, at)
            elif part == _BOOK:
                told = _FILTER.sub(lambda found: _filtered(found, most, first), told.decode()).encode()
            here = filled.get(part, 0)
            with whole.open(_entry(part), "w", force_zip64=here > 0) as written:
                for block in _with_rows(told, first + here - 1, islice(rows, here)) if here else [told]:
                    written.write(block)
    if next(rows, None) is not None:
        raise ValueError("more rows than were counted")


def _entry(part: str) -> zipfile.ZipInfo:
    """An entry without the clock's time."""
    entry = zipfile.ZipInfo(part)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry._compresslevel = _LEVEL  # type: ignore[attr-defined]  # no other way before Python 3.13
    return entry


def _filtered(found: re.Match[str], most: Sequence[int], first: int) -> str:
    sheet = int(found[2])
    return f"{found[1]}{first + most[sheet] - 1}" if sheet < len(most) else found[0]


def _with_rows(told: bytes, last: int, rows: Iterator[Line]) -> Iterator[bytes]:
    """A sheet of headings alone becomes one that reaches the line `last`."""
    head, end, tail = told.partition(b"</sheetData>")
    yield _LAST_LINE.sub(lambda found: _reaching(found, last), head)
    while some := list(islice(rows, _AT_ONCE)):
        yield b"".join(some)
    yield end + _LAST_LINE.sub(lambda found: _reaching(found, last), tail)


def _reaching(found: re.Match[bytes], last: int) -> bytes:
    return b"%s%d%s" % (found[1], last, found[2])


def dated(core: bytes, at: datetime) -> bytes:
    """The part that says when, with this moment in the place of the clock's."""
    return _WHEN.sub(rb"\g<1>" + f"{at:%Y-%m-%dT%H:%M:%SZ}".encode(), core)
