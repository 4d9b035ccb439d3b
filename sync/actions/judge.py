"""Judging commands of one kind and one sender by the action behind them; what cannot be done yet is held."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from accounts.queries import field_home_of, keepers_at
from base.errors import NotFound, Receipt, Refusal, RightMissing
from base.models import Asker
from base.scope import Part, widened
from people.queries.forgotten import forgotten_among
from people.rules.persons import RecordForgotten
from sync.actions.edits import remember_edits, without_stale
from sync.actions.ledger import write_receipts
from sync.actions.work import Work
from sync.commands import Command
from sync.queries.held import subjects_of
from sync.rules.shapes import Change
from sync.rules.told import refused, told_of


class Held(Refusal):
    """Not an end: the phone may forget the command, the house will not."""

    code = "command.held"
    vi = (
        "Đã nhận và giữ lại: còn chờ hộ hoặc người được nói tới, hoặc chờ quyền của bạn tại đó. "
        "Người phụ trách địa bàn sẽ xem."
    )
    en = (
        "Received and held: it waits for the household or person it speaks of, or for your right there. "
        "Whoever is in charge of the place will look at it."
    )
    status = 409


def judge(by: Asker, works: Sequence[Work], at: datetime) -> None:
    """Judges commands of one kind and writes them into the ledger in the transaction of what they did. Raced
    when another transaction judged a new one first."""
    with Part():
        decide(by, works, at)
        remember_edits(works)
        write_receipts(works, at)


def decide(by: Asker, works: Sequence[Work], at: datetime) -> None:
    """Does what commands of one kind say, as far as it may be done; each work is told what became of it. The
    caller writes them into the ledger and remembers the edits among them, in the same transaction."""
    command = works[0].command
    assert command is not None
    live = without_stale(works) if issubclass(command.shape, Change) else works
    for work, receipt in zip(live, _apply(by, command, live, at), strict=True):
        work.answer = told_of(work.id, receipt)
        # An edit that clashed may have come before an earlier one of the same device.
        work.waits_for = work.said.record if isinstance(work.said, Change) else None
    held = [work for work in live if isinstance(work.told.refusal, NotFound | RightMissing)]
    held = _without_forgotten(held)
    if held:
        _hold(by, command, held, at)


def _apply(by: Asker, command: Command, works: Sequence[Work], at: datetime) -> list[Receipt]:
    if not works:
        return []
    try:
        return command.apply(by, [work.said for work in works], at)
    except RightMissing as refusal:  # no post that records: nothing was looked at
        return [Receipt(work.id, "refused", refusal=refusal) for work in works]


def _without_forgotten(works: Sequence[Work]) -> list[Work]:
    """Those that speak of nobody who was erased. The others are refused, and nothing of them is kept."""
    named = {work.id: subjects_of(msgspec.to_builtins(work.said)) for work in works}
    gone = forgotten_among({one for ids in named.values() for one in ids})
    for work in works:
        if gone & named[work.id]:
            work.answer, work.waits_for = refused(work.id, RecordForgotten(path=work.told.path)), None
    return [work for work in works if not gone & named[work.id]]


def _hold(by: Asker, command: Command, works: Sequence[Work], at: datetime) -> None:
    """Finds the place that owns each work, and who there looks after it. Who never had a post that records
    has nothing to hold: he is refused."""
    refers = {work.id: command.refers(work.said) for work in works}
    with widened():  # it belongs to a place where the sender may have no right, or no more
        homes = command.homes(set(refers.values()))
    own = field_home_of(works[0].origin.user)
    if own is None:
        for work in works:
            work.answer = refused(work.id, RightMissing())
        return
    paths = {work.id: tuple(homes.get(refers[work.id], own)) for work in works}
    keepers = keepers_at(paths.values(), at)
    for work in works:
        path = paths[work.id]
        work.answer = refused(work.id, Held(path=work.told.path), "held")
        work.area, work.owner = path[0], keepers.get(path)
        # What exists is not waited for, but the right to it is.
        reference = refers[work.id]
        work.waits_for = reference if isinstance(reference, UUID) and reference not in homes else None
