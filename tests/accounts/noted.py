"""What the log of access holds, for the stories about it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.actions import Verdict, seal_notes, verify_audit
from accounts.models import AccessNote
from base.models import SYSTEM


def now() -> datetime:
    return datetime.now(UTC)


def notes(**which: Any) -> list[AccessNote]:
    """The notes, oldest first; without those by which the village was built."""
    return list(AccessNote.objects.filter(**which).exclude(user=None).order_by("id"))


def told(note: AccessNote) -> tuple[str, UUID | None, set[UUID]]:
    """What was done, by whom, of whom."""
    return note.act, note.user_id, set(note.subjects)


def seal() -> int:
    return seal_notes(by=SYSTEM, at=now())


def verify() -> Verdict:
    return verify_audit(by=SYSTEM, at=now())


def tamper(*statements: str) -> None:
    """As somebody who owns the database, and puts the triggers aside."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET session_replication_role = DEFAULT")


# A deed and its note were written by one transaction: they bear its number.
_ALONE = """
SELECT (SELECT count(*) FROM checklist_observation deed WHERE NOT EXISTS (
    SELECT FROM accounts_accessnote note WHERE note.xmin = deed.xmin AND deed.person_id = ANY(note.subjects)
)) + (SELECT count(*) FROM checklist_visit deed WHERE NOT EXISTS (
    SELECT FROM accounts_accessnote note
    WHERE note.xmin = deed.xmin AND deed.household_id = ANY(note.subjects)
)) + (SELECT count(*) FROM accounts_accessnote note WHERE act = 'observation.record' AND NOT EXISTS (
    SELECT FROM checklist_observation deed WHERE note.xmin = deed.xmin AND deed.person_id = ANY(note.subjects)
)) + (SELECT count(*) FROM accounts_accessnote note WHERE act = 'visit.record' AND NOT EXISTS (
    SELECT FROM checklist_visit deed WHERE note.xmin = deed.xmin AND deed.household_id = ANY(note.subjects)
))
"""


def alone() -> int:
    """How many deeds have no note of their transaction, and how many notes no deed; before anybody moves."""
    with connection.cursor() as cursor:
        cursor.execute(_ALONE)
        return int(cursor.fetchone()[0])
