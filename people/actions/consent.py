"""Consents are events: one is given, another withdraws it, and none is ever changed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from areas.actions import take_revisions
from base import bulk
from base.errors import NotFound, Receipt, Refusal
from base.models import Asker
from people.queries import Place, places_of
from people.rules.consents import check_consent


class ConsentTaken(Refusal):
    code = "consent.id_taken"
    vi = "Mã này đã dùng cho một sự đồng ý khác."
    en = "This id was used for another consent."
    status = 409


class BadInstant(Refusal):
    code = "consent.bad_instant"
    vi = "Thời điểm đồng ý không thể có."
    en = "The instant of the consent is impossible."
    status = 400


Word = Annotated[str, msgspec.Meta(max_length=40)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class NewConsent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody decided about his data; `id` is minted by who wrote it down."""

    id: UUID
    person: UUID
    decision: Word  # given, withdrawn
    text: Word  # which version of the text was shown or read out
    language: Word
    channel: Word  # spoken, written, app
    witness: Word  # none, household_member, official
    given_at: Instant


_KNOWN = "SELECT id, digest, revision FROM people_consent WHERE id = ANY(%(ids)s::uuid[])"
_COLUMNS = {
    "id": "uuid",
    "person_id": "uuid",
    "hamlet_id": "bigint",
    "decision": "text",
    "text": "text",
    "language": "text",
    "channel": "text",
    "witness": "text",
    "given_at": "timestamptz",
    "by_id": "uuid",
    "post_id": "bigint",
    "digest": "bytea",
    "recorded_at": "timestamptz",
    "revision": "bigint",
}


@bulk.atomic
def give_consents(*, by: Asker, consents: Sequence[NewConsent], at: datetime) -> list[Receipt]:
    """Writes down consents and withdrawals; a receipt for each, in order.

    A person out of sight is refused like one who does not exist. The same id with the same content is a
    duplicate, with other content a conflict. `given_at` never lies after `at`.
    """
    by.must("record")
    places = places_of({new.person for new in consents})
    known = _known([new.id for new in consents])
    receipts: dict[int, Receipt] = {}
    fresh: list[tuple[int, NewConsent]] = []
    for number, new in enumerate(consents):
        refusal = _refusal(by, new, places)
        if refusal:
            receipts[number] = Receipt(new.id, "refused", refusal=refusal)
        elif new.id not in known:
            known[new.id] = (_digest(new), 0)
            fresh.append((number, new))
        elif known[new.id][0] != _digest(new):
            receipts[number] = Receipt(new.id, "conflict", refusal=ConsentTaken(path="id"))
    revisions = _store(by, [new for _, new in fresh], places, at)
    for number, new in fresh:
        receipts[number] = Receipt(new.id, "applied", revision=revisions[new.id])
    for number, new in enumerate(consents):
        if number not in receipts:
            revision = revisions.get(new.id) or known[new.id][1]
            receipts[number] = Receipt(new.id, "duplicate", revision=revision)
    return [receipts[number] for number in range(len(consents))]


def _refusal(by: Asker, new: NewConsent, places: Mapping[UUID, Place]) -> Refusal | None:
    """Why the consent is not written down, with the field at fault."""
    if new.given_at.year < 1970:
        return BadInstant(path="given_at")
    try:
        check_consent(
            decision=new.decision,
            text=new.text,
            language=new.language,
            channel=new.channel,
            witness=new.witness,
        )
    except Refusal as refusal:
        return refusal
    place = places.get(new.person)
    if place is None or not by.holds("record", *place.path):
        return NotFound(path="person")
    return None


def _known(ids: Iterable[UUID]) -> dict[UUID, tuple[str, int]]:
    """The fingerprints and revisions of those that exist, in sight or not."""
    rows = bulk.execute(_KNOWN, {"ids": list(ids)})
    return {pk: ("\\x" + digest.hex(), revision) for pk, digest, revision in rows}


def _digest(new: NewConsent) -> str:
    """A fingerprint of the content, in the hex form that PostgreSQL reads; one for every way to write the
    same instant."""
    said = {**msgspec.structs.asdict(new), "given_at": new.given_at.timestamp()}
    return "\\x" + hashlib.blake2b(msgspec.json.encode(said, order="sorted"), digest_size=16).hexdigest()


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
        rows.append(_row(by, new, path, at, following[path[0]]))
        following[path[0]] += 1
    # In the order of their ids: two batches that give the same new ids wait, and never deadlock.
    ordered = sorted(rows, key=lambda row: row["id"])
    if bulk.insert("people_consent", _COLUMNS, ordered, on_conflict="ON CONFLICT (id) DO NOTHING") != len(
        rows
    ):
        raise bulk.Raced
    return {row["id"]: row["revision"] for row in rows}


def _row(
    by: Asker, new: NewConsent, path: tuple[int, int, int], at: datetime, revision: int
) -> dict[str, Any]:
    return {
        "id": new.id,
        "person_id": new.person,
        "hamlet_id": path[0],
        "decision": new.decision,
        "text": new.text,
        "language": new.language,
        "channel": new.channel,
        "witness": new.witness,
        "given_at": min(new.given_at, at),
        "by_id": by.user_id,
        "post_id": by.post_for("record", *path),
        "digest": _digest(new),
        "recorded_at": at,
        "revision": revision,
    }
