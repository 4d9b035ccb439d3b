"""Erasure and restriction: what was said of a person goes with him, and the visits to a household with it."""

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


# A feed begins after 0: what has this revision is told by none.
_HIDE = (
    "UPDATE checklist_standing SET revision = 0 WHERE person_id = ANY(%(ids)s::uuid[])",
    "UPDATE checklist_observation SET revision = 0 WHERE person_id = ANY(%(ids)s::uuid[])",
)
_HIDE_VISITS = "UPDATE checklist_visit SET revision = 0 WHERE household_id = ANY(%(ids)s::uuid[])"


def hide_facts(*, by: Asker, persons: Sequence[UUID], households: Sequence[UUID]) -> None:
    """Takes standings, observations and visits out of the feeds until `follow_moves` numbers them anew (plug
    `people.hide_facts`); runs in the caller's transaction, under the hamlets' locks."""
    by.must("record")
    for statement in _HIDE:
        bulk.execute(statement, {"ids": list(persons)})
    bulk.execute(_HIDE_VISITS, {"ids": list(households)})


def forget_facts(*, by: Asker, persons: Sequence[UUID], households: Sequence[UUID]) -> None:
    """Erases standings, observations and visits (plug `people.forget_facts`); runs in the caller's
    transaction, under the hamlets' locks, once the tallies have moved."""
    by.must("record")
    for statement in _FACTS:
        bulk.execute(statement, {"ids": list(persons)})
    if households:
        bulk.execute(_VISITS, {"ids": list(households)})
