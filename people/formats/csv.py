"""CSV as Excel, LibreOffice and other systems write it: `;`, `,` or tab, UTF-8 or UTF-16 with BOM."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Iterator

from people.rules.roster_refusals import NotATable, TooManyRows, WrongEncoding
from people.rules.roster_sheet import MAX_COLUMNS, MAX_ROWS, Cell, Format, Row, Sheet

_OTHERS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"{\\rtf", b"<")
_SEPARATORS = ";,\t"
_GUARDED = "=+-@|%\t\r\n＝＋－＠"  # our own exports put ' before these


def sniff(data: bytes) -> bool:
    """Text of any encoding: few control characters, and not the beginning of another file type."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return True
    head = data[:4096].removeprefix(BOM_UTF8).lstrip()
    if head.startswith(_OTHERS):
        return False
    controls = sum(byte < 32 and byte not in b"\t\r\n\f" for byte in head)
    return controls * 50 <= len(head)


def read(data: bytes) -> list[Sheet]:
    """One sheet without a name. Refused: WrongEncoding, TooManyRows, NotATable (broken quoting)."""
    content = _decode(data)
    first, _, rest = content.partition("\n")
    separator = first.strip()[4:] if first.startswith("sep=") else ""
    content, skipped = (rest, 1) if separator in list(_SEPARATORS) else (content, 0)
    rows: list[Row] = []
    try:
        delimiter = separator or _separator(content)
        for number, record in enumerate(_records(content, delimiter), 1 + skipped):
            if number > MAX_ROWS:
                raise TooManyRows()
            if any(record):
                rows.append((number, [_cell(value) for value in record[:MAX_COLUMNS]]))
    except csv.Error as error:
        raise NotATable() from error
    return [Sheet("", rows)]


def _decode(data: bytes) -> str:
    utf16 = data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    try:
        content = data.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongEncoding() from error
    if "\0" in content:
        raise WrongEncoding()  # UTF-16 without its mark, or not text at all
    return content


def _records(content: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)


def _separator(content: str) -> str:
    """The separator under which most of the first rows have the same number of cells, above one."""

    def cells(delimiter: str) -> int:
        lines = (record for record, _ in zip(_records(content, delimiter), range(50), strict=False))
        widths = Counter(len(record) for record in lines if len(record) > 1)
        return max((width * times for width, times in widths.items()), default=0)

    return max(_SEPARATORS, key=cells)


def _cell(value: str) -> Cell:
    if value[:1] == "'" and value[1:2] and value[1] in _GUARDED:
        return value[1:]
    return value if value.strip() else None


ENTRY = Format("csv", sniff, read)
