"""Erasure: what was said of a person goes with him, and the visits to a household with it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from base import bulk
from base.models import Asker

_FACTS = (
    "DELETE FROM checklist_standing WHERE person_id = ANY(%(ids)s::uuid[])",
    "DELETE FROM checklist_observation WHERE person_id = ANY(%(ids)s::uuid[])",
)
_VISITS = "DELETE FROM checklist_visit WHERE household_id = ANY(%(ids)s::uuid[])"


def forget_facts(*, by: Asker, persons: Sequence[UUID], households: Sequence[UUID]) -> None:
    """Erases standings, observations and visits (plug `people.forget_facts`); runs in the caller's
    transaction, under the hamlets' locks, once the tallies have moved."""
    by.must("record")
    for statement in _FACTS:
        bulk.execute(statement, {"ids": list(persons)})
    if households:
        bulk.execute(_VISITS, {"ids": list(households)})
