"""An asker of the stories who needs no account: the areas know nobody by name."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Q

from areas.models import Area
from base.errors import RightMissing

AT = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


class Admin:
    """Cô Hoa, area admin of the nodes given; whatever she may do, she may do it only there."""

    user_id: UUID | None = UUID(int=7)
    device_id: int | None = 7
    is_authenticated = True

    def __init__(self, *nodes: Area, verbs: tuple[str, ...] = ("add_hamlet", "close_area", "record")) -> None:
        self.nodes = {node.pk for node in nodes}
        self.verbs = verbs

    def must(self, verb: str) -> None:
        if verb not in self.verbs:
            raise RightMissing()

    def within(self, hamlet_field: str) -> Q:
        return Q()

    def sees(self, *area_ids: int | None) -> bool:
        return not self.nodes.isdisjoint(area_ids)

    def holds(self, verb: str, *area_ids: int | None) -> bool:
        return verb in self.verbs and self.sees(*area_ids)

    def post_for(self, verb: str, *area_ids: int | None) -> int | None:
        return 1 if self.holds(verb, *area_ids) else None
