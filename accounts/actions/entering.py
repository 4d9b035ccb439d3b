"""Enrolling, signing in, appointing, dismissing, revoking."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

from accounts.actions.trying import begin_try, end_try, knows
from accounts.actor import Actor
from accounts.models import Device, Enrolment, Post, User
from accounts.queries import actor_of
from accounts.rules import ENROLMENT_LIFE, TOKEN_LIFE, Role, Verb, may_be_shown, may_grant, phone_of
from areas.queries import find_area, path_of
from base.errors import NotFound, Refusal
from base.models import Asker
from base.names import clean

if TYPE_CHECKING:
    from areas.models import Area


class PhoneBad(Refusal):
    code = "phone.bad"
    vi = "Số điện thoại không đúng."
    en = "This is not a phone number."


class RoleNotYours(Refusal):
    code = "post.not_yours_to_give"
    vi = "Bạn không được phân công vai trò này tại địa bàn này."
    en = "You may not give this role at this area."
    status = 403


class PostHeld(Refusal):
    code = "post.held"
    vi = "Người này đã giữ vai trò này tại địa bàn này."
    en = "This person already holds this role at this area."
    status = 409


class NameBad(Refusal):
    code = "name.bad"
    vi = "Tên trống hoặc có ký tự không nhìn thấy."
    en = "The name is empty or has invisible characters."


class CodeRefused(Refusal):
    """Wrong, used or late code, or a wrong password for an account that exists: one answer."""

    code = "enrolment.refused"
    vi = "Mã mời không dùng được (sai, đã dùng hoặc hết hạn), hoặc mật khẩu không đúng."
    en = "The code cannot be used (wrong, used or late), or the password is wrong."
    status = 400


class SignInRefused(Refusal):
    code = "sign_in.refused"
    vi = "Số điện thoại hoặc mật khẩu không đúng."
    en = "The phone number or the password is wrong."
    status = 401


class PasswordWeak(Refusal):
    code = "password.weak"
    vi = "Mật khẩu cần ít nhất 12 ký tự và không nằm trong danh sách mật khẩu hay gặp."
    en = "The password needs at least 12 characters and must not be a common one."


@dataclass(frozen=True)
class Invitation:
    """The one-time code (shown once) and when it ends."""

    code: str
    expires_at: datetime


@dataclass(frozen=True)
class SignedIn:
    """The device's token (shown once), when it ends, and whose it is."""

    token: str
    expires_at: datetime
    user: User


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _must_grant(by: Asker, verb: Verb, role: Role, area: Area | None) -> int:
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
    """Makes a one-time code of 256 bits for somebody who stands in front of the inviter.

    Whether the phone already has an account is never told.
    """
    by.must(Verb.ENROL)
    area_id = _must_grant(by, Verb.ENROL, role, find_area(area))
    number = phone_of(phone)
    if number is None:
        raise PhoneBad(path="phone")
    code = secrets.token_urlsafe(32)
    enrolment = Enrolment.objects.create(
        code_hash=_hash(code),
        role=role,
        area_id=area_id,
        full_name=_check_name(full_name, "full_name"),
        phone=number,
        invited_by_id=by.user_id,
        created_at=at,
        expires_at=at + ENROLMENT_LIFE,
    )
    return Invitation(code, enrolment.expires_at)


@transaction.atomic
def enrol(*, by: Asker, code: str, device_name: str, password: str, address: str, at: datetime) -> SignedIn:
    """Turns a code into an account (or, with its right password, a further post) and a device token.

    A code is worth no more than the right of its inviter: it ends with that. A weak password is refused
    before anybody looks for the account, so that this refusal never tells whether there is one. Failures
    count for the address, and with a good code for the account.
    """
    by.must(Verb.OWN_ACCOUNT)
    begun = begin_try(by=by, address=address)
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("area__parent__parent")
        .filter(code_hash=_hash(code), used_at=None, expires_at__gt=at)
        .first()
    )
    if enrolment is None or not _is_still_given(enrolment, at):
        raise CodeRefused()
    end_try(by=by, begun=begun)
    begun = begin_try(by=by, address=address, phone=enrolment.phone)
    _check_password_strength(password, enrolment.full_name)
    user = _account_of(enrolment, password)
    Enrolment.objects.filter(pk=enrolment.pk).update(used_at=at)
    Post.objects.get_or_create(
        user=user,
        role=enrolment.role,
        area_id=enrolment.area_id,
        to_at=None,
        defaults={"from_at": at, "granted_by_id": enrolment.invited_by_id},
    )
    done = _new_device(user, device_name, at)
    end_try(by=by, begun=begun)
    return done


def _is_still_given(enrolment: Enrolment, at: datetime) -> bool:
    """True while the inviter may still give the role (what the house itself gave, it gives for good)."""
    inviter = enrolment.invited_by
    if inviter is None:
        return True
    try:
        _must_grant(actor_of(inviter.pk, at), Verb.ENROL, Role(enrolment.role), enrolment.area)
    except Refusal:
        return False
    return inviter.is_active


def _account_of(enrolment: Enrolment, password: str) -> User:
    """The account with the invited phone: a new one, or the present one if this is its password."""
    new = {"full_name": enrolment.full_name, "password": make_password(password)}
    user, is_new = User.objects.get_or_create(phone=enrolment.phone, defaults=new)
    if not is_new and not (check_password(password, user.password) and user.is_active):
        raise CodeRefused()
    return user


def _check_password_strength(password: str, full_name: str) -> None:
    try:
        validate_password(password, User(full_name=full_name))
    except ValidationError:
        raise PasswordWeak(path="password") from None


def _check_name(text: str, path: str) -> str:
    """A name as it is stored; refuses what cannot be seen on a screen, or has no letter and no digit."""
    name = clean(text)
    if not may_be_shown(name):
        raise NameBad(path=path)
    return name


def sign_in(
    *, by: Asker, phone: str, password: str, device_name: str, address: str, at: datetime
) -> SignedIn:
    """A device token for the right phone and password; a wrong one costs the same work and says the same."""
    by.must(Verb.OWN_ACCOUNT)
    begun = begin_try(by=by, address=address, phone=phone)
    user = User.objects.filter(phone=phone_of(phone) or "", is_active=True).first()
    if user is None:
        make_password(password)  # the same work as a check, so that time tells nothing
        raise SignInRefused()
    if not check_password(password, user.password):
        raise SignInRefused()
    done = _new_device(user, device_name, at)
    end_try(by=by, begun=begun)
    return done


def _new_device(user: User, name: str, at: datetime) -> SignedIn:
    token = secrets.token_urlsafe(32)
    device = Device.objects.create(
        user=user,
        name=_check_name(name, "device_name"),
        token_hash=_hash(token),
        created_at=at,
        expires_at=at + TOKEN_LIFE,
    )
    return SignedIn(token, device.expires_at, user)


def revoke_device(*, by: Asker, device_id: int, at: datetime) -> None:
    """Ends the token of one of the asker's own devices; the next request with it is refused."""
    by.must(Verb.OWN_ACCOUNT)
    own = Device.objects.filter(pk=device_id, revoked_at=None, user__in=[by.user_id])
    if not own.update(revoked_at=at):
        raise NotFound()


def appoint(*, by: Asker, user_id: UUID | None, role: Role, area: str, at: datetime) -> Post:
    """Gives a role at an area inside the asker's own; refuses what he may not give and what is held."""
    by.must(Verb.APPOINT)
    area_id = _must_grant(by, Verb.APPOINT, role, find_area(area))
    user = User.objects.filter(pk__in=[user_id], is_active=True).first()
    if user is None or not knows(by, user):
        raise NotFound(path="user")
    try:
        with transaction.atomic():
            return Post.objects.create(
                user=user, role=role, area_id=area_id, from_at=at, granted_by_id=by.user_id
            )
    except IntegrityError:
        raise PostHeld() from None


def dismiss(*, by: Asker, post_id: int, at: datetime) -> None:
    """Ends a post now, also one that has yet to begin or to end; its rights end with the next request."""
    by.must(Verb.APPOINT)
    lasting = Post.objects.filter(Q(to_at=None) | Q(to_at__gt=at), pk=post_id)
    post = lasting.select_related("area__parent__parent").first()
    if post is None or not by.holds(Verb.APPOINT, *path_of(post.area)):
        raise NotFound()
    _must_grant(by, Verb.APPOINT, Role(post.role), post.area)
    lasting.update(to_at=Greatest(F("from_at"), Value(at)))


def drop_stale_enrolments(*, by: Asker, at: datetime) -> int:
    """Deletes invitations a day after they ended: they hold a name and a phone."""
    by.must(Verb.KEEP_HOUSE)
    return Enrolment.objects.filter(expires_at__lt=at - ENROLMENT_LIFE).delete()[0]


def open_account(*, by: Asker, phone: str, full_name: str, password: str) -> User:
    """An account made by the house itself (the demo); an existing one is returned as it is."""
    by.must(Verb.KEEP_HOUSE)
    number = phone_of(phone)
    if number is None:
        raise PhoneBad(path="phone")
    user, _ = User.objects.get_or_create(
        phone=number, defaults={"full_name": clean(full_name), "password": make_password(password)}
    )
    return user
