"""What comes between the reading of a batch and its locks is seen under the locks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from base.errors import Receipt
from base.models import new_id
from checklist.actions import record, record_observations, record_visits, visits
from checklist.models import Observation, Standing, Tally, Visit
from checklist.rules.cells import unpacked
from people.actions import Edit, Move, change_persons, move_households
from people.models import Household, Person
from tests import make
from tests.checklist import several
from tests.checklist.counting import counted, differences, feed_of, hamlet_id
from tests.checklist.several import together
from tests.village import AT, FAR, LOWER, UPPER, actor, an_id

db = several.db
pytestmark = pytest.mark.usefixtures("db")


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Does `act` on another connection, once, after a batch has read and before it has its locks."""
    real, acted = record.write_facts, threading.Event()

    def write(*given: Any) -> bool:
        if not acted.is_set():
            acted.set()
            assert together(act) == []
        return real(*given)

    monkeypatch.setattr(record, "write_facts", write)


def tell(name: str, state: str, **more: Any) -> list[Receipt]:
    told = make.observation(an_id(name), "safety", state, **more)
    return record_observations(by=actor("giang"), observations=[told], at=AT)


def test_a_fact_that_comes_between_reading_and_locking_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    meanwhile(monkeypatch, lambda: tell("lan", "none", observed_at=AT - timedelta(days=1)))
    assert [receipt.state for receipt in tell("lan", "briefed")] == ["applied"]
    assert differences() == 0
    assert Standing.objects.get(person_id=an_id("lan")).state == "briefed"


def test_the_same_fact_that_comes_between_is_a_duplicate(monkeypatch: pytest.MonkeyPatch) -> None:
    one = new_id()
    meanwhile(monkeypatch, lambda: tell("lan", "briefed", id=one))
    assert [receipt.state for receipt in tell("lan", "briefed", id=one)] == ["duplicate"]
    assert differences() == 0


def test_the_same_id_that_comes_between_in_another_hamlet_is_a_conflict(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = new_id()
    meanwhile(monkeypatch, lambda: tell("tam", "briefed", id=one))
    before = feed_of(UPPER)
    assert [receipt.state for receipt in tell("lan", "briefed", id=one)] == ["conflict"]
    assert feed_of(UPPER) == before
    assert differences() == 0


def test_a_person_who_is_changed_between_is_counted_as_he_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    edit = Edit(an_id("lan"), {"presence": "present"}, {"presence": "moved"})
    meanwhile(monkeypatch, lambda: change_persons(by=actor("giang"), edits=[edit], at=AT))
    assert [receipt.state for receipt in tell("lan", "briefed")] == ["applied"]
    assert counted(UPPER) == 0
    assert differences() == 0


@pytest.mark.parametrize("what", ["leaves the books", "moves to the other hamlet"])
def test_a_person_who_is_no_longer_there_is_judged_anew(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the actions do it: under the locks of the hamlets, with new revisions."""

    def act() -> None:
        with transaction.atomic():
            first = record.take_revisions(by=actor("giang"), counts={hamlet_id(UPPER): 1, hamlet_id(FAR): 1})
            lan = Person.objects.filter(pk=an_id("lan"))
            if what == "leaves the books":
                lan.update(removed_at=AT, revision=first[hamlet_id(UPPER)])
            else:
                lan.update(hamlet_id=hamlet_id(FAR), revision=first[hamlet_id(FAR)])

    meanwhile(monkeypatch, act)
    by = actor("an")
    told = make.observation(an_id("lan"), "safety", "briefed")
    [receipt] = record_observations(by=by, observations=[told], at=AT)
    assert (receipt.state, receipt.refusal and receipt.refusal.code) == ("refused", "thing.not_found")
    assert Observation.objects.count() == 0
    assert all(
        n >= 0 for cells in Tally.objects.values_list("cells", flat=True) for n in unpacked(f"{cells:f}")
    )


def nguyen_moves() -> None:
    [receipt] = move_households(by=actor("dung"), moves=[Move(an_id("nguyen"), LOWER)], at=AT)
    assert receipt.state == "applied"


@pytest.mark.parametrize(("who", "state", "where"), [("dung", "applied", LOWER), ("an", "refused", None)])
def test_a_person_whose_household_moves_between_is_observed_where_he_is_now(
    who: str, state: str, where: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, nguyen_moves)
    told = make.observation(an_id("lan"), "safety", "briefed")
    assert [receipt.state for receipt in record_observations(by=actor(who), observations=[told], at=AT)] == [
        state
    ]
    kept = {*Observation.objects.values_list("hamlet__code", flat=True)}
    kept |= {*Standing.objects.values_list("hamlet__code", flat=True)}
    assert kept == ({where} if where else set())
    assert differences() == 0


def visited_meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """The same for a batch of visits."""
    real, acted = visits.take_revisions, threading.Event()

    def take(**given: Any) -> dict[int, int]:
        if not acted.is_set():
            acted.set()
            assert together(act) == []
        return real(**given)

    monkeypatch.setattr(visits, "take_revisions", take)


def visit(who: str, **more: Any) -> str:
    [receipt] = record_visits(by=actor(who), visits=[make.visit(an_id("nguyen"), **more)], at=AT)
    return receipt.state


@pytest.mark.parametrize(("who", "state", "where"), [("dung", "applied", [LOWER]), ("an", "refused", [])])
def test_a_household_that_moves_between_is_visited_where_it_is_now(
    who: str, state: str, where: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    visited_meanwhile(monkeypatch, nguyen_moves)
    assert visit(who) == state
    assert list(Visit.objects.values_list("hamlet__code", flat=True)) == where


def test_a_household_that_leaves_the_books_between_is_not_visited(monkeypatch: pytest.MonkeyPatch) -> None:
    homes = Household.objects.filter(pk=an_id("nguyen"))
    visited_meanwhile(monkeypatch, lambda: homes.update(removed_at=AT))
    before = feed_of(UPPER)
    assert visit("an") == "refused"
    assert (Visit.objects.count(), feed_of(UPPER)) == (0, before)


@pytest.mark.parametrize(("outcome", "state"), [("met", "duplicate"), ("nobody", "conflict")])
def test_the_same_visit_that_comes_between_is_seen(
    outcome: str, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = new_id()
    visited_meanwhile(monkeypatch, lambda: visit("binh", id=one))
    before = feed_of(UPPER)
    assert visit("an", id=one, outcome=outcome) == state
    assert (Visit.objects.count(), feed_of(UPPER)) == (1, before + 1)
