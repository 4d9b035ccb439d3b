"""From codes to ids and back, whatever has become of the unit since."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from areas.models import Area
from areas.rules import Level


def hamlet_ids(codes: Iterable[str]) -> dict[str, int]:
    """The ids of the hamlets with these codes, closed ones too (of one code the newest)."""
    found = Area.objects.filter(level=Level.HAMLET, code__in=list(codes)).order_by("open_from", "id")
    return dict(found.values_list("code", "id"))


class CodedHamlet(NamedTuple):
    """A hamlet by its code, and the commune in which it lies."""

    code: str
    commune: str
    name: str


def coded_hamlets(ids: Iterable[int]) -> dict[int, CodedHamlet]:
    """The codes of these hamlets and of their communes, with the communes' names."""
    found = Area.objects.filter(level=Level.HAMLET, id__in=list(ids))
    rows = found.values_list("id", "code", "parent__code", "parent__name")
    return {pk: CodedHamlet(code, commune or "", name or "") for pk, code, commune, name in rows}


def top_of(area: Area) -> Area:
    """The province of an area, or the area itself where it is one."""
    return area if area.parent is None else top_of(area.parent)
