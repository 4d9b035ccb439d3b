"""Batches that come at the same moment: the end is the same, and nobody gets a 5xx."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from base.models import new_id
from checklist.models import Observation
from people.models import Person
from sync import tasks
from sync.models import Batch, Receipt
from tests.checklist.counting import differences
from tests.sync.saying import (
    LAN,
    TAM,
    batch,
    change,
    household,
    minted,
    observation,
    person,
    retraction,
    send,
    visit,
)
from tests.together import together
from tests.village import LOWER, UPPER, Caller, an_id, calling

pytestmark = pytest.mark.usefixtures("committed")


def day(hamlet: str = UPPER) -> list[dict[str, Any]]:
    """A day in one hamlet: two households found, their persons, what was seen, an error withdrawn."""
    said = []
    for _ in range(2):
        home, seen = minted(), minted()
        people = [minted() for _ in range(3)]
        said += [household(home, hamlet), *(person(home, one) for one in people)]
        said += [observation(one) for one in people]
        said += [observation(people[0], seen), retraction(seen), visit(home)]
        said += [change(people[0], phone=("", "0912000999"))]
    return said


def sending(who: str, *said: dict[str, Any], **more: Any) -> Any:
    """A phone that sends a batch; made beforehand, so that all begin at once."""
    caller, body = calling(who), batch(*said, **more)

    def work() -> Any:
        reply = send(caller, body)
        assert reply.status == 200, reply.json
        return reply.json["receipts"]

    return work


def stand() -> dict[str, Any]:
    """How everything stands, whatever order it came in."""
    facts = Observation.objects.values_list("pk", "person_id", "state", "by_id")
    people = Person.objects.values_list("pk", "household_id", "phone", "presence")
    lines = Receipt.objects.values_list("pk", "state")
    stored = {pk: "stored" if state in ("applied", "duplicate") else state for pk, state in lines}
    return {"facts": set(facts), "people": set(people), "lines": stored}


@pytest.fixture(autouse=True)
def _connection() -> Any:
    yield
    connection.close()


@pytest.mark.parametrize("phones", [2, 4])
def test_one_batch_sent_by_several_requests_at_once(phones: int) -> None:
    said = day()
    answers = together(*[sending("an", *said, batch=(one := str(new_id()))) for _ in range(phones)])
    assert one
    for number in range(len(said)):
        assert {answer[number]["state"] for answer in answers} <= {"applied", "duplicate"}
    assert Counter(stand()["lines"].values()) == {"stored": len(said)}
    assert Observation.objects.count() == 10
    assert differences() == 0


def test_the_very_same_batch_twice_at_once_is_one_batch() -> None:
    said, same = day(), str(new_id())
    together(sending("an", *said, batch=same), sending("an", *said, batch=same))
    row = Batch.objects.get()
    assert sorted(row.commands) == sorted(UUID(one["id"]) for one in said)
    assert differences() == 0


def test_batches_that_overlap_in_any_order() -> None:
    """Halves, the whole, backwards: each command is done once."""
    said = day()
    together(
        sending("an", *said),
        sending("an", *reversed(said)),
        sending("an", *said[len(said) // 2 :]),
        sending("an", *said[: len(said) // 2]),
    )
    tasks.judge_held()
    assert Counter(stand()["lines"].values()) == {"stored": len(said)}
    assert Observation.objects.count() == 10
    assert differences() == 0


def test_two_hamlets_the_wrong_way_round() -> None:
    """Somebody who works in several hamlets waits for several locks; nobody waits for ever."""
    upper, lower = day(), day(LOWER)
    for _ in range(3):
        together(
            sending("dung", *upper, *lower),
            sending("dung", *lower, *upper),
            sending("giang", *reversed(upper), *reversed(lower)),
            sending("binh", *upper),
        )
    assert Counter(stand()["lines"].values()) == {"stored": len(upper) + len(lower)}
    assert differences() == 0


def test_what_it_waits_for_comes_at_the_same_moment() -> None:
    """Whichever is first: at the latest the minute's look finds it."""
    for _ in range(5):
        dao = minted()
        together(
            sending("an", *(observation(dao) for _ in range(5))),
            sending("binh", person(an_id("nguyen"), dao)),
        )
        tasks.judge_held()
        assert not Receipt.objects.exclude(state__in=("applied", "duplicate")).exists()
    assert Observation.objects.count() == 25
    assert differences() == 0


def test_the_owner_and_the_minute_judge_at_the_same_moment() -> None:
    dao = minted()
    said = [observation(dao) for _ in range(5)]
    send("an", batch(*said))
    calling("binh").post(f"people/households/{an_id('nguyen')}/persons", {"id": str(dao), "full_name": "Đào"})
    binh, hung = calling("binh"), calling("binh")

    def release(who: Caller, one: dict[str, Any]) -> Any:
        reply = who.post(f"sync/held/{one['id']}/release")
        assert reply.status in (200, 404), reply.json

    together(
        tasks.judge_held,
        lambda: [release(binh, one) for one in said],
        lambda: [release(hung, one) for one in reversed(said)],
        sending("an", *said),
    )
    assert {line.state for line in Receipt.objects.all()} == {"applied"}
    assert Observation.objects.count() == 5
    assert differences() == 0


def test_one_id_for_two_things_at_the_same_moment() -> None:
    """One of the two is kept, and the other is told so."""
    for _ in range(5):
        same = minted()
        one, other = observation(LAN, same), observation(TAM, same)
        answers = together(sending("dung", one), sending("giang", other))
        assert sorted(answer[0]["state"] for answer in answers) == ["applied", "conflict"]
    assert Observation.objects.count() == 5


def test_edits_of_one_record_at_the_same_moment() -> None:
    for number in range(5):
        was, wanted = ("present", "away") if number % 2 == 0 else ("away", "present")
        said = change(LAN, edit=number + 1, presence=(was, wanted))
        answers = together(sending("an", said), sending("an", said))
        assert {answer[0]["state"] for answer in answers} <= {"applied", "duplicate"}
        assert Person.objects.get(pk=LAN).presence == wanted
