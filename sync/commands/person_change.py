"""What is written of a person is set right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from base.errors import Receipt
from base.models import Asker
from people.actions import Edit, change_persons
from sync.commands import Command
from sync.queries.homes import paths_of_persons
from sync.rules.shapes import PersonChange, given


def apply(by: Asker, items: Sequence[PersonChange], at: datetime) -> list[Receipt]:
    edits = [Edit(said.person, given(said.base), given(said.wanted), said.edit) for said in items]
    return change_persons(by=by, edits=edits, at=at)


ENTRY = Command(
    code="person.change",
    order=40,
    shape=PersonChange,
    apply=apply,
    refers=lambda said: said.person,
    homes=paths_of_persons,
    makes=lambda said: [],
)
