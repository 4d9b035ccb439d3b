"""Reading the ledger: what became of commands, for whoever sent them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from accounts.actor import Actor
from accounts.queries import REVOKED
from base import bulk
from base.scope import widened
from base.sealed import SealBroken, SealedLeavesField, unveiled
from sync.models import Batch, Receipt
from sync.queries.homes import note_told
from sync.rules.told import Told, counted

_LINE = (
    *("id", "batch", "device", "user_id", "kind", "state", "code", "path", "digest", "revision"),
    *("said_at", "at", "waits_for", "data", "current"),
)
_LINES = f"SELECT {', '.join(_LINE)} FROM sync_receipt WHERE"  # noqa: S608 - put together from constants
_GIVEN = "= ANY(%(ids)s::uuid[])"
# What came from a device after it was revoked waits for somebody's decision, not for anything else.
_VOUCHED = (
    f"NOT EXISTS (SELECT FROM ({REVOKED}) r WHERE r.device = sync_receipt.device AND r.revoked_at <= at)"
)
# There is an index of what waits for something.
_WAITING = f"""
waits_for IS NOT NULL AND waits_for {_GIVEN}
    AND {_VOUCHED}
    AND (state = 'held' OR state = 'conflict' AND (device, waits_for) IN
        (SELECT * FROM unnest(%(devices)s::bigint[], %(records)s::uuid[])))
ORDER BY id LIMIT %(most)s
"""  # noqa: S608 - put together from constants
DATA: SealedLeavesField = Receipt._meta.get_field("data")
CURRENT: SealedLeavesField = Receipt._meta.get_field("current")


@dataclass(slots=True)
class Line:
    """A command as the ledger knows it."""

    id: UUID
    batch: UUID
    device: int
    user: UUID
    kind: str
    state: str
    code: str
    path: str
    digest: bytes
    revision: int | None
    said_at: Any
    at: Any
    waits_for: UUID | None
    data: Any
    current: Any

    def told(self) -> Told:
        """The answer as it was given."""
        return Told(self.id, self.state, self.revision, self.code, self.path, None, self.current)


def lines_of(ids: Collection[UUID]) -> dict[UUID, Line]:
    """What the ledger knows of these commands, whoever sent them: an id belongs to one command only."""
    return {line.id: line for line in _lines(f"id {_GIVEN}", ids=bulk.array(ids))}


def lines_waiting(ids: Collection[UUID], edited: Collection[tuple[int, UUID]], most: int) -> list[Line]:
    """Held commands that wait for these ids, and those that clashed over a record which the same device
    edited: (device, record)."""
    devices, records = [device for device, _ in edited], [record for _, record in edited]
    asked = bulk.array([*ids, *records])
    return _lines(_WAITING, ids=asked, devices=devices, records=records, most=most)


def lines_held(most: int) -> list[Line]:
    """Held commands, the least recently tried first."""
    return _lines(f"state = 'held' AND {_VOUCHED} ORDER BY tried_at, id LIMIT %(most)s", most=most)


def _lines(which: str, **given: Any) -> list[Line]:
    lines = [Line(*row) for row in bulk.execute(f"{_LINES} {which}", given)]
    for line in lines:
        line.digest = unveiled(line.digest)
        line.data, line.current = (
            opened_document(DATA, line.id, line.data),
            opened_document(CURRENT, line.id, line.current),
        )
    return lines


def opened_document(field: SealedLeavesField, pk: UUID, text: str | None) -> Any:
    """What is kept of a command; of what does not open nothing, and the rest of a batch goes on."""
    try:
        return text and field.open(pk, msgspec.json.decode(text))
    except SealBroken:
        return None


def find_batch(by: Actor, batch: UUID) -> Batch | None:
    """A batch that the asker's device sent."""
    return Batch.objects.filter(device=by.device_id or 0, user_id=by.user_id, batch=batch).first()


def list_receipts(by: Actor, batch: Batch) -> list[Told]:
    """What became of the commands of a batch of the asker's, in the order in which they were sent."""
    with widened():  # what came first from another phone of the house is the same work
        known = lines_of(batch.commands) if batch.user_id == by.user_id else {}
    clashed = {line.waits_for: 0 for line in known.values() if line.current and line.waits_for}
    note_told(by, "sync.receipts", clashed)
    return [known[pk].told() for pk in batch.commands if pk in known]


_COUNTS = """
SELECT sent.device, receipt.state, count(*)
FROM (SELECT DISTINCT device, unnest(commands) AS id FROM sync_batch WHERE device = ANY(%(devices)s)) AS sent
JOIN sync_receipt receipt ON receipt.id = sent.id
GROUP BY sent.device, receipt.state
"""


def count_commands(devices: Collection[int]) -> dict[int, dict[str, int]]:
    """For each device how many commands it sent, each counted once however often it came, and where they
    stand now: the numbers that the phone has when it counts its receipts."""
    states: dict[int, Counter[str]] = {device: Counter() for device in devices}
    with widened():  # numbers only, whoever sent the same work first
        found = bulk.execute(_COUNTS, {"devices": list(devices)})
    for device, state, n in found:
        states[device][state] = n
    return {device: counted(known) for device, known in states.items()}
