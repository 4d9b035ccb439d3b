"""What the phones of the stories say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import msgspec

from base.models import new_id
from tests.village import UPPER, Caller, Reply, an_id, calling


def command(kind: str, id: UUID | None = None, /, **data: Any) -> dict[str, Any]:
    """A command with an id of its own, as a phone sends it."""
    return {"id": str(id or minted()), "kind": kind, "data": msgspec.to_builtins(data)}


def minted() -> UUID:
    """An id greater than every one before: no phone says two things in one millisecond, stories do."""
    while (new := new_id()) <= _MINTED[0]:
        pass
    _MINTED[0] = new
    return new


_MINTED = [UUID(int=0)]


def household(id: UUID | None = None, hamlet: str = UPPER, **more: Any) -> dict[str, Any]:
    """A household is found; its persons are given by name and id."""
    return command("household.register", id, hamlet=hamlet, **more)


def person(household: UUID, id: UUID | None = None, **more: Any) -> dict[str, Any]:
    given = {"full_name": "Phạm Thị Đào", "birth_year": 1970, **more}
    return command("person.register", id, household=household, **given)


def observation(person: UUID, id: UUID | None = None, **more: Any) -> dict[str, Any]:
    given = {"item": "identity", "state": "level1", "evidence": "seen", "observed_at": now(), **more}
    return command("observation.record", id, person=person, **given)


def retraction(observation: UUID, id: UUID | None = None) -> dict[str, Any]:
    return command("observation.retract", id, observation=observation)


def visit(household: UUID, id: UUID | None = None, **more: Any) -> dict[str, Any]:
    return command("visit.record", id, household=household, **{"visited_at": now(), "outcome": "met", **more})


def consent(person: UUID, id: UUID | None = None, **more: Any) -> dict[str, Any]:
    given = {"decision": "given", "text": "2026-01", "language": "vi", "channel": "spoken", "witness": "none"}
    return command("consent.record", id, person=person, **{**given, "given_at": now(), **more})


def change(person: UUID, id: UUID | None = None, *, edit: int | None = None, **fields: Any) -> dict[str, Any]:
    """Fields of a person: each what it was and what it should be."""
    said: dict[str, Any] = {"base": {}, "set": {}}
    for name, (was, wanted) in fields.items():
        said["base"][name], said["set"][name] = was, wanted
    return command("person.change", id, person=person, **said, **({} if edit is None else {"edit": edit}))


def now(**ago: float) -> datetime:
    """The present moment, or so long ago."""
    return datetime.now(UTC) - timedelta(**ago)


def batch(*commands: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"batch": str(new_id()), "sent_at": now().isoformat(), "commands": list(commands), **more}


def push(who: str | Caller, *commands: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    """Sends a batch; the receipts, after the answer was found to be a 200 with one for each command."""
    reply = send(who, batch(*commands, **more))
    assert reply.status == 200, reply.json
    assert len(reply.json["receipts"]) == len(commands)
    return list(reply.json["receipts"])


@cache
def phone_of(who: str) -> Caller:
    """The phone of a member of the cast: made once, for the house is set up anew for each."""
    return calling(who)


def send(who: str | Caller, body: Any, **extra: Any) -> Reply:
    caller = phone_of(who) if isinstance(who, str) else who
    return caller.post("sync/push", body, **extra)


def states(receipts: list[dict[str, Any]]) -> list[str]:
    return [receipt["state"] for receipt in receipts]


LAN, TAM, THU = an_id("lan"), an_id("tam"), an_id("thu")
