"""What every record has, and what every asker can be asked."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from typing import Any, Protocol, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.functional import lazy
from django.utils.translation import get_language


def _say(vi: str, en: str) -> str:
    return en if (get_language() or "vi").startswith("en") else vi


# Words on a screen: Vietnamese, or English when the asker's browser prefers it.
said: Callable[[str, str], Any] = lazy(_say, str)


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): ids minted one after the other lie side by side in an index."""
    instant = time.time_ns() // 1_000_000
    random = secrets.randbits(74)
    return UUID(int=instant << 80 | 0x7 << 76 | (random >> 62) << 64 | 0b10 << 62 | random & (1 << 62) - 1)


class Asker(Protocol):
    """Who asks: the right is asked in the action (`must`), the sight in the fetch (`within`)."""

    @property
    def user_id(self) -> UUID | None: ...
    @property
    def device_id(self) -> int | None: ...

    def must(self, verb: str) -> None:
        """Raises a Refusal when no post of the asker gives the verb."""

    def saw(
        self, act: str, subjects: Iterable[tuple[int, UUID]], *, purpose: str = "", ref: UUID | None = None
    ) -> None:
        """The answer tells of these: persons, or households as a whole, each with its hamlet (ids). It is
        noted before the answer leaves the house; `act` is one of accounts.rules.audit.ACTS."""

    def saw_page(self, act: str, hamlet_id: int, ids: str) -> None:
        """The same of one hamlet, the ids as PostgreSQL writes a uuid[]: they pass through as they came."""

    def within(self, hamlet_field: str) -> Q:
        """The condition that a row's hamlet lies in the asker's sight."""

    def sees(self, *area_ids: int | None) -> bool:
        """True when one of these nodes (a hamlet, its commune, its province) is in the asker's sight."""

    def holds(self, verb: str, *area_ids: int | None) -> bool:
        """True when a post at one of these nodes gives the verb."""

    def post_for(self, verb: str, *area_ids: int | None) -> int | None:
        """The id of the post at one of these nodes that gives the verb; None when none does."""


class System:
    """The house itself: migrations, the timetable, the command line."""

    user_id: UUID | None = None
    device_id: int | None = None

    def must(self, verb: str) -> None:
        """Nothing is refused to the house itself."""

    def saw(
        self, act: str, subjects: Iterable[tuple[int, UUID]], *, purpose: str = "", ref: UUID | None = None
    ) -> None:
        """The house tells nobody."""

    def saw_page(self, act: str, hamlet_id: int, ids: str) -> None:
        """The house tells nobody."""

    def within(self, hamlet_field: str) -> Q:
        return Q()

    def sees(self, *area_ids: int | None) -> bool:
        return True

    def holds(self, verb: str, *area_ids: int | None) -> bool:
        return True

    def post_for(self, verb: str, *area_ids: int | None) -> int | None:
        return None


SYSTEM = System()


class Scoped(models.QuerySet[Any]):
    """A query set of rows that lie in a hamlet; `hamlet_field` names the way to it."""

    hamlet_field = "hamlet"

    def visible_to(self, by: Asker) -> Self:
        """Only the rows in the asker's sight."""
        return self.filter(by.within(self.hamlet_field))


class Record(models.Model):
    """A record whose id is minted by its author, so that a repeated request is recognised."""

    id = models.UUIDField(primary_key=True)
    recorded_at = models.DateTimeField()
    # The number of its latest change in the feed of its hamlet.
    revision = models.BigIntegerField()

    class Meta:
        abstract = True
