"""How figures moved: what was known at the end of each day, and for today what is known now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from base.models import Asker
from checklist.queries import sum_tallies
from reports.queries import figures_of, whole_of
from reports.queries.places import Parts, find_parts
from reports.queries.snapshots import kept_days, last_snapshot_day, sum_snapshots
from reports.rules import Figure
from reports.rules.days import TooManyPoints, points

MOST_POINTS = 120


@dataclass(frozen=True, slots=True)
class Point:
    """The figures of an area on a day, by item. `is_kept`: as known when the day ended; else as known now."""

    day: date
    figures: dict[str, Figure]
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """The points of a trend, the earliest first, and the days whose figures nobody kept."""

    parts: Parts
    points: list[Point]
    gaps: list[date]


def trend(by: Asker, *, area: str, since: date, on: date, pace: str, as_of: date | None = None) -> Trend:
    """The figures of an area in sight from `since` to `on`, a day, a week or a month apart.

    Each is as it was known when the day ended. The last day, while it is not over or not kept yet, is as it
    is known now; another day that was not kept is a gap. TooManyPoints beyond MOST_POINTS.
    """
    parts = find_parts(by, "report", area, as_of)
    days = points(since, on, pace)
    if len(days) > MOST_POINTS:
        raise TooManyPoints(path="by", most=MOST_POINTS)
    kept, last = kept_days(days), last_snapshot_day()
    sources = parts.counted_sources
    sums = sum_snapshots(sources, sorted(kept)) if kept else {}
    then = {day: whole_of(sums[place, day] for place in sources) for day in sorted(kept)}
    found = [Point(day, figures_of(cells), True) for day, cells in then.items()]
    if on not in kept and (last is None or on > last):
        now = sum_tallies(sources, on)
        found.append(Point(on, figures_of(whole_of(now.values())), False))
    told = {point.day for point in found}
    return Trend(parts, found, [day for day in days if day not in told])
