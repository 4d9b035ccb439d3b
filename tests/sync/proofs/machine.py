"""Three phones, an officer at her desk, and a server between them: whatever happens, in whatever order."""

from __future__ import annotations

import json
import sys
from collections import Counter
from contextlib import AbstractContextManager
from datetime import timedelta
from random import Random
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from sync.tasks import judge_held
from tests.bench.phone import Clock, Transport
from tests.checklist.counting import differences, undone
from tests.sync.proofs import truth
from tests.sync.proofs.office import OFFICE, WHO, give_first_posts
from tests.sync.proofs.sayings import SAYINGS
from tests.sync.proofs.volunteer import Volunteer, new_phone
from tests.sync.proofs.wire import FATES, Wire, in_process
from tests.village import an_id, token_of

who = st.sampled_from(WHO)
fate = st.sampled_from(FATES)
chance = st.integers(0, 2**32).map(Random)


class Village(RuleBasedStateMachine):
    """Anything may happen. When all is quiet, nothing is lost, nothing is double, and all know the same."""

    sort_of_phone: ClassVar[type[Volunteer]] = Volunteer
    page: ClassVar[int] = 1000  # how many changes a phone asks for at a time
    happened: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.taken_back = self.around()
        self.taken_back.__enter__()
        give_first_posts()
        self.before = truth.everything()
        self.said: truth.Said = {}
        self.wires = {name: Wire(self.transport(), happened=self.tell) for name in WHO}
        self.phones = {name: new_phone(self.sort_of_phone, name, self.wires[name], self.said) for name in WHO}
        for phone in self.phones.values():
            phone.page = self.page
            assert phone.pull()

    def around(self) -> AbstractContextManager[None]:
        """An example is taken back at its end."""
        return undone()

    def transport(self) -> Transport:
        return in_process()

    def tell(self, what: str) -> None:
        self.happened[what] += 1

    def work(self, name: str, by: Random) -> Volunteer:
        """Somebody goes from door to door; it needs no network."""
        for _ in range(by.randint(0, 6)):
            by.choice(SAYINGS)(self.phones[name], by)
        return self.phones[name]

    @rule(name=who, by=chance, how=st.lists(fate, max_size=3))
    def sync(self, name: str, by: Random, how: list[str]) -> None:
        phone = self.work(name, by)
        self.wires[name].fates = how
        phone.sync()
        self.wires[name].fates = []

    @rule(name=who, by=chance, how=fate)
    def push_some(self, name: str, by: Random, how: str) -> None:
        """A part of what waits, in any order."""
        phone = self.work(name, by)
        if waiting := phone.unsent():
            self.wires[name].fates = [how]
            phone.send(by.sample(waiting, by.randint(1, len(waiting))))
            self.wires[name].fates = []

    @rule(name=who, by=chance, days=st.sampled_from([-3, 0, 0, 3]))
    def clock_jumps(self, name: str, by: Random, days: int) -> None:
        self.work(name, by).clock = Clock(timedelta(days=days))

    @rule(name=who, by=chance, late=st.sampled_from([timedelta(), timedelta(minutes=1), timedelta(days=7)]))
    def comes_again(self, name: str, by: Random, late: timedelta) -> None:
        if self.wires[name].sent:
            self.wires[name].replay(by.choice(self.wires[name].sent), late)
            self.tell("came again")

    @rule(by=chance)
    def office(self, by: Random) -> None:
        """The officer of the commune does something, on line."""
        [(what, how)] = by.choices([*OFFICE.items()], [2, 1, 1, 2, 4])
        if how(self.desk, by):
            self.tell(what)

    def desk(self, method: str, path: str, body: Any = None) -> Any:
        """The answer to the officer; None where it refuses."""
        headers = {"authorization": f"Bearer {token_of('dung')}", "content-type": "application/json"}
        sent = b"" if body is None else json.dumps(body).encode()
        status, _, answer = self.transport()(method, f"/api/v1/{path}", headers, sent)
        return json.loads(answer or b"true") if status < 300 else None

    # And in the end.

    def quiet(self) -> None:
        """Every phone finds a network, and what was held is judged once more."""
        for phone in self.phones.values():
            assert phone.push()
        judge_held()
        told = truth.everything_told()
        for name, phone in self.phones.items():
            assert phone.sync()
            truth.check_phone(phone, an_id(name), told)
        truth.check_said(self.said, self.phones.values(), self.before)
        assert differences() == 0, "the tallies equal a recount"
        for phone in self.phones.values():
            for command in phone.outbox.values():
                self.tell(f"{command.kind} {command.state}")

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:
                self.quiet()
        finally:
            self.taken_back.__exit__(None, None, None)
