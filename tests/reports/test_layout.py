"""The printed page: letters small enough, charts low enough, words and rows whole, no signature alone."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from docx import Document

from reports.formats import FORMATS, pdf
from reports.rules import decree
from reports.rules.decree import in_the_layout
from reports.rules.papers import Chart, Office, Paper
from reports.rules.sheets import Cell, Column, Kind, Place, Sheet
from tests.village import AT, COMMUNE

MARK = "BWPKMVULQU"
SIGNER, SEAL = "CHỦ TỊCH", "SHA-256 của nội dung"


def paper_of(
    rows: Sequence[list[Cell]], totals: Sequence[list[Cell]] = (), *, charts: Sequence[Chart] = ()
) -> Paper:
    """A report of these rows, whose first column is text and whose others are counts."""
    width = len(rows[0])
    columns = [Column(f"c{n}", "Chữ", "Text", Kind.COUNT if n else Kind.TEXT) for n in range(width)]
    sheet = Sheet(Place(1, COMMUNE, "Xã Đông Anh"), date(2026, 11, 2), None, columns, rows, len(rows), totals)
    office = Office(("ỦY BAN NHÂN DÂN", "XÃ ĐÔNG ANH"), "Đông Anh", ("TM. ỦY BAN NHÂN DÂN", SIGNER))
    return Paper("Thử", "S", "vi", AT, [("Địa bàn", "Xã Đông Anh")], sheet, office, charts=charts)


def laid_out(word: str, columns: int, *, ratio: float = 0.5, totals: str = "x") -> dict[str, Any]:
    """A table of one row with this word in every cell, as the page gets it."""
    row: list[Cell] = [word] * columns
    told = paper_of([row], [[totals] * columns], charts=[Chart("", "", ratio)])
    return in_the_layout(told, [row])


def made(paper: Paper, form: str = "pdf") -> bytes:
    file = io.BytesIO()
    FORMATS[form].make(paper, file)
    return file.getvalue()


def pages(paper: Paper) -> list[str]:
    """What stands on each page of the PDF."""
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(made(paper))]


def boxes(paper: Paper, word: str) -> list[tuple[float, float]]:
    """Where this word stands on the last page but for a line: from left to right, in points."""
    *_, page = pypdfium2.PdfDocument(made(paper))
    text = page.get_textpage()
    found, search = [], text.search(word, match_case=True)
    while match := search.get_next():
        first, letters = match
        ends = [text.get_charbox(n) for n in (first, first + letters - 1)]
        found.append((ends[0][0], ends[1][2]))
    return found


def changed(monkeypatch: pytest.MonkeyPatch, folder: Path, *pairs: tuple[str, str]) -> None:
    """The template with other words in the place of some."""
    text = pdf.TEXT.read_text()
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    (folder / "report.typ").write_text(text)
    monkeypatch.setattr(pdf, "TEXT", folder / "report.typ")


def test_a_table_of_many_broad_columns_has_smaller_letters() -> None:
    assert laid_out("Thôn", 4)["size"] == 10.0
    assert laid_out("Thôn", 12)["size"] == 8.5
    mark = laid_out(MARK, 21)
    assert mark["wide"]
    assert mark["size"] == 5.0


def run_into_each_other(paper: Paper) -> bool:
    spots = boxes(paper, MARK)
    assert len(spots) == 16
    return any(left < right for (_, right), (left, _) in pairwise(spots))


def test_words_beside_each_other_never_touch() -> None:
    assert not run_into_each_other(paper_of([[MARK] * 16]))


def test_control_letters_of_the_usual_size_would_run_into_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decree, "_size", lambda weights, wide: 10.0)
    assert run_into_each_other(paper_of([[MARK] * 16]))


def test_the_words_of_the_totals_fit_their_columns_too() -> None:
    usual, long = (laid_out("Thôn", 4, totals=word)["columns"] for word in ("x", "service_account"))
    assert usual != long


def too_high(columns: int) -> list[float]:
    """The shapes of charts that would not fit between the margins of a page."""
    high = 170 if columns > 7 else 257
    ratios = [n / 10 for n in range(1, 41)]
    charts = [(ratio, laid_out("x", columns, ratio=ratio)["charts"][0]) for ratio in ratios]
    return [ratio for ratio, chart in charts if chart["width"] * ratio > high]


def test_a_chart_is_never_higher_than_its_page() -> None:
    assert (too_high(4), too_high(8)) == ([], [])
    shapes = [(4, 0.5), (8, 0.2), (8, 0.5), (4, 2.0), (8, 2.0)]
    widths = [laid_out("x", columns, ratio=ratio)["charts"][0]["width"] for columns, ratio in shapes]
    assert widths == [165, 250, 200.0, 110.0, 50.0]


def test_control_a_chart_as_broad_as_its_place_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decree, "_chart_width", lambda chart, wide, charts: 250.0)
    assert (min(too_high(4)), min(too_high(8))) == (1.1, 0.7)


LONG = "ngoằnngoèo" * 16


def leaves_its_page() -> bool:
    """Whether a letter stands right of the margin."""
    *_, page = pypdfium2.PdfDocument(made(paper_of([[LONG, *range(6)]])))
    text = page.get_textpage()
    return any(text.get_charbox(n)[2] > page.get_width() for n in range(text.count_chars()))


def test_a_word_that_no_column_holds_is_broken_and_others_are_not() -> None:
    assert not leaves_its_page()
    assert pdf._breakable("Đường Nguyễn Huệ nối dài") == "Đường Nguyễn Huệ nối dài"


def test_control_a_word_that_is_not_broken_runs_off_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_breakable", lambda text: text)
    assert leaves_its_page()


def torn_rows() -> Iterator[int]:
    """Of tables with ever more rows, those in which one stands on two pages."""
    for extra in range(12):
        rows: list[list[Cell]] = [[f"Hàng {n}", n] for n in range(extra)]
        rows += [[f"đầu{n}! {'rất dài ' * 60} cuối{n}!", n] for n in range(12)]
        found = pages(paper_of(rows))
        if any((f"đầu{n}!" in page) != (f"cuối{n}!" in page) for page in found for n in range(12)):
            yield extra


def test_no_row_stands_on_two_pages() -> None:
    assert list(torn_rows()) == []


def test_control_rows_that_may_break_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    changed(monkeypatch, tmp_path, ("set table.cell(breakable: false)", "set table.cell(breakable: true)"))
    assert any(torn_rows())


SIZES = range(1, 45, 2)


def signed_alone(totals: int = 0) -> list[int]:
    """Of reports with ever more rows, those whose last page has signatures and no row."""
    whole: list[list[Cell]] = [[f"Tổng {n}", n] for n in range(totals)]
    found = []
    for size in SIZES:
        last = pages(paper_of([[f"Hàng {n}", n] for n in range(size)], whole))[-1]
        assert SIGNER in last
        if (f"Tổng {totals - 1}" if totals else f"Hàng {size - 1}") not in last or SEAL not in last:
            found.append(size)
    return found


@pytest.mark.parametrize("totals", [0, 1, 8])
def test_nobody_signs_a_page_without_figures(totals: int) -> None:
    assert signed_alone(totals) == []


def test_control_signatures_that_go_alone_come_to_an_empty_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decree, "_ending", lambda rows: 0)
    assert signed_alone() != []


def test_the_rows_that_stay_with_the_signatures_have_a_heading_on_a_page_of_their_own_only() -> None:
    heads = []
    for size in SIZES:
        found = pages(paper_of([[f"Hàng {n}", n] for n in range(size)]))
        assert all(page.count("Chữ Chữ") == 1 for page in found if "Hàng" in page), size
        heads.append(len(found))
    assert len(set(heads)) > 1, "some go on to the next page"


def kept_with_next(body: bytes) -> list[str]:
    """The texts of a DOCX that stay on the page of what follows: of paragraphs, and of the first cells of
    rows."""
    document = Document(io.BytesIO(body))
    rows = [row.cells[0].paragraphs[0] for table in document.tables for row in table.rows]
    texts = [*rows, *document.paragraphs]
    return [text.text for text in texts if text.paragraph_format.keep_with_next and text.text]


def test_a_document_keeps_its_last_rows_with_the_signatures() -> None:
    rows: list[list[Cell]] = [[f"Hàng {n}", n] for n in range(9)]
    first, second, count, seal = kept_with_next(made(paper_of(rows), "docx"))
    assert (first, second, count) == ("Hàng 7", "Hàng 8", "Số dòng: 9")
    assert seal.startswith(SEAL)
    kept = kept_with_next(made(paper_of(rows, [["Tổng", 1]]), "docx"))
    assert kept[:2] == ["Tổng", "Tổng hợp toàn địa bàn"]


@pytest.mark.parametrize("columns", [4, 8])
def test_tables_of_a_document_never_touch(columns: int) -> None:
    """Two tables without a paragraph between them are one to Word, with the borders of the first."""
    charts = [Chart('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "x")] * 2
    body = made(paper_of([["x", *range(columns - 1)]], [["x", *range(columns - 1)]], charts=charts), "docx")
    parts = [part.tag.rpartition("}")[2] for part in Document(io.BytesIO(body)).element.body]
    assert parts.count("tbl") >= 4
    assert ("tbl", "tbl") not in list(pairwise(parts))
