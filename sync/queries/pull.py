"""What changed in the hamlets where the asker works, as far as it is told without a word of persons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from msgspec import json

from accounts.queries.tokens import OWN_AREAS
from areas.queries.parts import FEEDS_OF
from guides.queries import STAMP
from sync.rules.cursor import Cursor, epoch_mark

# The epoch, the edition of the guides and the feeds of the hamlets where the asker records (those of his
# posts at a hamlet or at a commune), beside the question of who asks: one statement for who has nothing new.
SCOPE_BESIDE = f""", (SELECT id FROM sync_epoch), ({STAMP}), (
    SELECT json_agg(json_build_array(hamlet_id, code, revision, looks) ORDER BY hamlet_id)::text
    FROM ({FEEDS_OF.replace("%(areas)s", OWN_AREAS)}) AS feed
)"""  # noqa: S608 - put together from constants


@dataclass(frozen=True, slots=True)
class Feed:
    """The feed of one hamlet, and how far it is written."""

    hamlet_id: int
    code: str
    revision: int
    looks: int


@dataclass(frozen=True, slots=True)
class Scope:
    """What SCOPE_BESIDE told."""

    epoch: UUID
    edition: UUID | None
    feeds: list[Feed]

    @property
    def looks(self) -> int:
        return sum(feed.looks for feed in self.feeds)

    @property
    def hamlets(self) -> list[str]:
        return [feed.code for feed in self.feeds]


def read_scope(epoch: UUID, edition: UUID | None, feeds: str | None) -> Scope:
    """The columns of SCOPE_BESIDE."""
    return Scope(epoch, edition, [Feed(*feed) for feed in json.decode(feeds or "[]")])


@dataclass(frozen=True, slots=True)
class Changes:
    """A page of changes: the JSON of each, parted by commas; how far the feeds are read with it; whether
    there is more; the codes of the hamlets that are no longer in scope. Another number of `scope.looks`:
    these hamlets or their communes look different; another edition: the guides."""

    scope: Scope
    told: bytes
    seen: Mapping[int, int]
    more: bool
    removed: list[str]


def nothing_since(cursor: Cursor, scope: Scope) -> Changes | None:
    """The answer for who has it all; None for anybody else."""
    now = {feed.hamlet_id: feed.revision for feed in scope.feeds}
    if cursor.epoch != epoch_mark(scope.epoch) or cursor.seen != now:
        return None
    return Changes(scope, b"", now, False, [])
