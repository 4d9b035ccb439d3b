"""The file types of the office; one file each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO
from zlib import crc32

import typst

from base.errors import Refusal
from base.registry import entries
from reports.rules.papers import Paper


class TooManyRows(Refusal):
    code = "export.too_many_rows"
    vi = "Bảng có hơn {most} dòng, quá dài để in; hãy chọn xlsx hoặc csv."
    en = "The table has more than {most} rows, too many for print; choose xlsx or csv."


@dataclass(frozen=True, slots=True)
class Format:
    """A file type: `make` writes a paper into an open file, reading its rows once and in order.

    The same paper gives the same bytes. `most`: the rows beyond which it refuses (TooManyRows), 0 for none.
    `write`, where it is a type for screens too, turns headings and rows into bytes, with nothing else.
    """

    code: str
    title_vi: str
    title_en: str
    media_type: str
    make: Callable[[Paper, BinaryIO], None]
    most: int = 0
    write: Callable[[Sequence[str], Iterable[Sequence[Any]], str], bytes] | None = None


def rows_for_print(paper: Paper, most: int) -> list[Sequence[Any]]:
    """All rows of a paper whose file is made at once; TooManyRows when they are more than `most`."""
    found: list[Sequence[Any]] = []
    for row in paper.rows():
        if len(found) == most:
            raise TooManyRows(most=most)
        found.append(row)
    return found


def drawn(svg: str, alt: str) -> bytes:
    """A picture as PNG, for whom an SVG is of no use; what it shows in words is in it too. Set by Typst with
    its own fonts, so the same everywhere."""
    source = (
        b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'
    )
    picture = typst.Compiler(source, ignore_system_fonts=True, sys_inputs={"svg": svg}).compile(
        format="png", ppi=150
    )
    assert isinstance(picture, bytes)
    said = b"iTXt" + b"Description\0\0\0\0\0" + alt.encode()
    chunk = (len(said) - 4).to_bytes(4) + said + crc32(said).to_bytes(4)
    return picture[:_HEADER] + chunk + picture[_HEADER:]


# A PNG begins with its signature and the chunk IHDR.
_HEADER = 8 + 25
FORMATS = entries("reports.formats", Format)
ON_SCREEN = {code: form.write for code, form in FORMATS.items() if form.write}
