"""Closed periods: their frozen figures, and what has come in since."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from areas.queries import find_area, path_of
from base.errors import NotFound
from base.models import Asker
from checklist.queries import sum_tallies
from checklist.rules.cells import LAST_CELL
from reports.models import Period, PeriodFigure
from reports.queries.places import Parts, find_parts
from reports.rules import Place
from reports.rules.periods import PeriodOpen


@dataclass(slots=True)
class Frozen:
    """What was frozen of a place: the sum of its hamlets (ids) of then."""

    place: Place
    cells: list[int] = field(default_factory=lambda: [0] * LAST_CELL)
    hamlets: list[int] = field(default_factory=list)


def find_period(area_ids: Collection[int], first_on: date, last_on: date) -> Period | None:
    """The closed period with these days of one of the areas; the one that was closed first."""
    found = Period.objects.filter(area_id__in=list(area_ids), first_on=first_on, last_on=last_on)
    return found.order_by("closed_at", "pk").first()


def list_periods(by: Asker, area: str) -> QuerySet[Period]:
    """The closed periods of an area in sight and of those above it, to be paged by (last_on, id)."""
    unit = find_area(area)
    if unit is None or not by.holds("report", *path_of(unit)):
        raise NotFound(path="area")
    return Period.objects.filter(area_id__in=path_of(unit)).select_related("area")


def frozen_figures(period: Period, found: Parts) -> list[Frozen]:
    """What was frozen of an area, by its communes or hamlets of then, in order of name."""
    rows = PeriodFigure.objects.filter(period=period)
    by_commune = found.level == "province"
    if found.level == "hamlet":
        rows = rows.filter(hamlet_id=found.whole.id)
    elif not by_commune:
        rows = rows.filter(commune_id=found.whole.id)
    unit = "commune" if by_commune else "hamlet"
    names = [f"{unit}__{name}" for name in ("sort_key", "id", "code", "name")]
    frozen: dict[int, Frozen] = {}
    for _, pk, code, name, hamlet, cells in rows.order_by(*names[:2], "hamlet_id").values_list(
        *names, "hamlet_id", "cells"
    ):
        one = frozen.setdefault(pk, Frozen(Place(pk, code, name)))
        one.cells = [a + b for a, b in zip(one.cells, cells, strict=True)]
        one.hamlets.append(hamlet)
    return list(frozen.values())


@dataclass(frozen=True, slots=True)
class Adjusted:
    """The frozen figures of a place, and what is known now of the same hamlets on the same day."""

    place: Place
    frozen: list[int]
    now: list[int]


@dataclass(frozen=True, slots=True)
class Adjustments:
    """A closed period of an area, and what its places would show now."""

    whole: Place
    period: Period
    rows: list[Adjusted]


def adjustments(
    by: Asker, *, area: str, first_on: date, last_on: date, as_of: date | None = None
) -> Adjustments:
    """What has come in since a period of an area in sight was closed; PeriodOpen when it was not."""
    found = find_parts(by, "report", area, as_of)
    period = find_period(found.path, first_on, last_on)
    if period is None:
        raise PeriodOpen(path="since")
    frozen = frozen_figures(period, found)
    now = sum_tallies([hamlet for one in frozen for hamlet in one.hamlets], last_on)
    rows = []
    for one in frozen:
        known = zip(*(now[hamlet] for hamlet in one.hamlets), strict=True)
        rows.append(Adjusted(one.place, one.cells, [sum(same) for same in known]))
    return Adjustments(found.whole, period, rows)
