"""Households and persons as they are given, and as the rows that are stored of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from base.errors import Refusal
from base.names import fold, sort_key
from people.rules.persons import (
    Presence,
    Residence,
    Sex,
    check_birth,
    check_name,
    check_phone,
    check_words,
    counted_birth,
)


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person as given; `id` is minted by the giver. `household` is empty inside a NewHousehold."""

    id: UUID
    full_name: str
    household: UUID | None = None
    birth_date: date | None = None
    birth_year: int | None = None
    sex: str = Sex.UNKNOWN
    phone: str = ""
    relation: str = "unknown"
    residence: str = Residence.PERMANENT
    presence: str = Presence.PRESENT


@dataclass(frozen=True, slots=True)
class NewHousehold:
    """A household as given, with the code of its hamlet and the persons found behind the door."""

    id: UUID
    hamlet: str
    address: str = ""
    language: str = ""
    persons: Sequence[NewPerson] = field(default_factory=tuple)


HOUSEHOLD_COLUMNS = {
    "id": "uuid",
    "hamlet_id": "bigint",
    "address": "text",
    "language": "text",
    "digest": "bytea",
    "source_id": "uuid",
    "recorded_at": "timestamptz",
    "revision": "bigint",
}
PERSON_COLUMNS = {
    "id": "uuid",
    "household_id": "uuid",
    "hamlet_id": "bigint",
    "full_name": "text",
    "search_key": "text",
    "sort_key": "text",
    "birth_date": "date",
    "birth_year": "smallint",
    "born_on": "date",
    "sex": "text",
    "phone": "text",
    "relation": "text",
    "residence": "text",
    "presence": "text",
    "digest": "bytea",
    "source_id": "uuid",
    "recorded_at": "timestamptz",
    "revision": "bigint",
}


def digest_of(given: NewHousehold | NewPerson) -> str:
    """A fingerprint of the content, in the hex form that PostgreSQL reads."""
    return "\\x" + hashlib.blake2b(msgspec.json.encode(given), digest_size=16).hexdigest()


def checked_person(person: NewPerson, on: date, path: str) -> NewPerson:
    """The person as stored (names NFC, phone E.164); refuses with the field at fault."""
    prefix = f"{path}." if path else ""
    try:
        check_birth(person.birth_date, person.birth_year, on)
        check_words({name: getattr(person, name) for name in ("sex", "relation", "residence", "presence")})
        return replace(person, full_name=check_name(person.full_name), phone=check_phone(person.phone))
    except Refusal as refusal:
        refusal.path = prefix + refusal.path
        raise


def household_row(
    household: NewHousehold, hamlet_id: int, at: datetime, revision: int, source: UUID | None
) -> dict[str, Any]:
    """A checked household as a row of people_household."""
    return {
        "id": household.id,
        "hamlet_id": hamlet_id,
        "address": household.address,
        "language": household.language,
        "digest": digest_of(household),
        "source_id": source,
        "recorded_at": at,
        "revision": revision,
    }


def person_row(
    person: NewPerson, hamlet_id: int, at: datetime, revision: int, source: UUID | None
) -> dict[str, Any]:
    """A checked person as a row of people_person."""
    return {
        "id": person.id,
        "household_id": person.household,
        "hamlet_id": hamlet_id,
        "full_name": person.full_name,
        "search_key": fold(person.full_name),
        "sort_key": sort_key(person.full_name),
        "birth_date": person.birth_date,
        "birth_year": person.birth_year,
        "born_on": counted_birth(person.birth_date, person.birth_year),
        "sex": person.sex,
        "phone": person.phone,
        "relation": person.relation,
        "residence": person.residence,
        "presence": person.presence,
        "digest": digest_of(person),
        "source_id": source,
        "recorded_at": at,
        "revision": revision,
    }
