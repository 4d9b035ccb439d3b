"""Reading the counts of edits."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import msgspec

from base import bulk

_EDITS = """
SELECT device, record, fields::text FROM sync_edit
WHERE device = ANY(%(devices)s::bigint[]) AND record = ANY(%(records)s::uuid[])
"""


def edits_of(asked: Collection[tuple[int, UUID]]) -> dict[tuple[int, UUID], dict[str, int]]:
    """For each device and record the highest count that set each field."""
    if not asked:
        return {}
    rows = bulk.execute(
        _EDITS,
        {"devices": list({device for device, _ in asked}), "records": list({record for _, record in asked})},
    )
    return {(device, record): msgspec.json.decode(fields) for device, record, fields in rows}
