"""Reading figures: sums of hamlets, and closed units through their heirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from operator import itemgetter

from base.models import Asker
from checklist.items import ITEMS, Item
from checklist.queries import sum_tallies
from checklist.rules import Evidence
from checklist.rules.cells import CELLS, LAST_CELL, UNKNOWN_AGE, due_cell
from reports.queries.periods import find_period, frozen_figures
from reports.queries.places import find_parts, summed
from reports.rules import Denominators, Figure, Place

Rows = list[tuple[Place, dict[str, Figure]]]


@dataclass(frozen=True)
class Coverage:
    """The figures of an area on a day.

    `rows`: each place with its figures by item, made by `by_place` when they are asked for; `totals` and
    `denominators` leave out the places whose figures cannot be given to a closed unit (`unconverted`).
    `closed_at`: when the period was closed whose frozen figures these are; None for what is known now.
    """

    area: Place
    on: date
    by_place: Callable[[], Rows]
    totals: dict[str, Figure]
    denominators: Denominators
    unconverted: list[Place]
    closed_at: datetime | None = None

    @cached_property
    def rows(self) -> Rows:
        return self.by_place()


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the figures of an item stand among the cells: its states and evidence by name, and what takes
    their numbers out of the cells all at once (a province has a thousand figures)."""

    due: int
    states: tuple[str, ...]
    in_state: Callable[[Sequence[int]], tuple[int, ...]]
    in_ready: Callable[[Sequence[int]], tuple[int, ...]]
    evidence: tuple[str, ...]
    by_evidence: Callable[[Sequence[int]], tuple[int, ...]]


def _spot(item: Item) -> Spot:
    states, evidence = tuple(item.ranks), tuple(level.code for level in Evidence)
    return Spot(
        due_cell(item.code) - 1,
        states,
        _taking(item.code, states),
        _taking(item.code, [state for state in states if item.is_ready_state(state)]),
        evidence,
        _taking(item.code, evidence),
    )


def _taking(item: str, words: Sequence[str]) -> Callable[[Sequence[int]], tuple[int, ...]]:
    """The numbers of these states or levels; always a tuple, which `itemgetter` gives for two and more."""
    cells = [CELLS[item, word] - 1 for word in words]
    if len(cells) > 1:
        return itemgetter(*cells)
    return lambda given: tuple(given[cell] for cell in cells)


_NOBODY = [0] * LAST_CELL
_SPOTS = {code: _spot(item) for code, item in ITEMS.items()}


def coverage(
    by: Asker, *, area: str, on: date, since: date | None = None, as_of: date | None = None
) -> Coverage:
    """How far an area in sight is on a day, from the tallies, by what is known now; or, where the period from
    `since` to `on` was closed for the area or for one above, by what was known then.

    A closed unit (found by `as_of`) is shown by its heirs in sight; an heir that straddles its border is
    named as unconverted and not summed.
    """
    found = find_parts(by, "report", area, as_of)
    period = find_period(found.path, since, on) if since else None
    if period is not None:
        frozen = frozen_figures(period, found)
        sums = [(one.place, one.cells) for one in frozen]
    else:
        cells = summed(found.parts, sum_tallies(found.sources, on), LAST_CELL)
        sums = [(part.place, one) for part, one in zip(found.parts, cells, strict=True)]
    return assembled(found.whole, on, sums, period.closed_at if period else None)


def assembled(
    area: Place, on: date, sums: Sequence[tuple[Place, Sequence[int]]], closed_at: datetime | None = None
) -> Coverage:
    """The coverage of an area by the cells of the places that it is shown by."""
    whole_cells = whole_of(cells for place, cells in sums if not place.reason)
    totals = figures_of(whole_cells)
    denominators = Denominators(
        {item: figure.due for item, figure in totals.items()}, whole_cells[UNKNOWN_AGE - 1]
    )
    unconverted = [place for place, _ in sums if place.reason]
    return Coverage(
        area,
        on,
        lambda: [(place, figures_of(cells)) for place, cells in sums],
        totals,
        denominators,
        unconverted,
        closed_at,
    )


def whole_of(parts: Iterable[Sequence[int]]) -> list[int]:
    """The cells of several together."""
    return [sum(same) for same in zip(_NOBODY, *parts, strict=True)]


def figures_of(cells: Sequence[int]) -> dict[str, Figure]:
    """The figure of each item, by the cells of a tally; zeros are not told of states and evidence. To be
    read, not changed: the same cells give the same figures again, as most do from one look to the next."""
    return _figures(tuple(cells))


@lru_cache(maxsize=1024)
def _figures(cells: tuple[int, ...]) -> dict[str, Figure]:
    return {item: _figure(spot, cells) for item, spot in _SPOTS.items()}


def _figure(spot: Spot, cells: Sequence[int]) -> Figure:
    counts = spot.in_state(cells)
    states = {state: n for state, n in zip(spot.states, counts, strict=True) if n}
    levels = spot.by_evidence(cells)
    evidence = {level: n for level, n in zip(spot.evidence, levels, strict=True) if n}
    due, ready = cells[spot.due], sum(levels)
    expired = sum(spot.in_ready(cells)) - ready
    states["unrecorded"] = due - sum(counts)
    return Figure(due, ready, expired, states, evidence)
