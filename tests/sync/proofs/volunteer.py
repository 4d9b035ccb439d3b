"""A phone that works as it should, with a witness of what was said with it; and who holds it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from accounts.models import Device
from tests.bench.phone import Phone, Transport, new_id
from tests.sync.proofs.truth import Said
from tests.village import an_id, token_of


class Volunteer(Phone):
    """The phone of the example; `said` is no part of it, and nothing that happens to it reaches there."""

    said: Said

    def say(self, kind: str, data: dict[str, Any]) -> str:
        command_id = super().say(kind, data)
        self.said[command_id] = kind, data
        return command_id


P = TypeVar("P", bound=Volunteer)


def new_phone(sort: type[P], name: str, transport: Transport, said: Said) -> P:
    """A phone that somebody has just bought, and signed in with."""
    now = datetime.now(UTC)
    token = f"{token_of(name)}-{new_id(now)}"
    Device.objects.create(
        user_id=an_id(name),
        name="điện thoại",
        token_hash=hashlib.sha256(token.encode()).digest(),
        created_at=now,
        token_until=now + timedelta(days=90),
        expires_at=now + timedelta(days=90),
    )
    phone = sort(transport, token)
    phone.said = said
    return phone
