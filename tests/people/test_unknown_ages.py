"""Somebody whose year of birth nobody knows may be an adult: every door says the same of the household."""

from __future__ import annotations

import pytest

from base.models import SYSTEM
from checklist.actions import record_observations
from people.actions import NewHousehold, NewPerson, register_households
from tests.make import observation
from tests.village import AT, UPPER, an_id, calling

pytestmark = pytest.mark.django_db
ALL = {
    "identity": ("level2_active", ""),
    "payment": ("has", "e_wallet"),
    "signature": ("has", "vneid"),
    "service_account": ("logged_in", ""),
}


def hold_all(person: str) -> None:
    said = [observation(an_id(person), item, state, kind=kind) for item, (state, kind) in ALL.items()]
    record_observations(by=SYSTEM, observations=said, at=AT)


def what_the_doors_say() -> tuple[bool, bool, bool]:
    """Ready by the household's own door, by the list's filter, by the list's counts."""
    an = calling("an")
    own = an.get(f"checklist/households/{an_id('home')}/readiness").json["is_ready"]
    listed = an.get("people/households", area=UPPER, readiness="ready").json["results"]
    row = next(
        row
        for row in an.get("people/households", area=UPPER, limit=200).json["results"]
        if row["id"] == str(an_id("home"))
    )
    return own, str(an_id("home")) in {one["id"] for one in listed}, row["adults"] == row["ready"] > 0


def test_the_household_is_ready_when_the_unknown_one_holds_all_four() -> None:
    persons = [
        NewPerson(id=an_id("known"), full_name="Lê Văn Tỏ", birth_year=1970, relation="head"),
        NewPerson(id=an_id("unknown"), full_name="Lê Thị Mờ"),
    ]
    home = NewHousehold(id=an_id("home"), hamlet=UPPER, persons=persons)
    register_households(by=SYSTEM, households=[home], at=AT)
    hold_all("known")
    assert what_the_doors_say() == (False, False, False)
    hold_all("unknown")
    assert what_the_doors_say() == (True, True, True)
