"""Reading the tree. Areas are public, so nothing here is scoped; a unit not in force needs a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Q, QuerySet

from areas.models import Alias, Area
from areas.rules import Level, level_of


class HamletPath(NamedTuple):
    """A hamlet and where it lies now, by id: what a right or a sight is asked for."""

    hamlet_id: int
    commune_id: int
    province_id: int


def in_force(as_of: date | None) -> Q:
    """Open units; with a day, those in force on that day (`closed_on` is the last day)."""
    if as_of is None:
        return Q(closed_on__isnull=True)
    return Q(open_from__lte=as_of) & (Q(closed_on__isnull=True) | Q(closed_on__gte=as_of))


def find_area(
    code: str, *, as_of: date | None = None, scheme: str | None = None, level: str | None = None
) -> Area | None:
    """The unit with that code in force now, or on the day `as_of`; a disputed code finds its unit."""
    shape = level_of(code)
    if shape is None or level not in (None, shape):
        return None
    key = Q(level=shape, code=code)
    if scheme:
        key &= Q(scheme=scheme)
    known = Area.objects.filter(in_force(as_of)).select_related("parent")
    found = known.filter(key).first()
    return found or known.filter(id__in=Alias.objects.filter(key).values("area_id")).first()


def path_of(area: Area) -> tuple[int, ...]:
    """The area's id, its parent's and so on up to the province's."""
    if area.parent_id is None or area.parent is None:
        return (area.pk,)
    return (area.pk, *path_of(area.parent))


def hamlets_under(area_ids: Iterable[int]) -> QuerySet[Area, int]:
    """Ids of the hamlets that are or lie under these areas, closed ones too."""
    ids = list(area_ids)
    below = Q(id__in=ids) | Q(parent__in=ids) | Q(parent__parent__in=ids)
    return Area.objects.filter(below, level=Level.HAMLET).values_list("id", flat=True)


def path_ids(hamlet_ids: Iterable[int]) -> dict[int, HamletPath]:
    """For each hamlet its own id, its commune's and its province's."""
    rows = Area.objects.filter(id__in=list(hamlet_ids), level=Level.HAMLET)
    return {row[0]: HamletPath(*row) for row in rows.values_list("id", "parent_id", "parent__parent_id")}


def hamlets_by_code(codes: Iterable[str]) -> dict[str, HamletPath]:
    """Where the open hamlets with these codes lie; a code that finds none is left out."""
    rows = Area.objects.filter(level=Level.HAMLET, code__in=list(codes), closed_on__isnull=True)
    return {
        code: HamletPath(*ids)
        for code, *ids in rows.values_list("code", "id", "parent_id", "parent__parent_id")
    }
