"""Figures: what a row of a report holds, and how a rate is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reports.rules.cuts import (
    DayAhead,
    DayTooEarly,
    EndBeforeStart,
    UnitClosed,
    UnknownTable,
    UnknownWord,
    check_days,
)
from reports.rules.sheets import Cell, Column, Cut, Kind, Place, Query, Sheet

__all__ = [
    "ALL_FOUR",
    "By",
    "Cell",
    "Column",
    "Cut",
    "DayAhead",
    "DayTooEarly",
    "Denominators",
    "EndBeforeStart",
    "Figure",
    "Kind",
    "Place",
    "Query",
    "Sheet",
    "UnitClosed",
    "UnknownTable",
    "UnknownWord",
    "check_days",
    "rate",
]


# In the place of an item: having all four of those that make a digital citizen.
ALL_FOUR = "all_four"


class By(StrEnum):
    """What the rows of the coverage stand for."""

    AREA = "area"
    ITEM = "item"
    EVIDENCE = "evidence"
    ALL_FOUR = "all_four"


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


@dataclass(frozen=True, slots=True)
class Denominators:
    """For how many persons each item is due, and how many there are whose age nobody knows."""

    due: Mapping[str, int]
    unknown_age: int


def rate(part: int, whole: int) -> float | None:
    """Per cent with one decimal; None where there is nobody to count."""
    return round(100 * part / whole, 1) if whole else None
