"""What vouches for figures that the public is told: their day and rules, where the log of access ended, and
the seal of the figures themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

# As volunteers and offices reported them; nothing is estimated, so there is no interval.
METHOD = "reported/1"
SMALL_CELLS = "small-cells/2"


def canonical(words: Any) -> bytes:
    """JSON with sorted names and without a space, in UTF-8: the bytes that are sealed and signed."""
    return msgspec.json.encode(words, order="sorted")


def manifest_of(told: Mapping[str, Any], audit_head: str, at: datetime) -> dict[str, Any]:
    """What is signed of a release."""
    return {
        "release": f"{told['area']['code']}-{told['on']}",
        "area": told["area"]["code"],
        "on": told["on"],
        "made_at": at.isoformat(),
        "figures_sha256": sha256(canonical(told)).hexdigest(),
        "method": METHOD,
        "interval": None,
        "small_cells": SMALL_CELLS,
        "audit_head": audit_head,
    }


def is_of(manifest: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    """True when the manifest is that of just these figures."""
    return bool(manifest.get("figures_sha256") == sha256(canonical(told)).hexdigest())
