"""The address or the language of a household is set right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from base.errors import Receipt
from base.models import Asker
from people.actions import Edit, change_households
from people.queries import homes_of
from sync.commands import Command
from sync.rules.shapes import HouseholdChange, given


def apply(by: Asker, items: Sequence[HouseholdChange], at: datetime) -> list[Receipt]:
    edits = [Edit(said.household, given(said.base), given(said.wanted), said.edit) for said in items]
    return change_households(by=by, edits=edits, at=at)


ENTRY = Command(
    code="household.change",
    order=30,
    shape=HouseholdChange,
    apply=apply,
    refers=lambda said: said.household,
    homes=homes_of,
    makes=lambda said: [],
)
