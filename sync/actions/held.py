"""Held work has an owner: he releases it or turns it down; and each minute the house looks again."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from accounts.actor import Actor
from accounts.rules import Verb
from base.errors import NotFound, Refusal
from base.models import Asker
from base.scope import widened
from sync.actions.judge import judge
from sync.actions.ledger import mark_tried, write_receipts
from sync.actions.waiting import MOST, by_sender, judge_waiting
from sync.actions.work import Work, work_of
from sync.queries.held import find_held
from sync.queries.receipts import lines_held, lines_of
from sync.rules.told import Told, refused

log = logging.getLogger("alarm")


class TurnedDown(Refusal):
    code = "command.turned_down"
    vi = "Người phụ trách địa bàn đã xem và không nhận việc này."
    en = "Whoever is in charge of the place has looked at it and turned it down."


def release_held(*, by: Actor, command_id: UUID, at: datetime) -> Told:
    """Applies held work as its sender's word, under the releaser's right; what became of it. Work of a place
    that is not his is not found."""
    by.must(Verb.RELEASE)
    work = _held(by, command_id)
    with widened():  # the line is its sender's
        judge(Actor(work.origin.user, work.origin.device, by.posts), [work], at)
        judge_waiting([work], at)
    return work.told


def refuse_held(*, by: Actor, command_id: UUID, at: datetime) -> Told:
    """Turns held work down: it is kept to be read, and never applied."""
    by.must(Verb.RELEASE)
    work = _held(by, command_id)
    work.answer = refused(work.id, TurnedDown())
    with widened():
        write_receipts([work], at)
    return work.told


def _held(by: Actor, command_id: UUID) -> Work:
    held = find_held(by, command_id)
    line = lines_of([command_id]).get(command_id) if held else None
    work = work_of(line) if line else None
    if work is None:
        raise NotFound()
    work.decided_by = by.user_id
    return work


def judge_held(*, by: Asker, at: datetime) -> int:
    """Judges held work again, that which was tried longest ago first: rights return, and things arrive by
    other doors. Returns how much of it is held no more."""
    by.must(Verb.KEEP_HOUSE)
    lines = lines_held(MOST)
    mark_tried([line.id for line in lines], at)
    works = [work for line in lines if (work := work_of(line))]
    for sender, group in by_sender(works, at):
        _try(sender, group, at)
    judge_waiting([work for work in works if work.answer], at)
    return sum(work.answer is not None and work.told.state != "held" for work in works)


def _try(sender: Actor, group: Sequence[Work], at: datetime) -> None:
    """Work at which something breaks is an alarm, and stops nobody else's."""
    try:
        judge(sender, group, at)
    except Exception as error:
        for work in group:
            work.answer = None
        log.error("held work could not be judged: %s", type(error).__name__)
