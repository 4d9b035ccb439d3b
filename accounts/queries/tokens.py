"""Who stands behind a token, and in the same breath what PostgreSQL may show him."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import Q

from accounts.actor import Actor, PostNow
from accounts.models import Device
from accounts.rules import MAY, DeviceRevoked, Role, TokenExpired, Verb
from base import bulk
from base.errors import Refusal, SignInNeeded
from base.scope import given

_SEEING = ", ".join(f"'{role.value}'" for role in Role if Verb.SEE in MAY[role])
# Who asks, and in the same breath what PostgreSQL may show him until the transaction ends (base.scope).
_STANDING_BEHIND = f"""
WITH standing AS MATERIALIZED (
    SELECT device.id, device.user_id, post.id AS post_id, post.role, post.area_id, area.level,
        totp.user_id IS NOT NULL AS has_second, device.otp_at, device.proved_at
    FROM accounts_device device
    JOIN accounts_user account ON account.id = device.user_id AND account.is_active
    LEFT JOIN accounts_totp totp ON totp.user_id = account.id AND totp.confirmed_at IS NOT NULL
    LEFT JOIN accounts_post post ON post.user_id = account.id
        AND post.from_at <= %(at)s AND (post.to_at IS NULL OR post.to_at > %(at)s)
    LEFT JOIN areas_area area ON area.id = post.area_id
    WHERE device.token_hash = %(token_hash)s AND device.revoked_at IS NULL AND device.token_until > %(at)s
), seen AS MATERIALIZED (
    SELECT coalesce(array_agg(area_id), ARRAY[]::bigint[]) AS own,
        array_agg(area_id) FILTER (WHERE level <> 'hamlet') AS above
    FROM standing WHERE role IN ({_SEEING})
), below AS MATERIALIZED (
    SELECT own, ARRAY(SELECT id FROM areas_area WHERE parent_id = ANY(above)) AS ids FROM seen
), scope AS MATERIALIZED (
    SELECT own || ids || ARRAY(SELECT id FROM areas_area WHERE parent_id = ANY(ids)) AS areas FROM below
)
SELECT standing.*, set_config('app.asker', standing.user_id::text, true),
    set_config('app.areas', scope.areas::text, true), set_config('app.device', standing.id::text, true),
    set_config('plan_cache_mode', %(plans)s, true)
    {{beside}}
FROM standing, scope
"""  # noqa: S608 - put together from constants
_RECORDING = ", ".join(f"'{role.value}'" for role in Role if Verb.RECORD in MAY[role])
# In what is asked beside `find_actor`: the areas where the asker records, as a bigint[].
OWN_AREAS = f"(SELECT array_agg(area_id) FROM standing WHERE role IN ({_RECORDING}))"  # noqa: S608 - constants


_AGAIN = """
SELECT set_config('app.asker', %(asker)s::text, true), set_config('app.areas', %(areas)s::text, true),
    set_config('app.device', %(device)s::text, true),
    set_config('plan_cache_mode', 'force_generic_plan', true)
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """Who stands behind a token, his scope (base.scope), and what was asked beside."""

    actor: Actor
    scope: tuple[str, str, str]
    beside: tuple[Any, ...]


def find_actor(token_hash: bytes, at: datetime, *, one_plan: bool = False) -> Actor | None:
    """The actor behind a token, with the posts in force at this instant; one statement, nothing cached,
    so that a right that ended ends with the next request. The scope of the transaction is his from now on;
    with `one_plan` PostgreSQL plans each statement of it once for a connection, whatever its values: who
    writes names rows by their ids, who reads may ask for a province."""
    found = find_actor_and("", token_hash, at, one_plan=one_plan)
    return found.actor if found else None


def find_actor_and(
    beside: str, token_hash: bytes, at: datetime, *, one_plan: bool = False
) -> Standing | None:
    """The same, with what is asked `beside` in the same breath: a comma and columns of SQL, the caller's own
    words, which may use OWN_AREAS."""
    plans = "force_generic_plan" if one_plan else "auto"
    asked = {"token_hash": token_hash, "at": at, "plans": plans}
    rows = bulk.execute(_standing_and(beside), asked)
    if not rows:
        return None
    scope = rows[0][9:12]
    given(*scope)
    posts = tuple(PostNow(row[2], Role(row[3]), row[4], row[5]) for row in rows if row[2] is not None)
    device_id, user_id = rows[0][:2]
    return Standing(Actor(user_id, device_id, posts, *rows[0][6:9]), scope, rows[0][13:])


def enter_as(standing: Standing) -> Actor:
    """Gives a transaction that begins the scope of whom this request has found a moment ago, before it; each
    statement is planned once, as in find_actor."""
    asker, areas, device = standing.scope
    bulk.execute(_AGAIN, {"asker": asker, "areas": areas, "device": device})
    given(*standing.scope)
    return standing.actor


@cache
def _standing_and(beside: str) -> str:
    return _STANDING_BEHIND.format(beside=beside)


def why_refused(token_hash: bytes, at: datetime) -> type[Refusal]:
    """What to tell a token that opens nothing: its device was revoked, its time is over, or nothing else."""
    device = Device.objects.filter(token_hash=token_hash, user__is_active=True).first()
    if device is None:
        return SignInNeeded
    return DeviceRevoked if device.revoked_at else TokenExpired


def find_revoked(token_hash: bytes, family_hash: bytes) -> Actor | None:
    """Who held a revoked device, by its last access token or any refresh token."""
    mine = Q(token_hash=token_hash) | Q(family_hash=family_hash)
    device = Device.objects.filter(mine, user__is_active=True).exclude(revoked_at=None).first()
    return Actor(device.user_id, device.pk, ()) if device else None
