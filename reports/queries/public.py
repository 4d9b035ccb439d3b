"""What the public is told: releases as they were made, never figures of the moment."""

from __future__ import annotations

import logging
from typing import Any

from accounts.queries.signing import are_signed, public_keys
from areas.queries import find_area
from areas.rules import Level
from base.errors import NotFound
from reports.models import Release
from reports.rules.releases import canonical, is_of

log = logging.getLogger("alarm")


def public_figures(code: str) -> dict[str, Any]:
    """What was last told of a province, or of a commune: then its own row of its province's release, so that
    no two tables tell what one hides. NotFound where nothing was told."""
    told: dict[str, Any] = _release_of(code).told
    if told["area"]["code"] == code:
        return told
    rows = [row for row in told["rows"] if row["code"] == code]
    if not rows:
        raise NotFound(path="area")
    place = {"code": rows[0]["code"], "name": rows[0]["name"]}
    return {"area": place, "on": told["on"], "totals": rows[0]["figures"], "rows": []}


def public_manifest(code: str) -> dict[str, Any]:
    """What vouches for the figures of a province, or of a commune: that of its province."""
    release = _release_of(code)
    signature = bytes(release.signature or b"").hex()
    return {"manifest": release.manifest, "signature": signature, "keys": public_keys()}


def _release_of(code: str) -> Release:
    """The last release that tells of an area; nothing that the house has not signed."""
    area = find_area(code)
    is_commune = area is not None and area.level == Level.COMMUNE and area.parent is not None
    found = latest_release(area.parent.code if is_commune and area and area.parent else code)
    if found is None or found.signature is None or found.manifest is None:
        raise NotFound(path="area")
    is_signed = are_signed(canonical(found.manifest), bytes(found.signature))
    if not is_signed or not is_of(found.manifest, found.told):
        log.error("figures for the public are not what was signed: release %s", found.pk)
        raise NotFound(path="area")
    return found


def latest_release(province: str) -> Release | None:
    """The last one of a province, by its code."""
    found = Release.objects.filter(area__code=province, area__level="province").order_by("-on")
    return found.first()
