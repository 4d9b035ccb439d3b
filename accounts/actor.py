"""The actor: who is asking now, with the posts that hold at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Q

from accounts.rules import MAY, Role, Verb
from areas.queries import hamlets_under
from base.errors import RightMissing


@dataclass(frozen=True)
class PostNow:
    """A post in force: `level` is the level of its area."""

    id: int
    role: Role
    area_id: int
    level: str


@dataclass(frozen=True)
class Actor:
    """An asker with an account (see base.models.Asker)."""

    user_id: UUID
    device_id: int | None
    posts: tuple[PostNow, ...]

    # What Django REST framework asks of a user.
    is_authenticated = True
    is_active = True

    @cached_property
    def verbs(self) -> frozenset[Verb]:
        """Everything some post of the actor gives."""
        return frozenset().union(*(MAY[post.role] for post in self.posts)) | {Verb.OWN_ACCOUNT}

    def nodes(self, verb: str) -> list[int]:
        """The areas of the posts that give the verb."""
        return [post.area_id for post in self.posts if verb in MAY[post.role]]

    def must(self, verb: str) -> None:
        """Raises RightMissing when no post gives the verb."""
        if verb not in self.verbs:
            raise RightMissing()

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
