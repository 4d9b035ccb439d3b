"""Erasure: what phones said of somebody who is forgotten is no longer kept, held work least of all."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from base import bulk
from base.models import Asker
from people.rules.persons import RecordForgotten

# The line stays: its sender may ask what became of the command. Nothing that was said stays in it.
_RECEIPTS = """
UPDATE sync_receipt SET data = NULL, current = NULL, waits_for = NULL, area_id = NULL, owner_id = NULL,
    code = CASE WHEN state = 'held' THEN %(code)s ELSE code END,
    path = CASE WHEN state = 'held' THEN '' ELSE path END,
    state = CASE WHEN state = 'held' THEN 'refused' ELSE state END
WHERE (data IS NOT NULL OR current IS NOT NULL)
    AND (data::text LIKE ANY(%(like)s::text[]) OR current::text LIKE ANY(%(like)s::text[])
        OR waits_for = ANY(%(ids)s::uuid[]))
"""
_EDITS = "DELETE FROM sync_edit WHERE record = ANY(%(ids)s::uuid[])"


def forget_records(*, by: Asker, records: Sequence[UUID]) -> None:
    """Empties every line that speaks of one of these ids; work that was held is refused."""
    by.must("record")
    if not records:
        return
    like = [f"%{record}%" for record in records]
    bulk.execute(_RECEIPTS, {"like": like, "ids": list(records), "code": RecordForgotten.code})
    bulk.execute(_EDITS, {"ids": list(records)})
