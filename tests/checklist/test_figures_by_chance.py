"""Whatever is done, in whatever order: after each step the figures equal a recount."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from base.models import SYSTEM, new_id
from checklist.actions import NewRetraction, audit_tallies, record_observations, retract_observations
from checklist.items import ITEMS
from checklist.models import Observation, Standing, Tally
from people.actions import (
    Edit,
    Move,
    apply_import,
    change_persons,
    move_households,
    stage_import,
    undo_import,
)
from people.models import Person
from tests import make
from tests.checklist.counting import (
    HAMLETS,
    all_hamlets,
    bounded,
    differences,
    feed_of,
    folded_standings,
    hamlet_id,
    move_in,
    stored_facts,
    stored_revisions,
    stored_standings,
    undone,
)
from tests.village import AT, actor, an_id

pytestmark = [pytest.mark.django_db, pytest.mark.long]

births = st.sampled_from([None, 1958, 2010, date(1990, 5, 1), date(2008, 2, 29), date(2011, 11, 2)])
subjects = [(code, kind) for code, item in ITEMS.items() for kind in item.kind_codes]
numbers = st.integers(0, 10**6)
marks = st.tuples(births, st.sampled_from(["", "x", "không"]), st.sampled_from(["", "có", "chưa"]))


@st.composite
def facts(draw: st.DrawFn) -> tuple[int, dict[str, Any]]:
    """Whom (a number), and what is said."""
    item, kind = draw(st.sampled_from(subjects))
    state = draw(st.sampled_from([state.code for state in ITEMS[item].states]))
    expires = item == "signature" and state == "has"
    return draw(numbers), {
        "item": item,
        "kind": kind,
        "state": state,
        "evidence": draw(st.sampled_from(["self_declared", "seen", "verified"])),
        "observed_at": AT - timedelta(days=draw(st.integers(0, 3))),
        "expires_on": draw(st.sampled_from([None, date(2026, 5, 1), date(2029, 1, 1)])) if expires else None,
    }


def roster(rows: list[tuple[date | int | None, str, str]]) -> bytes:
    lines = ["STT,Họ và tên,Ngày sinh,VNeID mức 2,Chữ ký số"]
    for number, (birth, identity, signature) in enumerate(rows, start=1):
        born = "" if birth is None else str(birth)
        lines.append(f"{number},Nguyễn Văn Mới,{born},{identity},{signature}")
    return "\n".join(lines).encode()


class Village(RuleBasedStateMachine):
    """Three hamlets in which anything may happen; every example is taken back at its end."""

    happened: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.persons: list[UUID] = [an_id(name) for name in ("lan", "hung", "mai", "tam", "thu")]
        self.told: list[UUID] = []
        self.applied: list[UUID] = []
        self.moved = False
        self.moment = AT
        self.taken_back: AbstractContextManager[None] = undone()
        self.taken_back.__enter__()

    def teardown(self) -> None:
        self.taken_back.__exit__(None, None, None)

    @rule(hamlet=st.sampled_from(HAMLETS), given=st.lists(births, max_size=3))
    def move_in(self, hamlet: str, given: list[date | int | None]) -> None:
        self.persons += move_in(hamlet, given)

    @rule(given=st.lists(facts(), min_size=1, max_size=6))
    def record(self, given: list[tuple[int, dict[str, Any]]]) -> None:
        told = [make.observation(self.persons[n % len(self.persons)], **what) for n, what in given]
        receipts = record_observations(by=actor("giang"), observations=told, at=self.moment)
        self.told += [receipt.id for receipt in receipts if receipt.id and receipt.state == "applied"]
        self.happened["told"] += len(self.told)

    @rule(which=st.lists(numbers, min_size=1, max_size=3))
    def retract(self, which: list[int]) -> None:
        if self.told:
            targets = [self.told[n % len(self.told)] for n in which]
            given = [NewRetraction(id=new_id(), observation=target) for target in targets]
            retract_observations(by=actor("giang"), retractions=given, at=self.moment)
            self.happened["retracted"] += 1

    @rule(whom=numbers, wanted=st.sampled_from(["present", "away", "moved", "deceased"]))
    def change_presence(self, whom: int, wanted: str) -> None:
        self._change(whom, {"presence": wanted})

    @rule(whom=numbers, hamlet=st.sampled_from(HAMLETS))
    def move(self, whom: int, hamlet: str) -> None:
        person = Person.objects.get(pk=self.persons[whom % len(self.persons)])
        moves = [Move(person.household_id, hamlet)]
        [receipt] = move_households(by=actor("giang"), moves=moves, at=self.moment)
        self.moved |= receipt.state == "applied"
        self.happened["moved"] += receipt.state == "applied"

    @rule(whom=st.lists(numbers, min_size=2, max_size=4), birth=births)
    def change_births(self, whom: list[int], birth: date | int | None) -> None:
        wanted: dict[str, Any] = {"birth_date": None, "birth_year": birth}
        if isinstance(birth, date):
            wanted = {"birth_date": birth, "birth_year": None}
        for number in whom:
            self._change(number, wanted)

    @rule(whom=numbers, first=st.sampled_from(["moved", "away"]))
    def change_twice_in_one_batch(self, whom: int, first: str) -> None:
        self._change(whom, {"presence": first}, {"presence": "present"})

    def _change(self, whom: int, *wanted: dict[str, Any]) -> None:
        person = Person.objects.get(pk=self.persons[whom % len(self.persons)])
        base = {name: getattr(person, name) for name in wanted[0]}
        edits = []
        for want in wanted:
            edits.append(Edit(person.pk, base, want))
            base = {**base, **want}
        receipts = change_persons(by=actor("giang"), edits=edits, at=self.moment)
        assert {receipt.state for receipt in receipts} == {"applied"}
        self.happened["changed"] += 1

    @rule(hamlet=st.sampled_from(HAMLETS), rows=st.lists(marks, min_size=1, max_size=4))
    def import_roster(self, hamlet: str, rows: list[tuple[date | int | None, str, str]]) -> None:
        number = new_id()
        by = actor("giang")
        stage_import(by=by, import_id=number, area=hamlet, data=roster(rows), at=self.moment)
        apply_import(by=by, import_id=number, at=self.moment)
        self.applied.append(number)
        self.persons += Person.objects.filter(source_id=number).values_list("pk", flat=True)
        brought = list(Observation.objects.filter(source_id=number).values_list("pk", flat=True))
        self.happened["marks of a roster"] += len(brought)
        self.told += brought

    @rule(which=numbers)
    def undo_roster(self, which: int) -> None:
        if self.applied:
            number = self.applied.pop(which % len(self.applied))
            undo_import(by=actor("giang"), import_id=number, at=self.moment)
            self.happened["undone"] += 1
            left = set(Person.objects.filter(removed_at=None).values_list("pk", flat=True))
            self.persons = [person for person in self.persons if person in left]

    @rule(nights=st.integers(0, 900))
    def nights_pass(self, nights: int) -> None:
        on = (AT + timedelta(days=nights)).date()
        assert audit_tallies(by=SYSTEM, hamlets=all_hamlets(), on=on) == 0
        self.happened["nights"] += 1

    @invariant()
    def figures_equal_a_recount(self) -> None:
        assert differences() == 0

    @invariant()
    def standings_equal_the_pure_function(self) -> None:
        facts = stored_facts()
        assert stored_standings({person for person, _ in facts}) == folded_standings(facts)

    @invariant()
    def no_revision_is_given_twice(self) -> None:
        for code in HAMLETS:
            given = stored_revisions(hamlet_id(code))
            assert self.moved or len(given) == len(set(given))  # what moves together shares one
            assert max(given, default=0) <= feed_of(code)

    @invariant()
    def what_is_known_of_a_person_is_where_he_lives(self) -> None:
        living = dict(Person.objects.filter(removed_at=None).values_list("pk", "hamlet_id"))
        for model in (Observation, Standing):
            places = model.objects.filter(person__in=living).values_list("person_id", "hamlet_id")
            assert all(living[person] == hamlet for person, hamlet in places)


def test_the_figures_equal_a_recount_after_every_step() -> None:
    steps = settings(bounded, max_examples=16, stateful_step_count=15)
    Village.happened.clear()
    run_state_machine_as_test(Village, settings=steps)
    assert set(+Village.happened) >= {
        *("told", "retracted", "changed", "moved", "marks of a roster", "undone", "nights")
    }


@pytest.mark.prove
@pytest.mark.timeout(7200)
def test_the_figures_equal_a_recount_for_a_thousand_villages() -> None:
    steps = settings(bounded, max_examples=1000, stateful_step_count=40, derandomize=False)
    run_state_machine_as_test(Village, settings=steps)


class Careless(Village):
    """The same village, but somebody has a hand in the figures."""

    @rule()
    def forget_a_figure(self) -> None:
        Tally.objects.filter(hamlet_id__in=all_hamlets()).update(cells=0)


def test_a_figure_that_is_forgotten_is_found() -> None:
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Careless, settings=settings(bounded, max_examples=30))


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    before = Observation.objects.count(), Person.objects.count()
    yield
    assert (Observation.objects.count(), Person.objects.count()) == before
