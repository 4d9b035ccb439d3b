"""The decisions that ground what is written in an area."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import QuerySet

from areas.models import Basis
from areas.queries import HamletPath
from base import bulk

# With the decision that grounds what is written there, for a door that registers.
_GROUNDS = """
SELECT hamlet.code, hamlet.id, hamlet.parent_id, commune.parent_id, feed.basis_id
FROM areas_area hamlet JOIN areas_area commune ON commune.id = hamlet.parent_id
JOIN areas_feed feed ON feed.hamlet_id = hamlet.id
WHERE {which} AND hamlet.level = 'hamlet' AND hamlet.closed_on IS NULL
"""
_ONE_GROUND = _GROUNDS.format(which="hamlet.code = %(code)s")
_SEVERAL_GROUNDS = _GROUNDS.format(which="hamlet.code IN (SELECT json_array_elements_text(%(codes)s::json))")


class Ground(NamedTuple):
    """A place and the decision in force for it (None: only consents ground what is written there)."""

    path: HamletPath
    basis_id: int | None


def grounds_by_code(codes: Iterable[str]) -> dict[str, Ground]:
    """Where the open hamlets with these codes lie, each with the decision in force for it; a code that finds
    none is left out."""
    wanted = list(codes)
    if len(wanted) == 1:
        rows = bulk.execute(_ONE_GROUND, {"code": wanted[0]})
    else:
        rows = bulk.execute(_SEVERAL_GROUNDS, {"codes": bulk.rows_of(wanted)})
    return {code: Ground(HamletPath(*ids), basis) for code, *ids, basis in rows}


def bases_over(path: Iterable[int | None]) -> QuerySet[Basis]:
    """The decisions in force for these nodes (an area and those above it), the latest recorded first."""
    nodes = [node for node in path if node is not None]
    return Basis.objects.filter(area_id__in=nodes, ended_at=None).select_related("area").order_by("-id")
