"""Targets in force, and how far areas are from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from base.models import Asker
from checklist.queries import sum_tallies
from reports.models import Target
from reports.queries import figures_of, whole_of
from reports.queries.places import Parts, find_parts
from reports.queries.snapshots import kept_days, sum_snapshots
from reports.rules import Figure, Place
from reports.rules.targets import Goal, Of, Outlook, forecast, outlook


def goals_in_force(area_ids: Collection[int], on: date) -> list[Goal]:
    """The targets that hold at these areas (ids) or for the country and whose period has begun, by period."""
    found = Target.objects.filter(
        Q(area_id__in=list(area_ids)) | Q(area=None), ended_at=None, first_on__lte=on
    )
    return [_goal(row) for row in found.order_by("last_on", "first_on", "item", "denominator", "pk")]


def _goal(row: Any) -> Goal:
    return Goal(
        row.pk,
        row.area_id,
        row.item,
        row.first_on,
        row.last_on,
        Of(row.denominator),
        row.share,
        row.number,
        row.document,
    )


@dataclass(frozen=True, slots=True)
class Reached:
    """How far an area is from a target on a day.

    `gained`: how many more are ready than were known to be before the days that are looked at; None where
    that day was not kept. `reached_on`: when the target is met at that pace.
    """

    place: Place
    goal: Goal
    figure: Figure
    base: int
    wanted: int
    gained: int | None
    reached_on: date | None
    outlook: Outlook


@dataclass(frozen=True, slots=True)
class Targets:
    """An area, or its parts, against their targets."""

    parts: Parts
    rows: list[Reached]


def targets(by: Asker, *, area: str, on: date, since: date, each: bool, as_of: date | None = None) -> Targets:
    """How far an area in sight is from its targets on the day, or each of its parts where `each`.

    To an area apply the targets set there, and those of an area above or of the country that are a share of
    the persons in the books. What was gained is counted from `since` on.
    """
    parts = find_parts(by, "report", area, as_of)
    units = [(part.place, part.sources) for part in parts.counted]
    if not each:
        units = [(parts.whole, tuple(parts.counted_sources))]
    goals = goals_in_force({*parts.path, *(place.id for place, _ in units)}, on)
    before = since - timedelta(days=1)
    now = sum_tallies(parts.sources, on)
    then = sum_snapshots(parts.sources, [before]) if kept_days([before]) else {}
    days = (on - before).days
    rows = []
    for place, sources in units:
        figures = figures_of(whole_of(now[source] for source in sources))
        earlier = figures_of(whole_of(then[source, before] for source in sources)) if then else None
        for goal in _applying(goals, place, (None, *parts.path)):
            rows.append(_reached(place, goal, figures[goal.item], earlier, days, on))
    return Targets(parts, rows)


def _applying(goals: Iterable[Goal], place: Place, above: Collection[int | None]) -> list[Goal]:
    """Those set at the place, and shares of registered persons from above."""
    return [
        goal
        for goal in goals
        if goal.area_id == place.id or (goal.of is Of.REGISTERED and goal.area_id in above)
    ]


def _reached(
    place: Place, goal: Goal, figure: Figure, earlier: dict[str, Figure] | None, days: int, on: date
) -> Reached:
    wanted = goal.wanted(figure.due)
    gained = None if earlier is None else figure.ready - earlier[goal.item].ready
    reached_on = forecast(ready=figure.ready, wanted=wanted, gained=gained, days=days, on=on)
    stands = outlook(ready=figure.ready, wanted=wanted, reached_on=reached_on, last_on=goal.last_on, on=on)
    return Reached(place, goal, figure, goal.base(figure.due), wanted, gained, reached_on, stands)
