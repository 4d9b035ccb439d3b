"""The tables of the office; one file each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from base.registry import entries
from reports.queries import Coverage

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file: its heading in both languages."""

    title_vi: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table: `columns` and `lines` make a file of it, one line a list of cells."""

    code: str
    title_vi: str
    title_en: str
    columns: Sequence[Column]
    lines: Callable[[Any, str, str], list[list[Any]]]


__all__ = ["TABLES", "Cell", "Column", "Coverage", "Table"]

TABLES = entries("reports.tables", Table)
