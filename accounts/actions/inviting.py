"""Inviting: somebody stands before the inviter, whose screen shows a code that changes each minute."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from accounts.actions.devices import checked_name, hash_of
from accounts.actions.opening import PhoneBad
from accounts.actor import Actor
from accounts.models import Enrolment
from accounts.queries import ENROLMENT_PHONE
from accounts.rules import CODE_LIFE, ENROLMENT_LIFE, Role, Verb, may_grant, phone_of
from areas.queries import find_area, path_of
from base import bulk
from base.errors import NotFound, Refusal
from base.models import Asker

if TYPE_CHECKING:
    from areas.models import Area

_NUMBER = "SELECT nextval(pg_get_serial_sequence('accounts_enrolment', 'id'))"


class RoleNotYours(Refusal):
    code = "post.not_yours_to_give"
    vi = "Bạn không được phân công vai trò này tại địa bàn này."
    en = "You may not give this role at this area."
    status = 403


@dataclass(frozen=True)
class Invitation:
    """The code to show (kept as a SHA-256 only) and until when it is good; the invitation, and its end."""

    id: int
    code: str
    code_expires_at: datetime
    expires_at: datetime


def must_grant(by: Asker, verb: Verb, role: Role, area: Area | None) -> int:
    """The id of the area when `by` may give `role` there; NotFound when it lies outside his area."""
    if area is None or not by.holds(verb, *path_of(area)):
        raise NotFound(path="area")
    if isinstance(by, Actor):
        path = path_of(area)
        held = [post for post in by.posts if post.area_id in path]
        if not any(may_grant(post.role, role, same_node=post.area_id == area.pk) for post in held):
            raise RoleNotYours(path="role")
    return area.pk


def invite(*, by: Asker, role: Role, area: str, full_name: str, phone: str, at: datetime) -> Invitation:
    """Makes an invitation of a day with its first code of 256 bits, good for a minute and once.

    Whether the phone already has an account is never told.
    """
    by.must(Verb.ENROL)
    area_id = must_grant(by, Verb.ENROL, role, find_area(area))
    number = phone_of(phone)
    if number is None:
        raise PhoneBad(path="phone")
    code = secrets.token_urlsafe(32)
    ((pk,),) = bulk.execute(_NUMBER, {})  # what is sealed is bound to its row
    enrolment = Enrolment.objects.create(
        id=pk,
        code_hash=hash_of(code),
        code_until=at + CODE_LIFE,
        role=role,
        area_id=area_id,
        full_name=checked_name(full_name, "full_name"),
        phone=ENROLMENT_PHONE.seal(pk, number),
        invited_by_id=by.user_id,
        created_at=at,
        expires_at=at + ENROLMENT_LIFE,
    )
    return Invitation(enrolment.pk, code, enrolment.code_until, enrolment.expires_at)


def renew_code(*, by: Asker, enrolment_id: int, at: datetime) -> Invitation:
    """The next code of one's own invitation; the one before is good no more."""
    by.must(Verb.ENROL)
    mine = Enrolment.objects.filter(
        pk=enrolment_id, invited_by_id=by.user_id, used_at=None, expires_at__gt=at
    )
    until = mine.values_list("expires_at", flat=True).first()
    code, code_until = secrets.token_urlsafe(32), at + CODE_LIFE
    if until is None or not mine.update(code_hash=hash_of(code), code_until=code_until):
        raise NotFound()
    return Invitation(enrolment_id, code, code_until, until)


def withdraw_invitation(*, by: Asker, enrolment_id: int, at: datetime) -> None:
    """Takes one's own invitation back, unless it was used."""
    by.must(Verb.ENROL)
    mine = Enrolment.objects.filter(pk=enrolment_id, invited_by_id=by.user_id, used_at=None)
    if not mine.delete()[0]:
        raise NotFound()


def drop_stale_enrolments(*, by: Asker, at: datetime) -> int:
    """Deletes invitations a day after they ended: they hold a name and a phone."""
    by.must(Verb.KEEP_HOUSE)
    return Enrolment.objects.filter(expires_at__lt=at - ENROLMENT_LIFE).delete()[0]
