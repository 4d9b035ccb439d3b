"""One row for each area with the figures that provinces report."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from accounts.queries import TEAMS_ON
from areas.queries.parts import HAMLETS_UNDER
from base import bulk
from base.models import Asker
from people.queries.books import COUNTED_PERSONS
from reports.queries import Coverage, coverage
from reports.queries.all_four import all_four
from reports.queries.households import FIGURES, Households, households
from reports.queries.places import Parts, find_parts, summed
from reports.rules import ALL_FOUR, Figure
from reports.rules.days import end_of

_TEAMS = f"""
WITH scope AS MATERIALIZED (SELECT * FROM ({HAMLETS_UNDER}) AS under)
SELECT place, sum(persons), sum(members), count(*) FILTER (WHERE members > 0) FROM scope
CROSS JOIN LATERAL (
    SELECT count(*) AS persons FROM ({COUNTED_PERSONS}) AS counted WHERE counted.hamlet_id = scope.hamlet_id
) AS people
CROSS JOIN LATERAL (
    SELECT count(DISTINCT user_id) AS members FROM ({TEAMS_ON}) AS held WHERE held.area_id = scope.hamlet_id
) AS team
GROUP BY place
"""  # noqa: S608 - put together from constants


@dataclass(frozen=True, slots=True)
class Row:
    """An area: figures by item, of all four, of households (by name), and persons, members, teams."""

    code: str
    name: str
    items: dict[str, Figure]
    all_four: Figure
    homes: dict[str, int]
    persons: int
    members: int
    teams: int


@dataclass(frozen=True, slots=True)
class Indicators:
    """The parts of an area, and what can be given to the whole of it."""

    parts: Parts
    rows: list[Row]
    whole: Row


@contextmanager
def _one_moment() -> Iterator[None]:
    """Several statements of one snapshot; inside somebody's transaction they are as that one is."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def indicators(by: Asker, *, area: str, on: date, as_of: date | None = None) -> Indicators:
    """The figures of an area in sight and of its parts on a day, by what is known now, all of one moment."""
    parts = find_parts(by, "report", area, as_of)
    with _one_moment():
        items = coverage(by, area=area, on=on, as_of=as_of)
        four = all_four(by, area=area, on=on, as_of=as_of)
        homes = households(by, area=area, on=on, as_of=as_of)
        found = bulk.execute(_TEAMS, {"areas": parts.sources, "at": end_of(on)})
    teams = summed(parts.parts, {place: [int(n) for n in numbers] for place, *numbers in found}, 3)
    rows = [_row(parts, n, items, four, homes, teams[n]) for n in range(len(parts.parts))]
    counted = [team for part, team in zip(parts.parts, teams, strict=True) if not part.place.reason]
    whole = Row(
        parts.whole.code,
        parts.whole.name,
        items.totals,
        four.totals[ALL_FOUR],
        dict(zip(FIGURES, homes.whole, strict=True)),
        *(sum(same) for same in zip([0] * 3, *counted, strict=True)),
    )
    return Indicators(parts, rows, whole)


def _row(parts: Parts, n: int, items: Coverage, four: Coverage, homes: Households, teams: list[int]) -> Row:
    place = parts.parts[n].place
    numbers = dict(zip(FIGURES, homes.rows[n], strict=True))
    return Row(place.code, place.name, items.rows[n][1], four.rows[n][1][ALL_FOUR], numbers, *teams)
