"""The village in every type of file: the same rows, the same seal, and the bytes of the golden files.

After a change that was meant: GOLDEN=write python -m pytest tests/reports/test_export_formats.py, and look
at what was written, page by page.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
from django.db import connection, transaction
from docx import Document
from psycopg.errors import DivisionByZero

from base.models import SYSTEM
from checklist.actions import record_observations
from reports.actions import building, paper
from reports.formats import FORMATS, pdf, xlsx
from reports.models import Export
from reports.queries.copying import copied, count_rows
from reports.rules.exports import serial_of
from reports.rules.papers import Office, Paper, csv_cell, csv_lines
from reports.rules.sheets import Cell, Column, Cut, Kind, Place, Query, Sheet
from reports.tables import TABLES
from tests.make import observation
from tests.reports.exporting import ask, folder, made
from tests.village import AT, COMMUNE, actor, an_id, calling

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
__all__ = ["folder"]
GOLDEN = Path(__file__).parent / "golden"
EXPORT = an_id("a golden export")


@pytest.fixture
def village() -> Paper:
    """The coverage of the commune on the second of November, asked for by its admin."""
    facts = [
        ("lan", "identity", "level2_active"),
        ("hung", "identity", "level1"),
        ("tam", "safety", "briefed"),
    ]
    said = [observation(an_id(name), item, state) for name, item, state in facts]
    record_observations(by=SYSTEM, observations=said, at=AT)
    export = Export.objects.get(pk=ask(calling("dung"), id=str(EXPORT)).json["id"])
    export.asked_at, export.serial = AT, serial_of(EXPORT, AT.date())
    export.audit_head = "01-1234-0123456789abcdef"
    table = TABLES["coverage"]
    sheet = table.read(actor("dung"), Cut.of_json(export.cut), "vi")
    return paper.paper_of(export, table, sheet, count_rows(sheet), AT, lambda rows: None)


def again(village: Paper) -> Paper:
    """The same paper, its rows unread."""
    from reports.rules.papers import Seal

    return replace(village, seal=Seal(), sheet=replace(village.sheet, rows=list(village.sheet.rows)))


def body_of(village: Paper, code: str) -> bytes:
    file = io.BytesIO()
    FORMATS[code].make(village, file)
    return file.getvalue()


def golden(name: str, found: str | bytes) -> None:
    """Compares with the golden file, or writes it."""
    data = found.encode() if isinstance(found, str) else found
    if os.environ.get("GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        (GOLDEN / name).write_bytes(data)
    assert (GOLDEN / name).read_bytes() == data


def test_the_same_paper_gives_the_same_bytes_and_every_type_the_same_seal(village: Paper) -> None:
    rows = list(village.sheet.rows)
    seals = set()
    for code in FORMATS:
        bodies = []
        for _ in range(2):
            one = again(replace(village, sheet=replace(village.sheet, rows=rows)))
            bodies.append(body_of(one, code))
            seals.add((one.seal.rows, one.seal.sha256))
        assert bodies[0] == bodies[1], code
    assert len(seals) == 1
    other = again(replace(village, sheet=replace(village.sheet, rows=rows[:-1])))
    body_of(other, "csv")
    assert other.seal.sha256 not in {seal for _, seal in seals}, "another row less is another seal"


def test_who_asks_and_when_changes_the_file_and_not_its_seal() -> None:
    one, first = made(calling("dung"))
    two, second = made(calling("giang"))
    assert first != second
    assert one["content_sha256"] == two["content_sha256"]
    assert one["sha256"] != two["sha256"]


@pytest.mark.parametrize("form", list(FORMATS))
def test_an_english_desk_gets_an_english_file(form: str) -> None:
    told, body = made(calling("dung", "en"), format=form)
    assert told["rows"] > 0
    if form == "csv":
        assert "#;Asked by;Dung" in body.decode()
    if form == "xlsx":
        assert openpyxl.load_workbook(io.BytesIO(body)).sheetnames == ["Figures", "Totals", "About"]
    if form == "docx":
        assert "REPORT" in [paragraph.text for paragraph in Document(io.BytesIO(body)).paragraphs]


def test_csv(village: Paper) -> None:
    golden("coverage.csv", body_of(village, "csv"))


def cells_of(body: bytes) -> Iterator[list[Any]]:
    for sheet in openpyxl.load_workbook(io.BytesIO(body)):
        yield [
            sheet.title,
            sheet.freeze_panes,
            sheet.auto_filter.ref,
            sorted(map(str, sheet.merged_cells.ranges)),
        ]
        setup = sheet.page_setup
        yield [setup.paperSize, setup.orientation, sheet.print_title_rows, sheet.oddHeader.right.text]
        for row in sheet.iter_rows():
            yield [
                [cell.coordinate, str(cell.value), cell.data_type, cell.number_format]
                for cell in row
                if cell.value is not None
            ]


def test_xlsx_cell_by_cell(village: Paper) -> None:
    lines = [json.dumps(line, ensure_ascii=False) for line in cells_of(body_of(village, "xlsx"))]
    golden("coverage.xlsx.txt", "\n".join(lines) + "\n")
    assert not any('"f"' in line for line in lines), "no cell is a formula"


def test_docx_paragraph_by_paragraph(village: Paper) -> None:
    document = Document(io.BytesIO(body_of(village, "docx")))
    lines = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        lines += ["--"] + [
            "|".join(cell.text.replace("\n", " / ") for cell in row.cells) for row in table.rows
        ]
    golden("coverage.docx.txt", "\n".join(lines) + "\n")
    [picture, *_] = document.inline_shapes
    assert "VNeID" in picture._inline.docPr.get("descr"), "a picture says in words what it shows"


def test_pdf_page_by_page(village: Paper) -> None:
    """Typst sets the same template to SVG too: its glyphs are the page as it was looked at."""
    body = body_of(village, "pdf")
    assert body.startswith(b"%PDF-")
    golden("coverage.pdf", body)
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(body)]
    golden("coverage.pdf.txt", "\n\f\n".join(pages).replace("\r\n", "\n") + "\n")


def test_what_a_table_says_is_never_markup(village: Paper) -> None:
    evil = '#panic("x") *b* $y$ \\ [z] "quoted" \u202e'
    sheet = village.sheet
    columns = [Column("name", "#panic()", "#panic()"), Column("rate", "Tỷ lệ %", "Rate %", Kind.RATE)]
    told = replace(
        again(village),
        title=evil,
        facts=[("#x", evil)],
        sheet=Sheet(sheet.place, sheet.on, None, columns, [[evil, 3.0]], 1, [[evil, None]], [(evil, evil)]),
    )
    for code in FORMATS:
        assert body_of(again(told), code)


def test_more_rows_than_can_be_printed_are_refused_with_what_to_take_instead(monkeypatch: Any) -> None:
    monkeypatch.setattr(pdf, "MOST", 3)
    dung = calling("dung")
    told = ask(dung, format="pdf").json
    building.build_export(by=SYSTEM, export_id=Export.objects.get().pk, at=Export.objects.get().due_at)
    told = dung.get(f"reports/exports/{told['id']}").json
    assert told["failure"]["code"] == "export.too_many_rows"
    assert "xlsx" in told["failure"]["title"]


COLUMNS = (
    Column("a", "Chữ", "Text"),
    Column("b", "Số", "Count", Kind.COUNT, "Nhóm", "Group"),
    Column("c", "Tỷ lệ", "Rate", Kind.RATE, "Nhóm", "Group"),
    Column("d", "Ngày", "Day", Kind.DAY),
    Column("e", "Lúc", "Instant", Kind.INSTANT),
)
# Everything that a cell may hold and a spreadsheet may trip over.
ROWS: list[list[Cell]] = [
    ["=1+1", 1, 33.3, date(2026, 1, 2), datetime(2026, 1, 1, 20, 0, tzinfo=UTC)],
    [" +1", None, None, None, None],
    ["", 0, 0.0, date(1999, 12, 31), datetime(2026, 12, 31, 17, 0, tzinfo=UTC)],
    ['a;b "c" \t\r\nd', -5, 100.0, None, None],
    [None, 1234567, 0.1, None, None],
    *([[f"{mark}x", 1, 1.0, None, None] for mark in "=+-@|%\t\r\n＝＋－＠'"]),
    ["Đặng Thị Ngọc Ánh", 1, 66.7, None, None],
]
_SQL = """
SELECT a, b, c, d, e FROM json_to_recordset(%(rows)s::json)
    AS given(n int, a text, b int, c float, d date, e timestamptz) ORDER BY n
"""


def sheet_of(rows: list[list[Cell]]) -> Sheet:
    told = [dict(zip("nabcde", [n, *row], strict=True)) for n, row in enumerate(rows)]
    query = Query(_SQL, {"rows": json.dumps(told, default=str)})
    return Sheet(Place(1, COMMUNE, "Xã Đông Anh"), date(2026, 11, 2), None, COLUMNS, rows, None, query=query)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_rows_copied_out_of_postgresql_are_byte_for_byte_those_written_one_by_one(language: str) -> None:
    sheet = sheet_of(ROWS)
    assert count_rows(sheet) == len(ROWS)
    one_by_one = csv_lines(
        [csv_cell(cell, column.kind, language) for cell, column in zip(row, COLUMNS, strict=True)]
        for row in ROWS
    )
    blocks = list(copied(sheet, language))
    assert b"".join(block for block, _ in blocks) == one_by_one
    assert sum(rows for _, rows in blocks) == len(ROWS)
    with connection.cursor() as cursor:
        cursor.execute(sheet.query.text, dict(sheet.query.params))
        assert len(cursor.fetchall()) == len(ROWS)


def test_what_fails_in_the_middle_of_a_copy_is_no_end_of_the_rows() -> None:
    """2,500 rows come in three blocks; where one of them cannot be told, PostgreSQL says so after others."""
    cells = "'x', 10 / (n - %(bad)s), 1.5::float, NULL::date, NULL::timestamptz"
    text = f"SELECT {cells} FROM generate_series(1, 2500) AS n"
    good, bad = (replace(sheet_of([]), query=Query(text, {"bad": n})) for n in (9999, 2400))
    assert [rows for _, rows in copied(good, "vi")] == [1000, 1000, 500]
    with pytest.raises(DivisionByZero), transaction.atomic():
        list(copied(bad, "vi"))
    assert len(list(copied(good, "vi"))) == 3, "the connection goes on"


def formulas(book: Any) -> list[str]:
    """Cells that a spreadsheet would compute."""
    return [str(cell.value) for sheet in book for row in sheet for cell in row if cell.data_type == "f"]


@pytest.mark.parametrize("copy", [copied, None], ids=["copied", "one by one"])
def test_X_06_in_a_spreadsheet_every_way_to_begin_a_formula_is_text(copy: Any) -> None:
    told = Paper(
        "T", "S", "vi", AT, [], sheet_of(ROWS), Office(("A", "B"), "C", ("D",)), expected=len(ROWS), copy=copy
    )
    book = openpyxl.load_workbook(io.BytesIO(body_of(told, "xlsx")))
    assert formulas(book) == []
    texts = {str(cell.value).strip() for row in book["Số liệu"] for cell in row if cell.data_type == "s"}
    assert {"=1+1", "+1", "@x", "-x", "＝x"} <= texts


def test_X_06_control_a_cell_that_is_a_formula_is_found() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "=1+1"
    assert formulas(book) == ["=1+1"]


def test_rows_copied_into_a_spreadsheet_are_cell_by_cell_those_of_the_library() -> None:
    """Text, numbers and days, what they look like, and where the filter ends; nothing is a formula."""
    rows: list[list[Cell]] = [*ROWS, ["<b>&amp; 'x' \x01\x1f _x0041_ ]]> ", 1, 2.5, None, None]]
    sheet = sheet_of(rows)
    told = Paper(
        "T", "S", "vi", AT, [], sheet, Office(("A", "B"), "C", ("D",)), expected=len(rows), copy=copied
    )
    by_library = replace(again(told), copy=None)
    copies, singles = (
        # The library says 1.0 where PostgreSQL says 1, and openpyxl reads a text by number in one way only
        # where it stands in its cell.
        json.dumps(list(cells_of(body_of(paper, "xlsx"))))
        .replace('.0", "n"', '", "n"')
        .replace("_x005F_", "_")
        for paper in (told, by_library)
    )
    assert copies == singles
    assert "33.3" in copies
    assert '"f"' not in copies
    assert body_of(again(told), "xlsx") == body_of(again(told), "xlsx")


@pytest.mark.parametrize("copy", [copied, None], ids=["copied", "one by one"])
def test_a_spreadsheet_of_more_rows_than_a_sheet_holds_goes_on_in_the_next(
    monkeypatch: Any, copy: Any
) -> None:
    assert xlsx.MOST_ROWS == 1_048_576, "what Excel takes"
    monkeypatch.setattr(xlsx, "MOST_ROWS", 8)
    sheet = sheet_of(ROWS)
    told = Paper(
        "T", "S", "vi", AT, [], sheet, Office(("A", "B"), "C", ("D",)), expected=len(ROWS), copy=copy
    )
    book = openpyxl.load_workbook(io.BytesIO(body_of(told, "xlsx")))
    assert book.sheetnames == ["Số liệu 1", "Số liệu 2", "Số liệu 3", "Số liệu 4", "Thông tin"]
    found = [
        row for name in book.sheetnames[:-1] for row in book[name].iter_rows(min_row=3, values_only=True)
    ]
    assert len(found) == len(ROWS)
    assert [row[1] for row in found] == [row[1] for row in ROWS]
    assert found[0] == ("=1+1", 1, 33.3, datetime(2026, 1, 2), datetime(2026, 1, 2, 3, 0))
    assert {cell.data_type for name in book.sheetnames for row in book[name] for cell in row} <= {
        "s",
        "n",
        "d",
    }


def test_X_02_a_file_cut_off_is_no_valid_file(village: Paper) -> None:
    for form in ("xlsx", "docx"):
        whole = body_of(again(village), form)
        for cut in (1, 50, len(whole) // 2):
            with pytest.raises(zipfile.BadZipFile):
                zipfile.ZipFile(io.BytesIO(whole[:-cut]))
    pdf = body_of(again(village), "pdf")
    assert pdf.rstrip().endswith(b"%%EOF")
    assert b"startxref" not in pdf[:-100]
    text = body_of(again(village), "csv").decode()
    seal = re.compile(r"#;SHA-256 của nội dung;[0-9a-f]{64}\r\n\Z")
    assert seal.search(text)
    assert not any(seal.search(text[:-cut]) for cut in (1, 10, 100))


def test_X_02_control_a_file_without_a_seal_may_be_cut_off_unseen() -> None:
    """Rows alone, cut between two of them, are rows all the same: nobody could tell."""
    rows = csv_lines([["Mã", "Số"], ["00454-01", "3"], ["00454-02", "1"]])
    half = rows[: rows.rindex(b"00454-02")].decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(half), delimiter=";")) == [["Mã", "Số"], ["00454-01", "3"]]
    assert not re.search(r"#;SHA-256 của nội dung;[0-9a-f]{64}\r\n\Z", half)
