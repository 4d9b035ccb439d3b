"""What was held is judged again: when what it hangs on has arrived, and each minute."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from accounts.actor import Actor
from accounts.queries import actors_of
from base.scope import widened
from sync.actions.judge import judge
from sync.actions.work import Work, work_of
from sync.queries.receipts import Line, lines_waiting
from sync.rules.shapes import Change
from sync.rules.told import Told

MOST = 500


def judge_waiting(works: Sequence[Work], at: datetime) -> dict[UUID, Told]:
    """After these commands: whatever waited for what they made, and what waited for that, is judged again,
    each with its sender's rights of now. Returns what became of them."""
    later: dict[UUID, Told] = {}
    while lines := _freed([work for work in works if work.command and work.stored]):
        works = judge_lines(lines, at)
        later |= {work.id: work.told for work in works}
    return later


def _freed(works: Sequence[Work]) -> list[Line]:
    made = [pk for work in works if work.command for pk in work.command.makes(work.said)]
    edits: dict[tuple[int, UUID], list[Work]] = defaultdict(list)
    for work in works:
        if isinstance(work.said, Change):
            edits[work.origin.device, work.said.record].append(work)
    if not made and not edits:
        return []
    found = lines_waiting(made, edits, MOST)
    return [
        line
        for line in found
        if line.state == "held"
        or (line.waits_for and any(_before(work, line) for work in edits[line.device, line.waits_for]))
    ]


def _before(work: Work, line: Line) -> bool:
    """True when the device said the work first: by the counts of the edits, else by when ids were minted."""
    mine, theirs = work.said.edit, (line.data or {}).get("edit")
    return mine < theirs if mine is not None and theirs is not None else work.id < line.id


def judge_lines(lines: Sequence[Line], at: datetime) -> list[Work]:
    """Judges what was held, each as its sender's word with his rights of now."""
    works = [work for line in lines if (work := work_of(line))]
    with widened():  # it is judged by its sender's rights, wherever those are
        for sender, group in by_sender(works, at):
            judge(sender, group, at)
    return works


def by_sender(works: Sequence[Work], at: datetime) -> list[tuple[Actor, list[Work]]]:
    """The works by sender, device and kind, in the order of the kinds; a sender has the posts of now."""
    groups: dict[tuple[int, UUID, int], list[Work]] = defaultdict(list)
    for work in works:
        if work.command:
            groups[work.command.order, work.origin.user, work.origin.device].append(work)
    actors = actors_of({user for _, user, _ in groups}, at) if groups else {}
    return [
        (replace(actors.get(user) or Actor(user, None, ()), device_id=device), groups[order, user, device])
        for order, user, device in sorted(groups)
    ]
