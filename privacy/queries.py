"""Reading requests, and everything that is held on one person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from areas.queries import list_areas, path_ids
from areas.rules import Level
from base.errors import NotFound, RightMissing
from base.models import Asker
from base.registry import plug
from base.scope import widened
from base.sealed import SealedLeavesField
from checklist.queries import disclosing as checklist
from people.queries import disclosing as people
from people.queries import places_of
from people.queries.readers import readers_of
from people.rules.persons import mask_phone
from privacy.models import Breach, Code, Request
from privacy.rules import clock_of_breach

WANTED: SealedLeavesField = Request._meta.get_field("wanted")


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The package of everything held on one person: for a machine to read and a person to keep."""

    person: UUID
    rooms: dict[str, Any]


def list_requests(by: Asker) -> QuerySet[Any]:
    """The requests in the places where the asker answers them, to be paged by (act_on, id)."""
    return Request.objects.visible_to(by).select_related("hamlet")


def find_request(by: Asker, request_id: UUID) -> Request | None:
    """A request in the asker's sight, where he may answer it."""
    found: Request | None = list_requests(by).filter(pk=request_id).first()
    if found is None or not by.holds("answer_request", *path_ids([found.hamlet_id])[found.hamlet_id]):
        return None
    return found


def disclose(by: Asker, person: UUID) -> Disclosure:
    """Everything held on a person in the asker's place, over all rooms, of phones their last digits: who
    helps somebody need not be able to call him. NotFound for anybody else."""
    place = places_of([person]).get(person)
    if place is None or not by.holds("answer_request", *place.path):
        raise NotFound(path="person")
    by.saw("person.disclose", [(place.path[0], person)])
    return Disclosure(person, _without_phones(disclosed(person).rooms))


def disclosed(person: UUID) -> Disclosure:
    """The same, phones and all, for who has shown that he is the person himself."""
    with widened():
        return Disclosure(person, _rooms(person))


def _without_phones(told: Any) -> Any:
    if isinstance(told, list):
        return [_without_phones(one) for one in told]
    if not isinstance(told, dict):
        return told
    phones = {"phone"} | ({"old", "new"} if told.get("field") == "phone" else set())
    return {
        name: mask_phone(value) if name in phones and isinstance(value, str) else _without_phones(value)
        for name, value in told.items()
    }


def _rooms(person: UUID) -> dict[str, Any]:
    held = people.held_on(person)
    if held is None:
        raise NotFound(path="person")
    household = held["household"]["id"]
    return {
        "people": held,
        "checklist": checklist.held_on(person, household),
        "phones": plug("privacy.said")(person, household),
        "readers": readers_of(person),
        "privacy": {
            "requests": [
                show_request(row) for row in Request.objects.filter(person=person).order_by("filed_at")
            ],
            "codes": [
                {"issued_at": issued, "expires_at": until}
                for issued, until in Code.objects.filter(person=person).values_list("issued_at", "expires_at")
            ],
        },
    }


def list_breaches(by: Asker) -> QuerySet[Breach]:
    """The register of breaches, to be paged by (due_at, id): for who answers for a province, since a breach
    may concern any place."""
    provinces = list_areas(level=Level.PROVINCE).values_list("pk", flat=True)
    if not by.holds("answer_request", *provinces):
        raise RightMissing()
    return Breach.objects.all()


def show_breach(row: Breach, at: datetime) -> dict[str, Any]:
    """A line of the register as every door tells it, and what its clock says now."""
    told = ("kind", "what", "since", "until", "is_drill", "persons", "alarm_at", "due_at", "closed_at")
    shown = {name: getattr(row, name) for name in told}
    return {"number": row.pk, **shown, "clock": clock_of_breach(row.due_at, row.closed_at, at).value}


def note_requests(by: Asker, rows: Iterable[Request]) -> None:
    """Notes that the asker is told whose requests these are."""
    by.saw("request.read", ((row.hamlet_id, row.person) for row in rows if row.hamlet_id and row.person))


def show_request(row: Request) -> dict[str, Any]:
    """A request as every door tells it."""
    told = (
        "kind",
        "state",
        "channel",
        "filed_at",
        "answer_on",
        "act_on",
        "answered_at",
        "extended_at",
        "ended_at",
    )
    return {"id": row.pk, "person": row.person, **{name: getattr(row, name) for name in told}}
