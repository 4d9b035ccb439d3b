"""The device token in the Authorization header."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication

from accounts.actor import Actor
from accounts.queries import find_actor
from base.errors import SignInNeeded


class DeviceToken(BaseAuthentication):
    """`Authorization: Bearer <token>`; an unknown, revoked or expired token is a 401."""

    def authenticate(self, request: Any) -> tuple[Actor, None] | None:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header:
            return None
        scheme, _, token = header.partition(" ")
        actor = None
        if scheme.lower() == "bearer" and 0 < len(token) <= 100:
            hashed = hashlib.sha256(token.encode()).digest()
            actor = find_actor(hashed, datetime.now(UTC))
        if actor is None:
            raise SignInNeeded()
        request._request.actor_id = str(actor.user_id)
        return actor, None

    def authenticate_header(self, request: Any) -> str:
        return "Bearer"


class DeviceTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the API description tells about the token."""

    target_class = "accounts.auth.DeviceToken"
    name = "device_token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
