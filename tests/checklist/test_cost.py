"""A list of 500 costs the same few statements as one observation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from base.models import new_id
from tests import make
from tests.checklist.counting import HAMLETS, differences, move_in
from tests.village import Caller, calling

pytestmark = pytest.mark.django_db
DOOR = "checklist/observations"
MOST = 12


@pytest.fixture
def persons() -> list[UUID]:
    """500 persons in three hamlets, taken in turn."""
    by_hamlet = [move_in(code, [1960 + n % 40 for n in range(167)]) for code in HAMLETS]
    return [person for row in zip(*by_hamlet, strict=True) for person in row][:500]


def cost(caller: Caller, path: str, body: Any) -> int:
    """Statements of one call, with those of the token and of the transaction."""
    with CaptureQueriesContext(connection) as statements:
        reply = caller.post(path, body)
    assert reply.status == 200, reply.json
    assert {receipt["state"] for receipt in reply.json["receipts"]} == {"applied"}
    return len(statements)


def test_500_observations_of_500_persons_cost_as_much_as_one(persons: list[UUID]) -> None:
    giang = calling("giang")
    one = cost(giang, DOOR, make.document(persons[0], "safety", "none"))
    ten = cost(giang, DOOR, [make.document(person, "safety", "none") for person in persons[:10]])
    all_of_them = cost(giang, DOOR, [make.document(person, "safety", "briefed") for person in persons])
    assert one == ten == all_of_them <= MOST
    assert differences() == 0


def test_500_retractions_cost_as_much_as_one(persons: list[UUID]) -> None:
    giang = calling("giang")
    told = [make.document(person, "safety", "briefed") for person in persons]
    cost(giang, DOOR, told)
    given = [{"id": str(new_id()), "observation": document["id"]} for document in told]
    one = cost(giang, "checklist/retractions", given[:1])
    assert one == cost(giang, "checklist/retractions", given[1:]) <= MOST
    assert differences() == 0


def test_one_call_for_each_person_would_be_seen(persons: list[UUID]) -> None:
    giang = calling("giang")
    assert sum(cost(giang, DOOR, make.document(person, "safety", "none")) for person in persons[:5]) > MOST


def test_reading_does_not_cost_more_with_more_facts(persons: list[UUID]) -> None:
    giang, person = calling("giang"), persons[0]
    paths = [f"checklist/persons/{person}/{what}" for what in ("observations", "readiness")]

    def costs() -> list[int]:
        found = []
        for path in paths:
            with CaptureQueriesContext(connection) as statements:
                assert giang.get(path).status == 200
            found.append(len(statements))
        return found

    giang.post(DOOR, [make.document(person, "safety", "briefed")])
    costs()  # begins the day's count of who was shown
    one = costs()
    giang.post(DOOR, [make.document(person, "identity", "level1") for _ in range(99)])
    assert costs() == one
    assert max(one) <= 4 + 2  # the note is the fourth; the transaction is a savepoint here
