"""While others write: a day is kept as of one moment, two workers keep it once, and a list of persons is read
to its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction

from areas.queries import list_hamlet_ids
from base.models import SYSTEM
from checklist.queries import sum_tallies
from reports.actions import snapshots
from reports.actions.snapshots import take_snapshots
from reports.models import SnapshotDay
from reports.queries.snapshots import sum_snapshots
from reports.rules import Cut
from reports.rules.days import end_of
from reports.tables import TABLES
from tests.reports.figures import tell
from tests.village import COMMUNE, TODAY, actor

pytestmark = pytest.mark.usefixtures("committed")
NIGHT = end_of(TODAY) + timedelta(minutes=15)


def beside(act: Callable[[], object]) -> None:
    """Does something by another connection, committed before this returns."""

    def run() -> None:
        act()
        connection.close()

    other = Thread(target=run)
    other.start()
    other.join(30)


def record() -> None:
    tell(("lan", "identity", "level2_active", {}), at=NIGHT)


def test_what_is_recorded_while_a_day_is_kept_is_none_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between looking for hamlets that changed and summing the others somebody writes in one of them."""
    hamlets = list_hamlet_ids()
    before = sum_tallies(hamlets, TODAY)

    def summing(areas: Sequence[int], on: date) -> Any:
        beside(record)
        return sum_tallies(areas, on)

    monkeypatch.setattr(snapshots, "sum_tallies", summing)
    assert take_snapshots(by=SYSTEM, at=NIGHT) == [TODAY]
    kept = {area: cells for (area, _), cells in sum_snapshots(hamlets, [TODAY]).items()}
    assert kept == before
    assert sum_tallies(hamlets, TODAY) != before, "it was written meanwhile"


def test_of_many_moments_it_would_be_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same in a transaction that sees each statement's moment."""
    hamlets = list_hamlet_ids()
    before = sum_tallies(hamlets, TODAY)

    def summing(areas: Sequence[int], on: date) -> Any:
        beside(record)
        return sum_tallies(areas, on)

    monkeypatch.setattr(snapshots, "sum_tallies", summing)
    with transaction.atomic():
        take_snapshots(by=SYSTEM, at=NIGHT)
    kept = {area: cells for (area, _), cells in sum_snapshots(hamlets, [TODAY]).items()}
    assert kept != before


def test_of_two_workers_the_second_leaves_the_day_to_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    def summing(areas: Sequence[int], on: date) -> Any:
        monkeypatch.setattr(snapshots, "sum_tallies", sum_tallies)
        beside(lambda: take_snapshots(by=SYSTEM, at=NIGHT))
        return sum_tallies(areas, on)

    monkeypatch.setattr(snapshots, "sum_tallies", summing)
    take_snapshots(by=SYSTEM, at=NIGHT)
    assert SnapshotDay.objects.count() == 1


def test_a_list_that_was_begun_is_read_to_its_end_without_a_transaction() -> None:
    sheet = TABLES["register"].read(actor("dung"), Cut(COMMUNE, TODAY), "vi")
    names = {row[5] for row in sheet.rows}
    assert names == {"Nguyễn Thị Lan", "Đặng Văn Hùng", "Đặng Ngọc Mai", "Trần Văn Tâm"}
