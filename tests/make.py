"""Builders that go through the actions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import to_builtins

from base.models import new_id
from checklist.actions import NewObservation, NewVisit
from people.actions import NewConsent
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


def visit(household: UUID, outcome: str = "met", **more: Any) -> NewVisit:
    """A visit at AT, unless said otherwise."""
    given: dict[str, Any] = {"id": new_id(), "visited_at": AT, **more}
    return NewVisit(household=household, outcome=outcome, **given)


def visit_document(household: UUID, outcome: str = "met", **more: Any) -> dict[str, Any]:
    """The same as the JSON document that a phone sends."""
    told = visit(household, outcome, **more)
    return {
        "id": str(told.id),
        "household": str(household),
        "visited_at": told.visited_at.isoformat(),
        "outcome": outcome,
    }


def consent(person: UUID, decision: str = "given", **more: Any) -> NewConsent:
    """A consent to the text of 2026-01, read out in Vietnamese at AT, unless said otherwise."""
    said: dict[str, Any] = {"text": "2026-01", "language": "vi", "channel": "spoken", "witness": "none"}
    given: dict[str, Any] = {"id": new_id(), "given_at": AT, **said, **more}
    return NewConsent(person=person, decision=decision, **given)


def consent_document(decision: str = "given", **more: Any) -> dict[str, Any]:
    """The same as the JSON document that the door of the person takes."""
    document: dict[str, Any] = to_builtins(consent(new_id(), decision, **more))
    del document["person"]
    if document["representative"] is None:
        del document["representative"]
    return document
