"""Many know only the year they were born in; nobody is born tomorrow."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from base.days import day_of
from people.models import Person
from tests.people.doing import editing, faults, figures_hold, household, person
from tests.village import an_id, calling

pytestmark = pytest.mark.django_db
TODAY = day_of(timezone.now())


def registering(**birth: object) -> object:
    return calling("an").post("people/households", household(person(**birth)))


@pytest.mark.parametrize(
    ("birth", "counted"),
    [
        ({"birth_year": 1950}, "1950-07-01"),
        ({"birth_date": "1950-02-28"}, "1950-02-28"),
        ({"birth_date": "1952-02-29"}, "1952-02-29"),
        ({"birth_date": "1950-02-28", "birth_year": 1950}, "1950-02-28"),
        ({"birth_date": None, "birth_year": None}, "None"),
        ({}, "None"),
        ({"birth_date": TODAY.isoformat()}, TODAY.isoformat()),
        ({"birth_year": TODAY.year}, f"{TODAY.year}-07-01"),
        ({"birth_year": TODAY.year - 130}, f"{TODAY.year - 130}-07-01"),
    ],
)
def test_a_birth_that_can_be_is_stored(birth: dict, counted: str) -> None:
    reply = registering(**birth)
    assert reply.status == 201, reply.json
    assert str(Person.objects.get(full_name="Bùi Thị Én").born_on) == counted
    figures_hold()


@pytest.mark.parametrize(
    ("birth", "field", "status"),
    [
        ({"birth_date": (TODAY + timedelta(days=1)).isoformat()}, "birth_date", 422),
        ({"birth_year": TODAY.year + 1}, "birth_year", 422),
        ({"birth_year": TODAY.year - 131}, "birth_year", 422),
        ({"birth_year": 0}, "birth_year", 400),
        ({"birth_year": 10_000}, "birth_year", 400),
        ({"birth_year": "năm mươi"}, "birth_year", 400),
        ({"birth_year": 1950.5}, "birth_year", 400),
        ({"birth_date": "1950-02-30"}, "birth_date", 400),
        ({"birth_date": "1951-02-29"}, "birth_date", 400),
        ({"birth_date": "28/02/1950"}, "birth_date", 400),
        ({"birth_date": "0001-01-01"}, "birth_date", 422),
        ({"birth_date": "1950-02-28T00:00:00Z"}, "birth_date", 400),
        ({"birth_date": "1950-02-28", "birth_year": 1951}, "birth_year", 422),
    ],
)
def test_a_birth_that_cannot_be_is_refused_by_name(birth: dict, field: str, status: int) -> None:
    reply = registering(**birth)
    assert (reply.status, faults(reply)) == (status, [f"persons[0].{field}"])
    assert not Person.objects.filter(full_name="Bùi Thị Én").exists()


def test_the_exact_date_replaces_the_bare_year() -> None:
    done = calling("an").patch(
        f"people/persons/{an_id('lan')}",
        {
            "base": {"birth_date": None, "birth_year": 1958},
            "set": {"birth_date": "1957-12-31", "birth_year": None},
        },
    )
    assert (done.status, done.json["birth_date"], done.json["birth_year"]) == (200, "1957-12-31", None)
    figures_hold()


def test_a_date_that_contradicts_the_year_that_stays_is_refused() -> None:
    reply = editing(calling("an"), an_id("lan"), "birth_date", None, "1957-12-31")
    assert (reply.status, faults(reply)) == (422, ["set.birth_year"])
