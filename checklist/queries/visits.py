"""Reading visits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from base import bulk
from base.models import Asker
from checklist.models import Visit
from people.queries import homes_of


@dataclass(slots=True)
class Visited:
    """A visit as it is kept."""

    id: UUID
    household: UUID
    visited_at: datetime
    outcome: str
    by: UUID | None
    recorded_at: datetime
    revision: int | None = None

    def same_content(self, other: Visited) -> bool:
        """True when the other, arriving later, says the same of the same household; a moment in the future
        was set back to the receipt, and each arrival sets it back anew."""
        clock = self.visited_at == min(other.visited_at, self.recorded_at) or (
            self.visited_at == self.recorded_at and other.visited_at == other.recorded_at
        )
        return clock and (self.household, self.outcome) == (other.household, other.outcome)


_VISITS = """
SELECT id, household_id, visited_at, outcome, by_id, recorded_at, revision FROM checklist_visit
WHERE id = ANY(%(ids)s::uuid[])
"""


def visits_by_id(ids: Iterable[UUID]) -> dict[UUID, Visited]:
    """The visits with these ids, in sight or not: an id belongs to one visit only."""
    return {row[0]: Visited(*row) for row in bulk.execute(_VISITS, {"ids": list(ids)})}


def list_visits(by: Asker, household_id: UUID) -> QuerySet[Any] | None:
    """The visits to a household, to be paged by HISTORY; None when it is not in sight."""
    home = homes_of([household_id]).get(household_id)
    if home is None or not by.sees(*home):
        return None
    by.saw("visit.list", [(home.hamlet_id, household_id)])
    return Visit.objects.visible_to(by).filter(household_id=household_id)
