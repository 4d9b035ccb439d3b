"""Phones have wrong clocks: nothing is refused for it, instants are set right, and both are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from checklist.models import Observation, Visit
from people.models import Consent
from sync.models import Batch, Receipt
from tests.sync.saying import LAN, consent, now, observation, push, states, visit
from tests.village import an_id, calling

pytestmark = pytest.mark.django_db
SECONDS = timedelta(seconds=30)


@pytest.mark.parametrize("ahead", [timedelta(days=days) for days in (-3, -2, -1, 1, 2, 3)], ids=str)
def test_what_was_done_an_hour_ago_was_done_an_hour_ago(ahead: timedelta) -> None:
    done_at = now(hours=1) + ahead
    said = [
        observation(LAN, observed_at=done_at),
        visit(an_id("nguyen"), visited_at=done_at),
        consent(LAN, given_at=done_at),
    ]
    assert states(push("an", *said, sent_at=(now() + ahead).isoformat())) == ["applied"] * 3
    kept = [
        Observation.objects.get().observed_at,
        Visit.objects.get().visited_at,
        Consent.objects.get().given_at,
    ]
    assert all(abs(instant - now(hours=1)) < SECONDS for instant in kept)
    assert {line.said_at for line in Receipt.objects.all()} == {done_at}
    assert abs(timedelta(milliseconds=Batch.objects.get().offset_ms) + ahead) < SECONDS


def test_a_clock_that_is_right_is_believed() -> None:
    """Two minutes are the time that a batch may take at a weak signal."""
    done_at = now(hours=1)
    push("an", observation(LAN, observed_at=done_at), sent_at=now(seconds=100).isoformat())
    assert Observation.objects.get().observed_at == done_at
    assert Receipt.objects.get().said_at is None


def test_nothing_is_done_after_it_was_received() -> None:
    """Said while the clock was two days ahead, sent after it had jumped back."""
    done_at = now() + timedelta(days=2)
    push("an", said := observation(LAN, observed_at=done_at))
    fact = Observation.objects.get()
    assert fact.observed_at == fact.recorded_at == Receipt.objects.get().at
    assert Receipt.objects.get().said_at == done_at
    assert states(push("an", said)) == ["duplicate"]


def test_a_clock_that_began_in_1970_is_set_right() -> None:
    began = datetime(1970, 1, 1, tzinfo=UTC)
    said = observation(LAN, observed_at=began + timedelta(minutes=10))
    assert states(push("an", said, sent_at=(began + timedelta(minutes=70)).isoformat())) == ["applied"]
    assert abs(Observation.objects.get().observed_at - now(hours=1)) < SECONDS


@pytest.mark.parametrize("sent_at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize("done_at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_no_clock_breaks_the_door(sent_at: str, done_at: str) -> None:
    [receipt] = push("an", observation(LAN, observed_at=done_at), sent_at=sent_at)
    assert receipt["state"] == "applied" or receipt["code"] == "observation.bad_instant"
    assert all(fact.observed_at <= now() for fact in Observation.objects.all())


def test_sent_again_by_another_clock_it_is_the_same_command() -> None:
    said = observation(LAN, observed_at=now(hours=1))
    push("an", said, sent_at=now(days=2).isoformat())
    first = Observation.objects.get().observed_at
    assert states(push("an", said, sent_at=now(days=-3).isoformat())) == ["duplicate"]
    assert Observation.objects.get().observed_at == first


def test_the_order_is_that_of_the_server() -> None:
    """What a phone with a clock three days ahead said first is followed by what another says now."""
    ahead = timedelta(days=3)
    push(
        "an", observation(LAN, state="level1", observed_at=now() + ahead), sent_at=(now() + ahead).isoformat()
    )
    push("binh", observation(LAN, state="level2_active"))
    history = calling("binh").get(f"checklist/persons/{LAN}/observations").json["results"]
    assert [row["state"] for row in history] == ["level1", "level2_active"]
    assert history[0]["observed_at"] <= history[1]["observed_at"]


@pytest.mark.parametrize("sent_at", ["2026-11-02T03:00:00", "yesterday", "", None, 0])
def test_a_batch_says_by_which_clock_it_was_sent(sent_at: object) -> None:
    from tests.sync.saying import batch, send

    reply = send("an", batch(observation(LAN), sent_at=sent_at))
    assert (reply.status, reply.json["errors"][0]["path"]) == (400, "sent_at")
    assert Observation.objects.count() == 0
