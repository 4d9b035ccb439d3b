"""Figures as they were known at some moment, counted anew from what had come in by then."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from base import bulk
from checklist.items import ITEMS
from checklist.queries.facts import list_facts
from checklist.rules import Observation, standings_of
from checklist.rules.cells import LAST_CELL
from checklist.rules.tallies import head_steps, item_steps
from people.queries.then import facts_then
from people.queries.then import hamlets_changed_after as hamlets_with_other_persons

_CHANGED = "SELECT DISTINCT hamlet_id FROM checklist_observation WHERE recorded_at > %(until)s"


def hamlets_changed_after(until: datetime) -> set[int]:
    """The hamlets whose figures of an earlier day are known otherwise now than at that moment."""
    observed = {hamlet for (hamlet,) in bulk.execute(_CHANGED, {"until": until})}
    return observed | hamlets_with_other_persons(until)


def cells_then(hamlets: Collection[int], on: date, until: datetime) -> dict[int, list[int]]:
    """The cells of the day (as checklist.queries.sum_tallies gives them) by what had come in by then."""
    persons = facts_then(hamlets, until)
    said: dict[UUID, list[Observation]] = defaultdict(list)
    for fact in list_facts(persons=[person.id for person in persons], items=list(ITEMS), ids=[]).values():
        if fact.recorded_at <= until:
            said[fact.person].append(fact.said)
    counted: Counter[tuple[int, int]] = Counter()
    for person in persons:
        for (hamlet, day, cell), n in (
            *head_steps(person),
            *item_steps(person, standings_of(said[person.id]).values()),
        ):
            counted[hamlet, cell] += n * (day <= on)
    return {hamlet: [counted[hamlet, cell] for cell in range(1, LAST_CELL + 1)] for hamlet in hamlets}
