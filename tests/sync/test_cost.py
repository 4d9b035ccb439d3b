"""A batch of 500 commands costs the same few statements as one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from base.models import new_id
from tests.sync.saying import (
    change,
    consent,
    household,
    observation,
    person,
    phone_of,
    push,
    retraction,
    states,
    visit,
)
from tests.village import an_id

pytestmark = pytest.mark.django_db
Said = Callable[[UUID], dict[str, Any]]
# Statements for a batch, with those of the token, the savepoints and what looks for waiting work.
KINDS: dict[str, tuple[Said, int]] = {
    "household.register": (lambda who: household(), 18),
    "person.register": (lambda who: person(an_id("nguyen")), 18),
    "person.change": (lambda who: change(who, presence=("present", "away")), 18),
    "counted person.change": (lambda who: change(who, edit=2, presence=("present", "away")), 20),
    "consent.record": (consent, 16),
    "visit.record": (lambda who: visit(an_id("nguyen")), 15),
    "observation.record": (observation, 13),
    "held": (lambda who: observation(new_id()), 16),
    "refused": (lambda who: observation(who, state="level9"), 10),
}


@pytest.fixture
def persons() -> list[UUID]:
    """501 persons in one hamlet."""
    found = [new_id() for _ in range(501)]
    for start in range(0, 501, 100):
        given = [
            {"id": str(pk), "full_name": "Phạm Thị Đào", "birth_year": 1970} for pk in found[start:][:100]
        ]
        assert states(push("an", household(persons=given))) == ["applied"]
    return found


def cost(*said: dict[str, Any]) -> int:
    phone_of("an")
    with CaptureQueriesContext(connection) as statements:
        receipts = push("an", *said)
    assert len(set(states(receipts))) == 1, states(receipts)
    return len(statements)


@pytest.mark.parametrize("kind", KINDS)
def test_500_commands_of_one_kind_cost_as_much_as_one(kind: str, persons: list[UUID]) -> None:
    say, budget = KINDS[kind]
    one = cost(say(persons[0]))
    many = cost(*(say(person) for person in persons[1:]))
    assert one == many <= budget


def test_500_retractions_cost_as_much_as_one(persons: list[UUID]) -> None:
    seen = [new_id() for _ in persons[:500]]
    push("an", *(observation(person, pk) for person, pk in zip(persons, seen, strict=False)))
    one = cost(retraction(seen[0]))
    assert one == cost(*(retraction(pk) for pk in seen[1:])) <= 16


def test_a_replay_costs_less(persons: list[UUID]) -> None:
    said = [observation(person) for person in persons[:500]]
    first = cost(*said)
    assert cost(*said) < first


def test_500_that_are_freed_cost_as_much_as_one() -> None:
    costs = []
    for number in (1, 499):
        dao = new_id()
        push("an", *(observation(dao) for _ in range(number)))
        costs.append(cost(person(an_id("nguyen"), dao)))
    assert costs[0] == costs[1] <= 35


def test_one_request_for_each_command_would_be_seen(persons: list[UUID]) -> None:
    assert sum(cost(observation(person)) for person in persons[:3]) > KINDS["observation.record"][1]
