"""Reading figures as they were known: snapshots of days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from areas.queries.parts import HAMLETS_UNDER
from base import bulk
from checklist.rules.cells import LAST_CELL, USED
from reports.models import Snapshot, SnapshotDay

_CELLS = ", ".join(f"sum(cells[{n}])" if n in USED else "0" for n in range(1, LAST_CELL + 1))
# Of each hamlet the last row up to the day, found by its key.
_THEN = f"""
SELECT place, day.day, ARRAY[{_CELLS}] FROM ({HAMLETS_UNDER}) AS under
CROSS JOIN unnest(%(days)s::date[]) AS day (day)
CROSS JOIN LATERAL (
    SELECT cells FROM reports_snapshot kept
    WHERE kept.hamlet_id = under.hamlet_id AND kept.day <= day.day ORDER BY kept.day DESC LIMIT 1
) AS last
GROUP BY place, day.day
"""  # noqa: S608 - put together from constants


def last_snapshot_day() -> date | None:
    """The last day whose figures are kept."""
    return SnapshotDay.objects.order_by("-day").values_list("day", flat=True).first()


def kept_days(days: Sequence[date]) -> set[date]:
    """Those of the days whose figures are kept."""
    return set(SnapshotDay.objects.filter(day__in=list(days)).values_list("day", flat=True))


def last_cells(hamlets: Sequence[int], before: date) -> dict[int, list[int]]:
    """The cells last kept of each of these hamlets before the day; left out is one that has none."""
    rows = Snapshot.objects.filter(hamlet_id__in=list(hamlets), day__lt=before)
    latest = rows.order_by("hamlet_id", "-day").distinct("hamlet_id")
    return dict(latest.values_list("hamlet_id", "cells"))


def sum_snapshots(areas: Sequence[int], days: Sequence[date]) -> dict[tuple[int, date], list[int]]:
    """The cells of these areas (ids) as they were known on each day; zeros where no hamlet had any yet."""
    rows = bulk.execute(_THEN, {"areas": list(areas), "days": list(days)})
    found = {(area, day): [0] * LAST_CELL for area in areas for day in days}
    return found | {(place, day): [int(n) for n in cells] for place, day, cells in rows}
