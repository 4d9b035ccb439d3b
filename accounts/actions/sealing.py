"""Sealing: notes get their places in the chains of the provinces, and the ends of the chains are signed.

Notes are written unchained, for a chain would let one commit of a province wait for the other. The sealing
asks which notes have no place yet, never which came after the last one: a late commit is found by the next.
"""

from __future__ import annotations

import logging
import os
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from django.conf import settings
from django.db import transaction

from accounts.queries.signing import is_signed, sign_head
from accounts.rules.audit import REFUSALS_A_MINUTE, START, chained
from base import bulk
from base.models import Asker

log = logging.getLogger("audit")
AT_ONCE = 20_000
# No transaction of the house lasts as long: what was noted before it is sealed, or was put there by hand.
LATEST = timedelta(hours=3)

# A note as the text that is hashed; of fixed form, whatever the settings of a session.
CANONICAL = """json_build_array(note.id, (extract(epoch FROM note.at) * 1000000)::bigint, note.area_id,
    note.user_id, note.device, note.act, note.rule, note.purpose, note.ref, note.subjects, note.times
)::text"""
_UNSEALED = f"""
SELECT note.id, {CANONICAL}, coalesce(
    CASE 'province' WHEN place.level THEN place.id WHEN above.level THEN above.id ELSE over.id END, 0)
FROM accounts_accessnote note
LEFT JOIN areas_area place ON place.id = note.area_id
LEFT JOIN areas_area above ON above.id = place.parent_id
LEFT JOIN areas_area over ON over.id = above.parent_id
WHERE note.at > %(since)s AND NOT EXISTS (SELECT FROM accounts_accesslink link WHERE link.note_id = note.id)
ORDER BY note.id LIMIT %(most)s
"""  # noqa: S608 - put together from constants
_TIPS = """
SELECT asked.id, tip.*
FROM unnest(%(provinces)s::bigint[]) AS asked (id) CROSS JOIN LATERAL (
    SELECT seq, hash, sealed_at, signature FROM accounts_accesslink link
    WHERE link.province = asked.id ORDER BY seq DESC LIMIT 1
) AS tip
"""
_COLUMNS = {
    "province": "bigint",
    "seq": "bigint",
    "note_id": "bigint",
    "hash": "bytea",
    "sealed_at": "timestamptz",
    "signature": "bytea",
}
# The rest of a flood becomes one note, with its count.
_FLOODS = """
WITH over AS (
    DELETE FROM accounts_denials WHERE minute < date_trunc('minute', statement_timestamp()) RETURNING *
)
INSERT INTO accounts_accessnote (at, user_id, act, rule, purpose, subjects, times)
SELECT statement_timestamp(), user_id, 'door.refused', 'flood', '', '{}', n - %(most)s
FROM over WHERE n > %(most)s
"""


class Broken(Exception):
    """The end of a chain is not what the house signed: nothing is added to it, and somebody must look."""


def seal_notes(*, by: Asker, at: datetime) -> int:
    """Gives every note that has none its place in the chain; how many. One sealing at a time, in commit-safe
    order. Broken, with nothing written, when a chain does not end as the house left it."""
    by.must("keep_house")
    bulk.execute(_FLOODS, {"most": REFUSALS_A_MINUTE})
    sealed = 0
    while n := _seal_some(at):
        sealed += n
        if n < AT_ONCE:
            break
    return sealed


def _seal_some(at: datetime) -> int:
    with transaction.atomic():
        bulk.execute("SELECT pg_advisory_xact_lock(hashtextextended('accounts_accesslink', 0))", {})
        found = bulk.execute(_UNSEALED, {"since": at - LATEST, "most": AT_ONCE})
        by_province: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for note_id, canonical, province in found:
            by_province[province].append((note_id, canonical))
        ends = _ends(list(by_province))
        rows = []
        for province, notes in by_province.items():
            seq, link = ends.get(province, (0, START))
            for note_id, canonical in notes:
                seq, link = seq + 1, chained(link, canonical)
                row = {"province": province, "seq": seq, "note_id": note_id, "hash": f"\\x{link.hex()}"}
                rows.append({**row, "sealed_at": at})
            rows[-1]["signature"] = f"\\x{sign_head(province, seq, link, at).hex()}"
        bulk.insert("accounts_accesslink", _COLUMNS, rows)
        return len(rows)


def _ends(provinces: list[int]) -> dict[int, tuple[int, bytes]]:
    """Where the chains of these provinces end, as the house signed it."""
    found = {}
    for province, seq, link, at, signature in bulk.execute(_TIPS, {"provinces": provinces}):
        if not is_signed(province, seq, bytes(link), at, signature and bytes(signature)):
            raise Broken(f"the chain of {province} does not end as it was signed")
        found[province] = (seq, bytes(link))
    return found


class Head(msgspec.Struct):
    """The signed end of a chain, as it is kept outside the database: bytes in base64."""

    province: int
    seq: int
    hash: bytes
    at: datetime
    signature: bytes


_HEADS = """
SELECT DISTINCT ON (province) province, seq, hash, sealed_at, signature FROM accounts_accesslink
WHERE signature IS NOT NULL AND sealed_at > %(since)s ORDER BY province, seq DESC
"""


def anchor_heads(*, by: Asker, at: datetime) -> int:
    """Writes the signed ends of all chains that grew within the day where the database has no hand: into a
    file of each province, and into the log. How many."""
    by.must("keep_house")
    folder: Path = settings.AUDIT_HEADS_DIR
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    heads = bulk.execute(_HEADS, {"since": at - timedelta(days=1)})
    for province, seq, link, sealed_at, signature in heads:
        line = msgspec.json.encode(Head(province, seq, bytes(link), sealed_at, bytes(signature)))
        with open(folder / f"{province}.jsonl", "ab") as file:
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())
        log.info("head %s", line.decode())
    return len(heads)
