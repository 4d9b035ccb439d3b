"""A report is of one moment: what is recorded while it is summed is in the next one, not half in this."""

from __future__ import annotations

from threading import Thread
from typing import Any

import pytest
from django.db import connection

from base.models import SYSTEM
from checklist.actions import record_observations
from checklist.queries import sum_tallies
from checklist.rules.cells import OF_AGE
from people.actions import Edit, NewHousehold, NewPerson, change_persons, register_households
from reports import queries
from tests.make import observation
from tests.village import AT, COMMUNE, TODAY, UPPER, an_id, calling

LAST_HEAD = max(OF_AGE.values())
pytestmark = pytest.mark.usefixtures("committed")


def move_in_with_an_identity() -> None:
    """A new neighbour with an active identity, by another connection, committed."""
    neighbour = NewPerson(id=an_id("neighbour"), full_name="Lê Thị Mới", birth_year=1990, relation="head")
    home = NewHousehold(id=an_id("new home"), hamlet=UPPER, persons=[neighbour])
    register_households(by=SYSTEM, households=[home], at=AT)
    said = observation(an_id("neighbour"), "identity", "level2_active")
    record_observations(by=SYSTEM, observations=[said], at=AT)
    connection.close()


def move_away_again() -> None:
    def act() -> None:
        edit = Edit(an_id("neighbour"), {"presence": "present"}, {"presence": "moved"})
        change_persons(by=SYSTEM, edits=[edit], at=AT)
        connection.close()

    mover = Thread(target=act)
    mover.start()
    mover.join(30)


def identity() -> dict[str, Any]:
    found = calling("dung").get("reports/coverage", area=COMMUNE, by="item", on=TODAY.isoformat()).json
    return next(row for row in found["rows"] if row["item"] == "identity")


def a_neighbour_moves_in() -> None:
    writer = Thread(target=move_in_with_an_identity)
    writer.start()
    writer.join(30)


def test_who_moves_in_while_we_count_is_in_the_figures_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """All figures are of the moment of one statement; who comes just before it is due, and ready."""
    before = identity()

    def counting(*args: Any) -> Any:
        monkeypatch.setattr(queries, "sum_tallies", sum_tallies)
        a_neighbour_moves_in()
        counted = sum_tallies(*args)
        move_away_again()
        return counted

    monkeypatch.setattr(queries, "sum_tallies", counting)
    after = identity()
    assert (after["due"], after["ready"]) == (before["due"] + 1, before["ready"] + 1)
    assert sum(after["states"].values()) == after["due"]
    assert identity() == before


def test_with_a_statement_for_each_half_the_report_would_be_torn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Heads of one moment and states of another."""

    def counting(*args: Any) -> Any:
        monkeypatch.setattr(queries, "sum_tallies", sum_tallies)
        heads = sum_tallies(*args)
        a_neighbour_moves_in()
        states = sum_tallies(*args)
        return {place: [*heads[place][:LAST_HEAD], *states[place][LAST_HEAD:]] for place in heads}

    monkeypatch.setattr(queries, "sum_tallies", counting)
    torn = identity()
    assert torn["ready"] == 1
    assert sum(torn["states"].values()) == torn["due"] == 4, "five are known, one of them ready"
