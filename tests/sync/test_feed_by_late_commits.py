"""Who commits late is not skipped: six writers hold their transactions open, one phone reads meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Condition, Thread
from uuid import UUID

import pytest
from django.db import connection, transaction

from base.models import SYSTEM, new_id
from people.actions import NewHousehold, NewPerson, register_households
from people.models import Household
from tests.sync.reading import Phone
from tests.together import together
from tests.village import LOWER, UPPER

pytestmark = pytest.mark.usefixtures("committed")
WRITERS, ROUNDS, PATIENCE = 6, 8, 60
Reader = Callable[[], set[UUID]]


class RolledBack(Exception):
    """A writer thought better of it."""


class Looks:
    """How often the reader has looked; a writer can wait until it has looked again."""

    def __init__(self) -> None:
        self.done, self.changed = 0, Condition()

    def count(self) -> None:
        with self.changed:
            self.done += 1
            self.changed.notify_all()

    def wait(self, times: int = 1) -> None:
        with self.changed:
            wanted = self.done + times
            assert self.changed.wait_for(lambda: self.done >= wanted, PATIENCE)


class Tide:
    """Six writers in two hamlets, each with a connection of its own, and one who began before all of them
    and commits after them."""

    def __init__(self) -> None:
        self.looks, self.committed, self.taken_back = Looks(), set[UUID](), set[UUID]()
        self.straggles = True

    def writer(self, number: int) -> None:
        for turn in range(ROUNDS):
            try:
                self._write(number, turn)
            except RolledBack:
                continue

    def _write(self, number: int, turn: int) -> None:
        home = new_home(UPPER if number % 2 else LOWER)
        back = (number + turn) % 4 == 0
        (self.taken_back if back else self.committed).add(home.id)
        with transaction.atomic():
            [receipt] = register_households(by=SYSTEM, households=[home], at=datetime.now(UTC))
            assert receipt.state == "applied"
            # The lock of the hamlet is held while the reader reads.
            if turn % 2:
                self.looks.wait()
            if back:
                raise RolledBack

    def straggler(self, *others: Thread) -> None:
        """Takes the time as the first of all, and writes when the reader has read what came after."""
        began, home = datetime.now(UTC), new_home(UPPER)
        for other in others:
            other.start()
        for other in others:
            other.join(PATIENCE)
        self.looks.wait(2)
        self.committed.add(home.id)
        [receipt] = register_households(by=SYSTEM, households=[home], at=began)
        assert receipt.state == "applied"
        self.straggles = False

    def reader(self, look: Reader) -> list[UUID]:
        """Everything that was told, in order, each as often as it was told."""
        told: list[UUID] = []
        while self.straggles:
            told += look()
            self.looks.count()
        return [*told, *look()]

    def rises(self, look: Reader) -> list[UUID]:
        def write(number: int) -> None:
            try:
                self.writer(number)
            finally:
                connection.close()

        writers = [Thread(target=write, args=(number,)) for number in range(WRITERS)]
        look()  # what was there before
        told, _ = together(lambda: self.reader(look), lambda: self.straggler(*writers))
        return list(told)


def new_home(hamlet: str) -> NewHousehold:
    return NewHousehold(new_id(), hamlet, persons=[NewPerson(id=new_id(), full_name="Ai Đó")])


def by_the_feed() -> Reader:
    phone = Phone("dung")

    def look() -> set[UUID]:
        return {UUID(change["id"]) for change in phone.pull() if change["kind"] == "household"}

    return look


def by_the_clock() -> Reader:
    """What nearly everybody builds first: give me what was recorded after the latest that I have."""
    latest = [datetime(1970, 1, 1, tzinfo=UTC)]

    def look() -> set[UUID]:
        rows = Household.objects.filter(hamlet__code__in=[UPPER, LOWER], recorded_at__gt=latest[0])
        found = dict(rows.values_list("pk", "recorded_at"))
        latest[0] = max([latest[0], *found.values()])
        return set(found)

    return look


def test_a_phone_that_reads_the_feed_misses_nothing() -> None:
    tide = Tide()
    told = tide.rises(by_the_feed())
    assert len(tide.committed) == WRITERS * ROUNDS - len(tide.taken_back) + 1
    assert len(tide.taken_back) >= WRITERS
    assert set(told) - tide.committed == set(), "phantoms"
    assert tide.committed - set(told) == set(), "missed"
    assert len(told) == len(tide.committed)  # each exactly once


def test_a_reader_that_goes_by_the_clock_misses_some() -> None:
    """The control: the same writers, and the cursor that does not work."""
    tide = Tide()
    told = tide.rises(by_the_clock())
    assert tide.committed - set(told) != set()


def test_the_order_of_the_commits_is_the_order_of_the_feed() -> None:
    """The smallest case: one takes its time first and commits last, another comes in between."""
    looks = {"feed": by_the_feed(), "clock": by_the_clock()}
    for look in looks.values():
        look()
    late, early = new_home(UPPER), new_home(LOWER)
    began = datetime.now(UTC)
    with transaction.atomic():
        register_households(by=SYSTEM, households=[late], at=began)
        together(lambda: register_households(by=SYSTEM, households=[early], at=datetime.now(UTC)))
        seen = dict(zip(looks, together(*looks.values()), strict=True))
        assert seen == {"feed": {early.id}, "clock": {early.id}}
    assert {name: look() for name, look in looks.items()} == {"feed": {late.id}, "clock": set()}
