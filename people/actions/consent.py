"""Consents are events: one is given, another withdraws it, and none is ever changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from areas.actions import take_revisions
from base import bulk
from base.errors import NotFound, Receipt, Refusal
from base.models import Asker
from base.registry import plug
from people.actions.agreed import (
    NewConsent,
    check_given,
    check_represented,
    consent_row,
    digest_of_consent,
    insert_consents,
)
from people.queries import Place, places_of
from people.rules.consents import Decision
from people.rules.persons import PersonRestricted


class ConsentTaken(Refusal):
    code = "consent.id_taken"
    vi = "Mã này đã dùng cho một sự đồng ý khác."
    en = "This id was used for another consent."
    status = 409


_KNOWN = "SELECT id, digest, revision FROM people_consent WHERE id = ANY(%(ids)s::uuid[])"
# The first consent grounds the person; his feed is told of the consent, and nothing else of him changed.
_GROUND = """
UPDATE people_person AS kept SET consent_id = given.id
FROM json_to_recordset(%(rows)s::json) AS given(id uuid, person_id uuid)
WHERE kept.id = given.person_id AND kept.consent_id IS NULL
"""
# Who stands under a decision that is in force stays, and his wish is a request; of the others nothing holds.
_WITHDRAW = """
UPDATE people_person AS kept SET consent_id = NULL
FROM areas_feed feed
WHERE kept.id = ANY(%(persons)s::uuid[]) AND feed.hamlet_id = kept.hamlet_id
    AND kept.basis_id IS NOT NULL AND feed.basis_id IS NOT NULL
RETURNING kept.id
"""


@bulk.atomic
def give_consents(*, by: Asker, consents: Sequence[NewConsent], at: datetime) -> list[Receipt]:
    """Writes down consents and withdrawals; a receipt for each, in order.

    A person out of sight is refused like one who does not exist. The same id with the same content is a
    duplicate, with other content a conflict. `given_at` never lies after `at`. Who was in the books by his
    consent alone is forgotten when he withdraws; of others a request is opened (plug `people.withdrawn`).
    """
    by.must("record")
    wanted = {new.person for new in consents}
    places = places_of(wanted | {new.representative for new in consents if new.representative})
    known = _known([new.id for new in consents])
    receipts: dict[int, Receipt] = {}
    fresh: list[tuple[int, NewConsent]] = []
    for number, new in enumerate(consents):
        refusal = _refusal(by, new, places, at)
        if refusal:
            receipts[number] = Receipt(new.id, "refused", refusal=refusal)
        elif new.id not in known:
            known[new.id] = (digest_of_consent(new), 0)
            fresh.append((number, new))
        elif known[new.id][0] != digest_of_consent(new):
            receipts[number] = Receipt(new.id, "conflict", refusal=ConsentTaken(path="id"))
    revisions = _store(by, [new for _, new in fresh], places, at)
    for number, new in fresh:
        receipts[number] = Receipt(new.id, "applied", revision=revisions[new.id])
    for number, new in enumerate(consents):
        if number not in receipts:
            revision = revisions.get(new.id) or known[new.id][1]
            receipts[number] = Receipt(new.id, "duplicate", revision=revision)
    return [receipts[number] for number in range(len(consents))]


def _refusal(by: Asker, new: NewConsent, places: Mapping[UUID, Place], at: datetime) -> Refusal | None:
    """Why the consent is not written down, with the field at fault."""
    place = places.get(new.person)
    try:
        check_given(new)
        if place is None or not by.holds("record", *place.path):
            raise NotFound(path="person")
        other = places.get(new.representative) if new.representative else None
        if place.restricted and new.decision != Decision.WITHDRAWN:
            raise PersonRestricted(path="person")
        check_represented(new, place.facts, other.facts if other and not other.restricted else None, at)
    except Refusal as refusal:
        return refusal
    return None


def _known(ids: Iterable[UUID]) -> dict[UUID, tuple[str, int]]:
    """The fingerprints and revisions of those that exist, in sight or not."""
    rows = bulk.execute(_KNOWN, {"ids": list(ids)})
    return {pk: ("\\x" + digest.hex(), revision) for pk, digest, revision in rows}


def _store(
    by: Asker, fresh: Sequence[NewConsent], places: Mapping[UUID, Place], at: datetime
) -> dict[UUID, int]:
    """Numbers the consents and writes them; Raced when a person moved or left the books meanwhile."""
    if not fresh:
        return {}
    homes = {new.person: places[new.person].path for new in fresh}
    following = take_revisions(by=by, counts=Counter(homes[new.person][0] for new in fresh))
    if {person: place.path for person, place in places_of(homes).items()} != homes:
        raise bulk.Raced
    rows = []
    for new in fresh:
        path = homes[new.person]
        # Of who is restricted no phone is told.
        revision = 0 if places[new.person].restricted else following[path[0]]
        rows.append(consent_row(by, new, path, at, revision))
        following[path[0]] += 1
    insert_consents(rows)
    given = [row for row in rows if row["decision"] == Decision.GIVEN]
    if given:
        pairs = [{"id": row["id"], "person_id": row["person_id"]} for row in given]
        bulk.execute(_GROUND, {"rows": bulk.rows_of(pairs)})
    _withdraw(by, {new.person for new in fresh if new.decision == Decision.WITHDRAWN}, at)
    return {row["id"]: row["revision"] for row in rows}


def _withdraw(by: Asker, persons: set[UUID], at: datetime) -> None:
    if not persons:
        return
    staying = {pk for (pk,) in bulk.execute(_WITHDRAW, {"persons": list(persons)})}
    plug("people.withdrawn")(by=by, leaving=sorted(persons - staying), staying=sorted(staying), at=at)
