"""Whatever is corrected, in whatever order and by whom: what was said first stays as it was said."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from django.db import connection

from base.models import new_id
from checklist.actions import NewRetraction, record_observations, retract_observations
from checklist.models import Observation
from tests import make
from tests.village import AT, actor, an_id

pytestmark = pytest.mark.django_db
STATES = ("none", "level1", "level2_granted", "level2_active")
# The volunteer corrects himself, the lead and the officer whomever they like.
CORRECTORS = ("an", "binh", "dung")


def said_first(number: int) -> list[Any]:
    dice = Random(6)
    facts = [make.observation(an_id("lan"), "identity", dice.choice(STATES)) for _ in range(number)]
    receipts = record_observations(by=actor("an"), observations=facts, at=AT)
    assert {receipt.state for receipt in receipts} == {"applied"}
    return [fact.id for fact in facts]


def as_they_stand(ids: list[Any]) -> dict[Any, str]:
    """Each fact, column by column."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, o::text FROM checklist_observation o WHERE id = ANY(%s)", [ids])
        return dict(cursor.fetchall())


def changed(before: dict[Any, str], after: dict[Any, str]) -> list[Any]:
    """Facts that are gone or no longer say what they said."""
    return [one for one, text in before.items() if after.get(one) != text]


def test_Z_05_after_a_thousand_corrections_every_first_word_stands_and_each_correction_has_a_name() -> None:
    dice, ids = Random(356), said_first(400)
    before = as_they_stand(ids)
    withdrawn: dict[Any, str] = {}
    for turn in range(20):
        who = dice.choice(CORRECTORS)
        chosen = [one for one in dice.sample(ids, 30) if one not in withdrawn]
        gone = [NewRetraction(id=new_id(), observation=one) for one in chosen]
        told = retract_observations(by=actor(who), retractions=gone, at=AT)
        assert {receipt.state for receipt in told} <= {"applied"}, turn
        withdrawn |= dict.fromkeys(chosen, who)
        anew = [make.observation(an_id("lan"), "identity", dice.choice(STATES)) for _ in range(25)]
        record_observations(by=actor(who), observations=anew, at=AT)
    assert len(withdrawn) + 20 * 25 > 700
    assert changed(before, as_they_stand(ids)) == []
    rows = Observation.objects.filter(retracts__in=ids).values_list("retracts_id", "by_id")
    assert dict(rows) == {one: an_id(who) for one, who in withdrawn.items()}


def test_Z_05_control_a_word_that_was_overwritten_or_deleted_is_found() -> None:
    ids = said_first(3)
    before = as_they_stand(ids)
    Observation.objects.filter(pk=ids[0]).update(state="none", blocker="refuses")
    Observation.objects.filter(pk=ids[1]).delete()
    assert set(changed(before, as_they_stand(ids))) == set(ids[:2])
