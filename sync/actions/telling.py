"""What a phone is told: as the bytes that are sent, with the note of whom in the same statement."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from msgspec import json
from psycopg.pq import Format
from psycopg.types.numeric import Int8

from accounts.actions import NOTED_BESIDE
from accounts.actor import Actor
from areas.queries import codes_of
from areas.rules import FeedKind
from base import bulk
from base.days import day_of
from base.errors import BadCursor
from base.sealed import opened
from checklist import queries as checklist
from people import queries as people
from sync.queries.pull import Changes, Feed, Scope
from sync.rules.cursor import Cursor, epoch_mark

# What left a hamlet is told to everybody: it takes with it whatever hangs on it.
ALWAYS = "departure"
ACT = "sync.pull"
FEED_KINDS: tuple[FeedKind, ...] = (*people.FEED_KINDS, *checklist.FEED_KINDS)

# The page ends with the whole revision that holds the last row asked for. Rows and the note of whom they tell
# are of one statement; whoever must be counted anew is named instead.
_PAGE = """
WITH page AS MATERIALIZED (SELECT * FROM ({rows}) AS feed {ends})
, whom AS MATERIALIZED (SELECT array_agg(DISTINCT subject) AS subjects FROM page)
, {noted}
SELECT CASE WHEN count(*) < %(limit)s THEN %(upto)s ELSE max(revision) END, count(*),
    convert_to(string_agg(told, ','), 'UTF8'),
    (SELECT subjects::text FROM whom WHERE NOT EXISTS (SELECT FROM noted))
FROM page
"""
# Each feed is read in its order, as far as the page goes: only so are no texts made that are not told.
_ENDS = "ORDER BY revision FETCH FIRST (%(limit)s) ROWS WITH TIES"
_ROWS = """(SELECT revision, ({told})::text AS told, {subject} AS subject FROM {table} AS row
    WHERE hamlet_id = %(hamlet)s AND revision > %(after)s AND revision <= %(upto)s {ends})"""


def tell_changes(*, by: Actor, cursor: Cursor, scope: Scope, limit: int, at: datetime) -> Changes:
    """What changed in the hamlets in scope since the cursor, about `limit` rows: those of one revision are
    never parted. A cursor of another epoch begins from zero.

    Refuses a cursor that is ahead of a feed: this database never wrote it.
    """
    by.must("own_account")
    before = cursor.seen if cursor.epoch == epoch_mark(scope.epoch) else {}
    seen = {feed.hamlet_id: before.get(feed.hamlet_id, 0) for feed in scope.feeds}
    told: list[bytes] = []
    for feed in scope.feeds:
        if seen[feed.hamlet_id] > feed.revision:
            raise BadCursor(path="cursor")
        if seen[feed.hamlet_id] < feed.revision and limit > 0:
            asked = {"after": seen[feed.hamlet_id], "upto": feed.revision, "limit": limit}
            seen[feed.hamlet_id], rows, page = _page(by, feed, asked, cursor.kinds, at)
            told += [page] if rows else []
            limit -= rows
    return Changes(
        scope=scope,
        told=opened(b",".join(told), json.encode),
        seen=seen,
        more=any(seen[feed.hamlet_id] < feed.revision for feed in scope.feeds),
        removed=codes_of(before.keys() - seen.keys()),
    )


def _page(
    by: Actor, feed: Feed, asked: dict[str, int], kinds: frozenset[str], at: datetime
) -> tuple[int, int, bytes]:
    """The next rows of one hamlet's feed: up to which revision, how many, their text."""
    # Whatever their size, of one type: the statement is prepared and planned once, not for each mixture.
    numbers = {name: Int8(number) for name, number in asked.items()}
    own = {"user": by.user_id, "device": by.device_id, "day": day_of(at), "at": at, "act": ACT}
    given = {"code": feed.code, "hamlet": Int8(feed.hamlet_id), **numbers, **own}
    # As bytes they pass through; as text they would be decoded here and encoded again.
    ((upto, rows, told, unnoted),) = bulk.execute(_statement(kinds), given, form=Format.BINARY)
    if unnoted:
        by.saw_page(ACT, feed.hamlet_id, unnoted)
    return upto, rows, told


@cache
def _statement(kinds: frozenset[str]) -> str:
    asked = [feed for feed in FEED_KINDS if feed.kind in kinds or feed.kind == ALWAYS]
    rows = " UNION ALL ".join(
        _ROWS.format(table=feed.table, told=feed.told, subject=feed.subject, ends=_ENDS) for feed in asked
    )
    return _PAGE.format(rows=rows, ends=_ENDS, noted=NOTED_BESIDE)
