"""A batch comes home: its commands are judged kind by kind, and each has its answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec.structs import force_setattr

from accounts.actor import Actor
from accounts.rules import MAY, Verb
from areas.rules import Level
from base import bulk
from base.errors import Refusal, shaped
from sync.actions.edits import remember_edits
from sync.actions.judge import decide
from sync.actions.ledger import write_batch, write_receipts
from sync.actions.waiting import judge_waiting
from sync.actions.work import Origin, Pushed, Spoken, Work, digest_of, work_of
from sync.commands import COMMANDS, Command
from sync.queries.receipts import Line, lines_of
from sync.rules.clock import moved, offset_of
from sync.rules.shapes import NO_ID
from sync.rules.told import STORED, Told, refused


class UnknownKind(Refusal):
    """Not known here, or not yet: an app that is ahead of the house may send it again later."""

    code = "command.unknown_kind"
    vi = "Máy chủ chưa biết loại lệnh này."
    en = "The server does not know this kind of command."


class CommandTaken(Refusal):
    code = "command.id_taken"
    vi = "Mã lệnh này đã dùng cho nội dung khác; nội dung đến trước được giữ."
    en = "This command's id was used for something else; what came first is kept."
    status = 409


@dataclass(slots=True)
class _Desk:
    """A batch, what the ledger knows of its commands, and those that have to be judged."""

    by: Actor
    origin: Origin
    pushed: Pushed
    at: datetime
    offset: timedelta
    known: dict[UUID, Line]
    works: dict[UUID, Work] = field(default_factory=dict)


@bulk.again
def apply_batch(*, by: Actor, pushed: Pushed, at: datetime) -> list[Told]:
    """Judges a batch; an answer for each command, in order, after all is stored.

    Nothing is refused as a whole: who may not do a thing, or no longer, has his answer command by command.
    The same command again has the same answer and does nothing; the same id with other content is a conflict.
    """
    by.must(Verb.OWN_ACCOUNT)
    known = lines_of([spoken.id for spoken in pushed.commands if spoken.id])
    origin = Origin(pushed.batch, by.device_id or 0, by.user_id)
    desk = _Desk(by, origin, pushed, at, offset_of(pushed.sent_at, at), known)
    answers = [_take(desk, spoken) for spoken in pushed.commands]
    told = _judge_kinds(desk, answers)
    later = judge_waiting(list(desk.works.values()), at)
    return [later.get(one.id, one) if one.id else one for one in told] if later else told


def _take(desk: _Desk, spoken: Spoken) -> Told | Work:
    """The answer where there is one; else the work, the same for a command that comes twice."""
    if spoken.id is None:
        return refused(None, spoken.fault or UnknownKind())
    command = COMMANDS.get(spoken.kind)
    said, fault = _understood(spoken, command)
    digest = digest_of(spoken, said)
    line = desk.known.get(spoken.id)
    # What an app said ahead of its time is judged once the house has learned it.
    learned = line is not None and line.code == UnknownKind.code and command is not None
    before = desk.works.get(spoken.id) or (None if learned else line)
    if before and before.digest != digest:
        return refused(spoken.id, CommandTaken(path="id"), "conflict")
    if isinstance(before, Work):
        return before
    work = _resumed(desk, before) if before else _begun(desk, spoken, said, digest)
    if work is None:
        return _repeated(desk.known[spoken.id].told())
    work.kept = line is not None
    if fault:
        work.answer = refused(work.id, fault)
    desk.works[work.id] = work
    return work


def _understood(spoken: Spoken, command: Command | None) -> tuple[Any, Refusal | None]:
    """What was said in its shape, with the command's id where it has none; or what is wrong with it."""
    if spoken.fault or command is None:
        return None, spoken.fault or UnknownKind(path="kind")
    try:
        said: Any = shaped(spoken.data, command.shape)
    except Refusal as refusal:
        return None, refusal
    if getattr(said, "id", None) == NO_ID:
        force_setattr(said, "id", spoken.id)
    return said, None


def _resumed(desk: _Desk, line: Line) -> Work | None:
    """The work of a command that is still held, for its own sender; it was said when it came first."""
    return work_of(line) if line.state == "held" and line.user == desk.by.user_id else None


def _begun(desk: _Desk, spoken: Spoken, said: Any, digest: bytes) -> Work:
    assert spoken.id is not None
    command = COMMANDS.get(spoken.kind)
    work = Work(spoken.id, spoken.kind, command, said, digest, desk.origin)
    if command and command.instant and said is not None:
        said_at = getattr(said, command.instant)
        ours = moved(said_at, desk.offset, desk.at)
        if ours != said_at:
            work.said_at = said_at
            force_setattr(said, command.instant, ours)
    return work


def _repeated(told: Told) -> Told:
    return replace(told, state="duplicate") if told.state in STORED else told


def _told(answers: Sequence[Told | Work]) -> list[Told]:
    """The answers in order; a command that came twice in the batch is the second time a duplicate."""
    told, seen = [], set()
    for answer in answers:
        if isinstance(answer, Told):
            told.append(answer)
            continue
        told.append(_repeated(answer.told) if answer.id in seen else answer.told)
        seen.add(answer.id)
    return told


def _judge_kinds(desk: _Desk, answers: Sequence[Told | Work]) -> list[Told]:
    """Judges the works kind by kind; the line of the batch is written with the last of them. All the answers.

    Who works in one hamlet has one lock to wait for, and none of his actions needs a savepoint. Elsewhere two
    batches may wait for each other's hamlets: one of them begins again.
    """
    groups: dict[int, list[Work]] = defaultdict(list)
    rest = []
    for work in desk.works.values():
        if work.answer is None and work.command:
            groups[work.command.order].append(work)
        else:
            rest.append(work)
    with bulk.together() if _in_one_hamlet(desk.by) else bulk.crossing():
        for order in sorted(groups):
            decide(desk.by, groups[order], desk.at)
            rest += groups[order]
        remember_edits(rest)
        write_receipts(rest, desk.at)
        told = _told(answers)
        write_batch(desk.origin, desk.pushed, told, desk.at)
    return told


def _in_one_hamlet(by: Actor) -> bool:
    places = {(post.level, post.area_id) for post in by.posts if Verb.RECORD in MAY[post.role]}
    return len(places) <= 1 and all(level == Level.HAMLET for level, _ in places)
