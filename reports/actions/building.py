"""Building files: by one worker at a time, of one moment, whole or not at all."""

from __future__ import annotations

import errno
import logging
import os
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from accounts.actions import keep_notes
from accounts.actor import Actor
from accounts.queries import actors_of, holders_at
from accounts.rules import Role
from areas.queries import path_of
from areas.queries.codes import hamlet_ids
from base import sealed
from base.errors import Refusal
from base.models import Asker
from reports.actions.paper import paper_of
from reports.actions.telling import tell_of
from reports.formats import FORMATS
from reports.models import Export
from reports.queries.copying import count_rows
from reports.queries.exports import path_of_file, usual_rows
from reports.rules.exports import (
    LIFE,
    MOST_ON_ONE_WORD,
    MOST_TRIES,
    USUALLY,
    DiskFull,
    GaveUp,
    RightEnded,
    is_unusual,
    next_try,
)
from reports.rules.papers import Named, Paper
from reports.rules.sheets import Cut
from reports.tables import TABLES

log = logging.getLogger("alarm")
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
TELL_EACH = 20_000
Tell = Callable[[int, int | None], None]


_PROGRESS = "UPDATE reports_export SET done = %s, total = COALESCE(%s, total) WHERE id = %s"


class _Overtaken(Exception):
    """Somebody was forgotten while the file was being built: it may name him."""


class _ToApprove(Exception):
    """So many persons are named that a second one must agree first."""


def build_export(*, by: Asker, export_id: UUID, at: datetime) -> bool:
    """Makes the file of an export that waits, or whose worker has died; whether this call did.

    A worker that is killed leaves a file under a name that is never served, and its lock goes with it: the
    next one begins anew, MOST_TRIES times. What is refused or cannot be written has failed, with its reason.
    """
    by.must("keep_house")
    with _alone(export_id) as tell:
        due = Export.objects.filter(
            pk=export_id, state__in=("waiting", "building"), for_approval=False, due_at__lte=at
        )
        if tell is None or not due.update(state="building", tries=F("tries") + 1, done=0, total=None):
            return False
        export = Export.objects.select_related("area__parent__parent", "asker", "approver").get(pk=export_id)
        try:
            if export.tries > MOST_TRIES:
                raise GaveUp()
            _build(export, at, tell)
        except _ToApprove:
            _ask_for_approval(export, at)
        except _Overtaken:
            path_of_file(export).unlink(missing_ok=True)
            return False
        except Refusal as refusal:
            _fail(export, refusal, at)
        except Exception as error:  # it is tried again; a fault of the house is an alarm, told without values
            if isinstance(error, OSError) and error.errno in FULL:
                _fail(export, DiskFull(), at)
            else:
                _alarm(error)
                again = at + next_try(export.tries)
                Export.objects.filter(pk=export.pk).update(state="waiting", due_at=again)
            return False
    return True


@contextmanager
def _alone(export_id: UUID) -> Iterator[Tell | None]:
    """While nobody else builds this export: how to tell of progress; None when somebody does.

    The lock is that of a session of its own, so that it ends with its worker, however that ends; progress is
    told by the same session, for the one that reads must not write.
    """
    inside = connection.in_atomic_block
    link = connection if inside else connection.copy()
    try:
        with link.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [str(export_id)])
            if not cursor.fetchone()[0]:
                yield None
                return

            def tell(rows: int, total: int | None = None) -> None:
                if not inside:
                    cursor.execute(_PROGRESS, [rows, total, export_id])

            try:
                yield tell
            finally:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [str(export_id)])
    finally:
        if not inside:
            link.close()


@contextmanager
def _one_moment() -> Iterator[None]:
    """Everything read inside is of one snapshot, and nothing is written; inside somebody's transaction it is
    as that one is."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            if outermost:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            # The task's own time limit bounds it.
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield


def _build(export: Export, at: datetime, tell: Tell) -> None:
    reader = actors_of([export.asker_id], at).get(export.asker_id)
    if reader is None or "export" not in reader.verbs:
        raise RightEnded()
    table, form = TABLES[export.table], FORMATS[export.format]
    part = path_of_file(export).with_suffix(f".{export.format}.part")
    part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _one_moment():
        reader.must(table.verb)
        sheet = table.read(reader, Cut.of_json(export.cut), export.language)
        rows = count_rows(sheet)
        if table.is_personal and export.approver_id is None and (rows or 0) > MOST_ON_ONE_WORD:
            raise _ToApprove()
        tell(0, rows)
        named = Named()
        paper = paper_of(export, table, sheet, rows, at, _now_and_then(tell), named)
        told = _write(part, path_of_file(export).name, lambda file: form.make(paper, file))
    _keep(reader, export, paper, named, part, told, at)


def _now_and_then(tell: Tell) -> Callable[[int], None]:
    """Tells of progress each TELL_EACH rows."""
    told = 0

    def perhaps(rows: int) -> None:
        nonlocal told
        if rows - told >= TELL_EACH:
            told = rows
            tell(rows, None)

    return perhaps


def _write(path: Path, name: str, make: Callable[[BinaryIO], None]) -> tuple[int, str]:
    """A new file that nobody else may read, sealed under its name and on the disk; the length and the SHA-256
    of what it says."""
    with open(path, "w+b", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        plain = sealed.create(cast(BinaryIO, file), name)
        make(cast(BinaryIO, plain))
        told = plain.finish()
        file.flush()
        os.fsync(file.fileno())
    return told


def _keep(
    by: Actor, export: Export, paper: Paper, named: Named, part: Path, told: tuple[int, str], at: datetime
) -> None:
    """The file gets its name when it is whole; then the row says so, it is noted whom it names, and its asker
    is told."""
    size, sha256 = told
    os.replace(part, path_of_file(export))
    with transaction.atomic():
        whole = Export.objects.filter(pk=export.pk, state="building").update(
            state="ready",
            done=paper.seal.rows,
            total=paper.seal.rows,
            rows=paper.seal.rows,
            bytes=size,
            sha256=sha256,
            content_sha256=paper.seal.sha256,
            snapshot_at=at,
            expires_at=at + LIFE,
        )
        if not whole:
            raise _Overtaken
        ids = hamlet_ids(named.hamlets())
        for code in named.hamlets():
            persons = ((ids[code], person) for person in named.persons(code))
            by.saw("export.build", persons, purpose=export.reason, ref=export.pk)
            keep_notes(by=by, at=at)
        tell_of(export, "file_ready", [export.asker_id], at)
    if export.is_personal and is_unusual(paper.seal.rows, usual_rows(export, at - USUALLY)):
        log.warning("unusually long list: export %s", export.pk)


def _fail(export: Export, refusal: Refusal, at: datetime) -> None:
    path_of_file(export).with_suffix(f".{export.format}.part").unlink(missing_ok=True)
    text = refusal.message(export.language)[:300]
    with transaction.atomic():
        Export.objects.filter(pk=export.pk).update(state="failed", failure=refusal.code, failure_text=text)
        tell_of(export, "file_failed", [export.asker_id], at)


def _ask_for_approval(export: Export, at: datetime) -> None:
    """Those who answer for the area, or for one above it, are asked; never the asker himself."""
    admins = set(holders_at(path_of(export.area), [Role.AREA_ADMIN], at)) - {export.asker_id}
    with transaction.atomic():
        Export.objects.filter(pk=export.pk).update(state="waiting", for_approval=True, tries=0)
        tell_of(export, "file_to_approve", sorted(admins), at)


def _alarm(error: Exception) -> None:
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{frame.filename}:{frame.lineno}:{frame.name}" for frame in frames[-12:]]
    log.error("alarm", extra={"error": type(error).__name__, "where": where})
