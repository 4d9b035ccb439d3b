"""Reading figures: sums of hamlets, and closed units through their heirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from areas.queries import feeds_under, find_area, heirs_of, path_of, sub_areas
from base import bulk
from base.errors import NotFound
from base.models import Asker
from checklist.items import ITEMS
from checklist.queries import count_due, sum_tallies
from checklist.rules import Evidence
from checklist.rules.tallies import FIRST_DAY
from reports.rules import DayTooEarly, Denominators, Figure, Place

if TYPE_CHECKING:
    from areas.models import Area


@dataclass(frozen=True, slots=True)
class Coverage:
    """The figures of an area on a day.

    `rows`: each place with its figures by item; `totals` and `denominators` leave out the places whose
    figures cannot be given to a closed unit (`unconverted`).
    """

    area: Place
    on: date
    rows: list[tuple[Place, dict[str, Figure]]]
    totals: dict[str, Figure]
    denominators: Denominators
    unconverted: list[Place]


@dataclass(frozen=True, slots=True)
class Counted:
    """The figures of an area and the persons of unknown age, as of these revisions of its hamlets' feeds."""

    feeds: dict[int, int]
    figures: dict[str, Figure]
    unknown_age: int


_KEPT: dict[tuple[int, date], Counted] = {}
MOST_KEPT = 2000  # areas and days; some 10 kB each
_LEVELS = {int(level): level.code for level in Evidence}
_READY = {
    item.code: {state.code for state in item.states if item.is_ready_state(state.code)}
    for item in ITEMS.values()
}


def coverage(by: Asker, *, area: str, on: date, as_of: date | None = None) -> Coverage:
    """How far an area in sight is, from the tallies, by what is known now.

    A closed unit (found by `as_of`) is shown by its heirs in sight; an heir that straddles its border is
    named as unconverted and not summed.
    """
    if on < FIRST_DAY:
        raise DayTooEarly(path="on", first=FIRST_DAY.strftime("%d/%m/%Y"))
    unit = find_area(area, as_of=as_of)
    if unit is None:
        raise NotFound(path="area")
    parts = _parts(by, unit)
    if not parts:
        raise NotFound(path="area")
    places = [Place(part.pk, part.code, part.name, reason) for part, reason in parts]
    counted = _counted([part for part, _ in parts], on)
    rows = [(place, counted[place.id].figures) for place in places]
    summed = [counted[place.id] for place in places if not place.reason]
    totals = {item: Figure() for item in ITEMS}
    for one in summed:
        for item, figure in one.figures.items():
            totals[item].add(figure)
    denominators = Denominators(
        {item: figure.due for item, figure in totals.items()}, sum(one.unknown_age for one in summed)
    )
    whole = Place(unit.pk, unit.code, unit.name)
    return Coverage(whole, on, rows, totals, denominators, [place for place in places if place.reason])


def _parts(by: Asker, unit: Area) -> list[tuple[Area, str]]:
    """What a unit is shown by, in sight: its sub-areas, or the heirs of a closed one with the reason
    why an heir cannot be counted for it; none where nothing is in sight."""
    if unit.closed_on is None:
        return [(part, "") for part in sub_areas(unit)] if by.holds("report", *path_of(unit)) else []
    return [
        (heir.area, "area.straddles" if heir.unconverted else "")
        for heir in heirs_of(unit)
        if by.holds("report", *path_of(heir.area))
    ]


def _counted(areas: Sequence[Area], on: date) -> dict[int, Counted]:
    """What there is to tell of each area, all of one moment.

    Figures are kept for as long as no hamlet of the area takes a revision, which every change does in its
    own transaction: they are as exact as if summed anew. Inside a caller's transaction nothing is kept,
    for it may be rolled back.
    """
    with bulk.snapshot() as own:
        feeds = feeds_under(areas)
        kept = _KEPT if own else {}
        known = {place: kept.get((place, on)) for place in feeds}
        found = {place: one for place, one in known.items() if one and one.feeds == feeds[place]}
        anew = _count({place: feeds[place] for place in feeds if place not in found}, on)
    if len(kept) + len(anew) > MOST_KEPT:
        kept.clear()
    kept.update({(place, on): one for place, one in anew.items()})
    return found | anew


def _count(feeds: Mapping[int, dict[int, int]], on: date) -> dict[int, Counted]:
    """The figures of each area, summed from its hamlets."""
    if not feeds:
        return {}
    places = list(feeds)
    hamlets = {hamlet: row for row, place in enumerate(places) for hamlet in feeds[place]}
    due = count_due(hamlets, on)
    rows = []
    for row, place in enumerate(places):
        counts, unknown = due.get(row, ({}, 0))
        rows.append(Counted(feeds[place], {item: Figure(due=counts.get(item, 0)) for item in ITEMS}, unknown))
    for row, item, state, evidence, n, valid in sum_tallies(hamlets, on):
        figure = rows[row].figures[item]
        figure.states[state] = figure.states.get(state, 0) + n
        if state in _READY[item]:
            ready = valid or 0
            figure.ready += ready
            figure.expired += n - ready
            level = _LEVELS[evidence]
            figure.evidence[level] = figure.evidence.get(level, 0) + ready
    for one in rows:
        for figure in one.figures.values():
            figure.states["unrecorded"] = figure.due - sum(figure.states.values())
    return dict(zip(places, rows, strict=True))
