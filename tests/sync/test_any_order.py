"""Whatever becomes of a day's commands on their way (shuffled, doubled, cut into batches), the end is the
same; and a house that refused what it does not know yet would end otherwise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from base.errors import NotFound
from checklist.models import Observation, Standing, Visit
from people.models import Consent, Household, Person
from people.queries.sealed import address_of
from sync.models import Receipt
from tests.checklist.counting import differences, undone
from tests.sync.saying import (
    LAN,
    batch,
    change,
    command,
    consent,
    household,
    minted,
    now,
    observation,
    person,
    phone_of,
    retraction,
    send,
    visit,
)
from tests.village import an_id

pytestmark = pytest.mark.django_db


def a_day() -> list[dict[str, Any]]:
    """One day of one volunteer, in the order in which it was said: everything hangs on something else."""
    home, dao, son, wrong, seen = (minted() for _ in range(5))
    people = [{"id": str(dao), "full_name": "Phạm Thị Đào", "birth_year": 1970, "relation": "head"}]
    morning = now() - timedelta(hours=9)
    return [
        household(home, address="Ngõ 9", persons=people),
        consent(dao, given_at=morning),
        visit(home, visited_at=morning),
        observation(dao, wrong, state="level2_active", observed_at=morning + timedelta(minutes=1)),
        observation(dao, seen, state="level1", observed_at=morning + timedelta(minutes=2)),
        retraction(wrong),
        person(home, son, full_name="Phạm Văn Sơn", birth_year=1999),
        observation(son, item="safety", state="briefed", observed_at=morning + timedelta(minutes=3)),
        change(dao, edit=1, phone=("", "0912000999")),
        change(dao, edit=2, presence=("present", "away")),
        change(dao, edit=3, presence=("away", "moved")),
        change(LAN, residence=("permanent", "temporary")),
        change(LAN, residence=("temporary", "staying")),
        command("household.change", household=home, base={"address": "Ngõ 9"}, set={"address": ""}, edit=1),
        observation(LAN, state="level9", observed_at=morning),
        visit(an_id("nguyen"), outcome="nobody", visited_at=morning),
    ]


DAY = a_day()


def stand() -> dict[str, Any]:
    """Everything that a phone or an office could see of the day, without when it came and its numbers."""
    lines = Receipt.objects.values_list("pk", "state")
    facts = Observation.objects.filter(retracts=None)  # what is withdrawn is so from when that is judged
    return {
        "households": {(home.pk, address_of(home), home.edit) for home in Household.objects.all()},
        "persons": set(
            Person.objects.values_list("pk", "household_id", "phone_index", "presence", "residence", "edit")
        ),
        "facts": set(facts.values_list("pk", "person_id", "state", "observed_at", "by_id")),
        "withdrawn": set(Observation.objects.values_list("pk", "retracts_id")),
        "standings": set(Standing.objects.values_list("person_id", "item", "state", "observed_at")),
        "visits": set(Visit.objects.values_list("pk", "household_id", "outcome", "visited_at")),
        "consents": set(Consent.objects.values_list("pk", "person_id", "decision")),
        "lines": {pk: "stored" if state in ("applied", "duplicate") else state for pk, state in lines},
    }


def end_of(batches: list[list[int]]) -> dict[str, Any]:
    """How everything stands after these batches of the day's commands, by number."""
    with undone():
        for numbers in batches:
            reply = send(
                phone_of("an"), batch(*(DAY[number] for number in numbers), sent_at=now().isoformat())
            )
            assert reply.status == 200, reply.json
        found = stand()
        assert differences() == 0
    return found


@st.composite
def ways(draw: st.DrawFn) -> list[list[int]]:
    """Some order of the day, with some commands twice, cut into batches."""
    doubled = draw(st.lists(st.sampled_from(range(len(DAY))), max_size=6))
    order = draw(st.permutations([*range(len(DAY)), *doubled]))
    cuts = sorted(draw(st.sets(st.integers(1, len(order) - 1), max_size=8)))
    return [order[start:end] for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True)]


def expected() -> dict[str, Any]:
    """In the order in which it was said, each command by itself: nothing waits, nothing clashes."""
    found = end_of([[number] for number in range(len(DAY))])
    refused = [pk for pk, state in found["lines"].items() if state != "stored"]
    assert refused == [UUID(DAY[14]["id"])]
    return found


FOUND: dict[str, Any] = {}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ways())
def test_any_order_any_batches_any_repetition_end_the_same(batches: list[list[int]]) -> None:
    FOUND.setdefault("end", None)
    FOUND["end"] = FOUND["end"] or expected()
    assert end_of(batches) == FOUND["end"]


def test_backwards_one_by_one() -> None:
    assert end_of([[number] for number in reversed(range(len(DAY)))]) == expected()


def test_a_house_that_refused_the_unknown_would_end_otherwise() -> None:
    """The control: without holding, the same day backwards loses what came before what it hangs on."""
    with patch("sync.actions.judge.NotFound", new=type("NeverRaised", (NotFound,), {"code": "thing.never"})):
        assert end_of([[number] for number in reversed(range(len(DAY)))]) != expected()
