"""Reading figures: sums of hamlets, and closed units through their heirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from areas.queries import find_area, heirs_of, path_of, places_under, sub_areas
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
    rows, denominators = _figures(places, places_under([part for part, _ in parts]), on)
    totals: dict[str, Figure] = {item: Figure() for item in ITEMS}
    for place, figures in rows:
        for item, figure in figures.items():
            if not place.reason:
                totals[item].add(figure)
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


def _figures(
    places: list[Place], place_of_hamlet: dict[int, int], on: date
) -> tuple[list[tuple[Place, dict[str, Figure]]], Denominators]:
    """The figures of each place, in order, and the denominators of those that count."""
    row_of = {place.id: number for number, place in enumerate(places)}
    hamlets = {hamlet: row_of[place] for hamlet, place in place_of_hamlet.items()}
    due = count_due(hamlets, on)
    rows: list[dict[str, Figure]] = []
    for number in range(len(places)):
        counts = due.get(number, ({}, 0))[0]
        rows.append({item: Figure(due=counts.get(item, 0)) for item in ITEMS})
    ready_states = {
        item.code: {state.code for state in item.states if item.is_ready_state(state.code)}
        for item in ITEMS.values()
    }
    for number, item, state, evidence, n, valid in sum_tallies(hamlets, on):
        figure = rows[number][item]
        figure.states[state] = figure.states.get(state, 0) + n
        if state in ready_states[item]:
            ready = valid or 0
            figure.ready += ready
            figure.expired += n - ready
            level = Evidence(evidence).code
            figure.evidence[level] = figure.evidence.get(level, 0) + ready
    for figures in rows:
        for figure in figures.values():
            figure.states["unrecorded"] = figure.due - sum(figure.states.values())
    counted = [due[number] for number, place in enumerate(places) if number in due and not place.reason]
    denominators = Denominators(
        {item: sum(counts.get(item, 0) for counts, _ in counted) for item in ITEMS},
        sum(unknown for _, unknown in counted),
    )
    return list(zip(places, rows, strict=True)), denominators
