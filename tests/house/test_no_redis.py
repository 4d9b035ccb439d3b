"""While Redis hangs every door answers, and none waits longer than 50 ms; what must be counted is closed.

No clock is read: what is counted is how often a door asks, and how long it would wait each time. One that
answers late is as bad as one that hangs: a door asks twice at most.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import redis
from django.conf import settings
from django.test import override_settings

from base import queue
from base.queue import redis_at
from tests.house.routes import Things, routes, things
from tests.house.test_matrix import ask, declared
from tests.village import PASSWORD, calling

pytestmark = [pytest.mark.django_db, pytest.mark.long]
USUAL = settings.REDIS_PATIENCE_MS  # before any story changes it
MOST_MS = 50
CALLERS = ("dung", "an", "anonymous")
# What nobody may try without being counted.
CLOSED = {
    ("POST", "api/v1/accounts/enrol"),
    ("POST", "api/v1/accounts/sign-in"),
    ("POST", "api/v1/accounts/provider/sign-in"),
    ("POST", "api/v1/accounts/step-up"),
    ("POST", "api/v1/accounts/totp/confirm"),
    ("DELETE", "api/v1/accounts/users/<uuid:user_id>/lock"),
    ("POST", "api/v1/privacy/requests"),
    ("POST", "api/v1/privacy/self-view"),
    ("POST", "du-lieu-cua-toi"),
}


@dataclass
class Hanging:
    """A Redis that is there and says nothing; how long each question waited for it, in ms."""

    waits: list[float] = field(default_factory=list)

    def __call__(self, url: str, patience: float) -> Hanging:
        self.patience = patience
        return self

    def eval(self, *given: Any) -> Any:
        self.waits.append(self.patience * 1000)
        raise redis.TimeoutError("Timeout reading from socket")


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hanging]:
    server = Hanging()
    monkeypatch.setattr(queue, "redis_at", server)
    with override_settings(REDIS_PATIENCE_MS=USUAL):
        yield server


def told(hanging: Hanging, it: Things, of: str = "") -> Iterator[tuple[str, str, int, int, float]]:
    """Each door that is declared, or those of one pattern: method, pattern, what was answered, what is
    declared, and the wait."""
    doors = {route.pattern: route for route in routes()}
    for (method, pattern, caller), status in declared().items():
        if caller in CALLERS and of in ("", pattern):
            hanging.waits.clear()
            reply = ask(caller, method, doors[pattern].call(method, it))
            assert reply.status != 503 or int(reply.raw.headers["Retry-After"]) > 0
            yield method, pattern, reply.status, status, sum(hanging.waits)


def slow(hanging: Hanging, it: Things, **which: Any) -> set[str]:
    found = told(hanging, it, **which)
    return {f"{method} {pattern}" for method, pattern, *_, wait in found if wait > MOST_MS}


def test_R_02_every_door_answers_as_ever_or_is_closed_and_none_waits(hanging: Hanging) -> None:
    found = list(told(hanging, things()))
    assert {(method, pattern) for method, pattern, status, *_ in found if status == 503} <= CLOSED
    others = [one for one in found if one[2] not in (503, one[3])]
    assert others == []
    assert [one for one in found if one[4] > MOST_MS] == []
    assert sum(one[4] > 0 for one in found) > 20, "many have asked"


def test_R_02_control_a_door_that_asks_often_or_long_is_found(hanging: Hanging) -> None:
    it, door = things(), "api/v1/reports/coverage"
    assert slow(hanging, it, of=door) == set()
    with override_settings(REDIS_PATIENCE_MS=200):
        assert slow(hanging, it, of=door) == {f"GET {door}"}


@dataclass
class Counted:
    """Redis as it is; how often it was asked."""

    times: int = 0

    def __call__(self, url: str, patience: float) -> Counted:
        self.real = redis_at(url, patience)
        return self

    def eval(self, *given: Any) -> Any:
        self.times += 1
        return self.real.eval(*given)


def asked_by(counted: Counted, it: Things) -> Iterator[tuple[str, str, int]]:
    """How often each door asks while Redis answers, whatever it says then."""
    doors = {route.pattern: route for route in routes()}
    for method, pattern, caller in declared():
        if caller in CALLERS:
            counted.times = 0
            ask(caller, method, doors[pattern].call(method, it))
            yield method, pattern, counted.times


def test_R_02_no_door_asks_so_often_that_a_slow_redis_delays_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each answer may come just before the patience ends."""
    counted = Counted()
    monkeypatch.setattr(queue, "redis_at", counted)
    found = list(asked_by(counted, things()))
    assert [one for one in found if one[2] * USUAL > MOST_MS] == []
    assert {one[2] for one in found} == {0, 1, 2}


def test_R_02_who_signs_in_is_told_to_come_again(hanging: Hanging) -> None:
    given = {"phone": "0912000001", "password": PASSWORD, "device_name": "máy"}
    reply = calling().post("accounts/sign-in", given)
    assert (reply.status, reply.json["code"]) == (503, "limit.unavailable")
    assert int(reply.raw.headers["Retry-After"]) > 0
    assert sum(hanging.waits) <= MOST_MS
