"""The hamlet is the unit of consistency: one lock, one counter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.transaction import TransactionManagementError

from areas.rules import UnknownArea
from base import bulk
from base.models import Asker

# The inner SELECT locks in id order, so two transactions that share hamlets wait and never deadlock.
_TAKE = """
UPDATE areas_feed AS feed SET revision = feed.revision + locked.n
FROM (
    SELECT areas_feed.hamlet_id, given.n
    FROM json_to_recordset(%(rows)s::json) AS given(hamlet_id bigint, n bigint)
    JOIN areas_feed ON areas_feed.hamlet_id = given.hamlet_id
    ORDER BY areas_feed.hamlet_id
    FOR NO KEY UPDATE OF areas_feed
) AS locked
WHERE feed.hamlet_id = locked.hamlet_id
RETURNING feed.hamlet_id, feed.revision - locked.n + 1
"""
# Of one hamlet, as nearly always: among a few thousand feeds the planner reads all for the join above.
_TAKE_FROM_ONE = """
UPDATE areas_feed SET revision = revision + %(n)s WHERE hamlet_id = %(hamlet_id)s
RETURNING hamlet_id, revision - %(n)s + 1
"""

# For a statement that writes by itself. It takes the revisions in the same breath if every hamlet still
# stands where the writer saw it; else it takes nothing, and `(SELECT whole FROM taken)` is false.
_TAKE_SEVERAL = """
locked AS MATERIALIZED (
    SELECT areas_feed.hamlet_id, given.n
    FROM json_to_recordset(%(rows)s::json) AS given(hamlet_id bigint, n bigint, seen bigint)
    JOIN areas_feed ON areas_feed.hamlet_id = given.hamlet_id AND areas_feed.revision = given.seen
    ORDER BY areas_feed.hamlet_id
    FOR NO KEY UPDATE OF areas_feed
), moved AS (
    UPDATE areas_feed AS feed SET revision = feed.revision + locked.n FROM locked
    WHERE feed.hamlet_id = locked.hamlet_id AND (SELECT count(*) FROM locked) = %(hamlets)s
    RETURNING 1
), taken AS MATERIALIZED (SELECT count(*) = %(hamlets)s AS whole FROM moved)"""
_TAKE_ONE = """
moved AS (
    UPDATE areas_feed SET revision = revision + %(n)s WHERE hamlet_id = %(hamlet)s AND revision = %(seen)s
    RETURNING 1
), taken AS MATERIALIZED (SELECT count(*) = 1 AS whole FROM moved)"""


def taking(counts: Mapping[int, int], seen: Mapping[int, int]) -> tuple[str, dict[str, Any]]:
    """The beginning of such a statement and its parameters: so many revisions of each hamlet, last seen at
    that one. With no hamlets all is taken: for a writer who holds the locks already."""
    if not counts:
        return "taken AS (SELECT true AS whole)", {}
    rows = [{"hamlet_id": hamlet, "n": n, "seen": seen[hamlet]} for hamlet, n in counts.items()]
    if len(rows) > 1:
        return _TAKE_SEVERAL, {"rows": bulk.rows_of(rows), "hamlets": len(rows)}
    return _TAKE_ONE, {"hamlet": rows[0]["hamlet_id"], "n": rows[0]["n"], "seen": rows[0]["seen"]}


def take_revisions(*, by: Asker, counts: Mapping[int, int]) -> dict[int, int]:
    """Locks these hamlets until the caller's transaction ends; returns the first of each one's `n` revisions.

    One statement, whatever the number of hamlets. Refuses a hamlet that does not exist.
    Take them late in the transaction: revisions are then in the order of the commits.
    """
    by.must("record")
    if not connection.in_atomic_block:
        raise TransactionManagementError("Revisions are taken inside the transaction that uses them.")
    if any(n < 0 for n in counts.values()):
        raise ValueError("A count of revisions cannot be negative.")
    if not counts:
        return {}
    rows = [{"hamlet_id": hamlet_id, "n": n} for hamlet_id, n in counts.items()]
    if len(rows) == 1:
        first = dict(bulk.execute(_TAKE_FROM_ONE, rows[0]))
    else:
        first = dict(bulk.execute(_TAKE, {"rows": bulk.rows_of(rows)}))
    if len(first) != len(counts):
        raise UnknownArea(path="hamlet")
    return first
