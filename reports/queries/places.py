"""Which units a report of an area is made of, on the present map or on that of a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from areas.queries import (
    closed_hamlets,
    find_area,
    find_closed,
    heirs_of,
    list_areas,
    name_on,
    path_of,
    sub_areas,
)
from areas.rules import Level
from base.errors import NotFound, Refusal
from base.models import Asker
from reports.rules import Place, UnitClosed
from reports.rules.cuts import told

if TYPE_CHECKING:
    from areas.models import Area


@dataclass(frozen=True, slots=True)
class Part:
    """A row of a report: what is shown, and the ids of the areas whose hamlets it is counted from."""

    place: Place
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """An area and what it is shown by. `counted`: those whose figures can be given to the area."""

    whole: Place
    level: str
    path: tuple[int, ...]
    parts: list[Part]

    @property
    def counted(self) -> list[Part]:
        return [part for part in self.parts if not part.place.reason]

    @property
    def unconverted(self) -> list[Place]:
        return [part.place for part in self.parts if part.place.reason]

    @property
    def sources(self) -> list[int]:
        """The ids of all areas that are read, each once."""
        return list(dict.fromkeys(source for part in self.parts for source in part.sources))

    @property
    def counted_sources(self) -> list[int]:
        """The ids of the areas whose figures can be given to the area, each once."""
        return list(dict.fromkeys(source for part in self.counted for source in part.sources))


def find_parts(by: Asker, verb: str, area: str, as_of: date | None = None) -> Parts:
    """What an area is shown by: its sub-areas, on the present map or that of the day `as_of`; a closed unit
    by its heirs in sight. NotFound for what does not exist, or where no post of the asker gives the verb.
    """
    unit = find_area(area, as_of=as_of)
    if unit is None:
        raise _no_such_unit(by, verb, area, as_of)
    if unit.closed_on is not None:
        parts = _of_closed(by, verb, unit)
    elif not by.holds(verb, *path_of(unit)):
        parts = []
    elif as_of is None:
        parts = _now(unit)
    else:
        parts = list(_on_map_of(unit, as_of))
    if not parts:
        raise NotFound(path="area")
    name = unit.name if as_of is None else name_on(unit, as_of)
    return Parts(Place(unit.pk, unit.code, name), unit.level, path_of(unit), parts)


def _now(unit: Area) -> list[Part]:
    """The sub-areas of today. Whoever is still in the books of a closed hamlet is counted with the one that
    took it over."""
    subs = sub_areas(unit)
    left: dict[int, list[int]] = {}
    heirs = closed_hamlets(unit) if unit.level == Level.COMMUNE else {}
    open_now = {one.pk for one in subs}
    for hamlet in heirs:
        heir: int | None = hamlet
        while heir is not None and heir not in open_now:
            heir = heirs.get(heir)
        if heir is not None:
            left.setdefault(heir, []).append(hamlet)
    return [Part(Place(one.pk, one.code, one.name), (one.pk, *left.get(one.pk, ()))) for one in subs]


def _no_such_unit(by: Asker, verb: str, code: str, as_of: date | None) -> Refusal:
    """Whoever sees an heir of a closed unit is told from when to when it was there."""
    closed = find_closed(code) if as_of is None else None
    if closed is None or closed.closed_on is None or not _of_closed(by, verb, closed):
        return NotFound(path="area")
    return UnitClosed(path="area", opened=told(closed.open_from), closed=told(closed.closed_on))


def _of_closed(by: Asker, verb: str, unit: Area) -> list[Part]:
    """The heirs in sight; one that straddles the old border tells so."""
    return [
        Part(
            Place(one.area.pk, one.area.code, one.area.name, STRADDLES if one.unconverted else ""),
            (one.area.pk,),
        )
        for one in heirs_of(unit)
        if by.holds(verb, *path_of(one.area))
    ]


STRADDLES = "area.straddles"


def _on_map_of(unit: Area, as_of: date) -> Iterable[Part]:
    """The units of that day. What was recorded in a hamlet stays there when it closes; those of a closed
    commune went to its heirs, so it is counted by those that came later and are made of it alone. Where they
    went into a commune that there was already, neither of the two can be told apart.
    """
    then = list(list_areas(parent=unit.code, as_of=as_of).order_by("sort_key", "id"))
    if not then:  # a hamlet stands for itself
        yield Part(Place(unit.pk, unit.code, name_on(unit, as_of)), (unit.pk,))
    moved = {one.pk: heirs_of(one) for one in then if one.closed_on and one.level != Level.HAMLET}
    grown = {heir.area.pk for heirs in moved.values() for heir in heirs} & {one.pk for one in then}
    for one in then:
        heirs = moved.get(one.pk, [])
        mixed = one.pk in grown or any(heir.unconverted or heir.area.pk in grown for heir in heirs)
        name = getattr(one, "shown_name", one.name)
        later = [] if mixed else [heir.area.pk for heir in heirs]
        yield Part(Place(one.pk, one.code, name, STRADDLES if mixed else ""), (one.pk, *later))


def summed(parts: Sequence[Part], found: dict[int, list[int]], width: int) -> list[list[int]]:
    """The figures of each part, by those of its sources; each is a list of `width` numbers."""
    nothing = [0] * width
    return [_together([found.get(source, nothing) for source in part.sources], nothing) for part in parts]


def _together(figures: Sequence[list[int]], nothing: list[int]) -> list[int]:
    """Almost every part has one source, whose figures are its own."""
    if len(figures) == 1:
        return figures[0]
    return [sum(same) for same in zip(nothing, *figures, strict=True)]
