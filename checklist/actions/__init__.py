"""What can be done to the facts: record, retract, and follow what happens to persons and households."""

from checklist.actions.follow import audit_tallies, follow_moves, follow_persons, move_tallies_on
from checklist.actions.forget import forget_facts, hide_facts
from checklist.actions.marks import record_marks, retract_marks
from checklist.actions.record import (
    NewObservation,
    NewRetraction,
    record_observations,
    retract_observations,
)
from checklist.actions.self_checks import count_self_check
from checklist.actions.visits import NewVisit, record_visits

__all__ = [
    "NewObservation",
    "NewRetraction",
    "NewVisit",
    "audit_tallies",
    "count_self_check",
    "follow_moves",
    "follow_persons",
    "forget_facts",
    "hide_facts",
    "move_tallies_on",
    "record_marks",
    "record_observations",
    "record_visits",
    "retract_marks",
    "retract_observations",
]
