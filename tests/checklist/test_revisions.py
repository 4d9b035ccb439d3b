"""The feed of a hamlet is numbered without a gap, whatever comes in between."""

from __future__ import annotations

import pytest

from base.errors import Receipt
from base.models import new_id
from checklist.actions import NewObservation, NewRetraction, record_observations, retract_observations
from checklist.models import Observation
from tests import make
from tests.checklist.counting import differences, feed_of, hamlet_id, stored_revisions, undone
from tests.village import AT, FAR, LOWER, UPPER, actor, an_id

pytestmark = pytest.mark.django_db


def record(*observations: NewObservation) -> list[Receipt]:
    return record_observations(by=actor("giang"), observations=observations, at=AT)


def gapless(code: str) -> bool:
    return sorted(stored_revisions(hamlet_id(code))) == list(range(1, feed_of(code) + 1))


def test_each_hamlet_numbers_its_own_facts_in_the_order_of_the_batch() -> None:
    start = {code: feed_of(code) for code in (UPPER, LOWER, FAR)}
    whom = ["lan", "tam", "hung", "thu", "tam", "mai"]
    receipts = record(*(make.observation(an_id(name), "safety", "briefed") for name in whom))
    assert [receipt.revision for receipt in receipts] == [
        start[UPPER] + 1,
        start[LOWER] + 1,
        start[UPPER] + 2,
        start[FAR] + 1,
        start[LOWER] + 2,
        start[UPPER] + 3,
    ]
    assert all(gapless(code) for code in (UPPER, LOWER, FAR))


def test_what_is_not_stored_takes_no_number() -> None:
    told = make.observation(an_id("lan"), "safety", "briefed")
    record(told)
    before = feed_of(UPPER)
    other = make.observation(an_id("lan"), "safety", "none", id=told.id)
    refused = make.observation(an_id("lan"), "safety", "asleep")
    unknown = make.observation(new_id(), "safety", "briefed")
    states = [receipt.state for receipt in record(told, other, refused, unknown)]
    assert states == ["duplicate", "conflict", "refused", "refused"]
    assert feed_of(UPPER) == before
    [last] = record(make.observation(an_id("lan"), "safety", "confirmed"))
    assert last.revision == before + 1
    assert gapless(UPPER)


def test_a_batch_that_is_rolled_back_leaves_no_gap() -> None:
    before = feed_of(UPPER)
    told = make.observation(an_id("lan"), "safety", "briefed")
    with undone():
        assert record(told)[0].revision == before + 1
    assert feed_of(UPPER) == before
    assert record(told) == [Receipt(told.id, "applied", before + 1)]
    assert gapless(UPPER)
    assert differences() == 0


def test_a_retraction_takes_the_next_number_of_the_hamlet() -> None:
    told = make.observation(an_id("lan"), "safety", "briefed")
    [first] = record(told)
    withdrawal = NewRetraction(id=new_id(), observation=told.id)
    [second] = retract_observations(by=actor("giang"), retractions=[withdrawal], at=AT)
    assert second.revision == (first.revision or 0) + 1
    assert gapless(UPPER)


def test_a_gap_would_be_seen() -> None:
    told = make.observation(an_id("lan"), "safety", "briefed")
    record(told, make.observation(an_id("lan"), "safety", "none"))
    Observation.objects.filter(pk=told.id).delete()
    assert not gapless(UPPER)
