"""What phones said of one person and what is still kept of it: held work, clashes, counts of edits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from base import bulk
from sync.queries.receipts import CURRENT, DATA, opened_document

_SAID = """
SELECT id, kind, state, at, data, current FROM sync_receipt
WHERE (data IS NOT NULL OR current IS NOT NULL)
    AND (data::text LIKE ANY(%(like)s::text[]) OR current::text LIKE ANY(%(like)s::text[]))
ORDER BY at, id
"""
_EDITS = "SELECT edit, fields FROM sync_edit WHERE record = %(person)s ORDER BY device"


def held_on(person: UUID, household: UUID) -> dict[str, Any]:
    """Held commands and clashes that speak of the person, without what they say of others (plug
    `privacy.said`)."""
    rows = bulk.execute(_SAID, {"like": [f"%{person}%", f"%{household}%"]})
    edits = bulk.execute(_EDITS, {"person": person})
    return {
        "commands": [_command(row, str(person)) for row in rows],
        "edits": [{"edit": edit, "fields": msgspec.json.decode(fields)} for edit, fields in edits],
    }


def _command(row: Sequence[Any], person: str) -> dict[str, Any]:
    pk, kind, state, at, data, current = row
    told = (opened_document(DATA, pk, data), opened_document(CURRENT, pk, current))
    said, now = (document and without_others(document, person) for document in told)
    return {"id": pk, "kind": kind, "state": state, "at": at, "said": said, "current": now}


def without_others(said: Any, person: str) -> Any:
    """What was said, its lists of persons cut down to this one."""
    if not isinstance(said, dict):
        return said
    cut = {name: value for name, value in said.items() if name != "persons"}
    if "persons" in said:
        cut["persons"] = [one for one in said["persons"] if one.get("id") == person]
    return cut
