"""Phones whose clocks are days off, or jump: nothing is refused for it, and the server's order counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from checklist.models import Observation
from sync.models import Batch, Receipt
from tests.bench.phone import STORED, Clock
from tests.sync.proofs.naive import Timeless
from tests.sync.proofs.volunteer import Volunteer, new_phone
from tests.sync.proofs.wire import in_process
from tests.village import an_id

pytestmark = pytest.mark.django_db

DAYS = [-3, -1, -0.01, 0, 0.01, 1, 3]
Bounds = dict[str, tuple[datetime, datetime]]


def say(phone: Volunteer, state: str) -> tuple[str, datetime]:
    """What is seen at bà Lan's, by the phone's clock; the command and the true moment."""
    now = datetime.now(UTC)
    fact = {"person": str(an_id("lan")), "item": "identity", "state": state, "evidence": "seen"}
    return phone.say(
        "observation.record", {**fact, "observed_at": (now + phone.clock.ahead).isoformat()}
    ), now


def record_with_wrong_clocks(sort: type[Volunteer]) -> Bounds:
    """One fact from each phone; between which true moments each must have been put."""
    told: Bounds = {}
    for days in DAYS:
        phone = new_phone(sort, "an", in_process(), {})
        phone.clock = Clock(timedelta(days=days))
        fact, seen_at = say(phone, "level1")
        sent_at = datetime.now(UTC)
        assert phone.push()
        # The way to the server takes time, and the phone's clock knows milliseconds only.
        told[fact] = seen_at, seen_at + (datetime.now(UTC) - sent_at)
        assert phone.counts() == {"sent": 1, "stored": 1, "waiting": 0, "refused": 0, "conflict": 0}
    return told


def check(told: Bounds) -> None:
    for row in Observation.objects.filter(pk__in=told):
        earliest, latest = told[str(row.pk)]
        assert earliest - timedelta(milliseconds=1) <= row.observed_at <= latest + timedelta(milliseconds=1)


def test_a_clock_that_is_days_off_is_set_right() -> None:
    told = record_with_wrong_clocks(Volunteer)
    check(told)
    assert Observation.objects.filter(pk__in=told).count() == len(DAYS)
    said = Receipt.objects.filter(pk__in=told).values_list("said_at", flat=True)
    assert sum(at is not None for at in said) == len([days for days in DAYS if days]), "both are kept"


def test_a_phone_that_does_not_tell_its_clock_is_believed_wrongly() -> None:
    with pytest.raises(AssertionError):
        check(record_with_wrong_clocks(Timeless))


@pytest.mark.parametrize("jump", [(3, 0), (0, -3), (-3, 3), (3, -3)])
def test_a_clock_that_jumps_between_saying_and_sending_loses_nothing(jump: tuple[int, int]) -> None:
    phone = new_phone(Volunteer, "an", in_process(), {})
    phone.clock = Clock(timedelta(days=jump[0]))
    before, _ = say(phone, "level1")
    phone.clock = Clock(timedelta(days=jump[1]))
    after, _ = say(phone, "level2_active")
    assert phone.sync()
    assert {phone.outbox[fact].state for fact in (before, after)} == {STORED}
    received = Batch.objects.latest("id").received_at
    first, second = (Observation.objects.get(pk=fact) for fact in (before, after))
    assert first.revision < second.revision, "the order is the server's"
    assert max(first.observed_at, second.observed_at) <= received, "and nothing lies in the future"


def test_the_feed_is_read_in_the_order_of_the_server_whatever_the_clocks_say() -> None:
    """The later word of a phone that is three days slow reaches the other phones as the later one."""
    fast, slow = (new_phone(Volunteer, name, in_process(), {}) for name in ("an", "binh"))
    fast.clock, slow.clock = Clock(timedelta(days=3)), Clock(timedelta(days=-3))
    person = str(an_id("lan"))
    for phone, name in ((fast, "Nguyễn Thị Lan Anh"), (slow, "Nguyễn Thị Lan Hương")):
        assert phone.sync()
        phone.edit("person", person, {"full_name": name})
        assert phone.sync()
    assert fast.sync()
    assert fast.rows("person")[person] == slow.rows("person")[person]
    assert fast.rows("person")[person]["data"]["full_name"] == "Nguyễn Thị Lan Hương"
