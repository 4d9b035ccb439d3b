"""Who has all four: counted from the standings, for no tally says which persons stand behind two numbers."""

from __future__ import annotations

from datetime import date

from areas.queries.parts import HAMLETS_UNDER
from base import bulk
from base.models import Asker
from checklist.items import PILLARS
from checklist.queries.holdings import HELD, STAGES
from checklist.rules import Evidence
from people.queries.books import COUNTED_PERSONS
from people.rules.persons import adult_birth
from reports.queries import Coverage
from reports.queries.places import find_parts, summed
from reports.rules import ALL_FOUR, Denominators, Figure

_STAGES = ", ".join(f"count(*) FILTER (WHERE adult AND stage = {n})" for n in range(len(PILLARS) + 1))
_LEVELS = ", ".join(
    f"count(*) FILTER (WHERE adult AND stage = {len(PILLARS)} AND weakest = {level.value})"
    for level in Evidence
)
_ALL_FOUR = f"""
WITH scope AS MATERIALIZED (SELECT * FROM ({HAMLETS_UNDER}) AS under), held AS ({HELD}), stage AS ({STAGES})
SELECT place, {_STAGES}, {_LEVELS}, count(*) FILTER (WHERE adult IS NULL) FROM (
    SELECT scope.place, born_on <= %(adult_born_by)s AS adult, coalesce(stage, 0) AS stage, weakest
    FROM ({COUNTED_PERSONS}) AS counted JOIN scope USING (hamlet_id)
    LEFT JOIN stage ON stage.person_id = counted.id
) AS person GROUP BY place
"""  # noqa: S608 - put together from constants
_WIDTH = len(PILLARS) + 1 + len(Evidence) + 1


def all_four(by: Asker, *, area: str, on: date, as_of: date | None = None) -> Coverage:
    """How many of the registered adults of an area in sight have all four on a day, by what is known now: a
    figure as of one item. Its states are how many of the four they have, its evidence is the weakest of the
    four. One statement over the standings of everybody, where the coverage reads tallies."""
    found = find_parts(by, "report", area, as_of)
    params = {"areas": found.sources, "on": on, "adult_born_by": adult_birth(on)}
    counted = {place: list(numbers) for place, *numbers in bulk.execute(_ALL_FOUR, params)}
    sums = summed(found.parts, counted, _WIDTH)
    rows = [(part.place, {ALL_FOUR: _figure(one)}) for part, one in zip(found.parts, sums, strict=True)]
    kept = [one for part, one in zip(found.parts, sums, strict=True) if not part.place.reason]
    whole = [sum(same) for same in zip([0] * _WIDTH, *kept, strict=True)]
    total = _figure(whole)
    denominators = Denominators({ALL_FOUR: total.due}, whole[-1])
    return Coverage(found.whole, on, lambda: rows, {ALL_FOUR: total}, denominators, found.unconverted)


def _figure(numbers: list[int]) -> Figure:
    stages = numbers[: len(PILLARS) + 1]
    levels = zip(Evidence, numbers[len(stages) : -1], strict=True)
    return Figure(
        due=sum(stages),
        ready=stages[-1],
        states={f"stage_{n}": count for n, count in enumerate(stages) if count},
        evidence={level.code: count for level, count in levels if count},
    )
