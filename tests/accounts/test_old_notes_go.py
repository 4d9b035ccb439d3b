"""After two years notes are dropped, and what is kept is as whole as before: any other cut is found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.actions import anchor_heads, drop_old_notes, seal_notes
from accounts.models import AccessLink, AccessNote
from areas.queries.codes import hamlet_ids
from base.models import SYSTEM
from privacy.actions import keep_limits
from tests.accounts.noted import now, seal, tamper, verify
from tests.accounts.test_audit_chain import SEVEN, chain, heads
from tests.conftest import serving
from tests.village import UPPER, an_id, calling

pytestmark = pytest.mark.django_db
__all__ = ["heads"]


def noted(days_ago: int) -> None:
    """Three readings so many days ago, sealed and anchored then."""
    at = now() - timedelta(days=days_ago)
    place = hamlet_ids([UPPER])[UPPER]
    for who in ("lan", "hung", "mai"):
        AccessNote.objects.create(
            at=at, area_id=place, user_id=an_id("an"), act="person.read", subjects=[an_id(who)]
        )
    assert seal_notes(by=SYSTEM, at=at + timedelta(minutes=1)) == 3
    assert anchor_heads(by=SYSTEM, at=at + timedelta(minutes=2)) == 1


@pytest.fixture
def years() -> int:
    """A log of three years: six entries past their time, three of two years less a month, three of today."""
    tamper("DELETE FROM accounts_accesslink", "DELETE FROM accounts_accessnote")
    for days in (900, 800, 700):
        noted(days)
    for who in ("lan", "hung", "mai"):
        assert calling("an").get(f"people/persons/{an_id(who)}").status == 200
    assert seal() == 3
    anchor_heads(by=SYSTEM, at=now())
    assert (verify().entries, verify().faults) == (12, [])
    return chain()[0].province


def drop(**given: Any) -> list[str]:
    return drop_old_notes(by=SYSTEM, at=now(), **{"dry": False, **given})


def numbers() -> list[int]:
    return list(AccessLink.objects.order_by("seq").values_list("seq", flat=True))


def test_C_10_A_03_exactly_what_is_past_its_time_goes_and_the_rest_verifies(years: int) -> None:
    assert keep_limits(by=SYSTEM, at=now(), dry=True)["notes"] == [f"{years}/6"]
    assert (numbers(), AccessNote.objects.count()) == ([*range(1, 13)], 12)
    assert keep_limits(by=SYSTEM, at=now(), dry=False)["notes"] == [f"{years}/6"]
    assert (numbers(), AccessNote.objects.count()) == ([*range(6, 13)], 6)
    assert verify().faults == []
    assert drop() == []
    assert calling("an").get(f"people/persons/{an_id('lan')}").status == 200
    assert seal() == 1
    assert verify().faults == []


def test_a_second_time_the_beginning_moves_on(years: int) -> None:
    drop()
    later = now() + timedelta(days=60)
    assert drop_old_notes(by=SYSTEM, at=later, dry=True) == [f"{years}/9"]
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
    ):  # the database has its own clock
        drop_old_notes(by=SYSTEM, at=later, dry=False)
    assert numbers() == [*range(6, 13)]


def test_a_log_that_is_past_its_time_as_a_whole_keeps_its_end() -> None:
    tamper("DELETE FROM accounts_accesslink", "DELETE FROM accounts_accessnote")
    noted(800)
    assert len(drop()) == 1
    assert (numbers(), AccessNote.objects.count(), verify().faults) == ([3], 0, [])
    assert calling("an").get(f"people/persons/{an_id('lan')}").status == 200
    assert seal() == 1
    assert (numbers(), verify().faults) == ([3, 4], [])


@pytest.mark.parametrize("how", SEVEN, ids=lambda how: how.__name__)
def test_A_03_the_verifier_finds_each_tampering_with_what_was_kept(
    years: int, how: Callable[[list[AccessLink]], list[str]]
) -> None:
    drop()
    tamper(*how(chain()))
    assert verify().faults, f"{how.__name__} went unseen"


def cut(before: int) -> list[str]:
    """The head taken away by hand: `before` is the entry at which the log begins from then on."""
    return [
        f"DELETE FROM accounts_accessnote WHERE id IN "
        f"(SELECT note_id FROM accounts_accesslink WHERE seq <= {before})",
        f"DELETE FROM accounts_accesslink WHERE seq < {before}",
    ]


@pytest.mark.parametrize("before", [2, 5, 7, 9, 11, 12])
def test_A_03_a_head_that_is_cut_off_by_hand_is_found(years: int, before: int) -> None:
    """At an entry that is not signed, or at one that was signed less than two years ago."""
    tamper(*cut(before))
    assert verify().faults == [f"province {years}: the chain was cut before entry {before}"]


_BACK = "UPDATE accounts_accesslink SET note_id = (SELECT max(id) FROM accounts_accessnote) WHERE seq = 6"


def test_A_03_the_beginning_itself_is_what_was_signed_and_anchored(years: int, heads: Path) -> None:
    drop()
    for change in (
        ["DELETE FROM accounts_accesslink WHERE seq = 6"],
        ["UPDATE accounts_accesslink SET hash = sha256('x') WHERE seq = 6"],
        ["UPDATE accounts_accesslink SET sealed_at = sealed_at - interval '1 day' WHERE seq = 6"],
        ["DELETE FROM accounts_accesslink WHERE seq = 12", _BACK],
    ):
        point = transaction.savepoint()
        tamper(*change)
        assert f"province {years}: the chain was cut before entry" in verify().faults[0]
        transaction.savepoint_rollback(point)
    assert verify().faults == []


def test_A_04_the_role_that_serves_drops_this_and_deletes_nothing_else(years: int) -> None:
    with serving():
        for statement in (
            "DELETE FROM accounts_accessnote WHERE at < now() - interval '3 years'",
            "DELETE FROM accounts_accesslink WHERE seq = 1",
            f"SELECT accounts_drop_notes({years}, 5)",
            f"SELECT accounts_drop_notes({years}, 9)",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        assert drop() == [f"{years}/6"]
    assert numbers() == [*range(6, 13)]


def test_an_old_part_that_is_not_whole_is_not_dropped(years: int, caplog: pytest.LogCaptureFixture) -> None:
    first = AccessNote.objects.earliest("id").pk
    tamper(f"UPDATE accounts_accessnote SET act = 'visit.list' WHERE id = {first}")
    assert drop() == drop(dry=True) == []
    assert numbers() == [*range(1, 13)]
    assert "entry 1: it is not what was sealed; nothing of this chain is dropped" in caplog.text


def test_A_03_control_a_drop_by_age_alone_leaves_a_log_that_does_not_verify(years: int) -> None:
    tamper(
        "DELETE FROM accounts_accessnote WHERE at < now() - interval '24 months'",
        "DELETE FROM accounts_accesslink WHERE sealed_at < now() - interval '24 months'",
    )
    assert verify().faults == [f"province {years}: the chain was cut before entry 7"]
