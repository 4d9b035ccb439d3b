"""The history of fields: who wanted what instead of what, and whether it clashed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from base import bulk
from base.models import Asker


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
    bulk.insert("people_change", columns, rows)
