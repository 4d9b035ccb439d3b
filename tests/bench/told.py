"""How a measurement is told: medians, the ratio to its limit of the same run, reached or not."""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection


def say(line: str = "") -> None:
    """One line, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def median(values: Sequence[float]) -> float:
    """The middle one: a busy moment of a shared machine does not move it."""
    return statistics.median(values)


def spread(values: Sequence[float]) -> str:
    """The lowest and the highest, to show how quiet the machine was."""
    return f"{min(values):,.4g} to {max(values):,.4g}"


@dataclass(frozen=True)
class Figure:
    """One line of the result. `value` is compared with `goal`: at least it, or below it."""

    name: str
    value: float
    goal: float | None = None
    below: bool = False
    unit: str = ""
    beside: str = ""

    @property
    def reached(self) -> bool:
        return self.goal is None or (self.value < self.goal if self.below else self.value >= self.goal)

    def line(self) -> str:
        """The figure, its goal, and plainly whether it was reached."""
        told = f"{self.name}: {self.value:.3g}{self.unit}"
        if self.goal is not None:
            sign = "<" if self.below else ">="
            told += f"  [{sign} {self.goal:g}{self.unit}: {'reached' if self.reached else 'FALLS SHORT'}]"
        return f"{told}\n    {self.beside}" if self.beside else told


def machine() -> str:
    """What the figures were measured on."""
    with connection.cursor() as cursor:
        settings = []
        for name in ("server_version", "fsync", "synchronous_commit", "shared_buffers"):
            cursor.execute(f"SHOW {name}")
            settings.append(cursor.fetchone()[0])
    version, fsync, commit, buffers = settings
    load = "/".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"machine: {os.cpu_count()} cores, load {load}; Python {sys.version.split()[0]}; PostgreSQL "
        f"{version}, fsync {fsync}, synchronous_commit {commit}, shared_buffers {buffers}"
    )
