"""The clock is read once, at the door; everything behind it is told the moment."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.house.sources import Source, source, sources

CLOCKS = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "datetime.datetime.now", "date.today"),
    *("timezone.now", "timezone.localdate", "timezone.localtime", "datetime.date.today"),
    *("time.time", "time.time_ns", "Now", "functions.Now"),
}
DOORS = ("api", "pages", "admin", "tasks", "auth", "management")
# Modules that may read a clock, and why.
ALLOWED = {
    "base.models": "new_id: a UUIDv7 carries the instant it was minted",
    "base.api": "the door reads the moment once for the views",
    "config": "the processes of a machine wait for each other",
}
_SQL_CLOCKS = ("current_date", "current_timestamp", "now()", "clock_timestamp", "auto_now")
# The same in SQL and in fields.
ALLOWED_SQL = {"accounts.models": "the day an account was made is told nowhere and decides nothing"}


def faults(found: Iterable[Source]) -> list[str]:
    """Where a clock is read that should not be."""
    return [
        f"{module.module}:{line}: {name}"
        for module in found
        if module.part not in DOORS and not _listed(module.module, ALLOWED)
        for name, line in module.calls()
        if name in CLOCKS
    ] + [
        f"{module.module}: {word}"
        for module in found
        if not _listed(module.module, ALLOWED_SQL)
        for word in _SQL_CLOCKS
        if word in module.text.lower()
    ]


def _listed(module: str, names: Iterable[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)


def test_no_room_reads_the_clock_behind_its_doors() -> None:
    assert faults(sources()) == []


@pytest.mark.parametrize(
    "text",
    [
        "at = datetime.now(UTC)",
        "on = date.today()",
        "at = timezone.now()",
        "default=timezone.now",
        "seconds = time.time()",
        "x.annotate(at=Now())",
        "'SELECT now()'",
        "'WHERE due_on < CURRENT_DATE'",
        "models.DateTimeField(auto_now=True)",
    ],
)
@pytest.mark.parametrize("module", ["people.rules.persons", "people.actions", "people.queries"])
def test_a_planted_clock_is_found(module: str, text: str) -> None:
    assert faults([source(module, text)])


def test_a_door_may_read_it() -> None:
    assert faults([source(f"people.{part}", "at = datetime.now(UTC)") for part in DOORS]) == []
