"""DOCX: the same administrative report, for an office that goes on writing in it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

import typst
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from reports.formats import Format, rows_for_print
from reports.rules.decree import heading_lines, in_the_layout
from reports.rules.papers import Paper, local

MOST = 2000
_CENTER, _LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_MARGINS = '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
# The width between the margins, in twentieths of a point.
_PORTRAIT, _LANDSCAPE = 9350, 14280


def _make(paper: Paper, file: BinaryIO) -> None:
    rows = rows_for_print(paper, MOST)
    it = in_the_layout(paper, rows)
    wide = it["wide"]
    document = Document()
    _page(document, wide)
    _head(document, it)
    for label, value in it["facts"]:
        _line(document, f"{label}: {value}", _LEFT)
    for note in it["notes"]:
        _line(document, note, _LEFT, italic=True)
    for chart in it["charts"]:
        _picture(document, chart, Mm(chart["width"]))
    head = heading_lines(paper)
    _figures(document, it, head, it["rows"], wide)
    if it["totals"]:
        _line(document, it["words"]["totals"], _LEFT, bold=True)
        _figures(document, it, head, it["totals"], wide)
    for label, value in it["sealing"]:
        _line(document, f"{label}: {value}", _LEFT, size=9)
    _foot(document, it)
    _save(document, paper, it["title"], file)


def _page(document: Any, wide: bool) -> None:
    """A4 with the decree's margins, Times New Roman 13."""
    section = document.sections[0]
    short, long = Mm(210), Mm(297)
    section.page_width, section.page_height = (long, short) if wide else (short, long)
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.different_first_page_header_footer = (
        True  # the decree numbers pages at the top, and not the first
    )
    number = section.header.paragraphs[0]
    number.alignment = _CENTER
    number._p.append(parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"/>'))
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(13)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    normal.paragraph_format.space_after = Pt(3)


def _head(document: Any, it: dict[str, Any]) -> None:
    table = document.add_table(rows=1, cols=2)
    left, right = table.rows[0].cells
    _lines(left, [(it["body"][0], {}), (it["body"][-1], {"bold": True}), (it["number"], {})])
    motto = [(line, {"bold": True}) for line in it["motto"]]
    _lines(right, [*motto, (it["dated"], {"italic": True})])
    for cell, inset in ((left, 40), (right, 22)):
        _rule(cell.paragraphs[1], Mm(inset))
    _line(document, "", _CENTER)
    _line(document, it["kind"], _CENTER, bold=True, size=14)
    _line(document, it["about"], _CENTER, bold=True, size=14)


def _foot(document: Any, it: dict[str, Any]) -> None:
    _line(document, "", _LEFT)
    row = document.add_table(rows=1, cols=2).rows[0]
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
    left, right = row.cells
    receivers = [(f"- {line}", {"size": 11}) for line in it["receivers"]]
    _lines(left, [(it["words"]["to"], {"bold": True, "italic": True, "size": 12}), *receivers], _LEFT)
    signs = [(line, {"bold": True}) for line in it["signs"]]
    _lines(right, [*signs, (it["words"]["sign"], {"italic": True, "size": 12}), *[("", {})] * 4])


def _rule(paragraph: Any, inset: Any) -> None:
    """The line under the issuing body and under the motto, shorter than its cell."""
    under = f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="4" w:space="1"/></w:pBdr>'
    paragraph._p.get_or_add_pPr().insert_element_before(parse_xml(under), "w:spacing", "w:ind", "w:jc")
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = inset // 2


def _lines(cell: Any, lines: Sequence[tuple[str, dict[str, Any]]], align: Any = _CENTER) -> None:
    for n, (text, looks) in enumerate(lines):
        paragraph = cell.paragraphs[0] if n == 0 else cell.add_paragraph()
        _say(paragraph, text, align, **looks)


def _line(document: Any, text: str, align: Any, **looks: Any) -> None:
    _say(document.add_paragraph(), text, align, **looks)


def _say(
    paragraph: Any, text: str, align: Any, *, bold: bool = False, italic: bool = False, size: int = 13
) -> None:
    paragraph.alignment = align
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def _picture(document: Any, chart: dict[str, Any], width: Any) -> None:
    """The chart as PNG, drawn by Typst: Word's own reading of SVG differs from one version to the next."""
    source = (
        b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'
    )
    drawn = typst.Compiler(source, ignore_system_fonts=True, sys_inputs={"svg": chart["svg"]})
    picture = drawn.compile(format="png", ppi=150)
    assert isinstance(picture, bytes)
    shape = document.add_picture(io.BytesIO(picture), width=width)
    shape._inline.docPr.set("descr", chart["alt"])


def _figures(
    document: Any,
    it: dict[str, Any],
    head: Sequence[Sequence[dict[str, Any]]],
    rows: Sequence[Sequence[str]],
    wide: bool,
) -> None:
    """A table written as XML at once: python-docx would look for each cell anew."""
    room = _LANDSCAPE if wide else _PORTRAIT
    whole = sum(column["weight"] for column in it["columns"])
    widths = [round(room * column["weight"] / whole) for column in it["columns"]]
    size = int(it["size"] * 2)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    lines = _heading_rows(head, size)
    for row in rows:
        cells = (
            _cell(text, "right" if column["number"] else "left", size)
            for text, column in zip(row, it["columns"], strict=True)
        )
        lines.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>")
    looks = f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{_BORDERS}</w:tblBorders>'
    looks = f'<w:tblPr>{looks}<w:tblLayout w:type="fixed"/>{_MARGINS}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
    table = parse_xml(f"<w:tbl {nsdecls('w')}>{looks}{''.join(lines)}</w:tbl>")
    document.element.body.insert(len(document.element.body) - 1, table)


def _heading_rows(head: Sequence[Sequence[dict[str, Any]]], size: int) -> list[str]:
    """The lines of the heading, repeated on each page; a cell over two lines is continued in the second."""
    found, two = [], len(head) == 2
    for n, line in enumerate(head):
        cells, lower = [], iter(line)
        for above in head[0]:
            spans = int(above.get("across", 1))
            if n == 0:
                merge = '<w:vMerge w:val="restart"/>' if two and "down" in above else ""
                cells.append(
                    _cell(above["text"], "center", size, f'<w:gridSpan w:val="{spans}"/>{merge}', True)
                )
            elif "down" in above:
                cells.append(_cell("", "center", size, "<w:vMerge/>"))
            else:
                cells += [_cell(next(lower)["text"], "center", size, bold=True) for _ in range(spans)]
        found.append(f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>")
    return found


def _cell(text: str, align: str, size: int, more: str = "", bold: bool = False) -> str:
    strong = "<w:b/>" if bold else ""
    looks = f'<w:rPr>{strong}<w:sz w:val="{size}"/></w:rPr>'
    run = f'<w:r>{looks}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return (
        f'<w:tc><w:tcPr>{more}</w:tcPr><w:p><w:pPr><w:spacing w:after="0"/><w:jc w:val="{align}"/></w:pPr>'
        f"{run}</w:p></w:tc>"
    )


def _save(document: Any, paper: Paper, title: str, file: BinaryIO) -> None:
    """With the paper's moment everywhere, so that the same paper gives the same bytes."""
    core = document.core_properties
    core.title, core.author, core.last_modified_by, core.comments = title, paper.office.body[-1], "", ""
    core.created = core.modified = local(paper.at)
    made = io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as whole, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as still:
        for part in whole.infolist():
            still.writestr(zipfile.ZipInfo(part.filename), whole.read(part), zipfile.ZIP_DEFLATED)


ENTRY = Format(
    code="docx",
    title_vi="DOCX (văn bản để sửa)",
    title_en="DOCX (to edit)",
    media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    make=_make,
    most=MOST,
)
