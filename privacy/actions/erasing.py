"""Erasure across all rooms, and the ledger of it that lies outside the database, too."""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from base.errors import NotFound
from base.models import Asker
from base.registry import plug
from base.scope import widened
from people.actions import (
    Erased,
    forget_persons,
    lift_restrictions,
    remember_forgotten,
    restrict_persons,
)
from people.queries import places_of
from people.queries.forgotten import list_forgotten, places_left, still_kept
from privacy.models import Code, Request
from privacy.rules import OPEN, State

Line = tuple[UUID, str, datetime]


@transaction.atomic
def forget(*, by: Asker, persons: Collection[UUID], at: datetime) -> Erased:
    """Erases persons everywhere: facts, consents, history, held work, files, codes. The statistics stay, and
    the audit log keeps a number that is nobody's. Refuses a person out of the asker's place."""
    by.must("answer_request")
    _must_hold(by, persons)
    return erase(by=by, persons=persons, at=at)


@transaction.atomic
def restrict(*, by: Asker, person: UUID, at: datetime) -> None:
    """Keeps what there is of a person, out of lists, figures, files and phones until it is lifted; again does
    nothing. Refuses a person out of the asker's place."""
    by.must("answer_request")
    _must_hold(by, [person])
    with widened():  # where he was before, too
        left = places_left([person])
        hamlets = restrict_persons(by=by, persons=[person], at=at)
        plug("privacy.forget_files")(by=by, hamlets=hamlets | left, at=at)


@transaction.atomic
def lift(*, by: Asker, person: UUID, at: datetime) -> None:
    """He wishes it again: everything is as it was kept. Refuses who is not restricted like who is not there,
    and who lives out of the asker's place now."""
    by.must("answer_request")
    _must_hold(by, [person])
    with widened():  # his household may have moved
        if not lift_restrictions(by=by, persons=[person], at=at):
            raise NotFound(path="person")
        _must_hold(by, [person])


def _must_hold(by: Asker, persons: Collection[UUID]) -> None:
    for place in places_of(persons).values():
        if not by.holds("answer_request", *place.path):
            raise NotFound(path="person")


def erase(*, by: Asker, persons: Collection[UUID], at: datetime) -> Erased:
    """The same for who has asked for the right already; in the caller's transaction."""
    by.must("record")
    with widened():  # what others wrote of them lies beyond the asker's places, too
        return _erase(by, persons, at)


def _erase(by: Asker, persons: Collection[UUID], at: datetime) -> Erased:
    left = places_left(persons)
    erased = forget_persons(by=by, persons=persons, at=at)
    if erased.persons:
        plug("privacy.forget_said")(by=by, records=erased.records)
        plug("privacy.forget_files")(by=by, hamlets=erased.hamlets | left, at=at)
        Code.objects.filter(person__in=erased.persons).delete()
        mine = Request.objects.filter(person__in=erased.persons)
        mine.filter(Q(state__in=OPEN)).update(state=State.DONE, ended_at=at, wanted=None)
        lines = [(pk, "person", at) for pk in erased.persons]
        lines += [(pk, "household", at) for pk in erased.households]
        transaction.on_commit(lambda: _write_ledger(lines), robust=True)
    return erased


def replay_erasures(*, by: Asker, at: datetime) -> int:
    """Brings the ledger in the database and the one outside it to say the same, and erases again whom a
    backup has brought back; returns how many persons that were."""
    by.must("keep_house")
    outside = read_ledger()
    remember_forgotten(by=by, entries=outside)
    known = {line[0] for line in outside}
    _write_ledger([line for line in list_forgotten() if line[0] not in known])
    persons, _ = still_kept([line[0] for line in list_forgotten()])
    with transaction.atomic():
        return len(erase(by=by, persons=persons, at=at).persons) if persons else 0


def ledger_path() -> Path:
    """Where the ledger outside the database lies: it belongs on another disk than the database's."""
    return Path(settings.ERASURES_FILE)


def read_ledger() -> list[Line]:
    """The lines of the file; one that was not written by this house, or cut off, is left out."""
    path = ledger_path()
    found = []
    for text in path.read_text(encoding="ascii").splitlines() if path.exists() else []:
        said, _, proof = text.rpartition(" ")
        if hmac.compare_digest(_proof(said), proof):
            record, kind, at = json.loads(said)
            found.append((UUID(record), kind, datetime.fromisoformat(at)))
    return found


def _write_ledger(lines: Sequence[Line]) -> None:
    """Ids and moments, no names; each line under the house's own proof, on the disk before this returns."""
    if not lines:
        return
    path = ledger_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    said = [json.dumps([str(record), kind, at.isoformat()]) for record, kind, at in lines]
    text = "".join(f"{one} {_proof(one)}\n" for one in said)
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="ascii"
    ) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _proof(said: str) -> str:
    return hmac.digest(settings.SECRET_KEY.encode(), b"erasure" + said.encode(), "sha256").hex()
