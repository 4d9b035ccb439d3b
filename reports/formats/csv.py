"""CSV as the spreadsheets of Vietnamese offices open it by a double click."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

from reports.formats import Format
from reports.rules.papers import Paper, csv_cell, csv_lines
from reports.rules.sheets import Kind

BOM = b"\xef\xbb\xbf"


def _make(paper: Paper, file: BinaryIO) -> None:
    """Headings and rows first, so that every program finds them where it looks; then what the file says of
    itself, each line behind a #. A file that does not end with its seal was cut off."""
    file.write(BOM)
    for block in paper.lines():
        file.write(block)
    for label, value in (*paper.facts, *_notes(paper), *paper.sealing()):
        file.write(csv_lines([["#", csv_cell(label, Kind.TEXT, "vi"), csv_cell(value, Kind.TEXT, "vi")]]))


def _notes(paper: Paper) -> list[tuple[str, str]]:
    label = "Note" if paper.language == "en" else "Ghi chú"
    return [(label, en if paper.language == "en" else vi) for vi, en in paper.sheet.notes]


def _write(headings: Sequence[str], rows: Iterable[Sequence[Any]], language: str) -> bytes:
    """UTF-8 with BOM."""
    texts = ([csv_cell(cell, Kind.TEXT, language) for cell in row] for row in (headings, *rows))
    return BOM + csv_lines(texts)


ENTRY = Format(
    code="csv",
    title_vi="CSV (dữ liệu)",
    title_en="CSV (data)",
    media_type="text/csv",
    make=_make,
    write=_write,
)
