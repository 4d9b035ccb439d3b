"""A household is found, with the persons behind its door."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from areas.queries import hamlets_by_code
from base.errors import Receipt
from base.models import Asker
from people.actions import NewHousehold, register_households
from people.actions.new import new_person
from sync.commands import Command
from sync.rules.shapes import NO_ID, Address, Code, Language, PersonSaid, given


class HouseholdSaid(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The household as said; each person has an id of his own."""

    id: UUID = NO_ID
    hamlet: Code
    address: Address = ""
    language: Language = ""
    persons: Annotated[tuple[PersonSaid, ...], Meta(max_length=100)] = ()


def apply(by: Asker, items: Sequence[HouseholdSaid], at: datetime) -> list[Receipt]:
    households = [
        NewHousehold(
            id=said.id,
            hamlet=said.hamlet.strip(),
            address=said.address,
            language=said.language.strip(),
            persons=[new_person(**given(person)) for person in said.persons],
        )
        for said in items
    ]
    return register_households(by=by, households=households, at=at)


ENTRY = Command(
    code="household.register",
    order=10,
    shape=HouseholdSaid,
    apply=apply,
    refers=lambda said: said.hamlet.strip(),
    homes=hamlets_by_code,
    makes=lambda said: [said.id, *(person.id for person in said.persons)],
)
