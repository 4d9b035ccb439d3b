"""Builders that go through the actions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from base.models import new_id
from checklist.actions import NewObservation
from tests.village import AT


def observation(person: UUID, item: str, state: str, **more: Any) -> NewObservation:
    """An observation seen with one's own eyes at AT, unless said otherwise."""
    given: dict[str, Any] = {"id": new_id(), "evidence": "seen", "observed_at": AT, **more}
    return NewObservation(person=person, item=item, state=state, **given)


def document(person: UUID, item: str, state: str, **more: Any) -> dict[str, Any]:
    """The same as the JSON document that a phone sends."""
    given: dict[str, Any] = {"id": str(new_id()), "evidence": "seen", "observed_at": AT.isoformat(), **more}
    for name, value in given.items():
        given[name] = value.isoformat() if isinstance(value, datetime) else value
    return {"person": str(person), "item": item, "state": state, **given}
