"""The pure words of the checklist: no database, no clock, no settings."""

from checklist.rules.checks import (
    MissingKind,
    UnexpectedExpiry,
    UnknownBlocker,
    UnknownEvidence,
    UnknownItem,
    UnknownKind,
    UnknownState,
    check_observation,
)
from checklist.rules.facts import BLOCKERS, Evidence, Observation, day_of
from checklist.rules.holding import Held, held, held_by_item, is_ready, is_stale, is_valid
from checklist.rules.ready import (
    ADULT_AGE,
    Readiness,
    counted_birth,
    due_items,
    due_on,
    household_is_ready,
    readiness,
    turns_on,
)
from checklist.rules.standing import Standing, standing_of, standings_of
from checklist.rules.steps import PLACES, THINGS, Step, next_steps
from checklist.rules.visits import OUTCOMES, UnknownOutcome, check_outcome

__all__ = [
    "ADULT_AGE",
    "BLOCKERS",
    "OUTCOMES",
    "PLACES",
    "THINGS",
    "Evidence",
    "Held",
    "MissingKind",
    "Observation",
    "Readiness",
    "Standing",
    "Step",
    "UnexpectedExpiry",
    "UnknownBlocker",
    "UnknownEvidence",
    "UnknownItem",
    "UnknownKind",
    "UnknownOutcome",
    "UnknownState",
    "check_observation",
    "check_outcome",
    "counted_birth",
    "day_of",
    "due_items",
    "due_on",
    "held",
    "held_by_item",
    "household_is_ready",
    "is_ready",
    "is_stale",
    "is_valid",
    "next_steps",
    "readiness",
    "standing_of",
    "standings_of",
    "turns_on",
]
