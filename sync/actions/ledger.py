"""The ledger: one line for each command, in the same transaction as what it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from base import bulk
from base.sealed import veiled
from base.sealed.blind import hexadecimal
from sync.actions.work import Origin, Pushed, Work
from sync.models import Receipt
from sync.queries.receipts import CURRENT, DATA
from sync.rules.told import Told

# What is judged anew may come out otherwise; the rest of a line never changes.
_JUDGED = {
    "state": "text",
    "code": "text",
    "path": "text",
    "digest": "bytea",
    "revision": "bigint",
    "data": "jsonb",
    "current": "jsonb",
    "area_id": "bigint",
    "owner_id": "uuid",
    "waits_for": "uuid",
    "decided_by_id": "uuid",
}
_FIRST = {"id": "uuid", "kind": "text", "said_at": "timestamptz", **_JUDGED}


def _types(columns: dict[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())


_NEW = f"""
INSERT INTO sync_receipt (batch, device, user_id, at, tried_at, {", ".join(_FIRST)})
SELECT %(batch)s, %(device)s, %(user)s, %(at)s, %(at)s, {", ".join(_FIRST)}
FROM json_to_recordset(%(rows)s::json) AS given({_types(_FIRST)})
ON CONFLICT (id) DO NOTHING RETURNING 1
"""  # noqa: S608 - put together from constants
# Locked in the order of their ids, as new ones are: two that judge the same lines wait for each other.
_AGAIN = f"""
WITH given AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(rows)s::json) AS given({_types({"id": "uuid", **_JUDGED})})
), locked AS MATERIALIZED (
    SELECT kept.id FROM sync_receipt kept JOIN given ON given.id = kept.id
    WHERE kept.state IN ('held', 'conflict') OR kept.code = 'command.unknown_kind'
    ORDER BY kept.id FOR NO KEY UPDATE OF kept
)
UPDATE sync_receipt kept SET {", ".join(f"{name} = given.{name}" for name in _JUDGED)}
FROM given JOIN locked ON locked.id = given.id WHERE kept.id = given.id
"""  # noqa: S608 - put together from constants
_BATCH = """
INSERT INTO sync_batch AS kept
    (device, user_id, batch, sent_at, received_at, offset_ms, commands, counts, bytes, ms, app_version)
VALUES (%(device)s, %(user)s, %(batch)s, %(sent_at)s, %(at)s, %(offset_ms)s,
        ARRAY(SELECT value::uuid FROM json_array_elements_text(%(commands)s::json)),
        %(counts)s::jsonb, %(bytes)s, %(ms)s, %(app_version)s)
ON CONFLICT (device, batch) DO UPDATE SET commands = kept.commands || ARRAY(
    SELECT more FROM unnest(excluded.commands) AS more WHERE more <> ALL(kept.commands))
WHERE NOT kept.commands @> excluded.commands
"""


def write_receipts(works: Iterable[Work], at: datetime) -> None:
    """Lines for new commands of one batch, and the new outcome of those that the ledger knows; Raced when
    another transaction wrote one of the new ones first."""
    new = sorted((work for work in works if not work.kept), key=lambda work: work.id.int)
    if new:
        whose = {**new[0].origin._asdict(), "at": at}
        rows = [
            {"id": work.id, "kind": work.kind[:40], "said_at": work.said_at, **_outcome(work)} for work in new
        ]
        if len(bulk.execute(_NEW, {"rows": bulk.rows_of(rows), **whose})) != len(rows):
            raise bulk.Raced
    again = [{"id": work.id, **_outcome(work)} for work in works if work.kept]
    if again:
        bulk.execute(_AGAIN, {"rows": bulk.rows_of(again)})


def _outcome(work: Work) -> dict[str, Any]:
    """What is left out is NULL: a line of what was simply applied is short."""
    told = work.told
    line: dict[str, Any] = {"state": told.state, "code": told.code, "path": told.path}
    line["digest"] = hexadecimal(veiled(work.digest))
    if told.revision is not None:
        line["revision"] = told.revision
    if told.state in ("held", "conflict") or (told.state == "refused" and work.decided_by):
        line["waits_for"] = work.waits_for
        line["data"] = work.said and DATA.seal(work.id, msgspec.to_builtins(work.said))
    if told.state != "held":
        line["decided_by_id"] = work.decided_by
    else:
        line |= {"area_id": work.area, "owner_id": work.owner}
    if told.current is not None:
        line["current"] = CURRENT.seal(work.id, told.current)
    return line


def write_batch(origin: Origin, pushed: Pushed, answers: Sequence[Told], at: datetime) -> None:
    """The line of a batch; sent again it is the same one, with the commands that were new in it."""
    ids: dict[UUID, None] = {told.id: None for told in answers if told.id is not None}
    counts = Counter(told.state for told in answers)
    bulk.execute(
        _BATCH,
        {
            **origin._asdict(),
            "sent_at": pushed.sent_at,
            "at": at,
            "offset_ms": (at - pushed.sent_at) // timedelta(milliseconds=1),
            "commands": bulk.rows_of(list(ids)),
            "counts": msgspec.json.encode(counts).decode(),
            "bytes": pushed.bytes,
            "ms": pushed.elapsed(),
            "app_version": pushed.app_version,
        },
    )


def mark_tried(ids: Sequence[UUID], at: datetime) -> None:
    """These lines were looked at: others come first the next time."""
    Receipt.objects.filter(pk__in=ids, state="held").update(tried_at=at)
