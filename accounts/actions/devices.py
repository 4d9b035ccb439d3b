"""The tokens of a phone or browser: a short one opens doors, a long one is used once, for the next."""

from __future__ import annotations

import hashlib
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.actions.notes import note_act
from accounts.actor import Actor
from accounts.models import Device, Post, User
from accounts.queries import workplace_of
from accounts.rules import (
    ACCESS_LIFE,
    DEVICE_LIFE,
    OFFLINE_LIFE,
    DeviceRevoked,
    Role,
    Verb,
    may_be_shown,
    may_grant,
)
from areas.queries import path_of
from base.errors import NotFound, Refusal
from base.models import Asker
from base.names import clean

log = logging.getLogger("alarm")


class NameBad(Refusal):
    code = "name.bad"
    vi = "Tên trống hoặc có ký tự không nhìn thấy."
    en = "The name is empty or has invisible characters."


class RefreshRefused(Refusal):
    """Unknown, or nothing was heard from the device for too long."""

    code = "refresh.refused"
    vi = "Cần đăng nhập lại trên máy này."
    en = "Sign in on this device again."
    status = 401


class SecretWeak(Refusal):
    code = "refresh.next_weak"
    vi = "Mã kế tiếp phải là 43 ký tự base64url ngẫu nhiên, khác mã hiện tại."
    en = "The next secret must be 43 random characters of base64url, and another than the present one."


@dataclass(frozen=True)
class SignedIn:
    """What a device may hold (each shown once), until when, and whose it is."""

    token: str
    expires_at: datetime
    refresh: str
    refresh_expires_at: datetime
    user: User
    device_id: int


def hash_of(token: str) -> bytes:
    """How a token is kept."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def checked_name(text: str, path: str) -> str:
    """A name as it is stored; refuses what cannot be seen on a screen, or has no letter and no digit."""
    name = clean(text)
    if not may_be_shown(name):
        raise NameBad(path=path)
    return name


def new_device(user: User, name: str, at: datetime, otp_at: datetime | None = None) -> SignedIn:
    """Signs a device in; its family of refresh tokens begins."""
    token, family, secret = secrets.token_urlsafe(32), secrets.token_urlsafe(16), secrets.token_urlsafe(32)
    device = Device.objects.create(
        user=user,
        name=checked_name(name, "device_name"),
        token_hash=hash_of(token),
        family_hash=hash_of(family),
        refresh_hash=hash_of(secret),
        created_at=at,
        proved_at=at,
        otp_at=otp_at,
        token_until=at + ACCESS_LIFE,
        expires_at=at + OFFLINE_LIFE,
    )
    refresh = f"{family}.{secret}"
    return SignedIn(token, device.token_until, refresh, device.expires_at, user, device.pk)


@transaction.atomic
def refresh_token(*, by: Asker, refresh: str, next_secret: str, at: datetime) -> SignedIn | Refusal:
    """The next access token, for the present refresh token; from now on `next_secret`, which the device has
    minted and stored before it asked, takes its secret's place.

    Asked again with the same two words (the answer was lost), it is answered again. An older token, or the
    present one with another successor than it had, is in two hands: the whole family is revoked, which must
    last, so this refusal is returned and not raised.
    """
    by.must(Verb.OWN_ACCOUNT)
    family, _, secret = refresh.partition(".")
    found = Device.objects.select_for_update(of=("self",)).select_related("user")
    device = found.filter(family_hash=hash_of(family), user__is_active=True).first()
    if device is None:
        raise RefreshRefused()
    if device.revoked_at is not None:
        raise DeviceRevoked()
    old, new = hash_of(secret), hash_of(next_secret)
    if not _is_secret(next_secret) or old == new:
        raise SecretWeak(path="next")
    again = bytes(device.refresh_hash or b"") == new and bytes(device.previous_hash or b"") == old
    if not again and bytes(device.refresh_hash or b"") != old:
        Device.objects.filter(pk=device.pk).update(revoked_at=at)
        owner = device.user_id
        place = workplace_of(owner)
        note_act(by=by, act="token.reused", subject=owner, area=place, user=owner, device=device.pk)
        log.warning("a refresh token was used twice: device %s", device.pk)
        return DeviceRevoked()
    if device.expires_at <= at:
        raise RefreshRefused()
    return _renew(device, family, old, next_secret, at)


def _renew(device: Device, family: str, old: bytes, secret: str, at: datetime) -> SignedIn:
    token = secrets.token_urlsafe(32)
    until = min(at + OFFLINE_LIFE, device.created_at + DEVICE_LIFE)
    short = min(at + ACCESS_LIFE, until)
    Device.objects.filter(pk=device.pk).update(
        token_hash=hash_of(token),
        previous_hash=old,
        refresh_hash=hash_of(secret),
        token_until=short,
        expires_at=until,
    )
    return SignedIn(token, short, f"{family}.{secret}", until, device.user, device.pk)


def _is_secret(text: str) -> bool:
    """43 characters of base64url with some variety: no device mints forty times the same letter."""
    return len(text) == 43 and text.replace("-", "a").replace("_", "a").isalnum() and len(set(text)) > 12


def revoke_device(*, by: Asker, device_id: int, at: datetime) -> None:
    """Ends a device of the asker, or of somebody whose every post he may end: its next request is refused
    with the order to wipe, and what it has yet to send is taken into quarantine."""
    by.must(Verb.OWN_ACCOUNT)
    device = Device.objects.filter(pk=device_id, revoked_at=None).first()
    if device is None or not (device.user_id == by.user_id or _answers_for(by, device, at)):
        raise NotFound()
    Device.objects.filter(pk=device_id, revoked_at=None).update(revoked_at=at)


def _answers_for(by: Asker, device: Device, at: datetime) -> bool:
    posts = Post.objects.filter(user_id=device.user_id).select_related("area__parent__parent")
    held = [post for post in posts if post.to_at is None or post.to_at > at]
    return isinstance(by, Actor) and bool(held) and all(_may_end(by, post) for post in held)


def _may_end(by: Actor, post: Post) -> bool:
    path = path_of(post.area)
    mine = [one for one in by.posts if one.area_id in path]
    return any(may_grant(one.role, Role(post.role), same_node=one.area_id == post.area_id) for one in mine)
