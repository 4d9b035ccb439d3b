"""What changed in the hamlets where the asker works: told by PostgreSQL as the bytes that are sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from msgspec import json
from psycopg.pq import Format
from psycopg.types.numeric import Int8

from accounts.actor import Actor
from accounts.queries.tokens import OWN_AREAS
from accounts.rules import Verb
from areas.queries import codes_of
from areas.queries.parts import FEEDS_OF
from areas.rules import FeedKind
from base import bulk
from base.errors import BadCursor
from base.sealed import opened
from checklist import queries as checklist
from guides.queries import STAMP
from people import queries as people
from sync.rules.cursor import Cursor, epoch_mark

# What left a hamlet is told to everybody: it takes with it whatever hangs on it.
ALWAYS = "departure"
FEED_KINDS: tuple[FeedKind, ...] = (*people.FEED_KINDS, *checklist.FEED_KINDS)

# With the epoch and the edition of the guides in the same breath.
_SCOPE = f"""
SELECT epoch.id, ({STAMP}), feed.hamlet_id, feed.code, feed.revision, feed.looks
FROM sync_epoch epoch LEFT JOIN ({FEEDS_OF}) AS feed ON true
ORDER BY feed.hamlet_id
"""  # noqa: S608 - put together from constants
# The same beside the question of who asks, so that who has nothing new costs one statement.
SCOPE_BESIDE = f""", (SELECT id FROM sync_epoch), ({STAMP}), (
    SELECT json_agg(json_build_array(hamlet_id, code, revision, looks) ORDER BY hamlet_id)::text
    FROM ({FEEDS_OF.replace("%(areas)s", OWN_AREAS)}) AS feed
)"""  # noqa: S608 - put together from constants

# The page ends with the whole revision that holds the last row asked for. Bound and rows are of one moment.
_PAGE = """
WITH bound AS (SELECT coalesce((
    SELECT revision FROM ({ahead}) AS ahead ORDER BY revision OFFSET %(limit)s - 1 LIMIT 1
), %(upto)s::bigint) AS upto)
, page AS MATERIALIZED ({rows})
SELECT (SELECT upto FROM bound), count(*), convert_to(string_agg(told, ',' ORDER BY revision), 'UTF8'),
    ARRAY(SELECT DISTINCT subject FROM page)::text
FROM page
"""
_AHEAD = """(SELECT revision FROM {table}
    WHERE hamlet_id = %(hamlet)s AND revision > %(after)s AND revision <= %(upto)s
    ORDER BY revision LIMIT %(limit)s)"""
_ROWS = """SELECT revision, ({told})::text AS told, {subject} AS subject FROM {table} AS row
    WHERE hamlet_id = %(hamlet)s AND revision > %(after)s AND revision <= (SELECT upto FROM bound)"""


@dataclass(frozen=True, slots=True)
class Changes:
    """A page of changes: the JSON of each, parted by commas; how far the feeds are read with it; whether
    there is more; the codes of the hamlets in scope and of those that no longer are. Another number of
    `looks`: these hamlets or their communes look different; another edition: the guides."""

    epoch: UUID
    told: bytes
    seen: Mapping[int, int]
    more: bool
    hamlets: list[str]
    removed: list[str]
    looks: int
    edition: UUID | None


@dataclass(frozen=True, slots=True)
class _Feed:
    hamlet_id: int
    code: str
    revision: int
    looks: int


def nothing_since(cursor: Cursor, epoch: UUID, edition: UUID | None, told: str | None) -> Changes | None:
    """The answer for who has it all, of what SCOPE_BESIDE told; None for anybody else."""
    feeds = [_Feed(*feed) for feed in json.decode(told or "[]")]
    now = {feed.hamlet_id: feed.revision for feed in feeds}
    if cursor.epoch != epoch_mark(epoch) or cursor.seen != now:
        return None
    return Changes(epoch, b"", now, False, [feed.code for feed in feeds], [], _looks(feeds), edition)


def _looks(feeds: Iterable[_Feed]) -> int:
    return sum(feed.looks for feed in feeds)


def changes_since(by: Actor, cursor: Cursor, limit: int) -> Changes:
    """What changed in the hamlets in scope since the cursor, about `limit` rows: those of one revision are
    never parted. A cursor of another epoch begins from zero.

    Refuses a cursor that is ahead of a feed: this database never wrote it.
    """
    epoch, edition, feeds = _scope(by)
    before = cursor.seen if cursor.epoch == epoch_mark(epoch) else {}
    seen = {feed.hamlet_id: before.get(feed.hamlet_id, 0) for feed in feeds}
    told: list[bytes] = []
    for feed in feeds:
        if seen[feed.hamlet_id] > feed.revision:
            raise BadCursor(path="cursor")
        if seen[feed.hamlet_id] < feed.revision and limit > 0:
            seen[feed.hamlet_id], rows, page, subjects = _page(
                feed, seen[feed.hamlet_id], cursor.kinds, limit
            )
            told += [page] if rows else []
            by.saw_page("sync.pull", feed.hamlet_id, subjects)
            limit -= rows
    return Changes(
        epoch=epoch,
        told=opened(b",".join(told), json.encode),
        seen=seen,
        more=any(seen[feed.hamlet_id] < feed.revision for feed in feeds),
        hamlets=[feed.code for feed in feeds],
        removed=codes_of(before.keys() - seen.keys()),
        looks=_looks(feeds),
        edition=edition,
    )


def _scope(by: Actor) -> tuple[UUID, UUID | None, list[_Feed]]:
    """The epoch, the edition of the guides, and the feeds of the hamlets where the asker records: those of
    his posts at a hamlet or at a commune."""
    rows = bulk.execute(_SCOPE, {"areas": bulk.array(by.nodes(Verb.RECORD))})
    return rows[0][0], rows[0][1], [_Feed(*row[2:]) for row in rows if row[2] is not None]


def _page(feed: _Feed, after: int, kinds: frozenset[str], limit: int) -> tuple[int, int, bytes, str]:
    """The next rows of one hamlet's feed: up to which revision, how many, their text, of whom they tell."""
    # Whatever their size, of one type: the statement is prepared and planned once, not for each mixture.
    numbers = {"hamlet": feed.hamlet_id, "after": after, "upto": feed.revision, "limit": limit}
    asked: dict[str, str | int] = {
        "code": feed.code,
        **{name: Int8(number) for name, number in numbers.items()},
    }
    # As bytes they pass through; as text they would be decoded here and encoded again.
    ((upto, rows, told, subjects),) = bulk.execute(_statement(kinds), asked, form=Format.BINARY)
    return upto, rows, told, subjects


@cache
def _statement(kinds: frozenset[str]) -> str:
    asked = [feed for feed in FEED_KINDS if feed.kind in kinds or feed.kind == ALWAYS]
    return _PAGE.format(
        ahead=" UNION ALL ".join(_AHEAD.format(table=feed.table) for feed in asked),
        rows=" UNION ALL ".join(
            _ROWS.format(table=feed.table, told=feed.told, subject=feed.subject) for feed in asked
        ),
    )
