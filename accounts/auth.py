"""The device token in the Authorization header."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission

from accounts.actions import Paused, keep_notes, note_refusal, pause
from accounts.actor import Actor
from accounts.queries.tokens import Standing, enter_as, find_actor, find_actor_and, find_revoked, why_refused
from accounts.rules import SecondFactorNeeded
from base.errors import NotFound, Refusal, RightMissing, SignInNeeded


class DeviceToken(BaseAuthentication):
    """`Authorization: Bearer <token>`; an unknown, revoked or expired token is a 401."""

    def authenticate(self, request: Any) -> tuple[Actor, None] | None:
        if standing := getattr(request._request, "standing", None):
            return enter_as(standing), None
        hashed, at = _token_hash(request), datetime.now(UTC)
        if hashed is None:
            return None
        actor = find_actor(hashed, at, one_plan=request.method == "POST")
        if actor is None:
            raise why_refused(hashed, at)()
        request._request.actor_id = str(actor.user_id)
        return actor, None

    def authenticate_header(self, request: Any) -> str:
        return "Bearer"


def asker_and(request: Any, beside: str) -> Standing | None:
    """Who asks, and what is asked `beside` of no person, by one statement and without a transaction, which
    may follow and does not ask again; None for whoever is refused: the usual way tells why."""
    try:
        hashed = _token_hash(request)
    except Refusal:
        return None
    found = hashed and find_actor_and(beside, hashed, datetime.now(UTC))
    if not found or found.actor.lacks_second:
        return None
    request.actor_id = str(found.actor.user_id)
    request.standing = found
    return found


def _token_hash(request: Any) -> bytes | None:
    """The hash of the token that came with a request; None where there is no such header."""
    header = request.META.get("HTTP_AUTHORIZATION", "")
    if not header:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(token) <= 100:
        raise SignInNeeded()
    return hashlib.sha256(token.encode()).digest()


class SecondFactor(BasePermission):
    """Who has a role of weight proves a second factor before any door but those where it is set up."""

    def has_permission(self, request: Any, view: Any) -> bool:
        by = request.user
        if isinstance(by, Actor) and by.lacks_second and not getattr(view, "before_second", False):
            raise SecondFactorNeeded()
        return True


class RevokedToken(DeviceToken):
    """The last access token, or any refresh token, of a device that was revoked: for the quarantine alone."""

    def authenticate(self, request: Any) -> tuple[Actor, None]:
        _, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        family = token.partition(".")[0]
        actor = find_revoked(*(hashlib.sha256(text[:100].encode()).digest() for text in (token, family)))
        if actor is None:
            raise SignInNeeded()
        request._request.actor_id = str(actor.user_id)
        return actor, None


def request_done(request: Any, response: Any) -> None:
    """Whom the answer tells of is noted in its transaction (plug `base.request_done`)."""
    by = request.user
    if isinstance(by, Actor) and by.sightings:
        keep_notes(by=by, at=datetime.now(UTC))


def request_refused(request: Any, response: Any, error: Exception) -> None:
    """Who was refused, by which rule, is noted when all else is rolled back (plug `base.request_refused`)."""
    by, at = getattr(request, "_user", None), datetime.now(UTC)  # who is nobody is not asked anew
    if not isinstance(by, Actor) or response.status_code not in (403, 404, 429):
        return
    kind = {403: RightMissing, 404: NotFound}.get(response.status_code)
    rule = error.code if isinstance(error, Refusal) else kind.code if kind else "too.often"
    asked = (request.parser_context or {}).get("kwargs", {}).values()
    note_refusal(by=by, rule=rule, subjects=[value for value in asked if isinstance(value, UUID)], at=at)
    if isinstance(error, Paused):
        pause(by=by, refusal=error, at=at)


class DeviceTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the API description tells about the token."""

    target_class = "accounts.auth.DeviceToken"
    name = "device_token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class RevokedTokenScheme(DeviceTokenScheme):  # type: ignore[no-untyped-call]
    target_class = "accounts.auth.RevokedToken"
    name = "revoked_token"
