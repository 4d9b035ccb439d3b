"""Trend: what was known at the end of each day, week or month, item by item."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from base.models import Asker
from checklist.items import ITEMS
from checklist.rules import Evidence
from checklist.rules.tallies import FIRST_DAY
from reports.queries.trend import Trend, trend
from reports.rules import Cell, Column, Cut, Kind, Sheet, rate
from reports.rules.days import Pace
from reports.rules.notes import DUE, EVIDENCE, KNOWN_THEN, gaps, unconverted
from reports.tables import Table

_USUAL = timedelta(weeks=12)
_BASIS = {True: ("số chốt cuối ngày", "kept at the end of the day"), False: ("số hiện thời", "known now")}


def _read(by: Asker, cut: Cut, language: str) -> Sheet:
    """From `since` on; twelve weeks unless said otherwise."""
    since = cut.since or max(cut.on - _USUAL, FIRST_DAY)
    pace = cut.by or Pace.WEEK.value
    found = trend(by, area=cut.area, since=since, on=cut.on, pace=pace, as_of=cut.as_of)
    items = [cut.filters["item"]] if cut.filters.get("item") else list(ITEMS)
    rows = list(_lines(found, items, language))
    notes = [KNOWN_THEN, DUE, EVIDENCE, *gaps(found.gaps), *unconverted(found.parts.unconverted)]
    return Sheet(found.parts.whole, cut.on, since, ENTRY.columns, rows, len(rows), (), notes)


def _lines(found: Trend, items: list[str], language: str) -> Iterator[list[Cell]]:
    """A line for each item and day; the change is that of the ready since the point before."""
    for item in items:
        before: int | None = None
        for point in found.points:
            figure = point.figures[item]
            change: int | None = None if before is None else figure.ready - before
            before = figure.ready
            title = ITEMS[item].title_en if language == "en" else ITEMS[item].title_vi
            levels = [figure.evidence.get(level.code, 0) for level in Evidence]
            figures = [figure.due, figure.ready, rate(figure.ready, figure.due), change]
            basis = _BASIS[point.is_kept][language == "en"]
            yield [item, title, point.day, *figures, *levels, "kept" if point.is_kept else "now", basis]


ENTRY = Table(
    code="trend",
    title_vi="Xu hướng",
    title_en="Trend",
    verb="report",
    has_period=True,
    columns=(
        Column("item", "Mã tiêu chí", "Item code", is_code=True),
        Column("item_title", "Tiêu chí", "Item"),
        Column("day", "Ngày", "Day", Kind.DAY),
        Column("due", "Số người thuộc diện", "Due (persons)", Kind.COUNT),
        Column("ready", "Đã sẵn sàng", "Ready (persons)", Kind.COUNT),
        Column("rate", "Tỷ lệ %", "Rate %", Kind.RATE, of=("ready", "due")),
        Column("change", "Thay đổi so với mốc trước", "Change since the point before", Kind.COUNT),
        *(
            Column(level.code, level.title_vi, level.title_en, Kind.COUNT, "Trong đó", "Of which")
            for level in Evidence
        ),
        Column("basis", "Mã nguồn số liệu", "Basis code", is_code=True),
        Column("basis_title", "Nguồn số liệu", "Basis"),
    ),
    bys=tuple(pace.value for pace in Pace),
    filters={"item": tuple(ITEMS)},
    read=_read,
)
