"""Reading accounts: who stands behind a token, which posts and devices there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, QuerySet

from accounts.actor import Actor, PostNow
from accounts.models import Device, Enrolment, Post, Totp, User
from accounts.rules import (
    BADGE_SECONDS,
    MAY,
    Role,
    Verb,
    badge_code,
    badge_minute,
    device_of_badge,
)
from areas.queries import hamlets_under, hotline_at, path_of
from areas.rules import Level
from base.sealed import SealedField

# For statements that ask at which area each post is or was.
POSTS_AT = "SELECT id AS post_id, area_id FROM accounts_post"

_FIELD = ", ".join(f"'{role.value}'" for role in (Role.VOLUNTEER, Role.TEAM_LEAD))
# The members of teams at the moment %(at)s, each with the hamlet.
TEAMS_ON = f"""
SELECT area_id, user_id FROM accounts_post
JOIN accounts_user account ON account.id = user_id AND account.is_active
WHERE role IN ({_FIELD}) AND from_at <= %(at)s AND (to_at IS NULL OR to_at > %(at)s)
"""  # noqa: S608 - put together from constants
# Devices that were revoked, and when: what they send afterwards nobody has vouched for.
REVOKED = "SELECT id AS device, revoked_at FROM accounts_device WHERE revoked_at IS NOT NULL"


def actor_of(user_id: UUID, at: datetime) -> Actor:
    """An actor for somebody known (the command line, the demo), without a device."""
    held = _in_force(at).filter(user_id=user_id).select_related("area")
    posts = tuple(PostNow(post.pk, Role(post.role), post.area_id, post.area.level) for post in held)
    return Actor(user_id=user_id, device_id=None, posts=posts)


def actors_of(user_ids: Iterable[UUID], at: datetime) -> dict[UUID, Actor]:
    """The same for several; left out is whose account is closed, or who holds no post now."""
    held = _in_force(at).filter(user_id__in=list(user_ids), user__is_active=True).select_related("area")
    posts: dict[UUID, list[PostNow]] = defaultdict(list)
    for post in held.order_by("pk"):
        posts[post.user_id].append(PostNow(post.pk, Role(post.role), post.area_id, post.area.level))
    return {user_id: Actor(user_id, None, tuple(mine)) for user_id, mine in posts.items()}


def field_home_of(user_id: UUID) -> tuple[int, ...] | None:
    """Where somebody records or last recorded: the area of that post, its parent's and so on up; None for
    who never had such a post."""
    posts = Post.objects.filter(user_id=user_id, role__in=_roles(Verb.RECORD))
    latest = posts.order_by(F("to_at").desc(nulls_first=True), "-from_at", "-pk")
    post = latest.select_related("area__parent__parent").first()
    return path_of(post.area) if post else None


def keepers_at(paths: Iterable[tuple[int, ...]], at: datetime) -> dict[tuple[int, ...], UUID]:
    """Who looks after work that is held at a place, by its path upwards: at the nearest node that has
    somebody a team lead, else an admin; left out is a place that has nobody."""
    asked = set(paths)
    nodes = {node for path in asked for node in path}
    held = _in_force(at).filter(area_id__in=nodes, role__in=_roles(Verb.RELEASE), user__is_active=True)
    best: dict[int, tuple[bool, int, UUID]] = {}
    for pk, role, area_id, user_id in held.values_list("pk", "role", "area_id", "user_id"):
        one = (role != Role.TEAM_LEAD, pk, user_id)
        best[area_id] = min(best.get(area_id, one), one)
    found = {path: next((best[node] for node in path if node in best), None) for path in asked}
    return {path: one[2] for path, one in found.items() if one}


def holders_at(area_ids: Iterable[int], roles: Iterable[str], at: datetime) -> list[UUID]:
    """The accounts that hold one of these roles at one of these areas now."""
    held = _in_force(at).filter(area_id__in=list(area_ids), role__in=list(roles), user__is_active=True)
    return list(held.order_by("user_id").values_list("user_id", flat=True).distinct())


def workplace_of(user_id: UUID) -> int | None:
    """The area of an account's latest post: where its notes belong."""
    posts = Post.objects.filter(user=user_id, for_approval=False).order_by("-from_at", "-id")
    return posts.values_list("area_id", flat=True).first()


def admins_of_provinces(at: datetime) -> list[UUID]:
    """The accounts that answer for a province now."""
    held = _in_force(at).filter(area__level=Level.PROVINCE, role=Role.AREA_ADMIN, user__is_active=True)
    return list(held.order_by("user_id").values_list("user_id", flat=True).distinct())


def list_devices_under(by: Actor, at: datetime) -> QuerySet[Device]:
    """The devices of those who hold a post at or below the nodes where the asker may release held work."""
    nodes = by.nodes(Verb.RELEASE)
    below = Q(area_id__in=nodes) | Q(area__parent_id__in=nodes) | Q(area__parent__parent_id__in=nodes)
    users = _in_force(at).filter(below).values("user_id")
    return Device.objects.filter(user_id__in=users).select_related("user")


def _roles(verb: Verb) -> list[Role]:
    return [role for role in Role if verb in MAY[role]]


@dataclass(frozen=True)
class Me:
    """Who I am: my account and my posts in force."""

    user: User
    posts: list[Post]


def describe_me(by: Actor, at: datetime) -> Me:
    """The asker's own account."""
    posts = _in_force(at).filter(user_id=by.user_id).select_related("area").order_by("pk")
    return Me(User.objects.get(pk=by.user_id), list(posts))


@dataclass(frozen=True)
class Badge:
    """What a citizen learns of who stands at the door, and nothing else: the first name and the team, and the
    number of the commune's office, who can be asked ("" where it has given none)."""

    first_name: str
    team: str
    hotline: str = ""


@dataclass(frozen=True)
class ShownBadge:
    """One's own badge: the code to show now, from when on another is shown, until when this one holds."""

    badge: Badge
    code: str
    next_at: datetime
    expires_at: datetime


def describe_badge(by: Actor, at: datetime) -> ShownBadge | None:
    """The asker's own badge on the device he asks with; None for who goes to no doors."""
    badge = _badge_of(by.user_id, at)
    if badge is None or by.device_id is None:
        return None
    minute = badge_minute(at)
    return ShownBadge(
        badge,
        badge_code(_badge_key(), by.device_id, minute),
        next_at=datetime.fromtimestamp((minute + 1) * BADGE_SECONDS, UTC),
        expires_at=datetime.fromtimestamp((minute + 2) * BADGE_SECONDS, UTC),
    )


def find_badge(code: str, at: datetime) -> Badge | None:
    """Whose badge shows this code now; None when it is nobody's, whyever."""
    device_id = device_of_badge(_badge_key(), code, badge_minute(at))
    if device_id is None:
        return None
    signed_in = Device.objects.filter(pk=device_id, revoked_at=None, expires_at__gt=at, user__is_active=True)
    user_id = signed_in.values_list("user_id", flat=True).first()
    return None if user_id is None else _badge_of(user_id, at)


def _badge_of(user_id: UUID, at: datetime) -> Badge | None:
    held = _in_force(at).filter(user_id=user_id, role__in=_roles(Verb.RECORD))
    post = held.select_related("user", "area__parent__parent").order_by("pk").first()
    if post is None:
        return None
    commune = post.area.parent
    places = (post.area, commune, commune.parent if commune else None)
    team = ", ".join(place.name for place in places if place)
    return Badge(post.user.full_name.split()[-1], team, hotline_at(path_of(post.area)))


def _badge_key() -> bytes:
    return settings.SECRET_KEY.encode() + b"badge"


def list_devices(by: Actor, at: datetime) -> QuerySet[Device]:
    """The asker's own devices whose tokens open doors."""
    return Device.objects.filter(user_id=by.user_id, revoked_at=None, expires_at__gt=at)


def find_device(by: Actor, device_id: int, at: datetime) -> Device | None:
    """One of those devices."""
    return list_devices(by, at).filter(pk=device_id).first()


def list_posts(by: Actor, at: datetime) -> QuerySet[Post]:
    """Posts in force at or below the nodes where the asker may enrol or appoint, and his own."""
    return _in_force(at).filter(_grantable(by)).select_related("area", "user")


def list_waiting_posts(by: Actor) -> QuerySet[Post]:
    """Posts that wait for a second signature where the asker may appoint."""
    nodes = by.nodes(Verb.APPOINT)
    below = Q(area_id__in=nodes) | Q(area__parent_id__in=nodes) | Q(area_id__in=hamlets_under(nodes))
    return Post.objects.filter(below, for_approval=True, to_at=None).select_related("area", "user")


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


ENROLMENT_PHONE: SealedField = Enrolment._meta.get_field("phone")
TOTP_SECRET: SealedField = Totp._meta.get_field("secret")


def find_user(phone: str) -> User | None:
    """The active account with this phone number, in any spelling."""
    return User.objects.of_phone(phone).filter(is_active=True).first()
