"""What a roster said becomes observations; undoing the roster retracts them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from base.models import Asker
from checklist.actions.record import (
    NewObservation,
    NewRetraction,
    record_observations,
    retract_observations,
)
from checklist.queries import facts_of_source, persons_observed_beside
from people.rules.basis import RepresentativeNeeded
from people.rules.persons import PersonMark, PersonRestricted


def record_marks(
    *, by: Asker, marks: Sequence[PersonMark], observed_at: datetime, source: UUID, at: datetime
) -> None:
    """Records the marks of an import: self-declared, its source the import (plug `people.record_marks`)."""
    by.must("record")
    observations = [
        NewObservation(
            id=mark.id,
            person=mark.person,
            item=mark.item,
            kind=mark.kind,
            state=mark.state,
            evidence="self_declared",
            observed_at=observed_at,
        )
        for mark in marks
    ]
    receipts = record_observations(by=by, observations=observations, at=at, source=source)
    refused = [receipt.refusal for receipt in receipts if receipt.refusal]
    # What a roster says of a minor is left out: nobody asked the representative. So is who is restricted.
    for refusal in refused:
        if not isinstance(refusal, RepresentativeNeeded | PersonRestricted):
            raise refusal


def retract_marks(*, by: Asker, source: UUID, at: datetime) -> set[UUID]:
    """Retracts what an import said; returns the persons about whom somebody else said something, too
    (plug `people.retract_marks`)."""
    by.must("record")
    facts = facts_of_source(source)
    retractions = [NewRetraction(id=uuid5(fact, "undo"), observation=fact) for fact in facts]
    receipts = retract_observations(by=by, retractions=retractions, at=at, source=source)
    refused = [receipt.refusal for receipt in receipts if receipt.refusal]
    for refusal in refused:
        if not isinstance(refusal, PersonRestricted):
            raise refusal
    return persons_observed_beside(source)
