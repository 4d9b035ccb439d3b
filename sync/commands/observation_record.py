"""What was seen or heard of a person and an item."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from base.errors import Receipt
from base.models import Asker
from checklist.actions import NewObservation, record_observations
from sync.commands import Command
from sync.queries.homes import paths_of_persons
from sync.rules.shapes import NO_ID


class ObservationSaid(NewObservation, frozen=True, kw_only=True, omit_defaults=True):
    """As on line; an id that is left out is the command's."""

    id: UUID = NO_ID


def apply(by: Asker, items: Sequence[ObservationSaid], at: datetime) -> list[Receipt]:
    return record_observations(by=by, observations=items, at=at)


ENTRY = Command(
    code="observation.record",
    order=70,
    shape=ObservationSaid,
    apply=apply,
    refers=lambda said: said.person,
    homes=paths_of_persons,
    makes=lambda said: [said.id],
    instant="observed_at",
)
