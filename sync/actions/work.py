"""A command on its way: who says it, in which batch, and what becomes of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from base.errors import Refusal, shaped
from sync.commands import COMMANDS, Command
from sync.queries.receipts import Line
from sync.rules.told import STORED, Told


@dataclass(frozen=True, slots=True)
class Spoken:
    """A command as it came: what could not be read as one has a fault, and perhaps no id."""

    id: UUID | None
    kind: str
    data: Any
    fault: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Pushed:
    """A batch as it came; `elapsed` tells the milliseconds since it did."""

    batch: UUID
    sent_at: datetime
    commands: Sequence[Spoken]
    bytes: int
    app_version: str
    elapsed: Callable[[], int]


class Origin(NamedTuple):
    """The batch in which a command came first, and whose word it is."""

    batch: UUID
    device: int
    user: UUID


@dataclass(slots=True)
class Work:
    """A command that is judged. `kept`: the ledger has a line for it, which may come out otherwise."""

    id: UUID
    kind: str
    command: Command | None
    said: Any
    digest: bytes
    origin: Origin
    said_at: datetime | None = None
    kept: bool = False
    answer: Told | None = None
    # Of work that is held: the place that owns it, who there looks after it, what it waits for.
    area: int | None = None
    owner: UUID | None = None
    waits_for: UUID | None = None
    decided_by: UUID | None = None

    @property
    def told(self) -> Told:
        """The answer; every work has one when its group is judged."""
        assert self.answer is not None
        return self.answer

    @property
    def stored(self) -> bool:
        return self.told.state in STORED


def digest_of(spoken: Spoken, said: Any) -> bytes:
    """A fingerprint of what was said: of the command as it was understood, so that spelling, order and
    values left out make no difference; where it was not, of what came."""
    if said is not None:
        content = msgspec.json.encode(said)
    elif isinstance(spoken.data, bytes):
        content = spoken.data
    else:
        content = json.dumps(spoken.data, sort_keys=True).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(f"{spoken.kind}:".encode("utf-8", "replace") + content, digest_size=16).digest()


def work_of(line: Line) -> Work | None:
    """The work of a line that was held or clashed; None when nobody can read it any more."""
    command = COMMANDS.get(line.kind)
    try:
        said = shaped(line.data, command.shape) if command else None
    except Refusal:
        said = None
    if said is None:
        return None
    origin = Origin(line.batch, line.device, line.user)
    return Work(line.id, line.kind, command, said, line.digest, origin, line.said_at, kept=True)
