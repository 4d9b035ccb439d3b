"""The figures follow what happens to persons: they come, change, move, leave, and come with a roster."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from django.db import transaction

from base.models import SYSTEM, new_id
from checklist.actions import follow_persons, record_observations
from checklist.models import Observation
from checklist.rules.cells import UNKNOWN_AGE
from people.actions import (
    Edit,
    NewHousehold,
    NewPerson,
    apply_import,
    change_persons,
    register_households,
    stage_import,
    undo_import,
)
from people.models import Person
from people.rules.persons import PersonChange, PersonFacts
from tests import make
from tests.checklist.counting import (
    cells_of,
    counted,
    differences,
    hamlet_id,
    heads,
    move_in,
    stored_standings,
)
from tests.village import AT, LOWER, UPPER, actor, an_id

pytestmark = pytest.mark.django_db
LAN = an_id("lan")


def tell(*persons: UUID) -> None:
    told = [make.observation(person, "safety", "briefed") for person in persons]
    receipts = record_observations(by=actor("giang"), observations=told, at=AT)
    assert {receipt.state for receipt in receipts} == {"applied"}


def test_a_person_who_changes_twice_in_one_batch_counts_once() -> None:
    tell(LAN)
    lan = PersonFacts(LAN, hamlet_id(UPPER), date(1958, 7, 1), counted=True)
    teenager = replace(lan, born_on=date(2011, 1, 5))
    unknown = replace(lan, born_on=None)
    with transaction.atomic():
        changes = [PersonChange(lan, teenager), PersonChange(teenager, unknown)]
        follow_persons(by=SYSTEM, changes=changes, at=AT)
    Person.objects.filter(pk=LAN).update(birth_year=None, born_on=None)
    assert differences() == 0
    assert cells_of(UPPER)[UNKNOWN_AGE] == 1
    assert (counted(UPPER), heads(UPPER)) == (0, 3)


def test_two_edits_of_one_person_in_one_batch_are_followed() -> None:
    tell(LAN)
    by = actor("an")
    edits = [
        Edit(LAN, {"presence": "present"}, {"presence": "moved"}),
        Edit(LAN, {"presence": "moved", "birth_year": 1958}, {"presence": "away", "birth_year": 1960}),
    ]
    assert [receipt.state for receipt in change_persons(by=by, edits=edits, at=AT)] == ["applied"] * 2
    assert (counted(UPPER), heads(UPPER)) == (1, 3)
    assert differences() == 0


@pytest.mark.parametrize(("presence", "n"), [("present", 1), ("away", 1), ("moved", 0), ("deceased", 0)])
def test_who_works_away_counts_and_who_has_left_does_not(presence: str, n: int) -> None:
    tell(LAN)
    change_persons(by=actor("an"), edits=[Edit(LAN, {"presence": "present"}, {"presence": presence})], at=AT)
    assert (counted(UPPER), heads(UPPER)) == (n, 2 + n)
    assert differences() == 0
    tell(LAN)
    assert counted(UPPER) == n
    change_persons(by=actor("an"), edits=[Edit(LAN, {"presence": presence}, {"presence": "present"})], at=AT)
    assert (counted(UPPER), heads(UPPER)) == (1, 3)
    assert differences() == 0


def test_a_person_who_moves_to_another_hamlet_is_counted_there() -> None:
    tell(LAN)
    here = PersonFacts(LAN, hamlet_id(UPPER), date(1958, 7, 1), counted=True)
    there = replace(here, hamlet_id=hamlet_id(LOWER))
    with transaction.atomic():
        Person.objects.filter(pk=LAN).update(hamlet_id=hamlet_id(LOWER))
        follow_persons(by=SYSTEM, changes=[PersonChange(here, there)], at=AT)
    assert (counted(UPPER), counted(LOWER)) == (0, 1)
    assert differences() == 0


def test_somebody_is_observed_in_the_transaction_that_registers_him() -> None:
    daughter, mother = new_id(), new_id()
    persons = [NewPerson(daughter, "Trần Bé", birth_year=2011), NewPerson(mother, "Trần Mẹ", birth_year=1999)]
    with transaction.atomic():
        home = NewHousehold(new_id(), UPPER, persons=persons)
        register_households(by=actor("an"), households=[home], at=AT)
        tell(daughter, mother)
        assert differences() == 0
    assert stored_standings([daughter, mother])[mother]["safety", ""].state == "briefed"
    assert (counted(UPPER), heads(UPPER)) == (2, 5)
    assert differences() == 0


ROSTER = """STT,Họ và tên,Ngày sinh,VNeID mức 2,Chữ ký số
1,Nguyễn Thị Lan,1958,x,
2,Phạm Văn Sáu,1970,x,có
3,Phạm Thị Bảy,12/03/2011,,
""".encode()


def test_a_roster_brings_persons_with_their_marks_and_takes_them_back() -> None:
    tell(LAN)
    by, roster = actor("dung"), new_id()
    stage_import(by=by, import_id=roster, area=UPPER, data=ROSTER, at=AT)
    apply_import(by=by, import_id=roster, at=AT)
    brought = Observation.objects.filter(source_id=roster)
    assert {(row.item, row.kind, row.evidence) for row in brought} == {
        ("identity", "", 1),
        ("signature", "unspecified", 1),
    }
    assert (brought.count(), counted(UPPER), heads(UPPER)) == (3, 4, 5)
    assert differences() == 0
    undo_import(by=by, import_id=roster, at=AT)
    assert (counted(UPPER), heads(UPPER)) == (1, 3)
    assert list(stored_standings([LAN])[LAN]) == [("safety", "")]
    assert differences() == 0


def test_somebody_of_the_roster_whom_a_volunteer_met_since_stays() -> None:
    by, roster = actor("dung"), new_id()
    stage_import(by=by, import_id=roster, area=UPPER, data=ROSTER, at=AT)
    apply_import(by=by, import_id=roster, at=AT)
    six = Person.objects.get(full_name="Phạm Văn Sáu")
    tell(six.pk)
    undo_import(by=by, import_id=roster, at=AT)
    assert list(stored_standings([six.pk])[six.pk]) == [("safety", "")]
    assert (counted(UPPER), heads(UPPER)) == (1, 4)
    assert differences() == 0


def test_a_change_that_is_not_followed_would_be_seen() -> None:
    [person] = move_in(UPPER, [1970])
    tell(person)
    Person.objects.filter(pk=person).update(presence="moved")
    assert differences() == 8  # heads of three ages as they are and should be, a state, its evidence
