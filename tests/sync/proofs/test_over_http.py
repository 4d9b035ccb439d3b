"""The same village over real HTTP: threads that meet, and a server that dies between COMMIT and answer."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from threading import Event
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from sync.models import Receipt
from tests.bench.phone import Transport, over_http
from tests.checklist.counting import bounded
from tests.sync.proofs.house import House
from tests.sync.proofs.machine import Village, who
from tests.sync.proofs.proxy import bad_network
from tests.together import together


class Street(Village):
    """A village whose examples stay; each begins with new phones and the first posts."""

    here: ClassVar[House]
    port: ClassVar[int]
    doomed: ClassVar[Event]
    deaths: ClassVar[int]

    def around(self) -> AbstractContextManager[None]:
        Receipt.objects.filter(state="held").delete()  # of another example, whom nobody waits for
        return nullcontext()

    def transport(self) -> Transport:
        return over_http("127.0.0.1", self.port)

    @rule()
    def all_at_once(self) -> None:
        together(*[phone.sync for phone in self.phones.values()])
        self.tell("at once")

    @precondition(lambda self: self.deaths > 0)
    @rule(name=who)
    def server_dies_before_it_answers(self, name: str) -> None:
        type(self).deaths -= 1
        self.doomed.set()
        assert not self.phones[name].sync()
        self.here.start()
        self.tell("died")


def run(here: House, examples: int, deaths: int) -> None:
    doomed = Event()

    def answered() -> None:
        if doomed.is_set():
            doomed.clear()
            here.kill()
            raise ConnectionError("nobody is there to send the answer")

    with bad_network(here.port, lambda: "passes", answered) as (port, _):
        Street.here, Street.port, Street.doomed, Street.deaths = here, port, doomed, deaths
        Street.happened.clear()
        steps = settings(bounded, max_examples=examples, stateful_step_count=20)
        run_state_machine_as_test(Street, settings=steps)
    assert set(+Street.happened) >= {"at once", "died", "household moved", "observation.record stored"}
    assert Street.deaths == 0


@pytest.mark.long
def test_over_http_nothing_is_lost_and_all_know_the_same(committed: None, standing_house: House) -> None:
    run(standing_house, examples=6, deaths=2)


@pytest.mark.prove
@pytest.mark.timeout(3600)
def test_over_http_for_three_hundred_villages(committed: None, standing_house: House) -> None:
    run(standing_house, examples=300, deaths=30)
