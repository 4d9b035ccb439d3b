"""On what ground a household's data may be written, in one statement with where it lies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from areas.queries import HamletPath
from base import bulk

_HOMES = """
SELECT household.id, feed.basis_id, household.consent_id IS NOT NULL,
    household.restricted_at IS NOT NULL, household.hamlet_id, hamlet.parent_id, commune.parent_id
FROM people_household household
JOIN areas_area hamlet ON hamlet.id = household.hamlet_id
JOIN areas_area commune ON commune.id = hamlet.parent_id
JOIN areas_feed feed ON feed.hamlet_id = household.hamlet_id
WHERE household.id = ANY(%(ids)s::uuid[])
    AND (household.removed_at IS NULL OR household.restricted_at IS NOT NULL)
"""


class Home(NamedTuple):
    """Where a household is, the decision in force there, and whether somebody of it agreed."""

    path: HamletPath
    basis_id: int | None
    agreed: bool
    restricted: bool  # with everybody in it

    @property
    def grounded(self) -> bool:
        return self.agreed or self.basis_id is not None


def grounds_of(household_ids: Iterable[UUID]) -> dict[UUID, Home]:
    """Where these households are, in the asker's sight or not: the action that asks judges the right."""
    rows = bulk.execute(_HOMES, {"ids": bulk.array(household_ids)})
    return {row[0]: Home(HamletPath(*row[4:]), *row[1:4]) for row in rows}
