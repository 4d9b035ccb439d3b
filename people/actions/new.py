"""Households and persons as they are given, and as the rows that are stored of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from base.errors import Refusal
from base.names import fold, sort_key
from base.sealed import veiled
from base.sealed.blind import hexadecimal
from people.actions.agreed import GivenConsent, NewConsent, NotAgreed, check_given, check_represented
from people.queries.sealed import address_columns, phone_columns
from people.rules.consents import Decision
from people.rules.persons import (
    COUNTED,
    PersonFacts,
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
    # Left out of the fingerprint: a consent has its own id and its own fingerprint.
    consent: GivenConsent | msgspec.UnsetType = msgspec.UNSET


def new_person(**given: Any) -> NewPerson:
    """A person as a door was told of him; the consent may be a document or a struct of the same fields."""
    consent = given.pop("consent", None)
    if consent:
        given["consent"] = msgspec.convert(consent, GivenConsent, from_attributes=True)
    return NewPerson(**given)


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
    "basis_id": "bigint",
    "consent_id": "uuid",
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
    "phone_end": "text",
    "phone_index": "bytea",
    "relation": "text",
    "residence": "text",
    "presence": "text",
    "digest": "bytea",
    "source_id": "uuid",
    "basis_id": "bigint",
    "consent_id": "uuid",
    "recorded_at": "timestamptz",
    "revision": "bigint",
}


def digest_of(given: NewHousehold | NewPerson) -> bytes:
    """A fingerprint of the content; it is stored under a veil."""
    return hashlib.blake2b(msgspec.json.encode(_silent(given)), digest_size=16).digest()


def _silent(given: NewHousehold | NewPerson) -> NewHousehold | NewPerson:
    """The same without the consents."""
    if isinstance(given, NewPerson):
        return replace(given, consent=msgspec.UNSET) if given.consent else given
    if any(person.consent for person in given.persons):
        return replace(given, persons=[replace(person, consent=msgspec.UNSET) for person in given.persons])
    return given


def consent_of(person: NewPerson) -> NewConsent | None:
    """The consent that a person is registered with."""
    if not isinstance(person.consent, GivenConsent):
        return None
    return NewConsent(person=person.id, **msgspec.structs.asdict(person.consent))


def checked_consent(
    person: NewPerson, hamlet_id: int, others: Mapping[UUID, PersonFacts], at: datetime, prefix: str
) -> None:
    """Refuses what is no yes, or no word of a consent, or a minor's without an adult among the others."""
    consent = consent_of(person)
    if consent is None:
        return
    try:
        if consent.decision != Decision.GIVEN:
            raise NotAgreed(path="decision")
        check_given(consent)
        other = others.get(consent.representative) if consent.representative else None
        check_represented(consent, facts_of_new(person, hamlet_id), other, at)
    except Refusal as refusal:
        refusal.path = f"{prefix}consent.{refusal.path}"
        raise


def facts_of_new(person: NewPerson, hamlet_id: int) -> PersonFacts:
    """A person who is to be registered, as the figures will need him."""
    born_on = counted_birth(person.birth_date, person.birth_year)
    return PersonFacts(person.id, hamlet_id, born_on, person.presence in COUNTED)


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
    household: NewHousehold,
    hamlet_id: int,
    at: datetime,
    revision: int,
    source: UUID | None,
    basis: int | None,
) -> dict[str, Any]:
    """A checked household as a row of people_household."""
    return {
        "id": household.id,
        "hamlet_id": hamlet_id,
        **address_columns(household.id, household.address),
        "language": household.language,
        "digest": hexadecimal(veiled(digest_of(household))),
        "source_id": source,
        "basis_id": basis,
        "consent_id": next((person.consent.id for person in household.persons if person.consent), None),
        "recorded_at": at,
        "revision": revision,
    }


def person_row(
    person: NewPerson, hamlet_id: int, at: datetime, revision: int, source: UUID | None, basis: int | None
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
        **phone_columns(person.id, person.phone),
        "relation": person.relation,
        "residence": person.residence,
        "presence": person.presence,
        "digest": hexadecimal(veiled(digest_of(person))),
        "source_id": source,
        "basis_id": basis,
        "consent_id": person.consent.id if person.consent else None,
        "recorded_at": at,
        "revision": revision,
    }
