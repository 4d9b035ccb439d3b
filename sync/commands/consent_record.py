"""Somebody agreed, or agrees no longer, that his data are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from base.errors import Receipt
from base.models import Asker
from people.actions import NewConsent, give_consents
from sync.commands import Command
from sync.queries.homes import paths_of_persons
from sync.rules.shapes import NO_ID


class ConsentSaid(NewConsent, frozen=True, kw_only=True, omit_defaults=True):
    """As on line; an id that is left out is the command's."""

    id: UUID = NO_ID


def apply(by: Asker, items: Sequence[ConsentSaid], at: datetime) -> list[Receipt]:
    return give_consents(by=by, consents=items, at=at)


ENTRY = Command(
    code="consent.record",
    order=50,
    shape=ConsentSaid,
    apply=apply,
    refers=lambda said: said.person,
    homes=paths_of_persons,
    makes=lambda said: [said.id],
    instant="given_at",
)
