"""Who saw this person: asked of the log of access, at every place where he lived."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.queries.notes import notes_of
from accounts.rules.audit import ACTS
from areas.queries import path_ids
from base.models import Asker
from people.models import Departure, Person
from people.queries import facts_of


def list_readers(by: Asker, person_id: UUID) -> QuerySet[Any] | None:
    """The notes of who saw or wrote of a person, to be paged by (at, id); None when he is not in sight. To
    ask is noted, too."""
    person = facts_of(by, person_id, "reader.list")
    if person is None:
        return None
    places = _places(person_id, person.hamlet_id)
    return notes_of(person_id, person.household_id, area_ids=places, since=person.recorded_at)


def readers_of(person_id: UUID) -> list[dict[str, Any]]:
    """The same for the person himself and whoever discloses to him what is held: when, what, where, why, and
    by which account (its number)."""
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        return []
    places = _places(person_id, person.hamlet_id)
    found = notes_of(person_id, person.household_id, area_ids=places, since=person.recorded_at)
    return [
        {
            "at": note.at,
            "act": note.act,
            "title": ACTS[note.act][0],
            "account": note.user_id,
            "area": note.area.code if note.area else None,
            "purpose": note.purpose,
        }
        for note in found.order_by("at", "id")
    ]


def _places(person_id: UUID, hamlet_id: int) -> set[int]:
    """Where a person lives and lived; and the communes, for held work names him at the node that owns it."""
    left = Departure.objects.filter(record=person_id).values_list("hamlet_id", flat=True)
    paths = path_ids({hamlet_id, *left})
    return {node for path in paths.values() for node in (path.hamlet_id, path.commune_id)}
