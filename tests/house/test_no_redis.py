"""While Redis hangs every door answers, and none waits longer than 50 ms; what must be counted is closed.

No clock is read: what is counted is how often a door asks, and how long it would wait each time.
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


def told(hanging: Hanging, it: Things) -> Iterator[tuple[str, str, int, int, float]]:
    """Each door that is declared: method, pattern, what was answered, what is declared, and the wait."""
    doors = {route.pattern: route for route in routes()}
    for (method, pattern, caller), status in declared().items():
        if caller in CALLERS:
            hanging.waits.clear()
            reply = ask(caller, method, doors[pattern].call(method, it))
            assert reply.status != 503 or int(reply.raw.headers["Retry-After"]) > 0
            yield method, pattern, reply.status, status, sum(hanging.waits)


def slow(hanging: Hanging, it: Things) -> set[str]:
    return {f"{method} {pattern}" for method, pattern, *_, wait in told(hanging, it) if wait > MOST_MS}


def test_R_02_every_door_answers_as_ever_or_is_closed_and_none_waits(hanging: Hanging) -> None:
    found = list(told(hanging, things()))
    assert {(method, pattern) for method, pattern, status, *_ in found if status == 503} <= CLOSED
    others = [one for one in found if one[2] not in (503, one[3])]
    assert others == []
    assert [one for one in found if one[4] > MOST_MS] == []
    assert sum(one[4] > 0 for one in found) > 20, "many have asked"


def test_R_02_control_a_door_that_asks_often_or_long_is_found(
    hanging: Hanging, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = things()
    with override_settings(REDIS_PATIENCE_MS=200):
        assert "GET api/v1/reports/coverage" in slow(hanging, it)


def test_R_02_who_signs_in_is_told_to_come_again(hanging: Hanging) -> None:
    given = {"phone": "0912000001", "password": PASSWORD, "device_name": "máy"}
    reply = calling().post("accounts/sign-in", given)
    assert (reply.status, reply.json["code"]) == (503, "limit.unavailable")
    assert int(reply.raw.headers["Retry-After"]) > 0
    assert sum(hanging.waits) <= MOST_MS
