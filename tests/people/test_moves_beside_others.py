"""A household moves while somebody works on it: it stays whole, and every revision is of the right hamlet."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from areas.actions import take_revisions
from areas.models import Feed
from base import bulk
from base.models import SYSTEM, new_id
from people.actions import Move, NewPerson, give_consents, move_households, register_persons
from people.actions.new import PERSON_COLUMNS, person_row
from people.models import Change, Consent, Household, Person
from tests import make
from tests.people.doing import editing, figures_hold, hamlet_id, heads
from tests.people.rosters import into_upper, row, undoing
from tests.together import together
from tests.village import AT, LOWER, UPPER, actor, an_id, calling

pytestmark = pytest.mark.usefixtures("committed")
NGUYEN, LAN = an_id("nguyen"), an_id("lan")


def move(goal: str, home: UUID = NGUYEN) -> None:
    move_households(by=actor("dung"), moves=[Move(home, goal)], at=AT)


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted"
            " AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
        )
        return bool(cursor.fetchone()[0])


def during_a_move(work: Callable[[], Any], home: UUID = NGUYEN) -> Any:
    """What the work returns that has read the household in the upper hamlet, and waits for its lock when the
    move away from there is committed."""
    done: list[Any] = []
    worker = Thread(target=lambda: done.extend(together(work)))
    with transaction.atomic():
        move(LOWER, home)
        worker.start()
        while worker.is_alive() and not somebody_waits():
            pass
        assert worker.is_alive(), "the work did not wait"
    worker.join(60)
    [returned] = done
    return returned


def split() -> list[Any]:
    """Persons who do not live where their household is."""
    living = Person.objects.filter(removed_at=None).select_related("household")
    return [person.full_name for person in living if person.hamlet_id != person.household.hamlet_id]


def newborn() -> NewPerson:
    return NewPerson(id=new_id(), household=NGUYEN, full_name="Đặng Thị Bé", birth_year=2026)


def test_a_person_registered_during_the_move_comes_into_the_household_where_it_is_now() -> None:
    baby = newborn()
    done = during_a_move(lambda: register_persons(by=actor("dung"), persons=[baby], at=AT))
    assert [receipt.state for receipt in done] == ["applied"]
    person = Person.objects.get(pk=baby.id)
    assert (person.hamlet.code, split()) == (LOWER, [])
    assert person.revision == Feed.objects.get(hamlet_id=hamlet_id(LOWER)).revision
    figures_hold()


def test_who_no_longer_sees_the_household_is_told_so() -> None:
    body = {"id": str(new_id()), "full_name": "Đặng Thị Bé"}
    done = during_a_move(lambda: calling("an").post(f"people/households/{NGUYEN}/persons", body))
    assert (done.status, split()) == (404, [])
    assert (heads(UPPER), heads(LOWER)) == (0, 4)
    figures_hold()


def test_who_does_not_look_again_under_the_lock_splits_the_household() -> None:
    """The control: what a registration would do that trusts what it read."""
    baby = newborn()

    def naive() -> None:
        with transaction.atomic():
            home = Household.objects.get(pk=NGUYEN)
            hamlet, basis = home.hamlet_id, home.basis_id
            first = take_revisions(by=SYSTEM, counts={hamlet: 1})
            bulk.insert(
                "people_person", PERSON_COLUMNS, [person_row(baby, hamlet, AT, first[hamlet], None, basis)]
            )

    during_a_move(naive)
    assert split() == ["Đặng Thị Bé"]


def test_an_edit_during_the_move_is_judged_where_the_person_lives_now() -> None:
    done = during_a_move(lambda: editing(calling("dung"), LAN, "relation", "head", "parent"))
    lan = Person.objects.get(pk=LAN)
    assert (done.status, lan.relation, lan.hamlet.code) == (200, "parent", LOWER)
    assert lan.revision == Feed.objects.get(hamlet_id=hamlet_id(LOWER)).revision
    assert set(Change.objects.values_list("hamlet__code", flat=True)) == {LOWER}


def test_a_revision_of_the_other_hamlet_with_the_same_number_is_not_mistaken() -> None:
    """The move gives bà Lan, by chance, the number that the edit has read."""
    upper, lower = hamlet_id(UPPER), hamlet_id(LOWER)
    ahead = Feed.objects.get(hamlet_id=lower).revision + 1
    take_in_transaction(upper, ahead)
    assert editing(calling("an"), LAN, "sex", "female", "unknown").status == 200
    seen = Person.objects.get(pk=LAN).revision
    take_in_transaction(lower, seen - 1 - Feed.objects.get(hamlet_id=lower).revision)
    done = during_a_move(lambda: editing(calling("an"), LAN, "relation", "head", "parent"))
    lan = Person.objects.get(pk=LAN)
    assert (lan.hamlet.code, lan.revision) == (LOWER, seen), "else this proves nothing"
    assert (done.status, lan.relation) == (404, "head")


def take_in_transaction(hamlet: int, n: int) -> None:
    with transaction.atomic():
        take_revisions(by=SYSTEM, counts={hamlet: n})


def test_a_consent_during_the_move_goes_along() -> None:
    said = make.consent(LAN)
    done = during_a_move(lambda: give_consents(by=actor("dung"), consents=[said], at=AT))
    assert [receipt.state for receipt in done] == ["applied"]
    consent = Consent.objects.get(pk=said.id)
    assert (consent.hamlet.code, consent.post_id) == (LOWER, actor("dung").posts[0].id)


def test_a_roster_undone_during_the_move_is_undone_where_its_persons_are() -> None:
    number = into_upper(row("Phạm Thị Đào", vneid="x"))["id"]
    home = Household.objects.get(source_id=number).pk
    done = during_a_move(lambda: undoing(number), home)
    assert (done.status, done.json["removed"]) == (200, 1)
    removed_at = Household.objects.get(source_id=number).removed_at
    assert removed_at is not None
    assert set(Person.objects.filter(source_id=number).values_list("hamlet__code", "removed_at")) == {
        (LOWER, removed_at)
    }
    figures_hold()


def test_two_admins_who_move_one_household_do_it_one_after_the_other() -> None:
    done = during_a_move(lambda: move_households(by=actor("giang"), moves=[Move(NGUYEN, LOWER)], at=AT))
    assert [receipt.state for receipt in done] == ["duplicate"]
    assert split() == []
    figures_hold()


def test_moves_to_and_fro_with_registrations_between_never_split_a_household() -> None:
    """In whatever order they come."""
    for turn in range(6):
        goal = (LOWER, UPPER)[turn % 2]
        babies = [newborn(), newborn()]
        works: list[Callable[[], Any]] = [
            lambda b=b: register_persons(by=actor("dung"), persons=[b], at=AT)  # type: ignore[misc]
            for b in babies
        ]
        told = together(lambda goal=goal: move(goal), lambda goal=goal: move(goal, an_id("tran")), *works)
        assert [receipt.state for receipt in (told[2][0], told[3][0])] == ["applied"] * 2
        assert split() == []
        figures_hold()
    assert heads(UPPER) == 3 + 1 + 12
