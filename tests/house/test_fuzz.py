"""Whatever the description of the API allows, and much that it does not: no 5xx, and no status that the
description does not name. `make test` asks a few doors, the same each time; `make prove` asks them all."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest
import requests
import schemathesis
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis.generation import GenerationMode

from tests.house.routes import IN_PATH, Things, things
from tests.house.sources import ROOT
from tests.village import Reply, token_of

pytestmark = pytest.mark.django_db
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
# Made by the client itself, different from who asks, or about how the answer is packed.
LEFT_OUT = ("accept-encoding", "authorization", "content-length", "content-type", "user-agent")
Ask = Callable[[requests.PreparedRequest], Reply]


@cache
def operations() -> list[Any]:
    """Every operation that docs/api.yaml describes."""
    schema = schemathesis.openapi.from_path(ROOT / "docs" / "api.yaml")
    return [found.ok() for found in schema.get_all_operations()]


def a_few(number: int) -> list[Any]:
    return random.Random(20261122).sample(operations(), number)


def at_home(case: Any, it: Things) -> None:
    """Lets the request name things that there are: nobody guesses an id."""
    for name in set(case.path_parameters or {}) & set(IN_PATH):
        case.path_parameters[name] = quote(str(getattr(it, IN_PATH[name])))
    named = {"person": it.person, "household": it.household, "hamlet": it.hamlet, "area": it.commune}
    for given_words in (case.query, case.body):
        if isinstance(given_words, dict):
            given_words.update({name: str(thing) for name, thing in named.items() if name in given_words})


def prepared(case: Any) -> requests.PreparedRequest:
    """The request as it goes over the wire."""
    words = case.as_transport_kwargs(base_url="http://testserver")
    known = ("method", "url", "headers", "params", "json", "data", "files", "cookies")
    return requests.Request(**{name: words[name] for name in known if name in words}).prepare()


def as_dung(request: requests.PreparedRequest) -> Reply:
    """The answer to the admin of the commune; it leaves no trace."""
    client = Client(raise_request_exception=False, headers={"authorization": f"Bearer {token_of('dung')}"})
    headers = {name: value for name, value in request.headers.items() if name.lower() not in LEFT_OUT}
    kind = request.headers.get("Content-Type", "")
    with transaction.atomic():
        sent = client.generic(
            str(request.method), request.path_url, request.body or b"", content_type=kind, headers=headers
        )
        transaction.set_rollback(True)
    return Reply(sent)


def faults(operation: Any, reply: Reply) -> Iterator[str]:
    """A 5xx, or a status that the description has no word for."""
    named = operation.definition.raw["responses"]
    if reply.status >= 500:
        yield f"{operation.label} answers {reply.status}"
    if str(reply.status) not in named and f"{reply.status // 100}XX" not in named:
        yield f"{operation.label} answers {reply.status}, of which its description says nothing"


def asked(strategy: SearchStrategy[Any], each: int, chance: int, one: Callable[[Any], None]) -> None:
    """Calls `one` with so many cases, the same for the same number of chance."""
    wrapped = settings(
        max_examples=each,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )(given(case=strategy)(lambda case: one(case)))
    with suppress(Unsatisfiable):  # a door that takes nothing cannot be asked wrongly
        seed(chance)(wrapped)()


def fuzz(found: list[Any], each: int, chance: int, it: Things, ask: Ask = as_dung) -> tuple[int, list[str]]:
    """How many requests were sent, and the faults of their answers."""
    sent, wrong = 0, []

    for operation in found:
        for mode in MODES:

            def one(case: Any, operation: Any = operation, mode: GenerationMode = mode) -> None:
                nonlocal sent
                sent += 1
                if mode is GenerationMode.POSITIVE and sent % 4:
                    at_home(case, it)
                request = prepared(case)
                wrong.extend(f"{fault}: {request.body!r}" for fault in faults(operation, ask(request)))

            asked(operation.as_strategy(generation_mode=mode), each, chance, one)
    return sent, wrong


@pytest.fixture
def it() -> Things:
    return things()


def test_I_01_some_doors_keep_to_their_description_whatever_is_sent(it: Things) -> None:
    sent, wrong = fuzz(a_few(12), 3, 7, it)
    assert wrong == []
    assert sent > 60


@pytest.mark.prove
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("chance", [7, random.SystemRandom().randrange(2**32)], ids=["fixed", "any"])
def test_I_01_every_door_keeps_to_its_description_over_thousands_of_requests(it: Things, chance: int) -> None:
    sent, wrong = fuzz(operations(), 32, chance, it)
    assert wrong == [], chance
    assert sent > 4_000


PLANTED: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "x", "version": "1"},
    "paths": {
        f"/{name}": {"get": {"responses": {"200": {"description": ""}, "4XX": {"description": ""}}}}
        for name in ("good", "broken", "odd")
    },
}


def test_I_01_control_a_planted_broken_door_and_an_odd_one_are_found(it: Things) -> None:
    schema = schemathesis.openapi.from_dict(PLANTED)
    doors = [found.ok() for found in schema.get_all_operations()]
    statuses = {"/good": 404, "/broken": 500, "/odd": 302}

    def planted(request: requests.PreparedRequest) -> Reply:
        reply = as_dung(request)
        reply.status = statuses[request.path_url.partition("?")[0]]
        return reply

    _, wrong = fuzz(doors, 1, 7, it, planted)
    assert {one.partition(":")[0] for one in wrong} == {
        "GET /broken answers 500",
        "GET /broken answers 500, of which its description says nothing",
        "GET /odd answers 302, of which its description says nothing",
    }
