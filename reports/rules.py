"""Figures: what a row of a report holds, and how a rate is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from base.errors import Refusal


class By(StrEnum):
    """What the rows of the coverage stand for."""

    AREA = "area"
    ITEM = "item"
    EVIDENCE = "evidence"


class DayTooEarly(Refusal):
    code = "report.day_too_early"
    vi = "Số liệu chỉ có từ ngày {first}."
    en = "There are figures from {first} on only."
    status = 400


@dataclass(frozen=True, slots=True)
class Place:
    """What a row of the report stands for: a unit, or an heir of a closed unit.

    `reason` tells why the figures of an heir cannot be given to the closed unit ("" when they can).
    """

    id: int
    code: str
    name: str
    reason: str = ""


@dataclass(slots=True)
class Figure:
    """One item in one place: of those for whom it is due, how many are ready, in which states.

    `evidence` splits the ready ones; `expired` had it and lost it; whoever nobody has asked is in
    `states` as "unrecorded". The sums of `states` and `due` are equal.
    """

    due: int = 0
    ready: int = 0
    expired: int = 0
    states: dict[str, int] = field(default_factory=dict)
    evidence: dict[str, int] = field(default_factory=dict)

    def add(self, other: Figure) -> None:
        """Adds another figure of the same item."""
        self.due += other.due
        self.ready += other.ready
        self.expired += other.expired
        for mine, theirs in ((self.states, other.states), (self.evidence, other.evidence)):
            for name, n in theirs.items():
                mine[name] = mine.get(name, 0) + n


@dataclass(frozen=True, slots=True)
class Denominators:
    """For how many persons each item is due, and how many there are whose age nobody knows."""

    due: Mapping[str, int]
    unknown_age: int


def rate(part: int, whole: int) -> float | None:
    """Per cent with one decimal; None where there is nobody to count."""
    return round(100 * part / whole, 1) if whole else None
