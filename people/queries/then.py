"""Who lived where at some moment: what has happened since is taken back, by the history of the fields."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from base import bulk
from people.rules.persons import COUNTED, PersonFacts, counted_birth

_CHANGED = """
SELECT hamlet_id FROM people_person WHERE recorded_at > %(until)s OR removed_at > %(until)s
UNION SELECT hamlet_id FROM people_change WHERE at > %(until)s AND NOT clashed
UNION SELECT hamlet.id FROM people_change JOIN areas_area hamlet ON hamlet.code = people_change.old
WHERE at > %(until)s AND field = 'hamlet' AND NOT clashed AND hamlet.level = 'hamlet'
"""
# What a field held at that moment is what the first change after it found.
_THEN = """
WITH undone AS MATERIALIZED (
    SELECT DISTINCT ON (coalesce(person_id, household_id), field)
        coalesce(person_id, household_id) AS record, field, old
    FROM people_change WHERE at > %(until)s AND NOT clashed
        AND field IN ('hamlet', 'birth_date', 'birth_year', 'presence', 'restriction')
    ORDER BY coalesce(person_id, household_id), field, at, id
), home AS (
    SELECT household.id, coalesce(before.id, household.hamlet_id) AS hamlet_id
    FROM people_household household
    LEFT JOIN undone ON undone.record = household.id AND undone.field = 'hamlet'
    LEFT JOIN areas_area before ON before.code = undone.old AND before.level = 'hamlet'
    WHERE household.hamlet_id = ANY(%(hamlets)s::bigint[]) OR before.id = ANY(%(hamlets)s::bigint[])
)
SELECT person.id, home.hamlet_id,
    CASE WHEN day.record IS NULL THEN person.birth_date::text ELSE day.old END,
    CASE WHEN year.record IS NULL THEN person.birth_year::text ELSE year.old END,
    coalesce(presence.old, person.presence)
FROM people_person person JOIN home ON home.id = person.household_id
LEFT JOIN undone day ON day.record = person.id AND day.field = 'birth_date'
LEFT JOIN undone year ON year.record = person.id AND year.field = 'birth_year'
LEFT JOIN undone presence ON presence.record = person.id AND presence.field = 'presence'
LEFT JOIN undone restriction ON restriction.record = person.id AND restriction.field = 'restriction'
WHERE home.hamlet_id = ANY(%(hamlets)s::bigint[]) AND person.recorded_at <= %(until)s
    AND (person.removed_at IS NULL OR person.removed_at > %(until)s)
    AND coalesce(restriction.old, '') = ''
"""


def hamlets_changed_after(until: datetime) -> set[int]:
    """The hamlets in which persons came, changed, moved or left after that moment."""
    return {hamlet for (hamlet,) in bulk.execute(_CHANGED, {"until": until})}


def facts_then(hamlets: Iterable[int], until: datetime) -> list[PersonFacts]:
    """The persons who were in the books of these hamlets at that moment, as the figures needed them."""
    rows = bulk.execute(_THEN, {"hamlets": list(hamlets), "until": until})
    return [_facts(*row) for row in rows]


def _facts(person_id: Any, hamlet_id: int, born: str, year: str, presence: str) -> PersonFacts:
    birth = date.fromisoformat(born) if born else None
    born_on = counted_birth(birth, int(year) if year else None)
    return PersonFacts(person_id, hamlet_id, born_on, presence in COUNTED)
