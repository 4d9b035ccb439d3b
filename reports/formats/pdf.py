"""PDF: an administrative report in the layout of Decree 30/2020/NĐ-CP, set by Typst."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import typst

from reports.formats import Format, rows_for_print
from reports.rules.decree import LONGEST_WORD, heading_lines, in_the_layout
from reports.rules.papers import Paper

TEXT = Path(__file__).resolve().parents[1] / "texts" / "report.typ"
MOST = 5000
_LONG = re.compile(rf"\S{{{LONGEST_WORD // 2}}}(?=\S{{{LONGEST_WORD // 2}}})")


def _make(paper: Paper, file: BinaryIO) -> None:
    """Everything goes in as JSON by `sys_inputs`, never as markup; fonts are those inside Typst, so that
    every machine sets the same pages."""
    rows = rows_for_print(paper, MOST)
    told = msgspec.json.encode(shown(paper, rows)).decode()
    compiler = typst.Compiler(
        TEXT.read_bytes(), root=str(TEXT.parent), font_paths=_fonts(), sys_inputs={"paper": told}
    )
    body = compiler.compile(format="pdf", timestamp=int(paper.at.timestamp()), pdf_standards="a-2u")
    assert isinstance(body, bytes)
    file.write(body)


def shown(paper: Paper, rows: list[Any]) -> dict[str, Any]:
    """What the template reads."""
    it = in_the_layout(paper, rows)
    for name in ("rows", "totals"):
        it[name] = [[_breakable(text) for text in row] for row in it[name]]
    return {**it, "head": heading_lines(paper)}


def _breakable(text: str) -> str:
    """With places to break in words that no column holds; Typst would let them run over the next."""
    return _LONG.sub("\\g<0>\u200b", text)


@cache
def _fonts() -> Any:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


ENTRY = Format(
    code="pdf",
    title_vi="PDF (văn bản để in)",
    title_en="PDF (to print)",
    media_type="application/pdf",
    make=_make,
    most=MOST,
)
