"""Phones as they are often written. Each of them must fail the proof that the good one passes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.bench.phone import UNSENT, Clock, Command, new_id
from tests.sync.proofs.volunteer import Volunteer


class Hasty(Volunteer):
    """What was sent is done."""

    def send(self, commands: Iterable[Command]) -> bool:
        sent = list(commands)
        heard = super().send(sent)
        for command in sent:
            if command.state == UNSENT:
                del self.outbox[command.id]
        return heard


class Renaming(Volunteer):
    """Each attempt is something new."""

    def send(self, commands: Iterable[Command]) -> bool:
        again = []
        for command in commands:
            del self.outbox[command.id]
            command.id = new_id(self.clock.now())
            self.outbox[command.id] = command
            again.append(command)
        return super().send(again)


class Hoarding(Volunteer):
    """What it was told once it keeps, whoever works there now."""

    def _turn(self, page: dict[str, Any]) -> None:
        super()._turn({**page, "scope": {**page["scope"], "removed": []}})


class Rash(Volunteer):
    """What is gone somewhere is gone everywhere."""

    def _gone(self, kind: str, id: str, hamlet: str) -> None:
        row = self.store.get((kind, id))
        super()._gone(kind, id, row["hamlet"] if row else hamlet)


class Deaf(Volunteer):
    """What is gone stays."""

    def _gone(self, kind: str, id: str, hamlet: str) -> None:
        pass


class Skipping(Volunteer):
    """One page is enough."""

    def _turn(self, page: dict[str, Any]) -> None:
        super()._turn(page)
        page["more"] = False


class Timeless(Volunteer):
    """It does not tell what its clock says now: the server cannot know how wrong it is."""

    def send(self, commands: Iterable[Command]) -> bool:
        own, self.clock = self.clock, Clock()
        try:
            return super().send(commands)
        finally:
            self.clock = own


class Trusting(Volunteer):
    """What was acknowledged is never offered again, come what may."""

    def _begin_again(self) -> None:
        states = {command.id: command.state for command in self.outbox.values()}
        super()._begin_again()
        for command in self.outbox.values():
            command.state = states[command.id]
