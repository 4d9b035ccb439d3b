"""Adjustments: what has come in since a period was closed, beside what was frozen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from base.models import Asker
from checklist.items import ITEMS
from reports.queries import figures_of, whole_of
from reports.queries.periods import adjustments
from reports.rules import Cell, Column, Cut, Kind, Place, Sheet
from reports.rules.notes import DUE, closed
from reports.tables import Table


def _read(by: Asker, cut: Cut, language: str) -> Sheet:
    """Of the closed period from `since` to `on`."""
    first_on = cut.since or cut.on
    found = adjustments(by, area=cut.area, first_on=first_on, last_on=cut.on, as_of=cut.as_of)
    rows = [line for one in found.rows for line in _lines(one.place, one.frozen, one.now, language)]
    frozen, now = (whole_of(one.frozen for one in found.rows), whole_of(one.now for one in found.rows))
    totals = list(_lines(found.whole, frozen, now, language))
    notes = [DUE, *closed(found.period.closed_at)]
    return Sheet(found.whole, cut.on, cut.since, ENTRY.columns, rows, len(rows), totals, notes)


def _lines(place: Place, frozen: Sequence[int], now: Sequence[int], language: str) -> Iterator[list[Cell]]:
    then, today = figures_of(frozen), figures_of(now)
    for code, item in ITEMS.items():
        was, is_now = then[code], today[code]
        title = item.title_en if language == "en" else item.title_vi
        figures = [was.due, was.ready, is_now.due, is_now.ready]
        figures += [is_now.due - was.due, is_now.ready - was.ready]
        yield [place.code, place.name, code, title, *figures]


_FROZEN, _NOW = ("Đã chốt", "Closed"), ("Hiện biết", "Known now")
_MORE = ("Điều chỉnh", "Adjustment")
_DUE, _READY = ("Số người thuộc diện", "Due (persons)"), ("Đã sẵn sàng", "Ready (persons)")

ENTRY = Table(
    code="adjustments",
    title_vi="Điều chỉnh sau chốt kỳ",
    title_en="Adjustments",
    verb="report",
    has_period=True,
    columns=(
        Column("key", "Mã", "Code"),
        Column("name", "Tên", "Name"),
        Column("item", "Mã tiêu chí", "Item code", is_code=True),
        Column("item_title", "Tiêu chí", "Item"),
        Column("closed_due", *_DUE, Kind.COUNT, *_FROZEN),
        Column("closed_ready", *_READY, Kind.COUNT, *_FROZEN),
        Column("now_due", *_DUE, Kind.COUNT, *_NOW),
        Column("now_ready", *_READY, Kind.COUNT, *_NOW),
        Column("more_due", *_DUE, Kind.COUNT, *_MORE),
        Column("more_ready", *_READY, Kind.COUNT, *_MORE),
    ),
    read=_read,
)
