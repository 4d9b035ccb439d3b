"""Registering households and persons, one or five hundred in the same few statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from areas.actions import take_revisions
from areas.queries import HamletPath
from areas.queries.bases import Ground, grounds_by_code
from base import bulk
from base.days import day_of
from base.errors import NotFound, Receipt, Refusal, RightMissing
from base.models import Asker
from base.names import clean
from base.registry import plug
from base.sealed import unveiled
from people.actions.agreed import consent_row, insert_consents
from people.actions.new import (
    HOUSEHOLD_COLUMNS,
    PERSON_COLUMNS,
    NewHousehold,
    NewPerson,
    checked_consent,
    checked_person,
    consent_of,
    digest_of,
    facts_of_new,
    household_row,
    person_row,
)
from people.queries import places_of
from people.queries.grounds import Home, grounds_of
from people.rules.basis import NoBasis
from people.rules.persons import COUNTED, PersonChange, PersonFacts, PersonRestricted, RecordForgotten

# An id that was forgotten belongs to nobody any more, and nobody gets it again.
_DIGESTS = """SELECT id, digest FROM {table} WHERE id = ANY(%(ids)s::uuid[])
UNION ALL SELECT record, NULL FROM people_forgotten WHERE record = ANY(%(ids)s::uuid[])"""

_Digests = dict[UUID, bytes | None]


class IdTaken(Refusal):
    code = "id.taken"
    vi = "Mã này đã dùng cho nội dung khác."
    en = "This id was used for something else."
    status = 409


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
    hamlets = grounds_by_code({household.hamlet for household in households})
    others = _representatives([person for household in households for person in household.persons])
    # Persons before households: of a household that comes in meanwhile we must not see the persons alone.
    taken = _digests("people_person", [person.id for household in households for person in household.persons])
    known = _digests("people_household", [household.id for household in households])
    receipts: dict[int, Receipt] = {}
    fresh: list[tuple[int, NewHousehold, Ground]] = []
    for number, given in enumerate(households):
        try:
            ground, household = _accept(by, given, hamlets, others, at)
        except Refusal as refusal:
            receipts[number] = Receipt(given.id, "refused", refusal=refusal)
            continue
        receipt = _seen_before(household, known, taken)
        if receipt:
            receipts[number] = receipt
            continue
        known[household.id] = digest_of(household)
        taken |= {person.id: digest_of(person) for person in household.persons}
        fresh.append((number, household, ground))
    revisions = _store(by, fresh, at, source)
    for number, household, _ in fresh:
        receipts[number] = Receipt(household.id, "applied", revision=revisions[household.id])
    return [receipts[number] for number in range(len(households))]


def _accept(
    by: Asker,
    household: NewHousehold,
    hamlets: dict[str, Ground],
    others: Mapping[UUID, PersonFacts],
    at: datetime,
) -> tuple[Ground, NewHousehold]:
    """The hamlet with its basis and the household as it is stored; refuses with the field at fault."""
    place = hamlets.get(household.hamlet)
    if place is None or not by.holds("record", *place.path):
        raise NotFound(path="hamlet")
    persons = [
        replace(checked_person(person, day_of(at), f"persons[{number}]"), household=household.id)
        for number, person in enumerate(household.persons)
    ]
    _ground_household(place, persons, others, at)
    return place, replace(household, address=clean(household.address), persons=persons)


def _ground_household(
    place: Ground, persons: Sequence[NewPerson], others: Mapping[UUID, PersonFacts], at: datetime
) -> None:
    """Refuses a household of which nobody may be written down; one without a decision and without persons
    is nobody's who could agree."""
    hamlet_id = place.path.hamlet_id
    if place.basis_id is None and not persons:
        raise NoBasis(path="hamlet")
    if not any(person.consent for person in persons):
        if place.basis_id is None:
            raise NoBasis(path="persons[0].consent")
        return
    members = {**others, **{person.id: facts_of_new(person, hamlet_id) for person in persons}}
    for number, person in enumerate(persons):
        if place.basis_id is None and not person.consent:
            raise NoBasis(path=f"persons[{number}].consent")
        checked_consent(person, hamlet_id, members, at, f"persons[{number}].")


def _seen_before(household: NewHousehold, known: _Digests, taken: _Digests) -> Receipt | None:
    """The receipt of a household that was stored before, or whose ids belong to something else."""
    if household.id in known:
        if known[household.id] == digest_of(household):
            return Receipt(household.id, "duplicate")
        return _taken(household.id, known[household.id], "id")
    ids = [person.id for person in household.persons]
    for number, person_id in enumerate(ids):
        if person_id in taken or ids.count(person_id) > 1:
            return _taken(household.id, taken.get(person_id, b""), f"persons[{number}].id")
    return None


def _taken(record: UUID, by: bytes | None, path: str) -> Receipt:
    """The receipt of what comes with an id that belongs to something else, or to nobody any more."""
    if by is None:
        return Receipt(record, "refused", refusal=RecordForgotten(path=path))
    return Receipt(record, "conflict", refusal=IdTaken(path=path))


def _store(
    by: Asker, fresh: Sequence[tuple[int, NewHousehold, Ground]], at: datetime, source: UUID | None
) -> dict[UUID, int]:
    """Writes accepted households; returns each household's revision."""
    if not fresh:
        return {}
    counts: Counter[int] = Counter()
    for _, household, place in fresh:
        counts[place.path.hamlet_id] += 1 + len(household.persons)
    following = take_revisions(by=by, counts=dict(counts))
    rows, persons, consents, revisions = [], [], [], {}
    for _, household, (path, basis) in fresh:
        hamlet_id = path.hamlet_id
        revision = following[hamlet_id]
        following[hamlet_id] += 1 + len(household.persons)
        revisions[household.id] = revision
        rows.append(household_row(household, hamlet_id, at, revision, source, basis))
        for number, person in enumerate(household.persons, start=1):
            persons.append(person_row(person, hamlet_id, at, revision + number, source, basis))
            consents += _consent_rows(by, person, path, at, revision + number)
    if _insert("people_household", HOUSEHOLD_COLUMNS, rows) != len(rows):
        raise bulk.Raced
    store_persons(by, persons, consents, at)
    return revisions


def _consent_rows(
    by: Asker, person: NewPerson, path: HamletPath, at: datetime, revision: int
) -> list[dict[str, Any]]:
    """The consent that the person came with, told in the feed together with him."""
    consent = consent_of(person)
    return [consent_row(by, consent, path, at, revision)] if consent else []


def store_persons(
    by: Asker, rows: Sequence[dict[str, Any]], consents: list[dict[str, Any]], at: datetime
) -> None:
    """Inserts person rows with their consents and tells the floor above, in the caller's transaction."""
    if _insert("people_person", PERSON_COLUMNS, rows) != len(rows):
        raise bulk.Raced
    if consents:
        insert_consents(consents)
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
    homes = grounds_of({person.household for person in persons if person.household})
    others = _representatives(persons)
    known = _digests("people_person", [person.id for person in persons])
    receipts: dict[int, Receipt] = {}
    fresh: list[tuple[int, NewPerson, Home]] = []
    for number, given in enumerate(persons):
        try:
            person, home = _accept_person(by, given, homes, others, at)
        except Refusal as refusal:
            receipts[number] = Receipt(given.id, "refused", refusal=refusal)
            continue
        if person.id not in known:
            known[person.id] = digest_of(person)
            fresh.append((number, person, home))
        elif known[person.id] == digest_of(person):
            receipts[number] = Receipt(person.id, "duplicate")
        else:
            receipts[number] = _taken(person.id, known[person.id], "id")
    receipts |= _store_fresh(by, fresh, at, source)
    return [receipts[number] for number in range(len(persons))]


def _accept_person(
    by: Asker,
    person: NewPerson,
    homes: Mapping[UUID, Home],
    others: Mapping[UUID, PersonFacts],
    at: datetime,
) -> tuple[NewPerson, Home]:
    """The person as stored and his home; refuses with the field at fault."""
    checked = checked_person(person, day_of(at), "")
    home = homes.get(checked.household) if checked.household else None
    if home is None or not by.sees(*home.path):
        raise NotFound(path="household")
    # To see a household (as an auditor there) is not yet to record there.
    if not by.holds("record", *home.path):
        raise RightMissing()
    if home.restricted:
        raise PersonRestricted(path="household")
    if home.basis_id is None and not checked.consent:
        raise NoBasis(path="consent")
    checked_consent(checked, home.path.hamlet_id, others, at, "")
    return checked, home


def _representatives(persons: Sequence[NewPerson]) -> dict[UUID, PersonFacts]:
    """Who agreed for others, of those who are in the books already."""
    named = {person.consent.representative for person in persons if person.consent}
    there = {person.id for person in persons}
    absent = [pk for pk in named if pk is not None and pk not in there]
    places = places_of(absent) if absent else {}
    return {pk: place.facts for pk, place in places.items() if not place.restricted}


def _store_fresh(
    by: Asker, fresh: Sequence[tuple[int, NewPerson, Home]], at: datetime, source: UUID | None
) -> dict[int, Receipt]:
    """Writes accepted persons; Raced when a household moved or left the books meanwhile."""
    if not fresh:
        return {}
    following = take_revisions(by=by, counts=dict(Counter(home.path.hamlet_id for _, _, home in fresh)))
    homes = {person.household: home for _, person, home in fresh if person.household}
    if grounds_of(homes) != homes:
        raise bulk.Raced
    receipts, rows, consents = {}, [], []
    for number, person, home in fresh:
        hamlet_id = home.path.hamlet_id
        revision = following[hamlet_id]
        receipts[number] = Receipt(person.id, "applied", revision=revision)
        rows.append(person_row(person, hamlet_id, at, revision, source, home.basis_id))
        consents += _consent_rows(by, person, home.path, at, revision)
        following[hamlet_id] += 1
    store_persons(by, rows, consents, at)
    return receipts


def _insert(table: str, columns: dict[str, str], rows: Sequence[dict[str, Any]]) -> int:
    """In the order of their ids, so that two batches with the same ids wait for each other in one order."""
    rows = sorted(rows, key=lambda row: str(row["id"]))
    return bulk.insert(table, columns, rows, on_conflict="ON CONFLICT (id) DO NOTHING")


def _digests(table: str, ids: Sequence[UUID]) -> _Digests:
    """The fingerprints of those that exist, in sight or not: an id belongs to one thing only. None: it was
    somebody's who is forgotten."""
    rows = bulk.execute(_DIGESTS.format(table=table), {"ids": ids}) if ids else []
    return {pk: None if digest is None else unveiled(digest) for pk, digest in rows}
