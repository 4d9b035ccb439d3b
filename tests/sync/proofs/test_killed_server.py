"""kill -9 of what serves, in the midst of an evening: what was acknowledged is there."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from random import Random
from threading import Thread, Timer

import pytest

from tests.accounts.noted import alone
from tests.bench.phone import Answer, Transport, over_http
from tests.sync.proofs.evening import Evening
from tests.sync.proofs.house import House
from tests.sync.proofs.proxy import bad_network
from tests.sync.proofs.wire import batch_of

AT_PORT = partial(over_http, "127.0.0.1")


def work_through(here: House, doors: int, kills: int, front: Callable[[int], Transport] = AT_PORT) -> Evening:
    """An evening in which again and again a worker dies, a moment after a request came or with it."""
    chance, came = Random(kills), 0
    # While nobody serves, a door takes one request, and else nine.
    deadly = set(chance.sample(range(20, doors * 3), kills))
    timers: list[Timer] = []
    killed = here.killed

    def fate() -> str:
        nonlocal came
        came += 1
        if came not in deadly:
            return "passes"
        timers.append(Timer(chance.uniform(0, 0.03), here.kill_worker, [chance.randrange(2)]))
        timers[-1].start()
        return chance.choice(["passes", "request lost"])

    with bad_network(here.port, fate) as (port, _):
        evening = Evening(partial(front, port))
        evening.work(doors)
        while came < max(deadly):
            evening.work(20, seed=came)
        for timer in timers:
            timer.join()
        here.tend()
    assert here.killed - killed == kills
    return evening


def test_A_05_a_killed_worker_takes_nothing_with_it_and_leaves_no_deed_without_its_note(
    committed: None, standing_house: House
) -> None:
    evening = work_through(standing_house, 20, kills=2)
    evening.check(partial(AT_PORT, standing_house.port))
    assert evening.stored
    assert alone() == 0


@pytest.mark.prove
@pytest.mark.timeout(1800)
def test_A_05_fifty_killed_workers_take_nothing_with_them(committed: None, standing_house: House) -> None:
    evening = work_through(standing_house, 300, kills=50)
    evening.check(partial(AT_PORT, standing_house.port))
    assert alone() == 0


def eager(port: int) -> Transport:
    """A front that says yes before anything is stored, and passes the batch on when it finds the time."""
    beyond = AT_PORT(port)

    def pass_on(*request: object) -> None:
        with suppress(OSError):
            beyond(*request)  # type: ignore[arg-type]

    def ask(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if method != "POST":
            return beyond(method, path, headers, body)
        Thread(target=pass_on, args=(method, path, headers, body)).start()
        receipts = [{"id": command["id"], "state": "applied"} for command in batch_of(body)["commands"]]
        answer = {"server_time": datetime.now(UTC).isoformat(), "receipts": receipts}
        return 200, {}, json.dumps(answer).encode()

    return ask


def test_a_server_that_answers_before_it_stores_loses(committed: None, standing_house: House) -> None:
    evening = work_through(standing_house, 20, kills=2, front=eager)
    with pytest.raises(AssertionError, match="every command is in the ledger"):
        evening.check(partial(AT_PORT, standing_house.port))
