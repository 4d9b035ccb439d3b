"""Everything that was said of one person's items, and of the visits to his door."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from checklist.models import Observation, Standing, Visit
from checklist.rules import Evidence


def held_on(person_id: UUID, household_id: UUID) -> dict[str, Any]:
    """Standings, observations (withdrawn ones, too) and visits, as they are kept; in the asker's sight or
    not: the caller asks for the right."""
    standings = Standing.objects.filter(person_id=person_id).exclude(state="").order_by("item", "kind")
    said = Observation.objects.filter(person_id=person_id).order_by("observed_at", "id")
    visits = Visit.objects.filter(household_id=household_id).order_by("visited_at", "id")
    return {
        "standings": [{name: getattr(row, name) for name in _STANDING} for row in standings],
        "observations": [_observation(row) for row in said],
        "visits": [{name: getattr(row, name) for name in ("id", "outcome", "visited_at")} for row in visits],
    }


_STANDING = ("item", "kind", "state", "observed_at", "expires_on", "blocker", "contested")
_SAID = ("id", "item", "kind", "state", "blocker", "expires_on", "observed_at", "recorded_at", "retracts_id")


def _observation(row: Observation) -> dict[str, Any]:
    return {**{name: getattr(row, name) for name in _SAID}, "evidence": Evidence(row.evidence).code}
