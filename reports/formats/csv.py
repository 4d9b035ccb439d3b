"""CSV as the spreadsheets of Vietnamese offices open it by a double click."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from reports.formats import Format

# What a spreadsheet would run as a formula; the apostrophe makes it text (OWASP: CSV injection).
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def _cell(value: Any, language: str) -> str:
    """dd/mm/yyyy for days; a decimal comma in Vietnamese; text that cannot run."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float):
        return str(value) if language == "en" else str(value).replace(".", ",")
    if isinstance(value, int):
        return str(value)
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_DANGEROUS) else text


def _write(headings: Sequence[str], lines: Iterable[Sequence[Any]], language: str) -> bytes:
    """UTF-8 with BOM, semicolons (the list separator where the comma is the decimal one), CRLF."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([_cell(heading, language) for heading in headings])
    writer.writerows([_cell(value, language) for value in line] for line in lines)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


ENTRY = Format(code="csv", media_type="text/csv", write=_write)
