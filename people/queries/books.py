"""Who is in the books, for statements that read many persons at once."""

from __future__ import annotations

from people.queries.sealed import ADDRESS
from people.rules.persons import COUNTED

_COUNTED = ", ".join(f"'{presence.value}'" for presence in sorted(COUNTED))
# The persons that figures count, and of them those whom one may meet at home.
COUNTED_PERSONS = f"""
SELECT id, household_id, hamlet_id, born_on, presence FROM people_person
WHERE removed_at IS NULL AND presence IN ({_COUNTED})
"""  # noqa: S608 - put together from constants
# Those of the hamlet of the row `scoped`, to be listed by name; a list needs the year of birth, not the day.
# Their addresses are marked, for base.sealed to open.
LISTED_PERSONS = f"""
SELECT person.id, person.household_id,
    {ADDRESS.marked("household.id", "household.address")} AS address, person.full_name, person.born_on,
    extract(year FROM person.born_on)::integer AS born, person.sex, person.relation, person.residence,
    person.presence
FROM people_person person JOIN people_household household ON household.id = person.household_id
WHERE person.hamlet_id = scoped.hamlet_id AND person.removed_at IS NULL AND person.presence IN ({_COUNTED})
"""  # noqa: S608 - put together from constants
LIVING_HOUSEHOLDS = "SELECT id, hamlet_id FROM people_household WHERE removed_at IS NULL"
