"""What the stories of the figures share: counting anew, and taking back what an example did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings as house
from django.db import transaction
from hypothesis import Phase, settings
from msgspec import UNSET

from areas.models import Area, Feed
from base.models import SYSTEM, new_id
from checklist.actions import NewObservation
from checklist.items import ITEMS
from checklist.models import Observation, Visit
from checklist.queries import kept_figures, list_standings, recount
from checklist.rules import Evidence, Standing, standings_of
from checklist.rules import Observation as Said
from checklist.rules.cells import CELLS, OF_AGE, UNKNOWN_AGE
from people.actions import NewHousehold, NewPerson, register_households
from people.models import Household, Person
from tests.village import AT, FAR, LOWER, TODAY, UPPER, agreed, hamlet_id

HAMLETS = (UPPER, LOWER, FAR)
Standings = dict[tuple[str, str], Standing]

# No shrinking: a failure shows its drawn history, and the same examples come every time.
bounded = settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
)


def all_hamlets() -> list[int]:
    return list(Area.objects.filter(level="hamlet").values_list("pk", flat=True))


def feed_of(code: str) -> int:
    """The last revision that the hamlet handed out."""
    return Feed.objects.get(hamlet__code=code).revision


def differences(hamlets: Iterable[int] | None = None) -> int:
    """In how many rows the figures kept differ from a recount."""
    return sum(
        recount(pk).differences(kept_figures(pk)) for pk in (all_hamlets() if hamlets is None else hamlets)
    )


def cells_of(code: str, on: date = date.max) -> dict[int, int]:
    """The cells kept of a hamlet, as of a day; on the last of all days everybody is old enough."""
    return kept_figures(hamlet_id(code)).on(on)


def states_of(code: str, item: str, on: date = date.max) -> dict[str, int]:
    """How many are in each state of an item."""
    cells = cells_of(code, on)
    return {state: cells[CELLS[item, state]] for state in ITEMS[item].ranks if CELLS[item, state] in cells}


def counted(code: str) -> int:
    """How many states are counted in a hamlet, of all items together; of nobody whose age is unknown."""
    return sum(n for item in ITEMS for n in states_of(code, item).values())


def heads(code: str) -> int:
    """How many persons are counted in a hamlet."""
    cells = cells_of(code)
    return cells.get(UNKNOWN_AGE, 0) + cells.get(OF_AGE[18], 0)


def stored_revisions(hamlet: int) -> list[int]:
    """The revisions of all rows in the feed of a hamlet."""
    found: list[int] = []
    for model in (Observation, Visit, Person, Household):
        found += model._default_manager.filter(hamlet_id=hamlet).values_list("revision", flat=True)
    return found


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done inside is taken back at the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


NEIGHBOURS = {UPPER: "lan", LOWER: "tam", FAR: "thu"}


def move_in(hamlet: str, births: Sequence[date | int | None]) -> list[UUID]:
    """A household with a person for each birth (a day, a year, or unknown); returns the persons' ids."""
    persons = [
        NewPerson(
            id=new_id(),
            full_name="Nguyễn Văn Mới",
            birth_date=born if isinstance(born, date) else None,
            birth_year=born if isinstance(born, int) else None,
            # For a minor a neighbour agreed, so that he may be recorded.
            consent=agreed(new_id(), by=NEIGHBOURS[hamlet]) if _is_minor(born) else UNSET,
        )
        for born in births
    ]
    home = NewHousehold(id=new_id(), hamlet=hamlet, persons=persons)
    [receipt] = register_households(by=SYSTEM, households=[home], at=AT)
    assert receipt.state == "applied"
    return [person.id for person in persons]


def _is_minor(born: date | int | None) -> bool:
    year = born.year if isinstance(born, date) else born
    return year is not None and year >= TODAY.year - house.MINOR_UNDER


def said(new: NewObservation, **more: Any) -> Said:
    """The same as the pure rules know it."""
    return Said(
        id=new.id,
        item=new.item,
        kind=new.kind,
        state=new.state,
        evidence=Evidence.of(new.evidence),
        observed_at=new.observed_at,
        expires_on=new.expires_on,
        blocker=new.blocker,
        **more,
    )


def stored_standings(persons: Iterable[UUID]) -> dict[UUID, Standings]:
    """The standings as they are kept; a person without any is left out."""
    return {
        person: {(one.item, one.kind): one for one in standings}
        for person, standings in list_standings(list(persons)).items()
        if standings
    }


def folded_standings(facts: Iterable[tuple[UUID, Said]]) -> dict[UUID, Standings]:
    """The standings by the pure function; a person without any is left out."""
    by_person: dict[UUID, list[Said]] = defaultdict(list)
    for person, fact in facts:
        by_person[person].append(fact)
    found = {person: standings_of(facts) for person, facts in by_person.items()}
    return {person: standings for person, standings in found.items() if standings}


def stored_facts() -> list[tuple[UUID, Said]]:
    """Every fact in the house, read by the ORM and not by the code under test."""
    return [
        (
            row.person_id,
            Said(
                row.pk,
                row.item,
                row.kind,
                row.state,
                Evidence(row.evidence),
                row.observed_at,
                row.expires_on,
                row.blocker,
                row.retracts_id,
            ),
        )
        for row in Observation.objects.all()
    ]
