"""What teams have done: by the posts in which it was done, at the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from accounts.queries import POSTS_AT
from areas.queries.parts import HAMLETS_UNDER
from base import bulk
from base.days import ZONE
from base.models import Asker
from checklist.queries.work import FACTS_IN_POST, VISITS_IN_POST
from checklist.rules import OUTCOMES, Evidence
from reports.queries.places import Parts, find_parts, summed

_OUTCOMES = ", ".join(f"count(*) FILTER (WHERE outcome = '{code}')" for code in OUTCOMES)
_LEVELS = ", ".join(
    f"count(*) FILTER (WHERE NOT from_roster AND evidence = {level.value})" for level in Evidence
)
LEVELS = tuple(level.code for level in Evidence)
# What each number of a row is.
FIGURES = ("visits", *OUTCOMES, "households", "facts", *LEVELS, "persons", "from_roster", "members")
_VISITS, _FACTS = 2 + len(OUTCOMES), 3 + len(LEVELS)
_WORK = f"""
WITH scope AS MATERIALIZED (
    SELECT * FROM ({HAMLETS_UNDER}) AS under
    UNION SELECT id, id FROM unnest(%(own)s::bigint[]) AS own(id)
), post AS MATERIALIZED (
    SELECT held.post_id, scope.place FROM ({POSTS_AT}) AS held JOIN scope ON scope.hamlet_id = held.area_id
), visit AS MATERIALIZED ({VISITS_IN_POST}), fact AS MATERIALIZED ({FACTS_IN_POST})
SELECT place, 'visits', ARRAY[count(*), {_OUTCOMES}, count(DISTINCT household_id)]
FROM visit JOIN post USING (post_id) GROUP BY place
UNION ALL
SELECT place, 'facts', ARRAY[count(*) FILTER (WHERE NOT from_roster), {_LEVELS},
    count(DISTINCT person_id) FILTER (WHERE NOT from_roster), count(*) FILTER (WHERE from_roster)]
FROM fact JOIN post USING (post_id) GROUP BY place
UNION ALL
SELECT place, 'members', ARRAY[count(DISTINCT post_id)] FROM (
    SELECT post_id FROM visit UNION SELECT post_id FROM fact WHERE NOT from_roster
) AS busy JOIN post USING (post_id) GROUP BY place
"""  # noqa: S608 - put together from constants


@dataclass(frozen=True, slots=True)
class Activity:
    """Of the teams of each part of an area, and of all together, the numbers of FIGURES."""

    parts: Parts
    rows: list[list[int]]
    own: list[int]
    whole: list[int]


def team_activity(by: Asker, *, area: str, on: date, since: date, as_of: date | None = None) -> Activity:
    """Visits and observations from `since` to `on`, whatever came of them, by the area of the post in which
    they were done: it stays that team's work when the household moves or somebody takes the post over.
    `own` is the work of those whose post is at the area itself. What came from a roster is told apart.
    """
    parts = find_parts(by, "report", area, as_of)
    places = list(dict.fromkeys([*parts.sources, parts.whole.id]))
    params = {"areas": parts.sources, "own": places, "on": on, "since": since, "zone": ZONE}
    found = {place: [0] * len(FIGURES) for place in places}
    starts = {"visits": 0, "facts": _VISITS, "members": _VISITS + _FACTS}
    for place, what, numbers in bulk.execute(_WORK, params):
        found[place][starts[what] : starts[what] + len(numbers)] = numbers
    rows = summed(parts.parts, found, len(FIGURES))
    counted = [row for part, row in zip(parts.parts, rows, strict=True) if not part.place.reason]
    own = found[parts.whole.id] if parts.whole.id not in parts.sources else [0] * len(FIGURES)
    return Activity(parts, rows, own, [sum(same) for same in zip(own, *counted, strict=True)])
