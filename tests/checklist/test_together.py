"""Many record at once in the same hamlets: nothing deadlocks, nothing is lost, every figure is exact."""

from __future__ import annotations

import random
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from areas.actions.revisions import taking
from base.errors import Receipt
from base.models import new_id
from checklist.actions import (
    NewObservation,
    NewRetraction,
    record,
    record_observations,
    record_visits,
    retract_observations,
)
from checklist.models import Observation, Visit
from people.actions import Edit, NewHousehold, NewPerson, change_persons, register_households
from people.models import Person
from tests import make
from tests.checklist import several
from tests.checklist.counting import (
    HAMLETS,
    all_hamlets,
    differences,
    feed_of,
    folded_standings,
    hamlet_id,
    move_in,
    stored_facts,
    stored_revisions,
    stored_standings,
)
from tests.checklist.several import together
from tests.village import AT, LOWER, UPPER, actor, an_id

db = several.db
pytestmark = pytest.mark.usefixtures("db")
WRITERS, ROUNDS = 6, 20
SUBJECTS = [
    ("identity", "", ["none", "level1", "level2_active"]),
    ("payment", "bank_account", ["none", "has"]),
    ("payment", "mobile_money", ["none", "has"]),
    ("signature", "ca", ["none", "has"]),
]


class Writer:
    """Somebody who does all kinds of things in three hamlets; what he was told is kept."""

    def __init__(self, number: int, persons: list[UUID], ids: list[UUID]) -> None:
        self.chance = random.Random(number)
        self.persons = persons
        self.ids = ids  # shared with the others: the same id comes from several hands
        self.told: dict[str, set[int]] = defaultdict(set)
        self.by = actor("giang")

    def __call__(self) -> None:
        for _ in range(ROUNDS):
            self.chance.choice(
                [self.record, self.record, self.record, self.visit, self.retract, self.register, self.change]
            )()

    def keep(self, whose: Mapping[UUID, UUID], receipts: list[Receipt], more: int = 0) -> None:
        hamlets = dict(Person.objects.values_list("pk", "hamlet__code"))
        for receipt in receipts:
            assert receipt.state in ("applied", "duplicate", "conflict", "refused"), receipt
            if receipt.state == "applied" and receipt.id and receipt.revision:
                code = hamlets[whose[receipt.id]]
                self.told[code].update(range(receipt.revision, receipt.revision + more + 1))

    def record(self) -> None:
        batch = []
        for _ in range(self.chance.randint(1, 5)):
            item, kind, states = self.chance.choice(SUBJECTS)
            shared = self.chance.random() < 0.3
            batch.append(
                make.observation(
                    self.chance.choice(self.persons),
                    item,
                    self.chance.choice(states),
                    kind=kind,
                    id=self.chance.choice(self.ids) if shared else new_id(),
                    evidence=self.chance.choice(["self_declared", "seen", "verified"]),
                    observed_at=AT - timedelta(hours=self.chance.randint(1, 50)),
                )
            )
        receipts = record_observations(by=self.by, observations=batch, at=AT)
        assert not any(receipt.state == "refused" for receipt in receipts)
        self.keep({new.id: new.person for new in reversed(batch)}, receipts)

    def visit(self) -> None:
        whose = dict(Person.objects.filter(pk__in=self.persons).values_list("household_id", "pk"))
        homes = self.chance.sample(sorted(whose), 2)
        batch = [
            make.visit(home, id=self.chance.choice([new_id(), self.chance.choice(self.ids)]))
            for home in homes
        ]
        receipts = record_visits(by=self.by, visits=batch, at=AT)
        self.keep({new.id: whose[new.household] for new in reversed(batch)}, receipts)

    def retract(self) -> None:
        known = dict(Observation.objects.order_by("?").values_list("pk", "person_id")[:3])
        batch = [NewRetraction(id=new_id(), observation=target) for target in known]
        receipts = retract_observations(by=self.by, retractions=batch, at=AT)
        self.keep({new.id: known[new.observation] for new in batch}, receipts)

    def register(self) -> None:
        persons = [NewPerson(id=new_id(), full_name="Trần Mới", birth_year=1970) for _ in range(2)]
        home = NewHousehold(id=new_id(), hamlet=self.chance.choice(HAMLETS), persons=persons)
        receipts = register_households(by=self.by, households=[home], at=AT)
        self.keep({home.id: persons[0].id}, receipts, more=2)

    def change(self) -> None:
        person = Person.objects.get(pk=self.chance.choice(self.persons))
        wanted = self.chance.choice(["present", "away", "moved", "deceased"])
        edit = Edit(person.pk, {"presence": person.presence}, {"presence": wanted})
        if wanted != person.presence:
            self.keep({person.pk: person.pk}, change_persons(by=self.by, edits=[edit], at=AT))


def at_one_moment() -> int:
    """In how many rows the figures differ from a recount, both read in one snapshot."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return differences()


def test_six_writers_in_three_hamlets_leave_exact_figures_at_every_moment() -> None:
    start = {code: feed_of(code) for code in HAMLETS}
    persons = [person for code in HAMLETS for person in move_in(code, [1960, 1970])]
    start = {code: feed_of(code) for code in HAMLETS}
    ids = [new_id() for _ in range(20)]
    writers = [Writer(number, persons, ids) for number in range(WRITERS)]
    seen: list[int] = []
    at_work = threading.Event()
    at_work.set()

    def watch() -> None:
        while at_work.is_set():
            seen.append(at_one_moment())
        seen.append(at_one_moment())

    def work() -> None:
        try:
            raised.extend(together(*writers))
        finally:
            at_work.clear()

    raised: list[BaseException] = []
    assert together(work, watch) == []
    assert raised == []
    assert set(seen) == {0}
    assert len(seen) > 1
    assert differences() == 0
    facts = stored_facts()
    assert len(facts) > 100
    assert Visit.objects.count() > 10
    assert stored_standings({person for person, _ in facts}) == folded_standings(facts)
    for code in HAMLETS:
        kept = stored_revisions(hamlet_id(code))
        assert len(kept) == len(set(kept))
        told = set().union(*(writer.told[code] for writer in writers))
        # A person who is changed takes a new number and leaves the old one, which a receipt had told.
        assert told | set(kept) | set(range(1, start[code] + 1)) == set(range(1, feed_of(code) + 1))


def test_the_same_batch_from_six_hands_is_stored_once() -> None:
    persons = [an_id(name) for name in ("lan", "tam", "thu")]
    batch = [make.observation(persons[n % 3], "safety", "briefed") for n in range(30)]
    states: list[str] = []

    def send(number: int) -> Callable[[], None]:
        mine = batch if number % 2 else batch[::-1]
        by = actor("giang")
        return lambda: states.extend(
            receipt.state for receipt in record_observations(by=by, observations=mine, at=AT)
        )

    assert together(*(send(number) for number in range(WRITERS))) == []
    assert sorted(states) == ["applied"] * 30 + ["duplicate"] * 150
    assert Observation.objects.count() == 30
    assert differences() == 0


def test_the_same_visits_from_six_hands_are_stored_once_and_never_deadlock() -> None:
    homes = [an_id(name) for name in ("nguyen", "tran", "le")]
    batch = [make.visit(homes[n % 3], "nobody") for n in range(60)]
    states: list[str] = []

    def send(number: int) -> Callable[[], None]:
        mine = batch if number % 2 else batch[::-1]
        if number > 3:  # and these say the same ids of other households
            mine = [make.visit(homes[(n + number) % 3], "met", id=new.id) for n, new in enumerate(batch)]
        by = actor("giang")
        return lambda: states.extend(r.state for r in record_visits(by=by, visits=mine, at=AT))

    assert together(*(send(number) for number in range(WRITERS))) == []
    assert len(states) == 60 * WRITERS
    assert states.count("applied") == Visit.objects.count() == 60
    # Nobody's are duplicates where one of those who say the ids of other households came first.
    assert {"applied", "conflict"} <= set(states) <= {"applied", "duplicate", "conflict"}
    for code in HAMLETS:
        kept = stored_revisions(hamlet_id(code))
        assert sorted(kept) == list(range(1, feed_of(code) + 1))


def test_the_same_ids_for_persons_of_two_hamlets_never_deadlock() -> None:
    ids = [new_id() for _ in range(200)]
    states: list[str] = []

    def send(name: str, given: list[UUID]) -> Callable[[], None]:
        batch = [make.observation(an_id(name), "safety", "briefed", id=number) for number in given]
        by = actor("giang")
        return lambda: states.extend(
            receipt.state for receipt in record_observations(by=by, observations=batch, at=AT)
        )

    assert together(send("lan", ids), send("tam", ids[::-1]), send("thu", ids[100:] + ids[:100])) == []
    assert sorted(states) == ["applied"] * 200 + ["conflict"] * 400
    assert differences() == 0


def naive(barrier: threading.Barrier) -> Callable[..., tuple[str, dict[str, Any]]]:
    """Writes without looking at the hamlet's feed: both have read before either writes."""

    def take(counts: Mapping[int, int], seen: Mapping[int, int]) -> tuple[str, dict[str, Any]]:
        barrier.wait(timeout=20)
        return taking({}, {})

    return take


def test_figures_that_are_read_changed_and_written_without_the_lock_would_be_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(record, "taking", naive(threading.Barrier(2)))
    by = actor("giang")
    told = [make.observation(an_id("lan"), "safety", state) for state in ("none", "briefed")]

    def send(new: NewObservation) -> Callable[[], object]:
        return lambda: record_observations(by=by, observations=[new], at=AT)

    assert together(*(send(new) for new in told)) == []
    assert at_one_moment() > 0
    kept = stored_revisions(hamlet_id(UPPER))
    assert len(kept) > len(set(kept))


def test_two_batches_over_the_same_hamlets_in_other_orders_wait_and_do_not_deadlock() -> None:
    def send(names: list[str]) -> Callable[[], None]:
        by = actor("giang")

        def work() -> None:
            for _ in range(10):
                batch = [make.observation(an_id(name), "safety", "briefed") for name in names]
                record_observations(by=by, observations=batch, at=AT)

        return work

    orders = [["lan", "tam", "thu"], ["thu", "tam", "lan"], ["tam", "lan", "thu"], ["thu", "lan"]]
    assert together(*(send(names) for names in orders)) == []
    assert Observation.objects.count() == 110
    assert differences(all_hamlets()) == 0
    assert feed_of(LOWER) == max(stored_revisions(hamlet_id(LOWER)))
