"""One worker at a time, one moment, whole or not at all: with real connections and a real death."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from base.models import SYSTEM
from people.actions import NewHousehold, NewPerson, register_households
from reports.actions import build_export, building
from reports.models import Export
from reports.queries.exports import path_of_file
from reports.rules.sheets import Cut, Sheet
from reports.tables import TABLES
from tests.live import ROOT, address_of
from tests.reports.exporting import ask, folder, plain, table_of
from tests.together import together
from tests.village import AT, COMMUNE, UPPER, an_id, calling

pytestmark = pytest.mark.usefixtures("committed", "folder")
__all__ = ["folder"]

# A worker that has written a part of the file, says so, and stays there until it is killed.
SLOW_WORKER = """
import sys, time, django
django.setup()
from datetime import datetime
from uuid import UUID
from base.models import SYSTEM
from reports.actions import build_export
from tests.reports.exporting import table_of

def rows(some):
    yield from some
    print("halfway", flush=True)
    time.sleep(600)

with table_of(3000, is_personal=False, pace=rows):
    build_export(by=SYSTEM, export_id=UUID(sys.argv[1]), at=datetime.fromisoformat(sys.argv[2]))
"""


def an_export(**more: Any) -> Export:
    told = ask(calling("dung"), **more)
    assert told.status == 202, told.json
    return Export.objects.get(pk=told.json["id"])


def build(export: Export, at: datetime | None = None) -> bool:
    return build_export(by=SYSTEM, export_id=export.pk, at=at or export.due_at)


def slow_worker(export: Export, folder: Path) -> subprocess.Popen[str]:
    name = connection.settings_dict["NAME"]
    env = {**os.environ, "DATABASE_URL": address_of(name), "REDIS_URL": settings.REDIS_URL}
    env |= {"EXPORTS_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings"}
    words = [sys.executable, "-c", SLOW_WORKER, str(export.pk), export.due_at.isoformat()]
    return subprocess.Popen(words, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)


def test_a_worker_killed_in_the_middle_leaves_no_file_and_another_makes_it(folder: Path) -> None:
    with table_of(3000, is_personal=False):
        export = an_export(table="people_here")
        worker = slow_worker(export, folder)
        try:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "halfway\n"
            assert [path.suffix for path in folder.iterdir()] == [".part"]
            assert calling("dung").get(f"reports/exports/{export.pk}").json["file"] is None
            assert not build(export), "two workers never make one file"
            export.refresh_from_db()
            assert (export.state, export.tries) == ("building", 1)
        finally:
            worker.send_signal(signal.SIGKILL)
            worker.communicate()
        assert _until_free(export)
    export.refresh_from_db()
    assert (export.state, export.tries, export.rows) == ("ready", 2, 3000)
    [file] = folder.iterdir()
    assert file.name == f"{export.pk}.csv"
    assert plain(file).count(b"\r\n") > 3000


def test_whoever_waits_sees_how_far_his_file_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "TELL_EACH", 1000)
    seen: list[Any] = []

    def look() -> None:
        seen.append(calling("dung").get(f"reports/exports/{export.pk}").json)
        connection.close()

    def rows(some: list[Any]) -> Iterator[Any]:
        yield from some[:2500]
        waiter = Thread(target=look)
        waiter.start()
        waiter.join(30)
        yield from some[2500:]

    with table_of(3000, is_personal=False, pace=rows):
        export = an_export(table="people_here")
        assert build(export)
    [halfway] = seen
    assert (halfway["state"], halfway["progress"]) == ("building", {"done": 2000, "total": 3000})
    assert (halfway["file"], halfway["rows"]) == (None, None)
    done = calling("dung").get(f"reports/exports/{export.pk}").json
    assert (done["state"], done["progress"]) == ("ready", {"done": 3000, "total": 3000})


def _until_free(export: Export) -> bool:
    """Built as soon as PostgreSQL has noticed that the worker's session is gone."""
    deadline = datetime.now(UTC) + timedelta(seconds=30)
    while datetime.now(UTC) < deadline:
        if build(export):
            return True
    return False


WRITERS = 20


def twenty_move_in(name: str) -> None:
    """Twenty new neighbours at once, each by a connection of its own, committed."""

    def mover(number: int) -> Callable[[], Any]:
        person = NewPerson(
            id=an_id(f"{name} {number}"), full_name="Lê Thị Mới", birth_year=1990, relation="head"
        )
        home = NewHousehold(id=an_id(f"home of {name} {number}"), hamlet=UPPER, persons=[person])
        return lambda: register_households(by=SYSTEM, households=[home], at=AT)

    outcomes = together(*(mover(number) for number in range(WRITERS)))
    assert [receipt.state for [receipt] in outcomes] == ["applied"] * WRITERS


def counted_twice() -> tuple[list[Any], list[Any], list[Any]]:
    """The rows of a file that reads its figures as the screen does, lets others move in, and reads them
    again; and what the file says after a third time."""
    seen: list[list[Any]] = []

    def read(by: Any, cut: Cut, language: str) -> Sheet:
        for name in ("first", "second"):
            seen.append([list(row) for row in TABLES["coverage"].read(by, cut, language).rows])
            twenty_move_in(f"{name} {len(seen)}")
        return TABLES["coverage"].read(by, cut, language)

    with table_of(0, is_personal=False, read=read, columns=TABLES["coverage"].columns):
        export = an_export(table="people_here")
        assert build(export)
    body = plain(path_of_file(export)).decode("utf-8-sig")
    lines = [line for line in csv.reader(io.StringIO(body), delimiter=";") if line[0] != "#"][1:]
    return *(_figures(rows) for rows in seen), [(line[0], *map(int, line[3:5])) for line in lines]


def _figures(rows: list[list[Any]]) -> list[Any]:
    return [(row[0], row[4], row[5]) for row in rows]


def on_screen() -> list[Any]:
    rows = calling("dung").get("reports/coverage", area=COMMUNE, on="2026-11-02").json["rows"]
    return [(row["key"], row["due"], row["ready"]) for row in rows]


def test_X_01_a_file_is_of_one_moment_while_twenty_others_write() -> None:
    screen = on_screen()
    before, later, file = counted_twice()
    assert before == later == file == screen
    assert on_screen() != screen, "the others have moved in"


def test_X_01_control_without_one_snapshot_it_would_be_torn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "_one_moment", transaction.atomic)
    before, later, file = counted_twice()
    assert before != later != file


def test_the_transaction_that_reads_cannot_write() -> None:
    def read(by: Any, cut: Cut, language: str) -> Sheet:
        Export.objects.update(tries=0)
        raise AssertionError("written")

    with table_of(0, is_personal=False, read=read):
        export = an_export(table="people_here")
        assert not build(export)
    export.refresh_from_db()
    assert (export.state, export.tries) == ("waiting", 1)
