"""Registering households and persons, one or five hundred in the same few statements."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from areas.actions import take_revisions
from areas.queries import HamletPath, hamlets_by_code, path_ids
from base import bulk
from base.days import day_of
from base.errors import NotFound, Receipt, Refusal, RightMissing
from base.models import Asker
from base.names import clean, fold, sort_key
from base.registry import plug
from people.models import Household, Person
from people.rules.persons import (
    COUNTED,
    PersonChange,
    PersonFacts,
    Presence,
    Residence,
    Sex,
    check_birth,
    check_name,
    check_phone,
    counted_birth,
)


class IdTaken(Refusal):
    code = "id.taken"
    vi = "Mã này đã dùng cho nội dung khác."
    en = "This id was used for something else."
    status = 409


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
        return replace(person, full_name=check_name(person.full_name), phone=check_phone(person.phone))
    except Refusal as refusal:
        refusal.path = prefix + refusal.path
        raise


@bulk.atomic
def register_households(
    *,
    by: Asker,
    households: Sequence[NewHousehold],
    at: datetime,
    source: UUID | None = None,
) -> list[Receipt]:
    """Registers households with their persons; a receipt for each household, in order.

    A hamlet out of sight is refused like one that does not exist. The same id with the same
    content is a duplicate, with other content a conflict; a household stands or falls as a whole.
    """
    by.must("record")
    hamlets = hamlets_by_code({household.hamlet for household in households})
    # Persons before households: of a household that comes in meanwhile we must not see the persons alone.
    taken = set(_digests(Person, [person.id for household in households for person in household.persons]))
    known = _digests(Household, [household.id for household in households])
    receipts: dict[int, Receipt] = {}
    fresh: list[tuple[int, NewHousehold, int]] = []
    for number, given in enumerate(households):
        try:
            hamlet_id, household = _accept(by, given, hamlets, at)
        except Refusal as refusal:
            receipts[number] = Receipt(given.id, "refused", refusal=refusal)
            continue
        receipt = _seen_before(household, known, taken)
        if receipt:
            receipts[number] = receipt
            continue
        known[household.id] = digest_of(household)
        taken.update(person.id for person in household.persons)
        fresh.append((number, household, hamlet_id))
    revisions = _store(by, fresh, at, source)
    for number, household, _ in fresh:
        receipts[number] = Receipt(household.id, "applied", revision=revisions[household.id])
    return [receipts[number] for number in range(len(households))]


def _accept(
    by: Asker, household: NewHousehold, hamlets: dict[str, HamletPath], at: datetime
) -> tuple[int, NewHousehold]:
    """The id of the hamlet and the household as it is stored; refuses with the field at fault."""
    place = hamlets.get(household.hamlet)
    if place is None or not by.holds("record", place.hamlet_id, place.commune_id, place.province_id):
        raise NotFound(path="hamlet")
    persons = [
        replace(checked_person(person, day_of(at), f"persons[{number}]"), household=household.id)
        for number, person in enumerate(household.persons)
    ]
    return place.hamlet_id, replace(household, address=clean(household.address), persons=persons)


def _seen_before(household: NewHousehold, known: dict[UUID, str], taken: set[UUID]) -> Receipt | None:
    """The receipt of a household that was stored before, or whose ids belong to something else."""
    if household.id in known:
        if known[household.id] == digest_of(household):
            return Receipt(household.id, "duplicate")
        return Receipt(household.id, "conflict", refusal=IdTaken(path="id"))
    ids = [person.id for person in household.persons]
    for number, person_id in enumerate(ids):
        if person_id in taken or ids.count(person_id) > 1:
            return Receipt(household.id, "conflict", refusal=IdTaken(path=f"persons[{number}].id"))
    return None


def _store(
    by: Asker, fresh: Sequence[tuple[int, NewHousehold, int]], at: datetime, source: UUID | None
) -> dict[UUID, int]:
    """Writes accepted households; returns each household's revision."""
    if not fresh:
        return {}
    counts: Counter[int] = Counter()
    for _, household, hamlet_id in fresh:
        counts[hamlet_id] += 1 + len(household.persons)
    following = take_revisions(by=by, counts=dict(counts))
    rows, persons, revisions = [], [], {}
    for _, household, hamlet_id in fresh:
        revision = following[hamlet_id]
        following[hamlet_id] += 1 + len(household.persons)
        revisions[household.id] = revision
        rows.append(_household_row(household, hamlet_id, at, revision, source))
        for number, person in enumerate(household.persons, start=1):
            persons.append(person_row(person, hamlet_id, at, revision + number, source))
    if _insert("people_household", HOUSEHOLD_COLUMNS, rows) != len(rows):
        raise bulk.Raced
    store_persons(by, persons, at)
    return revisions


def _household_row(
    household: NewHousehold, hamlet_id: int, at: datetime, revision: int, source: UUID | None
) -> dict[str, Any]:
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


def store_persons(by: Asker, rows: Sequence[dict[str, Any]], at: datetime) -> None:
    """Inserts person rows and tells the floor above, in the caller's transaction."""
    if _insert("people_person", PERSON_COLUMNS, rows) != len(rows):
        raise bulk.Raced
    changes = [
        PersonChange(
            None, PersonFacts(row["id"], row["hamlet_id"], row["born_on"], row["presence"] in COUNTED)
        )
        for row in rows
    ]
    if changes:
        plug("people.persons_changed")(by=by, changes=changes, at=at)


@bulk.atomic
def register_persons(
    *, by: Asker, persons: Sequence[NewPerson], at: datetime, source: UUID | None = None
) -> list[Receipt]:
    """Registers persons of households in sight; a receipt for each, in order."""
    by.must("record")
    households = {
        household.pk: household
        for household in Household.objects.visible_to(by)
        .filter(pk__in={person.household for person in persons}, removed_at=None)
        .only("pk", "hamlet_id")
    }
    paths = path_ids({household.hamlet_id for household in households.values()})
    known = _digests(Person, [person.id for person in persons])
    receipts: dict[int, Receipt] = {}
    fresh: list[tuple[int, NewPerson, int]] = []
    for number, person in enumerate(persons):
        try:
            checked = checked_person(person, day_of(at), "")
            if person.household not in households:
                raise NotFound(path="household")
            # To see a household (as an auditor there) is not yet to record there.
            if not by.holds("record", *paths[households[person.household].hamlet_id]):
                raise RightMissing()
        except Refusal as refusal:
            receipts[number] = Receipt(person.id, "refused", refusal=refusal)
            continue
        if person.id in known:
            same = known[person.id] == digest_of(checked)
            taken = Receipt(person.id, "conflict", refusal=IdTaken(path="id"))
            receipts[number] = Receipt(person.id, "duplicate") if same else taken
            continue
        known[person.id] = digest_of(checked)
        fresh.append((number, checked, households[person.household].hamlet_id))
    counts = Counter(hamlet for _, _, hamlet in fresh)
    following = take_revisions(by=by, counts=dict(counts)) if counts else {}
    rows = []
    for number, person, hamlet in fresh:
        receipts[number] = Receipt(person.id, "applied", revision=following[hamlet])
        rows.append(person_row(person, hamlet, at, following[hamlet], source))
        following[hamlet] += 1
    store_persons(by, rows, at)
    return [receipts[number] for number in range(len(persons))]


def _insert(table: str, columns: dict[str, str], rows: Sequence[dict[str, Any]]) -> int:
    return bulk.insert(table, columns, rows, on_conflict="ON CONFLICT (id) DO NOTHING")


def _digests(model: type[Household] | type[Person], ids: Sequence[UUID]) -> dict[UUID, str]:
    """The fingerprints of those that exist, in sight or not: an id belongs to one thing only."""
    rows = model._default_manager.filter(pk__in=ids).values_list("pk", "digest") if ids else []
    return {pk: "\\x" + bytes(digest).hex() for pk, digest in rows}
