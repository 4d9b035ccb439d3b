"""A task may come twice, or twice as often: what it has done once it does not do again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from base.models import SYSTEM
from config.celery import app
from notices.actions import enqueue
from notices.models import Notice
from reports.models import Export, Release, Schedule, SnapshotDay
from sync.models import Receipt
from tests import told
from tests.house.routes import things
from tests.reports.exporting import ask, folder
from tests.village import AT, an_id, calling

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder"), pytest.mark.long]
__all__ = ["folder"]


@pytest.fixture(autouse=True)
def outside(tmp_path: Path, settings: Any) -> None:
    """What is written beside the database lies in a folder of this story."""
    settings.AUDIT_HEADS_DIR, settings.ERASURES_FILE = tmp_path / "heads", tmp_path / "erased"


def work_to_do() -> None:
    """Something for each: requests, files, regular reports, notices, held work, days that are over."""
    things()
    Schedule.objects.update(last_on="2026-10-01")
    assert ask(calling("dung")).status == 202
    assert ask(calling("dung"), format="xlsx").status == 202
    link = {"link": "/", "language": "vi", "at": AT}
    enqueue(by=SYSTEM, to=[an_id("dung")], kind="file_ready", subject=an_id("x"), about="x", **link)


def tasks() -> Iterator[tuple[str, Callable[[], Any]]]:
    """Every task of the house with what it is told."""
    app.loader.import_default_modules()
    exports = [str(pk) for pk in Export.objects.filter(state="waiting").values_list("pk", flat=True)]
    for name, task in sorted(app.tasks.items()):
        if name == "reports.tasks.build_export":
            yield name, lambda: [app.tasks["reports.tasks.build_export"](pk) for pk in exports]
        elif not name.startswith("celery."):
            yield name, task


def changed_by(again: Callable[[], Any]) -> list[str]:
    """The tables in which a row is not what it was."""
    before = rows()
    again()
    after = rows()
    return sorted(table for table in before if before[table] != after[table])


def rows() -> dict[str, list[bytes]]:
    """In whatever order; when held work was looked at last is no matter."""
    Receipt.objects.filter(state="held").update(tried_at=AT)
    return {table: sorted(text.splitlines()) for table, text in told.rows().items()}


def test_every_task_is_idempotent() -> None:
    work_to_do()
    names = [name for name, _ in tasks()]
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} < set(names)
    busy = [name for name, task in tasks() if changed_by(task)]
    assert len(busy) > 5, "they had something to do"
    assert {export.state for export in Export.objects.filter(schedule=None)} <= {"ready", "failed", "waiting"}
    assert SnapshotDay.objects.exists()
    assert Release.objects.exists()
    for _ in range(3):
        for _, task in tasks():
            task()  # what one of them has left to another
    assert once_more() == {}


def once_more() -> dict[str, list[str]]:
    """The tasks that change something all the same, and where; within one hour, for each has its own work."""
    began = datetime.now(UTC).hour
    found = {name: tables for name, task in tasks() if (tables := changed_by(task))}
    return found if datetime.now(UTC).hour == began else once_more()


def test_control_a_task_that_does_it_again_is_found() -> None:
    def tell() -> None:
        given = {"to_id": an_id("dung"), "kind": "file_ready", "subject": an_id(f"{Notice.objects.count()}")}
        given |= {"about": "x", "link": "/", "language": "vi", "state": "waiting", "tries": 0}
        Notice.objects.create(**given, made_at=AT, due_at=AT)

    tell()
    assert changed_by(tell) == ["notices_notice"]
