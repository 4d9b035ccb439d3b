"""Somebody went to a door, whatever came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from base.errors import Receipt
from base.models import Asker
from checklist.actions import NewVisit, record_visits
from people.queries import homes_of
from sync.commands import Command
from sync.rules.shapes import NO_ID


class VisitSaid(NewVisit, frozen=True, kw_only=True, omit_defaults=True):
    """As on line; an id that is left out is the command's."""

    id: UUID = NO_ID


def apply(by: Asker, items: Sequence[VisitSaid], at: datetime) -> list[Receipt]:
    return record_visits(by=by, visits=items, at=at)


ENTRY = Command(
    code="visit.record",
    order=60,
    shape=VisitSaid,
    apply=apply,
    refers=lambda said: said.household,
    homes=homes_of,
    makes=lambda said: [said.id],
    instant="visited_at",
)
