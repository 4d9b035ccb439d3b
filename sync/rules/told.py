"""What a phone is told of one command, and how it is told again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from base.errors import Receipt, Refusal, all_refusals

STORED = ("applied", "duplicate")


@dataclass(slots=True)
class Told:
    """The answer to a command; the refusal is there when it was judged just now, else only its code."""

    id: UUID | None
    state: str  # applied, duplicate, refused, conflict, held
    revision: int | None = None
    code: str = ""
    path: str = ""
    refusal: Refusal | None = None
    current: dict[str, Any] | None = None

    def message(self, language: str) -> str:
        """The sentence to show; details of a refusal of long ago are left out."""
        if self.refusal:
            return self.refusal.message(language)
        known = _by_code().get(self.code)
        if known is None:
            return ""
        text = known.en if language.startswith("en") else known.vi
        return text.format_map(defaultdict(lambda: "…"))


def refused(id: UUID | None, refusal: Refusal, state: str = "refused") -> Told:
    """The answer to a command of which a refusal says no."""
    return Told(id, state, None, refusal.code, refusal.path[:200], refusal)


def told_of(id: UUID, receipt: Receipt) -> Told:
    """The answer to a command, as the action judged it."""
    told = refused(id, receipt.refusal, receipt.state) if receipt.refusal else Told(id, receipt.state)
    told.revision, told.current = receipt.revision, receipt.current
    return told


def counted(states: Mapping[str, int]) -> dict[str, int]:
    """How many commands there are in each state, as a phone counts them."""
    stored = sum(states.get(state, 0) for state in STORED)
    rest = {"refused": states.get("refused", 0), "conflict": states.get("conflict", 0)}
    return {"sent": sum(states.values()), "stored": stored, "waiting": states.get("held", 0), **rest}


@cache
def _by_code() -> dict[str, type[Refusal]]:
    return {refusal.code: refusal for refusal in all_refusals()}
