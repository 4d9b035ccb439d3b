"""The printed page: letters small enough, charts low enough, words and rows whole."""

from __future__ import annotations

from datetime import date

from reports.formats import pdf
from reports.rules.decree import in_the_layout
from reports.rules.papers import Chart, Office, Paper
from reports.rules.sheets import Cell, Column, Place, Sheet
from tests.village import AT, COMMUNE


def laid_out(word: str, columns: int, *, ratio: float = 0.5, totals: str = "x") -> dict[str, object]:
    """A table of one row with this word in every cell, as the page gets it."""
    heads = [Column(f"c{n}", "Chữ", "Text") for n in range(columns)]
    row: list[Cell] = [word] * columns
    place = Place(1, COMMUNE, "Xã Đông Anh")
    sheet = Sheet(place, date(2026, 11, 2), None, heads, [row], 1, [[totals] * columns])
    office = Office(("A", "B"), "C", ("D",))
    return in_the_layout(Paper("T", "S", "vi", AT, [], sheet, office, charts=[Chart("", "", ratio)]), [row])


def test_a_table_of_many_broad_columns_has_smaller_letters() -> None:
    assert laid_out("Thôn", 4)["size"] == 10.0
    assert laid_out("Thôn", 12)["size"] == 8.5
    mark = laid_out("BWPKMVULQU", 21)
    assert mark["wide"]
    assert mark["size"] == 5.0


def test_the_words_of_the_totals_fit_their_columns_too() -> None:
    usual, long = (laid_out("Thôn", 4, totals=word)["columns"] for word in ("x", "service_account"))
    assert usual != long


def test_a_chart_is_never_higher_than_its_page() -> None:
    def widths(columns: int, ratio: float) -> list[float]:
        charts = laid_out("x", columns, ratio=ratio)["charts"]
        assert isinstance(charts, list)
        return [chart["width"] for chart in charts]

    assert (widths(4, 0.5), widths(8, 0.5)) == ([165], [250])
    assert (widths(4, 2.0), widths(8, 2.0)) == ([110.0], [75.0])


def test_a_word_that_no_column_holds_is_broken_and_others_are_not() -> None:
    assert "\u200b" in pdf._breakable("ngoằnngoèo" * 9)
    assert pdf._breakable("Đường Nguyễn Huệ nối dài") == "Đường Nguyễn Huệ nối dài"
    assert "set table.cell(breakable: false)" in pdf.TEXT.read_text(), "no row over two pages"
