"""The counts that a device keeps of its edits of a record: what it said later is not undone by what it said
before, in whatever order the two arrive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET

from base import bulk
from sync.actions.work import Work
from sync.queries.edits import edits_of
from sync.rules.shapes import Change, given
from sync.rules.told import Told

_REMEMBER = """
INSERT INTO sync_edit AS kept (device, record, user_id, edit, fields)
SELECT device, record, user_id, edit, fields FROM json_to_recordset(%(rows)s::json)
    AS given(device bigint, record uuid, user_id uuid, edit bigint, fields jsonb)
ON CONFLICT (device, record) DO UPDATE SET
    edit = greatest(kept.edit, excluded.edit), fields = kept.fields || excluded.fields
"""


def without_stale(works: Sequence[Work]) -> list[Work]:
    """The edits that say something new, in the order in which they were made. One whose every field the
    same device set later, or that it has sent before, is a duplicate; of others only the new fields stay."""
    seen = edits_of({(work.origin.device, work.said.record) for work in works if work.said.edit is not None})
    live = []
    # As they came, but those that are counted by their count.
    for work in sorted(works, key=lambda work: work.said.edit or 0):
        fields = seen.setdefault((work.origin.device, work.said.record), {})
        stale = _stale(work.said, fields)
        if stale and stale == set(given(work.said.wanted)):
            work.answer = Told(work.id, "duplicate")
            continue
        if stale:
            work.said = _without(work.said, stale)
        if work.said.edit is not None:
            fields |= dict.fromkeys(given(work.said.wanted), work.said.edit)
        live.append(work)
    return live


def _stale(said: Any, fields: dict[str, int]) -> set[str]:
    if said.edit is None:
        return set()
    return {name for name in given(said.wanted) if said.edit <= fields.get(name, -1)}


def _without(said: Any, names: set[str]) -> Any:
    wanted = msgspec.structs.replace(said.wanted, **dict.fromkeys(names, UNSET))
    return msgspec.structs.replace(said, wanted=wanted)


def remember_edits(works: Sequence[Work]) -> None:
    """Keeps the counts of edits that were applied; of a duplicate a later count is known already."""
    edits = [work for work in works if isinstance(work.said, Change) and work.told.state == "applied"]
    rows: dict[tuple[int, UUID], dict[str, Any]] = {}
    for work in sorted(edits, key=lambda work: work.said.edit or 0):
        said = work.said
        if said.edit is None:
            continue
        row = rows.setdefault((work.origin.device, said.record), {"fields": {}})
        row["fields"] |= dict.fromkeys(given(said.wanted), said.edit)
        row |= {"device": work.origin.device, "record": said.record, "user_id": work.origin.user}
        row["edit"] = said.edit
    if rows:
        ordered = [rows[key] for key in sorted(rows)]
        bulk.execute(_REMEMBER, {"rows": bulk.rows_of(ordered)})
