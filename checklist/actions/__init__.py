"""What can be done to the facts: record, retract, and follow what happens to persons."""

from checklist.actions.follow import audit_tallies, follow_persons
from checklist.actions.marks import record_marks, retract_marks
from checklist.actions.record import (
    NewObservation,
    NewRetraction,
    record_observations,
    retract_observations,
)

__all__ = [
    "NewObservation",
    "NewRetraction",
    "audit_tallies",
    "follow_persons",
    "record_marks",
    "record_observations",
    "retract_marks",
    "retract_observations",
]
