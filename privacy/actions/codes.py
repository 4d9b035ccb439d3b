"""The code that a volunteer hands over at the door: whoever has it is that person, for a fortnight."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.actions import note_act
from base.days import day_of
from base.errors import NotFound, Refusal
from base.models import Asker
from base.queue import Limit, refund, spend
from base.scope import enter, widened
from people.queries import Place, places_of
from people.rules.basis import RepresentativeNeeded, is_adult
from privacy.models import Code
from privacy.queries import Disclosure, disclosed
from privacy.rules import CODE_LIFE, code_of, plain_code

TRIES, WINDOW = 5, 15 * 60
# All wrong codes of the country: a crowd of addresses that guesses closes the door for everybody.
ALL_TRIES = 300


class CodeTooMany(Refusal):
    code = "code.too_many"
    vi = "Đã thử quá nhiều lần; xin thử lại sau."
    en = "Too many tries; please try again later."
    status = 429
    retry_after = 60

    def __init__(self, path: str = "", *, retry_after: int = 60) -> None:
        super().__init__(path)
        self.retry_after = retry_after


class CodeClosed(Refusal):
    code = "code.closed"
    vi = "Cửa này tạm đóng; xin thử lại sau, hoặc hỏi cán bộ xã."
    en = "This door is closed for the moment; try again later, or ask the commune's office."
    status = 503
    retry_after = 300


@dataclass(frozen=True, slots=True)
class Holder:
    """Who came with a code: the person, and the hamlet where he lives now."""

    person: UUID
    place: Place


@transaction.atomic
def issue_code(*, by: Asker, person: UUID, at: datetime) -> tuple[str, datetime]:
    """A new code for an adult in the asker's place, and until when it holds; the ones before hold no more.

    Refuses a person out of sight like one who does not exist, and a minor: for him the representative asks.
    """
    by.must("record")
    place = places_of([person]).get(person)
    if place is None or not by.holds("record", *place.path):
        raise NotFound()
    if not is_adult(place.facts.born_on, day_of(at)):
        raise RepresentativeNeeded(path="person")
    code, until = code_of(secrets.randbits(60)), at + CODE_LIFE
    Code.objects.filter(person=person).delete()
    Code.objects.create(
        code_hash=_hash(code),
        person=person,
        hamlet_id=place.facts.hamlet_id,
        issued_at=at,
        expires_at=until,
        by_id=by.user_id,
    )
    return code, until


def open_code(*, by: Asker, code: str, address: str, at: datetime) -> Holder:
    """Who the code was handed to; NotFound for every code that is none, whatever is wrong with it.

    Each wrong try counts, five in a quarter of an hour for an address, and all of them together: then the
    door is closed. While nobody can count (Redis is gone) it is closed, too.
    """
    by.must("own_account")
    own = Limit(f"self-view:{address}", "wrong", TRIES, WINDOW)
    everybody = Limit("self-view:all", "wrong", ALL_TRIES, WINDOW)
    if spend(own, everybody):
        wait = spend(own)
        if wait:
            raise CodeTooMany(retry_after=wait)
        refund(own)
        raise CodeClosed()
    with widened():  # who comes with a code has no place of his own
        found = Code.objects.filter(code_hash=_hash(code), expires_at__gt=at).first()
        place = places_of([found.person]).get(found.person) if found else None
    if found is None or place is None:
        raise NotFound()
    refund(own, everybody)
    enter([place.facts.hamlet_id])
    return Holder(found.person, place)


def view_oneself(*, by: Asker, code: str, address: str, at: datetime) -> Disclosure:
    """Everything held on the holder of a code; noted like any other reading, and he finds it among them."""
    by.must("own_account")
    holder = open_code(by=by, code=code, address=address, at=at)
    hamlet = holder.place.facts.hamlet_id
    note_act(by=by, act="person.self_view", subject=holder.person, area=hamlet)
    return disclosed(holder.person)


def drop_codes(*, by: Asker, persons: list[UUID]) -> None:
    """The codes of these persons hold no more."""
    by.must("record")
    Code.objects.filter(person__in=persons).delete()


def _hash(code: str) -> bytes:
    key = settings.SECRET_KEY.encode()
    return hmac.digest(key, b"self-view" + plain_code(code).encode("utf-8", "replace"), "sha256")
