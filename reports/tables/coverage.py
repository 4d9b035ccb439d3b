"""Coverage: how many of those for whom an item is due are ready, with the evidence mix beside the rate."""

from __future__ import annotations

from typing import Any

from checklist.items import ITEMS
from checklist.rules import Evidence
from reports.queries import Coverage
from reports.rules import By, Figure, rate
from reports.tables import Column, Table


def rows_of(found: Coverage, by: str, language: str) -> list[dict[str, Any]]:
    """The rows by area, by item or by evidence level, as a screen shows them."""
    if by == By.ITEM:
        return [_row(item, _title(item, language), item, found.totals[item]) for item in ITEMS]
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


def _title(item: str, language: str) -> str:
    return ITEMS[item].title_en if language == "en" else ITEMS[item].title_vi


def _lines(found: Coverage, by: str, language: str) -> list[list[Any]]:
    """One line for each row: whom, which item, the figures, the evidence mix, the day."""
    return [
        [
            row["key"],
            row["name"],
            _title(row["item"], language),
            row["due"],
            row["ready"],
            row["rate"],
            row["states"].get("unrecorded"),
            row["expired"],
            *(row["evidence"].get(level.code, 0) for level in Evidence),
            found.on,
            row.get("unconverted") or "",
        ]
        for row in rows_of(found, by, language)
    ]


ENTRY = Table(
    code="coverage",
    title_vi="Mức độ bao phủ",
    title_en="Coverage",
    columns=(
        Column("Mã", "Code"),
        Column("Tên", "Name"),
        Column("Tiêu chí", "Item"),
        Column("Số người thuộc diện", "Due (persons)"),
        Column("Đã sẵn sàng", "Ready (persons)"),
        Column("Tỷ lệ %", "Rate %"),
        Column("Chưa ghi nhận", "Not recorded"),
        Column("Đã hết hạn", "Expired"),
        *(Column(f"Trong đó: {level.title_vi}", f"Of which: {level.title_en}") for level in Evidence),
        Column("Ngày", "Day"),
        Column("Không quy đổi được", "Cannot be converted"),
    ),
    lines=_lines,
)
