"""How far households are, and whether anybody has been there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from areas.queries.parts import HAMLETS_UNDER
from base import bulk
from base.days import ZONE
from base.models import Asker
from checklist.items import PILLARS
from checklist.queries.holdings import HELD, STAGES
from checklist.queries.work import LAST_VISITS
from checklist.rules import OUTCOMES, Evidence
from people.queries.books import COUNTED_PERSONS, LIVING_HOUSEHOLDS
from people.rules.persons import adult_birth
from reports.queries.places import Parts, find_parts, summed

_OUTCOMES = ", ".join(f"count(*) FILTER (WHERE visit.outcome = '{code}')" for code in OUTCOMES)
_LEVELS = ", ".join(f"count(*) FILTER (WHERE {{ready}} AND weakest = {level.value})" for level in Evidence)
# A household is ready when all its present adults have all four and one of them is surely of age
# (checklist.rules.household_is_ready); somebody of unknown age may be an adult.
_READY = "adults > 0 AND has_all = adults AND surely"
_HOUSEHOLDS = f"""
WITH scope AS MATERIALIZED (SELECT * FROM ({HAMLETS_UNDER}) AS under),
held AS ({HELD}), stage AS ({STAGES}), visit AS ({LAST_VISITS}),
adult AS (
    SELECT household_id, count(*) AS adults, count(*) FILTER (WHERE stage = {len(PILLARS)}) AS has_all,
        coalesce(bool_or(stage = {len(PILLARS)} AND born_on IS NOT NULL), false) AS surely,
        min(weakest) AS weakest
    FROM ({COUNTED_PERSONS}) AS counted JOIN scope USING (hamlet_id) LEFT JOIN stage ON person_id = counted.id
    WHERE presence = 'present' AND (born_on <= %(adult_born_by)s OR born_on IS NULL) GROUP BY household_id
)
SELECT scope.place, count(*), count(*) FILTER (WHERE {_READY}),
    count(*) FILTER (WHERE has_all > 0 AND NOT ({_READY})), count(*) FILTER (WHERE has_all = 0),
    count(*) FILTER (WHERE adults IS NULL), {_LEVELS.format(ready=_READY)},
    count(*) FILTER (WHERE visit.outcome IS NULL), {_OUTCOMES}
FROM ({LIVING_HOUSEHOLDS}) AS household JOIN scope USING (hamlet_id)
LEFT JOIN adult ON adult.household_id = household.id LEFT JOIN visit ON visit.household_id = household.id
GROUP BY scope.place
"""  # noqa: S608 - put together from constants
LEVELS = tuple(level.code for level in Evidence)
# What each number of a row is.
FIGURES = ("households", "ready", "partly", "none", "no_adults", *LEVELS, "not_visited", *OUTCOMES)


@dataclass(frozen=True, slots=True)
class Households:
    """Of each part of an area, and of all that can be given to it, the numbers of FIGURES."""

    parts: Parts
    rows: list[list[int]]
    whole: list[int]


def households(
    by: Asker, *, area: str, on: date, since: date | None = None, as_of: date | None = None
) -> Households:
    """Households of an area in sight on the day: by readiness (they add up), the ready ones by the weakest
    evidence on which that rests, and by what the last visit came to (they add up), from `since` on if given.
    """
    parts = find_parts(by, "report", area, as_of)
    params = {"areas": parts.sources, "on": on, "since": since, "zone": ZONE}
    found = bulk.execute(_HOUSEHOLDS, {**params, "adult_born_by": adult_birth(on)})
    figures = {place: list(numbers) for place, *numbers in found}
    rows = summed(parts.parts, figures, len(FIGURES))
    counted = [row for part, row in zip(parts.parts, rows, strict=True) if not part.place.reason]
    return Households(parts, rows, [sum(same) for same in zip([0] * len(FIGURES), *counted, strict=True)])
