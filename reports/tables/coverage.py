"""Coverage: how many of those for whom an item is due are ready, with the evidence mix beside the rate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from base.models import Asker
from checklist.items import ITEMS
from checklist.rules import Evidence
from reports.queries import Coverage, coverage
from reports.queries.all_four import all_four
from reports.rules import ALL_FOUR, By, Cell, Column, Cut, Figure, Kind, Sheet, rate
from reports.rules.notes import DUE, EVIDENCE, closed, unconverted, unknown_age
from reports.rules.words import UNCONVERTED
from reports.tables import Table


def rows_of(found: Coverage, by: str, language: str) -> list[dict[str, Any]]:
    """The rows by area, by item or by evidence level, as a screen shows them."""
    if by == By.ITEM:
        return [_row(item, _title(item, language), item, figure) for item, figure in found.totals.items()]
    if by == By.EVIDENCE:
        return [
            _row(level.code, level.title_en if language == "en" else level.title_vi, item, _at(level, figure))
            for item, figure in found.totals.items()
            for level in Evidence
        ]
    return [
        _row(place.code, place.name, item, figure) | {"unconverted": place.reason or None}
        for place, figures in found.rows
        for item, figure in figures.items()
    ]


def _at(level: Evidence, figure: Figure) -> Figure:
    """The part of a figure that rests on this evidence, against the same denominator."""
    ready = figure.evidence.get(level.code, 0)
    return Figure(due=figure.due, ready=ready, evidence={level.code: ready})


def _row(key: str, name: str, item: str, figure: Figure) -> dict[str, Any]:
    return {
        "key": key,
        "name": name,
        "item": item,
        "due": figure.due,
        "ready": figure.ready,
        "rate": rate(figure.ready, figure.due),
        "expired": figure.expired,
        "states": figure.states,
        "evidence": figure.evidence,
    }


def coverage_of(by: Asker, cut: Cut) -> Coverage:
    """The figures that a cut asks for: those of each item, or of having all four."""
    if cut.by == By.ALL_FOUR:
        return all_four(by, area=cut.area, on=cut.on, as_of=cut.as_of)
    return coverage(by, area=cut.area, on=cut.on, since=cut.since, as_of=cut.as_of)


def _title(item: str, language: str) -> str:
    if item == ALL_FOUR:
        return "All four" if language == "en" else "Đủ cả bốn mục"
    return ITEMS[item].title_en if language == "en" else ITEMS[item].title_vi


def sheet_of(found: Coverage, by: str, language: str, since: date | None = None) -> Sheet:
    """The coverage as rows of cells; its totals are those of each item."""
    rows = list(_lines(found, by, language))
    totals = [] if by == By.ITEM else list(_lines(found, By.ITEM, language))
    notes = [
        DUE,
        EVIDENCE,
        *closed(found.closed_at),
        *unknown_age(found.denominators.unknown_age),
        *unconverted(found.unconverted),
    ]
    return Sheet(found.area, found.on, since, ENTRY.columns, rows, len(rows), totals, notes)


def _lines(found: Coverage, by: str, language: str) -> Iterator[list[Cell]]:
    """One line for each row: where, which item, the figures, the evidence mix, the day. A row that is of no
    place of its own is of the whole area."""
    of_places = by in (By.AREA, By.ALL_FOUR)
    for row in rows_of(found, by, language):
        yield [
            row["key"] if of_places else found.area.code,
            found.area.name if by == By.ITEM else row["name"],
            row["item"],
            _title(row["item"], language),
            row["due"],
            row["ready"],
            row["rate"],
            row["states"].get("unrecorded"),
            row["expired"],
            *(row["evidence"].get(level.code, 0) for level in Evidence),
            found.on,
            UNCONVERTED[row.get("unconverted") or ""][language == "en"],
        ]


def _read(by: Asker, cut: Cut, language: str) -> Sheet:
    return sheet_of(coverage_of(by, cut), cut.by or By.AREA.value, language, cut.since)


ENTRY = Table(
    code="coverage",
    title_vi="Mức độ bao phủ",
    title_en="Coverage",
    verb="report",
    columns=(
        Column("key", "Mã", "Code"),
        Column("name", "Tên", "Name"),
        Column("item", "Mã tiêu chí", "Item code", is_code=True),
        Column("item_title", "Tiêu chí", "Item"),
        Column("due", "Số người thuộc diện", "Due (persons)", Kind.COUNT),
        Column("ready", "Đã sẵn sàng", "Ready (persons)", Kind.COUNT),
        Column("rate", "Tỷ lệ %", "Rate %", Kind.RATE, of=("ready", "due")),
        Column("unrecorded", "Chưa ghi nhận", "Not recorded", Kind.COUNT),
        Column("expired", "Đã hết hạn", "Expired", Kind.COUNT),
        *(
            Column(level.code, level.title_vi, level.title_en, Kind.COUNT, "Trong đó", "Of which")
            for level in Evidence
        ),
        Column("on", "Ngày", "Day", Kind.DAY),
        Column("unconverted", "Không quy đổi được", "Cannot be converted"),
    ),
    bys=tuple(by.value for by in By),
    has_period=True,
    read=_read,
)
