"""Whatever is done to households, persons and consents, a phone that reads the feed holds what is true."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import permutations
from uuid import UUID

import pytest

from base.models import SYSTEM, new_id
from people.actions import (
    Edit,
    Move,
    NewHousehold,
    NewPerson,
    apply_import,
    change_households,
    change_persons,
    give_consents,
    move_households,
    register_households,
    register_persons,
    stage_import,
    undo_import,
)
from people.models import Household, Person
from tests import make
from tests.people.doing import figures_hold
from tests.people.feed import Phone, visible
from tests.people.rosters import csv, row
from tests.village import AT, FAR, LOWER, UPPER, actor, an_id

pytestmark = [pytest.mark.django_db, pytest.mark.long]
NGUYEN, LAN = an_id("nguyen"), an_id("lan")
ROSTERS: list[UUID] = []


def register_home() -> None:
    persons = [NewPerson(id=new_id(), full_name="Bùi Thị Én", phone="0912000111"), person(None)]
    register_households(by=SYSTEM, households=[NewHousehold(new_id(), LOWER, persons=persons)], at=AT)


def person(home: UUID | None) -> NewPerson:
    return NewPerson(id=new_id(), full_name="Đặng Thị Bé", household=home, birth_year=2026)


def register_baby() -> None:
    register_persons(by=SYSTEM, persons=[person(NGUYEN)], at=AT)


def edit_person() -> None:
    edits = [
        Edit(
            LAN,
            {"phone": "0912345678", "full_name": "Nguyễn Thị Lan"},
            {"phone": "0911222333", "full_name": "Lành"},
        ),
        Edit(an_id("hung"), {"birth_date": "x", "sex": "male"}, {"birth_date": None, "sex": "unknown"}),
    ]
    change_persons(by=actor("dung"), edits=edits, at=AT)


def presence() -> None:
    edits = [Edit(an_id("mai"), {"presence": "present"}, {"presence": "moved"})]
    change_persons(by=actor("dung"), edits=edits, at=AT)


def count_edit() -> None:
    change_persons(by=actor("dung"), edits=[Edit(LAN, {"sex": "female"}, {"sex": "female"}, 12)], at=AT)
    change_households(by=actor("dung"), edits=[Edit(NGUYEN, {"language": ""}, {"language": ""}, 5)], at=AT)


def edit_home() -> None:
    edits = [Edit(NGUYEN, {"address": "Ngõ 3", "language": ""}, {"address": 'Ngõ "4"', "language": "tay"})]
    change_households(by=actor("dung"), edits=edits, at=AT)


def consents() -> None:
    said = [make.consent(LAN), make.consent(LAN, "withdrawn"), make.consent(an_id("tam"))]
    give_consents(by=actor("dung"), consents=said, at=AT)


def import_roster() -> None:
    """Bà Lan and her son are known already, a grandchild and a household are new."""
    rows = [
        row("Nguyễn Thị Lan", born="1958", vneid="x", phone="0912345678"),
        row("Đặng Văn Hùng", born="12/03/1985", relation="Con"),
        row("Đặng Văn Cháu", born="2020", relation="Cháu"),
        row("Phạm Thị Đào", house=2, vneid="x"),
        row("Phạm Văn Đức", house=2, relation="Con"),
    ]
    ROSTERS.append(new_id())
    stage_import(by=actor("dung"), import_id=ROSTERS[-1], area=UPPER, data=csv(*rows), at=AT)
    apply_import(by=actor("dung"), import_id=ROSTERS[-1], at=AT)


def undo_roster() -> None:
    undo_import(by=actor("dung"), import_id=ROSTERS.pop(), at=AT)


def moving(home: UUID, goal: str) -> Callable[[], None]:
    def move() -> None:
        move_households(by=actor("giang"), moves=[Move(home, goal)], at=AT)

    move.__name__ = f"move to {goal}"
    return move


def move_what_came() -> None:
    """Households that a roster brought, to the lower hamlet."""
    homes = Household.objects.filter(source_id__in=ROSTERS).values_list("pk", flat=True)
    move_households(by=actor("dung"), moves=[Move(home, LOWER) for home in homes], at=AT)


STEPS: tuple[Callable[[], None], ...] = (
    register_home,
    register_baby,
    edit_person,
    presence,
    count_edit,
    edit_home,
    consents,
    import_roster,
    moving(NGUYEN, LOWER),
    edit_home,
    moving(NGUYEN, UPPER),
    moving(an_id("tran"), UPPER),
    move_what_came,
    undo_roster,
    moving(NGUYEN, LOWER),
    import_roster,
    move_what_came,
    undo_roster,
    moving(NGUYEN, FAR),
    consents,
    moving(NGUYEN, UPPER),
)
SCOPES = [(UPPER,), (LOWER,), *permutations((UPPER, LOWER)), *permutations((UPPER, LOWER, FAR))]


@pytest.fixture(autouse=True)
def _no_roster_yet() -> None:
    ROSTERS.clear()


def test_after_every_step_every_phone_holds_what_is_true() -> None:
    phones = [Phone(*scope) for scope in SCOPES]
    for step in STEPS:
        step()
        for phone in phones:
            phone.pull()
            assert phone.store == visible(*phone.seen), (step.__name__, phone.seen)
            assert phone.pull() == []
    for scope in SCOPES:
        fresh = Phone(*scope)
        fresh.pull()
        assert fresh.store == visible(*scope)
    figures_hold()


@pytest.mark.parametrize("seed", range(8))
def test_a_phone_that_asks_seldom_holds_the_same(seed: int) -> None:
    chance = random.Random(seed)
    phones = [Phone(*scope) for scope in SCOPES]
    steps = [step for step in STEPS if step not in (undo_roster, move_what_came)]
    for _ in range(25):
        choice: list[Callable[[], None]] = [*steps, *([undo_roster, move_what_came] if ROSTERS else [])]
        chance.choice(choice)()
        for phone in phones:
            if chance.random() < 0.2:
                phone.pull()
                assert phone.store == visible(*phone.seen)
    for phone in phones:
        phone.pull()
        assert phone.store == visible(*phone.seen)


def test_each_change_is_told_once() -> None:
    phone = Phone(UPPER, LOWER)
    phone.pull()
    for step in STEPS:
        step()
        told = [(change["hamlet"], change["kind"], change["id"]) for change in phone.pull()]
        assert len(told) == len(set(told)), step.__name__


def test_nothing_that_stays_as_it_was_is_told_again() -> None:
    phone = Phone(UPPER, LOWER)
    phone.pull()
    edit_person()
    assert len(phone.pull()) == 2
    edit_person()
    moving(NGUYEN, UPPER)()
    assert phone.pull() == []


def test_a_change_without_a_revision_is_not_told() -> None:
    """The control: a writer that forgets to take one."""
    phone = Phone(UPPER)
    phone.pull()
    Person.objects.filter(pk=LAN).update(full_name="Lành")
    assert phone.pull() == []
    assert phone.store != visible(UPPER)


def test_a_phone_that_drops_whatever_is_told_gone_loses_what_moved_within_its_scope() -> None:
    """The control of the rule that a `gone` counts only where the record still lies."""

    class Naive(Phone):
        def _apply(self, change: dict[str, object]) -> None:
            if change.get("gone"):
                self.store.pop((str(change["kind"]), str(change["id"])), None)
            else:
                super()._apply(change)

    phone = Naive(LOWER, UPPER)
    phone.pull()
    moving(NGUYEN, LOWER)()
    phone.pull()
    assert phone.store != visible(UPPER, LOWER)
