"""What teams have done: work belongs to the post in which it was done, and nobody is ranked by it.

A row is a team, never a volunteer: counts beside names would be read as a ranking of people.
"""

from __future__ import annotations

from base.models import Asker
from checklist.rules import OUTCOMES, Evidence
from reports.queries.activity import team_activity
from reports.rules import Cell, Column, Cut, Kind, Place, Sheet
from reports.rules.notes import EVIDENCE, WORK, unconverted
from reports.tables import Table


def _read(by: Asker, cut: Cut, language: str) -> Sheet:
    """The days from `since` to `on`; the day `on` alone where no beginning is given."""
    since = cut.since or cut.on
    found = team_activity(by, area=cut.area, on=cut.on, since=since, as_of=cut.as_of)
    parts = found.parts
    rows = [_line(part.place, row) for part, row in zip(parts.parts, found.rows, strict=True)]
    if any(found.own):
        rows.insert(0, _line(parts.whole, found.own))
    notes = [WORK, EVIDENCE, *unconverted(parts.unconverted)]
    totals = [_line(parts.whole, found.whole)]
    return Sheet(parts.whole, cut.on, since, ENTRY.columns, rows, len(rows), totals, notes)


def _line(place: Place, figures: list[int]) -> list[Cell]:
    return [place.code, place.name, *figures]


_VISITS = ("Lượt đến nhà", "Visits")
_FACTS = ("Lần ghi nhận", "Observations")

ENTRY = Table(
    code="team_activity",
    title_vi="Hoạt động của các Tổ",
    title_en="Team activity",
    verb="report",
    has_period=True,
    columns=(
        Column("key", "Mã", "Code"),
        Column("name", "Tổ ở", "Team of"),
        Column("visits", "Tổng số lượt", "All visits", Kind.COUNT, *_VISITS),
        *(Column(code, vi, en, Kind.COUNT, *_VISITS) for code, (vi, en) in OUTCOMES.items()),
        Column("households", "Số hộ đã đến", "Households reached", Kind.COUNT, *_VISITS),
        Column("facts", "Tổng số lần", "All observations", Kind.COUNT, *_FACTS),
        *(Column(level.code, level.title_vi, level.title_en, Kind.COUNT, *_FACTS) for level in Evidence),
        Column("persons", "Số người được ghi nhận", "Persons observed", Kind.COUNT, *_FACTS),
        Column("from_roster", "Nhập từ danh sách", "From rosters", Kind.COUNT, *_FACTS),
        Column("members", "Số thành viên có hoạt động", "Members at work", Kind.COUNT),
    ),
    read=_read,
)
