"""Households: how far they are, on what evidence, and whether anybody has been there."""

from __future__ import annotations

from base.models import Asker
from checklist.rules import OUTCOMES, Evidence
from reports.queries.households import households
from reports.rules import Cell, Column, Cut, Kind, Place, Sheet, rate
from reports.rules.notes import EVIDENCE, HOUSEHOLD_READY, LAST_VISIT, unconverted
from reports.tables import Table


def _read(by: Asker, cut: Cut, language: str) -> Sheet:
    found = households(by, area=cut.area, on=cut.on, since=cut.since, as_of=cut.as_of)
    parts = found.parts
    rows = [_line(part.place, row) for part, row in zip(parts.parts, found.rows, strict=True)]
    totals = [_line(parts.whole, found.whole)]
    notes = [HOUSEHOLD_READY, LAST_VISIT, EVIDENCE, *unconverted(parts.unconverted)]
    return Sheet(parts.whole, cut.on, cut.since, ENTRY.columns, rows, len(rows), totals, notes)


def _line(place: Place, figures: list[int]) -> list[Cell]:
    """The household figures, with the rate among those that have a present adult."""
    count, ready, partly, none, no_adults, *more = figures
    with_adults = count - no_adults
    share = rate(ready, with_adults)
    return [place.code, place.name, count, ready, partly, none, no_adults, with_adults, share, *more]


_READY = ("Mức độ sẵn sàng", "Readiness")
_RATE = ("Tỷ lệ % trên hộ có người lớn", "Rate % of those with adults")
_LEVEL = ("Hộ sẵn sàng, theo chứng thực yếu nhất", "Ready ones, by the weakest evidence")
_VISIT = ("Lượt đến nhà gần nhất", "Last visit")

ENTRY = Table(
    code="households",
    title_vi="Hộ gia đình",
    title_en="Households",
    verb="report",
    has_period=True,
    columns=(
        Column("key", "Mã", "Code"),
        Column("name", "Tên", "Name"),
        Column("households", "Số hộ", "Number of households", Kind.COUNT),
        Column("ready", "Sẵn sàng", "Ready", Kind.COUNT, *_READY),
        Column("partly", "Một phần", "Partly", Kind.COUNT, *_READY),
        Column("none", "Chưa ai sẵn sàng", "Nobody ready", Kind.COUNT, *_READY),
        Column("no_adults", "Không có người lớn ở nhà", "No adult present", Kind.COUNT, *_READY),
        Column("with_adults", "Có người lớn ở nhà", "With an adult present", Kind.COUNT, *_READY),
        Column("rate", *_RATE, Kind.RATE, *_READY, of=("ready", "with_adults")),
        *(Column(level.code, level.title_vi, level.title_en, Kind.COUNT, *_LEVEL) for level in Evidence),
        Column("not_visited", "Chưa đến", "Not visited", Kind.COUNT, *_VISIT),
        *(Column(code, vi, en, Kind.COUNT, *_VISIT) for code, (vi, en) in OUTCOMES.items()),
    ),
    read=_read,
)
