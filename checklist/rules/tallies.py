"""How a person counts in the tallies of a hamlet: pure, so that a recount gives the same rows.

A tally's key holds days instead of answers: from when the item is due for the person, and until
when the state is valid. The figures of a day follow by comparing, so time alone changes no row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from checklist.items import ITEMS
from checklist.rules.holding import Held, held_by_item
from checklist.rules.ready import ADULT_AGE, due_on
from checklist.rules.standing import Standing
from people.rules.persons import PersonFacts

# Figures are asked for days from here on; who was due before shares one row.
FIRST_DAY = date(2026, 1, 1)
_OF_AGE = date(FIRST_DAY.year - ADULT_AGE, FIRST_DAY.month, FIRST_DAY.day)
NEVER = date(9999, 12, 31)

TallyKey = tuple[int, str, str, int, date, date]  # hamlet, item, state, evidence, due on, until on
HeadKey = tuple[int, date]  # hamlet, born on (NEVER: age unknown)


def tally_key(person: PersonFacts, held: Held) -> TallyKey:
    """The row in which a person counts for one item; an unknown age is due NEVER."""
    due = max(due_on(held.item, person.born_on), FIRST_DAY) if person.born_on else NEVER
    return person.hamlet_id, held.item, held.state, int(held.evidence), due, held.expires_on or NEVER


def head_key(person: PersonFacts) -> HeadKey:
    """The row in which a person counts as a head."""
    return person.hamlet_id, max(person.born_on, _OF_AGE) if person.born_on else NEVER


def counted_rows(person: PersonFacts | None, standings: Iterable[Standing]) -> list[TallyKey]:
    """The rows in which the person counts; none for who has moved, died or left the books."""
    if person is None or not person.counted:
        return []
    return [tally_key(person, held) for held in held_by_item(standings).values()]


def latest_birth(item: str, on: date) -> date:
    """The latest birthday for which the item is due on the day."""
    age = ITEMS[item].due_age
    try:
        return on.replace(year=on.year - age)
    except ValueError:  # 29 February, and the year of birth had none
        return date(on.year - age, 2, 28)


def moved(before: Iterable[TallyKey], after: Iterable[TallyKey]) -> Mapping[TallyKey, int]:
    """By how much each row changes; rows that stay the same are left out."""
    changes: Counter[TallyKey] = Counter(after)
    changes.subtract(before)
    return {key: n for key, n in changes.items() if n}
