"""The history of fields: who wanted what instead of what, and whether it clashed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from base import bulk
from base.models import Asker
from people.queries.sealed import NEW, OLD, SEALED_FIELDS

_NUMBERS = """
SELECT nextval(pg_get_serial_sequence('people_change', 'id')) FROM generate_series(1, %(most)s::integer)
"""


def remember(
    by: Asker, whose: str, entries: Iterable[tuple[int, UUID, dict[str, Any]]], at: datetime
) -> None:
    """Writes entries (hamlet, household or person, {field, old, new, clashed}) in one statement; `whose` is
    "household_id" or "person_id"."""
    rows = [
        {
            "hamlet_id": hamlet_id,
            whose: record,
            **entry,
            "old": str(entry["old"] or ""),
            "new": str(entry["new"] or ""),
            "by_id": by.user_id,
            "at": at,
        }
        for hamlet_id, record, entry in entries
    ]
    columns = {"hamlet_id": "bigint", whose: "uuid", "field": "text", "old": "text", "new": "text"}
    columns |= {"clashed": "boolean", "by_id": "uuid", "at": "timestamptz"}
    if any(row["field"] in SEALED_FIELDS for row in rows):
        columns["id"] = "bigint"
        _seal(rows)
    bulk.insert("people_change", columns, rows)


def _seal(rows: Sequence[dict[str, Any]]) -> None:
    """Numbers the rows and seals what was said of phones and addresses: a seal is bound to its row."""
    for row, (number,) in zip(rows, bulk.execute(_NUMBERS, {"most": len(rows)}), strict=True):
        row["id"] = number
        if row["field"] in SEALED_FIELDS:
            row["old"], row["new"] = OLD.seal(number, row["old"]), NEW.seal(number, row["new"])
