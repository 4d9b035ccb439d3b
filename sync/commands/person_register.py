"""One more person is found behind a known door."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from base.errors import Receipt
from base.models import Asker
from people.actions import register_persons
from people.actions.new import new_person
from people.queries import homes_of
from sync.commands import Command
from sync.rules.shapes import NO_ID, PersonSaid, given


class PersonOfHousehold(PersonSaid, frozen=True, kw_only=True):
    """As on line, with the household; an id that is left out is the command's."""

    id: UUID = NO_ID
    household: UUID


def apply(by: Asker, items: Sequence[PersonOfHousehold], at: datetime) -> list[Receipt]:
    return register_persons(by=by, persons=[new_person(**given(said)) for said in items], at=at)


ENTRY = Command(
    code="person.register",
    order=20,
    shape=PersonOfHousehold,
    apply=apply,
    refers=lambda said: said.household,
    homes=homes_of,
    makes=lambda said: [said.id],
)
