"""DOCX: the same administrative report, for an office that goes on writing in it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, Twips

from reports.formats import Format, drawn, rows_for_print
from reports.rules.decree import heading_lines, in_the_layout
from reports.rules.papers import Paper, local

MOST = 2000
_CENTER, _LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
# As broad as the letters of the table are high, beside its text; `size` is in half points.
_MARGINS = (
    '<w:tblCellMar><w:left w:w="{side}" w:type="dxa"/><w:right w:w="{side}" w:type="dxa"/></w:tblCellMar>'
)
_SIDE = 4
_KEPT = "<w:keepNext/>"
# The width between the margins, in twentieths of a point.
_PORTRAIT, _LANDSCAPE = 9350, 14280


def _make(paper: Paper, file: BinaryIO) -> None:
    rows = rows_for_print(paper, MOST)
    it = in_the_layout(paper, rows)
    wide = it["wide"]
    document = Document()
    _page(document, wide)
    _head(document, it)
    _said(document, it)
    _pictures(document, it["charts"], wide)
    head = heading_lines(paper)
    _figures(document, it, head, it["rows"], 0 if it["totals"] else it["ending"])
    if it["totals"]:
        _line(document, "", _LEFT, kept=True)
        _line(document, it["words"]["totals"], _LEFT, bold=True, kept=True)
        _figures(document, it, head, it["totals"], it["ending"])
    for label, value in it["sealing"]:
        _line(document, f"{label}: {value}", _LEFT, size=9, kept=True)
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
    rule = ("", {"size": 2})
    _lines(left, [(it["body"][0], {}), (it["body"][-1], {"bold": True}), rule, (it["number"], {})])
    motto = [(line, {"bold": True}) for line in it["motto"]]
    _lines(right, [*motto, rule, (it["dated"], {"italic": True})])
    room = _LANDSCAPE if it["wide"] else _PORTRAIT
    for cell, long in ((left, Mm(30)), (right, Mm(64))):
        _rule(cell.paragraphs[2], (Twips(room // 2) - long) // 2)
    _line(document, "", _CENTER)
    _line(document, it["kind"], _CENTER, bold=True, size=14)
    _line(document, it["about"], _CENTER, bold=True, size=14)
    _line(document, "", _CENTER, size=2)
    _rule(document.paragraphs[-1], (Twips(room) - Mm(44)) // 2)


def _said(document: Any, it: dict[str, Any]) -> None:
    """What the file says of itself; on a page that lies the notes stand beside the facts."""
    facts: list[tuple[str, dict[str, Any]]] = [(f"{label}: {value}", {}) for label, value in it["facts"]]
    notes: list[tuple[str, dict[str, Any]]] = [(note, {"italic": True}) for note in it["notes"]]
    if it["wide"]:
        row = document.add_table(rows=1, cols=2).rows[0]
        for cell, lines, part in zip(row.cells, (facts, notes), (0.4, 0.6), strict=True):
            cell.width = Twips(int(_LANDSCAPE * part))
            _lines(cell, [(text, {"size": 12, **looks}) for text, looks in lines], _LEFT)
        _apart(document)
        return
    for text, looks in (*facts, *notes):
        _line(document, text, _LEFT, **looks)


def _foot(document: Any, it: dict[str, Any]) -> None:
    """One row that is never parted; what is before it stays on its page."""
    _line(document, "", _LEFT, size=9, kept=True)
    row = document.add_table(rows=1, cols=2).rows[0]
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
    left, right = row.cells
    receivers = [(f"- {line}", {"size": 11}) for line in it["receivers"]]
    _lines(left, [(it["words"]["to"], {"bold": True, "italic": True, "size": 12}), *receivers], _LEFT)
    signs = [(line, {"bold": True}) for line in it["signs"]]
    _lines(right, [*signs, (it["words"]["sign"], {"italic": True, "size": 12}), *[("", {})] * 4])


def _rule(paragraph: Any, inset: Any) -> None:
    """The line under the issuing body, the motto and the title: a low paragraph of its own, with a border."""
    under = f'<w:pBdr {nsdecls("w")}><w:top w:val="single" w:sz="4" w:space="1"/></w:pBdr>'
    paragraph._p.get_or_add_pPr().insert_element_before(parse_xml(under), "w:spacing", "w:ind", "w:jc")
    looks = paragraph.paragraph_format
    looks.left_indent = looks.right_indent = inset
    looks.line_spacing, looks.space_before = Pt(4), Pt(2)


def _lines(cell: Any, lines: Sequence[tuple[str, dict[str, Any]]], align: Any = _CENTER) -> None:
    for n, (text, looks) in enumerate(lines):
        paragraph = cell.paragraphs[0] if n == 0 else cell.add_paragraph()
        _say(paragraph, text, align, **looks)


def _line(document: Any, text: str, align: Any, **looks: Any) -> None:
    _say(document.add_paragraph(), text, align, **looks)


def _say(
    paragraph: Any,
    text: str,
    align: Any,
    *,
    bold: bool = False,
    italic: bool = False,
    size: int = 13,
    kept: bool = False,
) -> None:
    """`kept`: on the page of what comes next."""
    paragraph.alignment = align
    if kept:
        paragraph.paragraph_format.keep_with_next = True
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def _pictures(document: Any, charts: Sequence[dict[str, Any]], wide: bool) -> None:
    """The charts as PNG, two beside each other where they fit."""
    beside = wide and len(charts) > 1
    table = document.add_table(rows=-(-len(charts) // 2), cols=2) if beside else None
    for n, chart in enumerate(charts):
        line = table.cell(n // 2, n % 2).paragraphs[0] if table else document.add_paragraph()
        picture = io.BytesIO(drawn(chart["svg"], chart["alt"]))
        shape = line.add_run().add_picture(picture, width=Mm(chart["width"]))
        shape._inline.docPr.set("descr", chart["alt"])
    if table:
        _apart(document)


def _apart(document: Any) -> None:
    """Two tables that touch are one."""
    _line(document, "", _LEFT, size=2)
    document.paragraphs[-1].paragraph_format.line_spacing = Pt(4)


def _figures(
    document: Any,
    it: dict[str, Any],
    head: Sequence[Sequence[dict[str, Any]]],
    rows: Sequence[Sequence[str]],
    ending: int,
) -> None:
    """A table written as XML at once: python-docx would look for each cell anew. The last rows, `ending` of
    them, stay on the page of what comes next."""
    room = _LANDSCAPE if it["wide"] else _PORTRAIT
    whole = sum(column["weight"] for column in it["columns"])
    widths = [round(room * column["weight"] / whole) for column in it["columns"]]
    size = int(it["size"] * 2)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    lines = _heading_rows(head, size)
    for n, row in enumerate(rows):
        kept = n >= len(rows) - ending
        cells = (
            _cell(text, "right" if column["number"] else "left", size, kept=kept)
            for text, column in zip(row, it["columns"], strict=True)
        )
        lines.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>")
    looks = f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{_BORDERS}</w:tblBorders>'
    margins = _MARGINS.format(side=size * _SIDE)
    looks = f'<w:tblPr>{looks}<w:tblLayout w:type="fixed"/>{margins}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
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


def _cell(text: str, align: str, size: int, more: str = "", bold: bool = False, *, kept: bool = False) -> str:
    strong = "<w:b/>" if bold else ""
    more += '<w:vAlign w:val="center"/>' if align == "center" else ""
    looks = f'<w:rPr>{strong}<w:sz w:val="{size}"/></w:rPr>'
    run = f'<w:r>{looks}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return (
        f'<w:tc><w:tcPr>{more}</w:tcPr><w:p><w:pPr>{_KEPT if kept else ""}<w:spacing w:after="0"/>'
        f'<w:jc w:val="{align}"/></w:pPr>{run}</w:p></w:tc>'
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
