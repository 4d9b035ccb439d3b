"""How a person counts in the tallies of a hamlet: pure, so that a recount gives the same numbers.

A person is a few steps: from a day on, a cell holds one more, or one less. The figures of a day are the sum
of the steps up to it, so time alone changes no row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from checklist.items import ITEMS
from checklist.rules.cells import CELLS, OF_AGE, UNKNOWN_AGE
from checklist.rules.holding import Held, held_by_item
from checklist.rules.ready import due_on, turns_on
from checklist.rules.standing import Standing
from people.rules.persons import PersonFacts

# Figures are asked for days from here on; whatever was so before is so from this day.
FIRST_DAY = date(2026, 1, 1)

StepKey = tuple[int, date, int]  # hamlet, from this day on, cell
Step = tuple[StepKey, int]


def head_steps(person: PersonFacts | None) -> list[Step]:
    """A person as a head; none for who has moved, died or left the books."""
    if person is None or not person.counted:
        return []
    born = person.born_on
    if born is None:
        return [((person.hamlet_id, FIRST_DAY, UNKNOWN_AGE), 1)]
    return [
        ((person.hamlet_id, max(turns_on(born, age), FIRST_DAY), cell), 1) for age, cell in OF_AGE.items()
    ]


def item_steps(person: PersonFacts | None, standings: Iterable[Standing]) -> list[Step]:
    """What the person holds of each item; none for who does not count, or whose age is unknown."""
    if person is None or not person.counted or person.born_on is None:
        return []
    hamlet, born = person.hamlet_id, person.born_on
    return [
        ((hamlet, day, cell), n)
        for held in held_by_item(standings).values()
        for day, cell, n in _steps(held, max(due_on(held.item, born), FIRST_DAY))
    ]


def _steps(held: Held, due: date) -> list[tuple[date, int, int]]:
    """In a state from the day on which it is due; ready until the last day on which that is valid."""
    steps = [(due, CELLS[held.item, held.state], 1)]
    last = held.expires_on or date.max
    if ITEMS[held.item].is_ready_state(held.state) and last >= due:
        ready = CELLS[held.item, held.evidence.code]
        steps.append((due, ready, 1))
        if last < date.max:
            steps.append((last + timedelta(days=1), ready, -1))
    return steps


def moved(before: Iterable[Step], after: Iterable[Step]) -> Mapping[StepKey, int]:
    """By how much each step changes; those that stay the same are left out."""
    changes: Counter[StepKey] = Counter()
    for key, n in after:
        changes[key] += n
    for key, n in before:
        changes[key] -= n
    return {key: n for key, n in changes.items() if n}
