"""From codes to ids, whatever has become of the unit since."""

from __future__ import annotations

from collections.abc import Iterable

from areas.models import Area
from areas.rules import Level


def hamlet_ids(codes: Iterable[str]) -> dict[str, int]:
    """The ids of the hamlets with these codes, closed ones too (of one code the newest)."""
    found = Area.objects.filter(level=Level.HAMLET, code__in=list(codes)).order_by("open_from", "id")
    return dict(found.values_list("code", "id"))
