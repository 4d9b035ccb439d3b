"""Reading facts: observations as they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from base import bulk
from base.models import Asker
from checklist.models import Observation
from checklist.rules import Evidence
from checklist.rules import Observation as Said

# Histories are told as they came in; whatever moved with a person has one revision.
HISTORY = ("recorded_at", "revision", "id")


@dataclass(slots=True)
class Fact:
    """An observation as it is kept: what is said, of whom, by whom."""

    person: UUID
    said: Said
    visit: UUID | None
    by: UUID | None
    recorded_at: datetime
    revision: int | None = None

    def same_content(self, other: Fact) -> bool:
        """True when the other, arriving later, says the same of the same person; a moment in the future
        was set back to the receipt, and each arrival sets it back anew."""
        mine, theirs = self.said, other.said
        clock = mine.observed_at == min(theirs.observed_at, self.recorded_at) or (
            mine.observed_at == self.recorded_at and theirs.observed_at == other.recorded_at
        )
        return (
            clock
            and self.person == other.person
            and self.visit == other.visit
            and (mine.item, mine.kind, mine.state, mine.evidence, mine.blocker)
            == (theirs.item, theirs.kind, theirs.state, theirs.evidence, theirs.blocker)
            and (mine.expires_on, mine.retracts) == (theirs.expires_on, theirs.retracts)
        )


FACT_COLUMNS = (
    "person_id, id, item, kind, state, evidence, observed_at, expires_on, blocker, retracts_id, "
    "visit, by_id, recorded_at, revision"
)
_FACTS = f"""
SELECT {FACT_COLUMNS} FROM checklist_observation
WHERE (person_id = ANY(%(persons)s::uuid[]) AND item = ANY(%(items)s::text[]))
   OR id = ANY(%(ids)s::uuid[])
"""  # noqa: S608 - put together from constants


def list_facts(*, persons: Sequence[UUID], items: Sequence[str], ids: Sequence[UUID]) -> dict[UUID, Fact]:
    """The facts about these persons and items, and those with these ids wherever they are; by id."""
    rows = bulk.execute(_FACTS, {"persons": list(persons), "items": list(items), "ids": list(ids)})
    return {row[1]: fact_of(row) for row in rows}


def fact_of(row: tuple[Any, ...]) -> Fact:
    """A row of FACT_COLUMNS."""
    said = Said(row[1], row[2], row[3], row[4], Evidence(row[5]), row[6], row[7], row[8], row[9])
    return Fact(row[0], said, visit=row[10], by=row[11], recorded_at=row[12], revision=row[13])


def list_observations(by: Asker, person_id: UUID) -> QuerySet[Any]:
    """The history of a person in sight, to be paged by HISTORY."""
    return Observation.objects.visible_to(by).filter(person_id=person_id)


def facts_of_source(source: UUID) -> list[UUID]:
    """The observations an import brought that nobody has retracted."""
    brought = Observation.objects.filter(source_id=source, retracts=None)
    withdrawn = Observation.objects.filter(retracts=OuterRef("pk"))
    return list(brought.filter(~Exists(withdrawn)).values_list("pk", flat=True))


def persons_observed_beside(source: UUID) -> set[UUID]:
    """The persons brought or observed by an import about whom facts from elsewhere stand."""
    brought = Observation.objects.filter(source_id=source).values("person_id")
    withdrawn = Observation.objects.filter(retracts=OuterRef("pk"))
    others = Observation.objects.filter(
        Q(person_id__in=brought) | Q(person__source_id=source),
        ~Q(source_id=source) | Q(source=None),
        ~Exists(withdrawn),
        retracts=None,
    )
    return set(others.values_list("person_id", flat=True))
