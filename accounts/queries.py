"""Reading accounts: who stands behind a token, which posts and devices there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.actor import Actor, PostNow
from accounts.models import Device, Post, User
from accounts.rules import Role, phone_of
from areas.queries import hamlets_under

_STANDING_BEHIND = """
SELECT device.id, device.user_id, post.id, post.role, post.area_id, area.level
FROM accounts_device device
JOIN accounts_user account ON account.id = device.user_id AND account.is_active
LEFT JOIN accounts_post post ON post.user_id = account.id
    AND post.from_at <= %(at)s AND (post.to_at IS NULL OR post.to_at > %(at)s)
LEFT JOIN areas_area area ON area.id = post.area_id
WHERE device.token_hash = %(token_hash)s AND device.revoked_at IS NULL AND device.expires_at > %(at)s
"""


def find_actor(token_hash: bytes, at: datetime) -> Actor | None:
    """The actor behind a token, with the posts in force at this instant; one statement, nothing cached,
    so that a right that ended ends with the next request."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING_BEHIND, {"token_hash": token_hash, "at": at})
        rows = cursor.fetchall()
    if not rows:
        return None
    posts = tuple(PostNow(row[2], Role(row[3]), row[4], row[5]) for row in rows if row[2] is not None)
    return Actor(user_id=rows[0][1], device_id=rows[0][0], posts=posts)


def actor_of(user_id: UUID, at: datetime) -> Actor:
    """An actor for somebody known (the command line, the demo), without a device."""
    held = _in_force(at).filter(user_id=user_id).select_related("area")
    posts = tuple(PostNow(post.pk, Role(post.role), post.area_id, post.area.level) for post in held)
    return Actor(user_id=user_id, device_id=None, posts=posts)


@dataclass(frozen=True)
class Me:
    """Who I am: my account and my posts in force."""

    user: User
    posts: list[Post]


def describe_me(by: Actor, at: datetime) -> Me:
    """The asker's own account."""
    posts = _in_force(at).filter(user_id=by.user_id).select_related("area").order_by("pk")
    return Me(User.objects.get(pk=by.user_id), list(posts))


def list_devices(by: Actor, at: datetime) -> QuerySet[Device]:
    """The asker's own devices whose tokens open doors."""
    return Device.objects.filter(user_id=by.user_id, revoked_at=None, expires_at__gt=at)


def find_device(by: Actor, device_id: int, at: datetime) -> Device | None:
    """One of those devices."""
    return list_devices(by, at).filter(pk=device_id).first()


def list_posts(by: Actor, at: datetime) -> QuerySet[Post]:
    """Posts in force at or below the nodes where the asker may enrol or appoint, and his own."""
    return _in_force(at).filter(_grantable(by)).select_related("area", "user")


def find_post(by: Actor, post_id: int, at: datetime) -> Post | None:
    """One of those posts."""
    return list_posts(by, at).filter(pk=post_id).first()


def _in_force(at: datetime) -> QuerySet[Post]:
    return Post.objects.filter(Q(to_at=None) | Q(to_at__gt=at), from_at__lte=at)


def _grantable(by: Actor) -> Q:
    nodes = [post.area_id for post in by.posts if post.role in (Role.TEAM_LEAD, Role.AREA_ADMIN)]
    mine: dict[str, Any] = {"user_id": by.user_id}
    if not nodes:
        return Q(**mine)
    return (
        Q(**mine) | Q(area_id__in=nodes) | Q(area__parent_id__in=nodes) | Q(area_id__in=hamlets_under(nodes))
    )


def holds_post(user_id: UUID, role: Role, area: str) -> bool:
    """True when somebody holds this role at this area, without an end."""
    return Post.objects.filter(user_id=user_id, role=role, area__code=area, to_at=None).exists()


def find_user(phone: str) -> User | None:
    """The active account with this phone number, in any spelling."""
    return User.objects.filter(phone=phone_of(phone) or "", is_active=True).first()
