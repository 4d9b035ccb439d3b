"""Readiness of a person and of a household on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from checklist.items import ITEMS, PILLARS, Item, item_on
from checklist.rules.holding import held_by_item, is_ready
from checklist.rules.standing import Standing
from people.rules.persons import ADULT_AGE, counted_birth

__all__ = [
    "ADULT_AGE",
    "Readiness",
    "counted_birth",
    "due_items",
    "due_on",
    "household_is_ready",
    "readiness",
    "turns_on",
]


@dataclass(frozen=True, slots=True)
class Readiness:
    """How far a person is on a day.

    `countable`: the age is known; who is not countable is shown apart, never in a rate. `due`: the pillars
    expected at that age; `ready`: those of them that are held; `stage`: how many of the four are held, due or
    not. `is_ready`: something is due and all of it is held, so a small child is neither ready nor lacking.
    """

    on: date
    countable: bool
    due: list[str]
    ready: list[str]
    stage: int
    is_ready: bool
    is_adult: bool


def turns_on(born_on: date, age: int) -> date:
    """The day on which the age is reached. Born on 29 February: 1 March in a year that has no 29th."""
    try:
        return born_on.replace(year=born_on.year + age)
    except ValueError:
        return date(born_on.year + age, 3, 1)


def due_on(item: str | Item, born_on: date) -> date:
    """The day from which the item is expected of the person, by its newest rule or by the version given."""
    rule = ITEMS[item] if isinstance(item, str) else item
    return turns_on(born_on, rule.due_age)


def due_items(born_on: date, on: date) -> list[str]:
    """The pillars expected of the person on the day, under the rules of that day, in order."""
    rules = ((code, item_on(code, on)) for code in PILLARS)
    return [code for code, rule in rules if rule is not None and due_on(rule, born_on) <= on]


def readiness(born_on: date | None, standings: Iterable[Standing], on: date) -> Readiness:
    """How far the person is on the day, by all the standings of the person; `born_on` by `counted_birth`."""
    holds = held_by_item(standings, on)
    due = [] if born_on is None else due_items(born_on, on)
    has = [code for code in PILLARS if is_ready(holds.get(code), on)]
    ready = [code for code in due if code in has]
    return Readiness(
        on=on,
        countable=born_on is not None,
        due=due,
        ready=ready,
        stage=len(has),
        is_ready=bool(due) and ready == due,
        is_adult=born_on is not None and turns_on(born_on, ADULT_AGE) <= on,
    )


def household_is_ready(members: Iterable[tuple[bool, Readiness]]) -> bool:
    """True when every present adult of the household is ready, and there is one.

    `members` are (is the person present, readiness). Who is away, moved or deceased does not count. A present
    person whose age is unknown may be an adult: the household is not called ready until the age is known,
    unless that person has all four.
    """
    adults = [r for present, r in members if present and (r.is_adult or not r.countable)]
    return any(r.is_adult for r in adults) and all(r.is_ready or _has_all(r) for r in adults)


def _has_all(readiness: Readiness) -> bool:
    return readiness.stage == len(PILLARS)
