"""Visits and observations as work, for statements that count much of it at once.

Work belongs to the post in which it was done, whoever lives or works there now.
"""

from __future__ import annotations

# The last visit to each household of the `scope(hamlet_id)` up to the day %(on)s, from %(since)s on if given.
LAST_VISITS = """
SELECT DISTINCT ON (visit.household_id) visit.household_id, visit.outcome, visit.visited_at
FROM checklist_visit visit JOIN scope ON scope.hamlet_id = visit.hamlet_id
WHERE visit.visited_at < (%(on)s::date + 1)::timestamp AT TIME ZONE %(zone)s AND (%(since)s::date IS NULL
    OR visit.visited_at >= %(since)s::date::timestamp AT TIME ZONE %(zone)s)
ORDER BY visit.household_id, visit.visited_at DESC, visit.id DESC
"""
# What was done in a `post(post_id)` from the day %(since)s to the day %(on)s; nothing that was withdrawn.
_DAYS = """{at} >= %(since)s::date::timestamp AT TIME ZONE %(zone)s
    AND {at} < (%(on)s::date + 1)::timestamp AT TIME ZONE %(zone)s"""
VISITS_IN_POST = f"""
SELECT visit.post_id, visit.household_id, visit.outcome
FROM checklist_visit visit JOIN post ON post.post_id = visit.post_id
WHERE {_DAYS.format(at="visit.visited_at")}
"""  # noqa: S608 - put together from constants
FACTS_IN_POST = f"""
SELECT fact.post_id, fact.person_id, fact.evidence, fact.source_id IS NOT NULL AS from_roster
FROM checklist_observation fact JOIN post ON post.post_id = fact.post_id
WHERE {_DAYS.format(at="fact.observed_at")} AND fact.retracts_id IS NULL AND NOT EXISTS (
    SELECT 1 FROM checklist_observation withdrawal WHERE withdrawal.retracts_id = fact.id
)
"""  # noqa: S608 - put together from constants
