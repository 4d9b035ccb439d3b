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


def persons_left_before(before: datetime) -> list[UUID]:
    """The persons who were taken out of the books, moved away for good or died, of whom nothing was written
    since that moment; who is restricted is kept, as he has asked."""
    return [pk for (pk,) in bulk.execute(_LEFT, {"before": before})]
