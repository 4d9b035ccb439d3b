"""What is known of persons, and the figures, follow what happens to them; a recount proves that they did."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from areas.actions import take_revisions
from base import bulk
from base.models import Asker
from checklist.actions.write import move_on, write_tallies
from checklist.queries import kept_figures, list_standings, recount
from checklist.rules.tallies import Step, head_steps, item_steps, moved
from people.rules.persons import PersonChange

log = logging.getLogger("alarm")


def follow_persons(*, by: Asker, changes: Sequence[PersonChange], at: datetime) -> None:
    """Moves the tallies for persons who came, changed, moved or left (plug
    `people.persons_changed`); runs in the caller's transaction, under the hamlets' locks."""
    by.must("record")
    observed = {change.before.id for change in changes if change.before}
    standings = list_standings(list(observed)) if observed else {}
    before: list[Step] = []
    after: list[Step] = []
    for change in changes:  # one person may change several times in a batch
        for person, steps in ((change.before, before), (change.after, after)):
            if person:
                steps += head_steps(person) + item_steps(person, standings.get(person.id, ()))
    write_tallies(moved(before, after))


_MOVES = """
WITH persons AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(persons)s::json) AS given(id uuid, hamlet_id bigint, revision bigint)
), standings AS (
    UPDATE checklist_standing AS kept SET hamlet_id = persons.hamlet_id, revision = persons.revision
    FROM persons WHERE kept.person_id = persons.id
), observations AS (
    UPDATE checklist_observation AS kept SET hamlet_id = persons.hamlet_id, revision = persons.revision
    FROM persons WHERE kept.person_id = persons.id
)
UPDATE checklist_visit AS kept SET hamlet_id = given.hamlet_id, revision = given.revision
FROM json_to_recordset(%(households)s::json) AS given(id uuid, hamlet_id bigint, revision bigint)
WHERE kept.household_id = given.id
"""


def follow_moves(*, by: Asker, moves: Sequence[tuple[UUID, Iterable[UUID], int, int]], at: datetime) -> None:
    """Takes along what is known of households that moved and of their persons: each move is the household,
    its persons, the hamlet that gained them and the revision there (plug `people.persons_moved`).

    Runs in the caller's transaction, under the hamlets' locks. Whose work it was is never changed.
    """
    by.must("move")
    households, persons = [], []
    for household, members, hamlet, revision in moves:
        place = {"hamlet_id": hamlet, "revision": revision}
        households.append({"id": household, **place})
        persons += [{"id": person, **place} for person in members]
    if households:
        rows = {"households": bulk.rows_of(households), "persons": bulk.rows_of(persons)}
        bulk.execute(_MOVES, rows)


def audit_tallies(*, by: Asker, hamlets: Iterable[int], on: date) -> int:
    """Recounts hamlets from their observations; returns how many rows differ, and raises the alarm.
    Moves their tallies on to the day, which changes no figure: it leaves few steps to be summed."""
    by.must("keep_house")
    wrong = 0
    for hamlet_id in hamlets:
        with transaction.atomic():
            take_revisions(by=by, counts={hamlet_id: 0})  # takes none, but locks the hamlet
            wrong += recount(hamlet_id).differences(kept_figures(hamlet_id))
            move_on(hamlet_id, on)
    if wrong:
        log.error("tallies differ from a recount in %d rows", wrong)
    return wrong


def move_tallies_on(*, by: Asker, hamlets: Sequence[int], on: date) -> None:
    """Makes the tallies of hamlets those of the day, which changes no figure: nothing between is left to be
    summed. A few at a time, so that no writer waits long; again does nothing."""
    by.must("keep_house")
    for first in range(0, len(hamlets), _AT_ONCE):
        some = hamlets[first : first + _AT_ONCE]
        with transaction.atomic():
            take_revisions(by=by, counts=dict.fromkeys(some, 0))  # takes none, but locks them
            for hamlet_id in some:
                move_on(hamlet_id, on)


_AT_ONCE = 50
