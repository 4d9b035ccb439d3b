"""Consents as they are given, and as the rows that are stored of them."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.conf import settings

from base import bulk
from base.days import day_of
from base.errors import Refusal
from base.models import Asker
from people.rules.basis import RepresentativeNeeded, grown_birth, is_adult
from people.rules.consent_texts import text_hash
from people.rules.consents import Decision, check_consent
from people.rules.persons import PersonFacts


class BadInstant(Refusal):
    code = "consent.bad_instant"
    vi = "Thời điểm đồng ý không thể có."
    en = "The instant of the consent is impossible."
    status = 400


class NotAgreed(Refusal):
    """Silence is no consent, and neither is anything else but a yes."""

    code = "consent.not_given"
    vi = "Ghi một người cùng sự đồng ý của họ thì sự đồng ý phải là given."
    en = "Somebody registered with his consent has to have given it."


Word = Annotated[str, msgspec.Meta(max_length=40)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class GivenConsent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody decided about his data, told together with him; nothing of it has a default."""

    id: UUID
    decision: Word  # given, withdrawn
    text: Word  # which version of the text was shown or read out
    language: Word
    channel: Word  # spoken, written, app
    witness: Word  # none, household_member, official
    given_at: Instant
    representative: UUID | None = None  # the adult who agreed for a minor


class NewConsent(GivenConsent, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same of a person who is known; `id` is minted by who wrote it down."""

    person: UUID


COLUMNS = {
    "id": "uuid",
    "person_id": "uuid",
    "hamlet_id": "bigint",
    "decision": "text",
    "text": "text",
    "text_hash": "bytea",
    "language": "text",
    "channel": "text",
    "witness": "text",
    "representative_id": "uuid",
    "given_at": "timestamptz",
    "by_id": "uuid",
    "post_id": "bigint",
    "device": "bigint",
    "digest": "bytea",
    "recorded_at": "timestamptz",
    "revision": "bigint",
}


def check_given(new: GivenConsent) -> None:
    """Refuses an instant that cannot be, words that mean nothing, and a text that does not exist."""
    if new.given_at.year < 1970:
        raise BadInstant(path="given_at")
    check_consent(
        decision=new.decision,
        text=new.text,
        language=new.language,
        channel=new.channel,
        witness=new.witness,
    )


def check_represented(new: GivenConsent, facts: PersonFacts, other: PersonFacts | None, at: datetime) -> None:
    """Refuses a minor's consent that no adult of the same hamlet gave; `other` is the representative."""
    if new.decision == Decision.WITHDRAWN and new.representative is None:
        return
    grown = grown_birth(day_of(at), settings.MINOR_UNDER)
    if new.representative is None and (facts.born_on is None or facts.born_on <= grown):
        return
    fit = other is not None and other.id != facts.id and other.hamlet_id == facts.hamlet_id
    if other is None or not fit or not is_adult(other.born_on, day_of(at)):
        raise RepresentativeNeeded(path="representative")


def digest_of_consent(new: NewConsent) -> str:
    """A fingerprint of the content, in the hex form that PostgreSQL reads; one for every way to write the
    same instant."""
    said = {**msgspec.structs.asdict(new), "given_at": new.given_at.timestamp()}
    if new.representative is None:
        del said["representative"]
    return "\\x" + hashlib.blake2b(msgspec.json.encode(said, order="sorted"), digest_size=16).hexdigest()


def consent_row(
    by: Asker, new: NewConsent, path: tuple[int, int, int], at: datetime, revision: int
) -> dict[str, Any]:
    """A checked consent as a row of people_consent."""
    return {
        "id": new.id,
        "person_id": new.person,
        "hamlet_id": path[0],
        "decision": new.decision,
        "text": new.text,
        "text_hash": f"\\x{text_hash(new.text, new.language)}",
        "language": new.language,
        "channel": new.channel,
        "witness": new.witness,
        "representative_id": new.representative,
        "given_at": min(new.given_at, at),
        "by_id": by.user_id,
        "post_id": by.post_for("record", *path),
        "device": by.device_id,
        "digest": digest_of_consent(new),
        "recorded_at": at,
        "revision": revision,
    }


def insert_consents(rows: list[dict[str, Any]]) -> None:
    """In the order of their ids: two batches that give the same new ids wait, and never deadlock. Raced when
    another transaction took one of them."""
    ordered = sorted(rows, key=lambda row: str(row["id"]))
    if bulk.insert("people_consent", COLUMNS, ordered, on_conflict="ON CONFLICT (id) DO NOTHING") != len(
        rows
    ):
        raise bulk.Raced
