"""What the public is told: releases as they were made, never figures of the moment."""

from __future__ import annotations

from typing import Any

from areas.queries import find_area
from areas.rules import Level
from base.errors import NotFound
from reports.models import Release


def public_figures(code: str) -> dict[str, Any]:
    """What was last told of a province, or of a commune: then its own row of its province's release, so that
    no two tables tell what one hides. NotFound where nothing was told."""
    area = find_area(code)
    is_commune = area is not None and area.level == Level.COMMUNE and area.parent is not None
    province = area.parent.code if is_commune and area and area.parent else code
    found = latest_release(province)
    if found is None:
        raise NotFound(path="area")
    told: dict[str, Any] = found.told
    if not is_commune:
        return told
    rows = [row for row in told["rows"] if row["code"] == code]
    if not rows:
        raise NotFound(path="area")
    place = {"code": rows[0]["code"], "name": rows[0]["name"]}
    return {"area": place, "on": told["on"], "totals": rows[0]["figures"], "rows": []}


def latest_release(province: str) -> Release | None:
    """The last one of a province, by its code."""
    found = Release.objects.filter(area__code=province, area__level="province").order_by("-on")
    return found.first()
