"""However a pull is cut into pages, and whatever is written between them, the phone ends up with the same."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base.models import SYSTEM, new_id
from checklist.actions import NewRetraction, record_observations, record_visits, retract_observations
from people.actions import Move, NewHousehold, NewPerson, move_households, register_households
from tests import make
from tests.checklist.counting import bounded, undone
from tests.people.doing import editing
from tests.sync.reading import Phone, holds
from tests.village import AT, LOWER, UPPER, actor, an_id, calling

pytestmark = pytest.mark.django_db
HOMES = [an_id("nguyen"), an_id("tran")]
PERSONS = [an_id(name) for name in ("lan", "hung", "mai", "tam")]


class Life:
    """What happens in the two hamlets, one thing after another."""

    def __init__(self, draw: Any) -> None:
        self.draw, self.facts = draw, []

    def goes_on(self) -> None:
        thing = self.draw(
            st.sampled_from([self.register, self.edit, self.observe, self.retract, self.visit, self.move])
        )
        thing()

    def register(self) -> None:
        persons = [
            NewPerson(id=new_id(), full_name=f"Trần Văn Bé {n}") for n in range(self.draw(st.integers(0, 4)))
        ]
        home = NewHousehold(new_id(), self.draw(st.sampled_from([UPPER, LOWER])), persons=persons)
        register_households(by=SYSTEM, households=[home], at=AT)

    def edit(self) -> None:
        name = self.draw(st.sampled_from(["Trần Văn Út", "Lê Thị Sáu"]))
        who = self.draw(st.sampled_from(PERSONS))
        before = calling("dung").get(f"people/persons/{who}").json["full_name"]
        assert editing(calling("dung"), who, "full_name", before, name).status == 200

    def observe(self) -> None:
        self.facts.append(make.observation(self.draw(st.sampled_from(PERSONS)), "identity", "level1"))
        record_observations(by=SYSTEM, observations=self.facts[-1:], at=AT)

    def retract(self) -> None:
        given = [NewRetraction(id=new_id(), observation=fact.id) for fact in self.facts[-1:]]
        retract_observations(by=SYSTEM, retractions=given, at=AT)

    def visit(self) -> None:
        record_visits(by=SYSTEM, visits=[make.visit(self.draw(st.sampled_from(HOMES)))], at=AT)

    def move(self) -> None:
        where = Move(self.draw(st.sampled_from(HOMES)), self.draw(st.sampled_from([UPPER, LOWER])))
        move_households(by=actor("dung"), moves=[where], at=AT)


@settings(bounded, max_examples=40)
@given(st.data())
def test_every_way_of_paging_ends_with_the_same_store(data: st.DataObject) -> None:
    with undone():
        life = Life(data.draw)
        phone = Phone("dung")
        for _ in range(data.draw(st.integers(4, 12))):
            life.goes_on()
            if data.draw(st.booleans()):
                phone.limit = data.draw(st.sampled_from([1, 2, 3, 5, 1000]))
                phone.page()
        phone.limit = data.draw(st.sampled_from([1, 2, 3, 7]))
        phone.pull()
        assert holds(phone, UPPER, LOWER)
        whole = Phone("dung")
        whole.pull()
        assert phone.store == whole.store


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 6, 7, 8, 1000])
def test_rows_of_one_revision_come_together(limit: int) -> None:
    record_observations(
        by=SYSTEM, observations=[make.observation(person, "identity", "level1") for person in PERSONS], at=AT
    )
    for hamlet in (LOWER, UPPER):
        move_households(by=actor("dung"), moves=[Move(HOMES[0], hamlet)], at=AT)
    phone = Phone("dung", limit=limit)
    pages, more = [], True
    while more:
        page = phone.page()
        pages.append(page["changes"])
        more = page["more"]
    where: dict[tuple[str, int], set[int]] = {}
    for number, changes in enumerate(pages):
        for change in changes:
            where.setdefault((change["hamlet"], change["revision"]), set()).add(number)
    assert {len(numbers) for numbers in where.values()} == {1}
    sizes = Counter((change["hamlet"], change["revision"]) for changes in pages for change in changes)
    together = max(sizes.values())
    assert together == 7  # the household, its three persons, and what is known of them
    # A page is no larger than asked for, but for the revision with which it ends.
    assert all(len(changes) < limit + together for changes in pages)
    assert all(len(changes) >= limit for changes in pages[:-1])
    assert holds(phone, UPPER, LOWER)


def test_within_a_hamlet_revisions_rise() -> None:
    observed = [make.observation(person, "identity", "level1") for person in PERSONS]
    record_observations(by=SYSTEM, observations=observed, at=AT)
    phone = Phone("dung")
    for code in (UPPER, LOWER):
        told = [change["revision"] for change in phone.ask().json["changes"] if change["hamlet"] == code]
        assert told == sorted(told)
        assert told


def test_an_answer_that_was_lost_is_given_again() -> None:
    phone = Phone("dung", limit=2)
    phone.page()
    first, second = phone.ask().json, phone.ask().json
    assert first["changes"] == second["changes"] != []
    assert first["cursor"] == second["cursor"]
