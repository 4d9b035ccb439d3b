"""A report is of one moment: what is recorded while it is summed is in the next one, not half in this."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from base import bulk
from base.models import SYSTEM
from checklist.actions import record_observations
from checklist.queries import count_due
from people.actions import NewHousehold, NewPerson, register_households
from reports import queries
from tests.make import observation
from tests.village import AT, COMMUNE, TODAY, UPPER, an_id, calling

pytestmark = pytest.mark.usefixtures("committed")


def move_in_with_an_identity() -> None:
    """A new neighbour with an active identity, by another connection, committed."""
    neighbour = NewPerson(id=an_id("neighbour"), full_name="Lê Thị Mới", birth_year=1990, relation="head")
    home = NewHousehold(id=an_id("new home"), hamlet=UPPER, persons=[neighbour])
    register_households(by=SYSTEM, households=[home], at=AT)
    said = observation(an_id("neighbour"), "identity", "level2_active")
    record_observations(by=SYSTEM, observations=[said], at=AT)
    connection.close()


def identity() -> dict[str, Any]:
    found = calling("dung").get("reports/coverage", area=COMMUNE, by="item", on=TODAY.isoformat()).json
    return next(row for row in found["rows"] if row["item"] == "identity")


def somebody_moves_in_while_heads_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def counting(*args: Any) -> Any:
        counted = count_due(*args)
        writer = Thread(target=move_in_with_an_identity)
        writer.start()
        writer.join(30)
        monkeypatch.setattr(queries, "count_due", count_due)
        return counted

    monkeypatch.setattr(queries, "count_due", counting)
    queries._KEPT.clear()


def test_who_moves_in_while_we_count_is_in_the_next_report(monkeypatch: pytest.MonkeyPatch) -> None:
    before = identity()
    somebody_moves_in_while_heads_are_counted(monkeypatch)
    assert identity() == before
    after = identity()
    assert (after["due"], after["ready"]) == (before["due"] + 1, before["ready"] + 1)


def test_without_one_moment_the_report_would_be_torn(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def no_snapshot() -> Iterator[bool]:
        yield False

    monkeypatch.setattr(bulk, "snapshot", no_snapshot)
    somebody_moves_in_while_heads_are_counted(monkeypatch)
    torn = identity()
    assert torn["ready"] == 1
    assert sum(torn["states"].values()) == torn["due"] == 4, "five are known, one of them ready"
