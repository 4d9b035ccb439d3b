"""Keeping each day's figures as they were known when it ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db import connection, transaction

from areas.queries import list_hamlet_ids
from base import bulk
from base.days import day_of
from base.models import Asker
from checklist.queries import sum_tallies
from checklist.queries.then import cells_then, hamlets_changed_after
from checklist.rules.tallies import FIRST_DAY
from reports.queries.snapshots import last_cells, last_snapshot_day
from reports.rules.days import end_of, missed_days

_BATCH = 500  # hamlets at a time, so that a country is never in memory


def take_snapshots(*, by: Asker, at: datetime) -> list[date]:
    """Keeps the figures of every day that is over and was not kept, the earliest first; returns these days.

    May be run at any time and any number of times: a day is kept once, and holds what had come in by its end.
    """
    by.must("keep_house")
    days = [day for day in missed_days(last_snapshot_day(), day_of(at)) if day >= FIRST_DAY]
    for day in days:
        _keep(day, at)
    return days


def _keep(day: date, at: datetime) -> None:
    """One day, of one moment of the database: what comes in while we count is none of it. Of two workers the
    second leaves it to the first."""
    until, alone = end_of(day), not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if alone:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('reports_snapshot'))")
        if not cursor.fetchone()[0]:
            return
        changed = hamlets_changed_after(until)
        made = bulk.insert(
            "reports_snapshotday",
            {"day": "date", "taken_at": "timestamptz", "recounted": "integer"},
            [{"day": day, "taken_at": at, "recounted": len(changed)}],
            on_conflict="ON CONFLICT (day) DO NOTHING",
        )
        for hamlets in _batches(list_hamlet_ids() if made else []):
            _keep_hamlets(hamlets, day, changed, until)


def _keep_hamlets(hamlets: Sequence[int], day: date, changed: set[int], until: datetime) -> None:
    """A row for each hamlet whose figures are not those kept last."""
    cells = sum_tallies(hamlets, day)
    for anew in _batches([hamlet for hamlet in hamlets if hamlet in changed], 20):
        cells |= cells_then(anew, day, until)
    before = last_cells(hamlets, day)
    rows = [
        {"hamlet_id": hamlet, "day": day, "cells": [int(n) for n in found]}
        for hamlet, found in cells.items()
        if found != before.get(hamlet, [0] * len(found))
    ]
    bulk.insert("reports_snapshot", {"hamlet_id": "bigint", "day": "date", "cells": "integer[]"}, rows)


def _batches(ids: Sequence[int], size: int = _BATCH) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
