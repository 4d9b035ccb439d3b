"""Whose data are past their time: who left the books, or left for good, and was not written of since."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from base import bulk

_LEFT = """
SELECT person.id FROM people_person person
WHERE person.removed_at <= %(before)s AND person.restricted_at IS NULL
    OR person.removed_at IS NULL AND person.presence IN ('moved', 'deceased')
        AND person.recorded_at <= %(before)s AND NOT EXISTS (
            SELECT 1 FROM people_change WHERE people_change.person_id = person.id
                AND people_change.at > %(before)s)
ORDER BY person.id
"""


# Nobody agreed himself, and the last decision of his place is over.
_UNGROUNDED = """
SELECT person.id FROM people_person person
JOIN areas_feed feed ON feed.hamlet_id = person.hamlet_id
JOIN areas_area hamlet ON hamlet.id = person.hamlet_id
JOIN areas_area commune ON commune.id = hamlet.parent_id
WHERE person.consent_id IS NULL AND feed.basis_id IS NULL AND person.restricted_at IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM areas_basis basis
        WHERE basis.area_id IN (hamlet.id, commune.id, commune.parent_id)
            AND (basis.ended_at IS NULL OR basis.ended_at > %(before)s))
ORDER BY person.id
"""
_EMPTY = """
SELECT household.id, household.hamlet_id FROM people_household household
WHERE household.recorded_at <= %(before)s
    AND NOT EXISTS (SELECT 1 FROM people_person WHERE people_person.household_id = household.id)
    AND NOT EXISTS (SELECT 1 FROM people_change
        WHERE people_change.household_id = household.id AND people_change.at > %(before)s)
ORDER BY household.id
"""


def persons_ungrounded_before(before: datetime) -> list[UUID]:
    """The persons whom no consent and, since that moment at least, no decision grounds: the programme is over
    where they live."""
    return [pk for (pk,) in bulk.execute(_UNGROUNDED, {"before": before})]


def households_empty_before(before: datetime) -> dict[UUID, int]:
    """The households, with their hamlets, in which nobody was ever written down, and which were not edited
    since that moment."""
    return dict(bulk.execute(_EMPTY, {"before": before}))


def persons_left_before(before: datetime) -> list[UUID]:
    """The persons who were taken out of the books, moved away for good or died, of whom nothing was written
    since that moment; who is restricted is kept, as he has asked."""
    return [pk for (pk,) in bulk.execute(_LEFT, {"before": before})]
