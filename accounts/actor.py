"""The actor: who is asking now, with the posts that hold at this moment, and whom he was shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from accounts.rules import FRESH, MAY, WEIGHTY, Role, StepUpNeeded, Verb
from areas.queries import hamlets_under
from base.errors import RightMissing
from base.models import Asker


@dataclass(frozen=True)
class PostNow:
    """A post in force: `level` is the level of its area."""

    id: int
    role: Role
    area_id: int
    level: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """Persons and households of one hamlet, of whom an answer tells: `n` ids as the text of a uuid[]."""

    act: str
    area_id: int
    ids: str
    n: int
    purpose: str
    ref: UUID | None


@dataclass(frozen=True)
class Actor:
    """An asker with an account (see base.models.Asker)."""

    user_id: UUID
    device_id: int | None
    posts: tuple[PostNow, ...]
    # Whether his account has a second factor, when he last proved it on this device, and when himself at all.
    has_second: bool = False
    otp_at: datetime | None = None
    proved_at: datetime | None = None
    # Whom he was shown, to be noted before the answer leaves (accounts.actions.keep_notes).
    sightings: list[Sighting] = field(default_factory=list, compare=False, repr=False)
    # The rights that were asked of him and that he has not.
    lacked: list[str] = field(default_factory=list, compare=False, repr=False)

    # What Django REST framework asks of a user.
    is_authenticated = True
    is_active = True

    @cached_property
    def verbs(self) -> frozenset[Verb]:
        """Everything some post of the actor gives."""
        return frozenset().union(*(MAY[post.role] for post in self.posts)) | {Verb.OWN_ACCOUNT}

    @property
    def lacks_second(self) -> bool:
        """True for somebody of weight who has not proved a second factor on this device, where he has to."""
        asked = settings.SECOND_FACTOR or self.has_second
        return asked and self.otp_at is None and any(post.role in WEIGHTY for post in self.posts)

    def is_fresh(self, at: datetime) -> bool:
        """True when he has proved who he is within the last minutes, by the second factor if he has one."""
        if not (settings.SECOND_FACTOR or self.has_second):
            return True
        proof = self.otp_at if self.has_second else self.proved_at
        return proof is not None and at - proof <= FRESH

    def nodes(self, verb: str) -> list[int]:
        """The areas of the posts that give the verb."""
        return [post.area_id for post in self.posts if verb in MAY[post.role]]

    def must(self, verb: str) -> None:
        """Raises RightMissing when no post gives the verb."""
        if verb not in self.verbs:
            self.lacked.append(verb)
            raise RightMissing()

    def saw(
        self, act: str, subjects: Iterable[tuple[int, UUID]], *, purpose: str = "", ref: UUID | None = None
    ) -> None:
        by_hamlet: dict[int, set[UUID]] = defaultdict(set)
        for hamlet_id, subject in subjects:
            by_hamlet[hamlet_id].add(subject)
        for hamlet_id, ids in by_hamlet.items():
            text = f"{{{','.join(sorted(map(str, ids)))}}}"
            self.sightings.append(Sighting(act, hamlet_id, text, len(ids), purpose, ref))

    def saw_page(self, act: str, hamlet_id: int, ids: str) -> None:
        if ids != "{}":
            self.sightings.append(Sighting(act, hamlet_id, ids, ids.count(",") + 1, "", None))

    def within(self, hamlet_field: str) -> Q:
        """The rows whose hamlet lies at or below a post that gives sight."""
        seeing = [post for post in self.posts if Verb.SEE in MAY[post.role]]
        hamlets = [post.area_id for post in seeing if post.level == "hamlet"]
        above = [post.area_id for post in seeing if post.level != "hamlet"]
        condition = Q(**{f"{hamlet_field}_id__in": hamlets})
        if above:
            condition |= Q(**{f"{hamlet_field}_id__in": hamlets_under(above)})
        return condition

    def sees(self, *area_ids: int | None) -> bool:
        return self.holds(Verb.SEE, *area_ids)

    def holds(self, verb: str, *area_ids: int | None) -> bool:
        return self.post_for(verb, *area_ids) is not None

    def post_for(self, verb: str, *area_ids: int | None) -> int | None:
        for post in self.posts:
            if post.area_id in area_ids and verb in MAY[post.role]:
                return post.id
        return None


def step_up(by: Asker, at: datetime) -> None:
    """Raises StepUpNeeded when somebody has not proved who he is within the last minutes. What the house does
    by itself needs no proof."""
    if isinstance(by, Actor) and not by.is_fresh(at):
        raise StepUpNeeded()
