"""An observation is withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from base.errors import Receipt
from base.models import Asker
from checklist.actions import NewRetraction, retract_observations
from sync.commands import Command
from sync.queries.homes import paths_of_observations
from sync.rules.shapes import NO_ID


class RetractionSaid(NewRetraction, frozen=True, kw_only=True, omit_defaults=True):
    """As on line; an id that is left out is the command's."""

    id: UUID = NO_ID


def apply(by: Asker, items: Sequence[RetractionSaid], at: datetime) -> list[Receipt]:
    return retract_observations(by=by, retractions=items, at=at)


ENTRY = Command(
    code="observation.retract",
    order=80,
    shape=RetractionSaid,
    apply=apply,
    refers=lambda said: said.observation,
    homes=paths_of_observations,
    makes=lambda said: [said.id],
)
