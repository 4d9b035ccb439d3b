"""A volunteer writes down a household at the door; sent again, nothing is doubled."""

from __future__ import annotations

import pytest

from people.models import Household, Person
from tests.people.doing import figures_hold, heads, household, person
from tests.village import COMMUNE, FAR, LOWER, UPPER, an_id, calling

pytestmark = pytest.mark.django_db


def vo() -> dict:
    return household(
        person("Võ Văn Ký", birth_year=1970, sex="male", phone="0912 000 111", relation="head"),
        person("H'Hen Niê", birth_date="1992-05-15", sex="female", relation="spouse", residence="temporary"),
        address="Ngõ 5",
        language="ede",
    )


def test_a_household_comes_back_as_it_is_stored() -> None:
    body = vo()
    done = calling("an").post("people/households", body)
    assert done.status == 201
    ky, hen = body["persons"]
    assert done.json == {
        "id": body["id"],
        "hamlet": UPPER,
        "head": "Võ Văn Ký",
        "address": "Ngõ 5",
        "language": "ede",
        "edit": 0,
        "revision": done.json["revision"],
        "persons": [
            {
                "id": ky["id"],
                "household": body["id"],
                "full_name": "Võ Văn Ký",
                "birth_date": None,
                "birth_year": 1970,
                "sex": "male",
                "phone": "+••••••••111",
                "relation": "head",
                "residence": "permanent",
                "presence": "present",
                "consent": "not_asked",
                "edit": 0,
                "revision": done.json["revision"] + 1,
                "standings": [],
            },
            {
                "id": hen["id"],
                "household": body["id"],
                "full_name": "H'Hen Niê",
                "birth_date": "1992-05-15",
                "birth_year": None,
                "sex": "female",
                "phone": "",
                "relation": "spouse",
                "residence": "temporary",
                "presence": "present",
                "consent": "not_asked",
                "edit": 0,
                "revision": done.json["revision"] + 2,
                "standings": [],
            },
        ],
    }
    assert calling("an").get(f"people/households/{body['id']}").json == done.json
    assert calling("an").get(f"people/households/{body['id']}/persons").json == {
        "results": done.json["persons"],
        "next": None,
    }
    figures_hold()


def test_the_same_again_is_recognised_and_nothing_is_doubled() -> None:
    body, an = vo(), calling("an")
    first = an.post("people/households", body)
    before = (Household.objects.count(), Person.objects.count(), heads(UPPER))
    again = an.post("people/households", body)
    assert (again.status, again.json) == (200, first.json)
    assert (Household.objects.count(), Person.objects.count(), heads(UPPER)) == before
    figures_hold()


def test_another_household_under_the_same_id_would_be_two() -> None:
    """The control: it is the id that is recognised, not the content."""
    an = calling("an")
    assert [an.post("people/households", vo()).status for _ in range(2)] == [201, 201]


@pytest.mark.parametrize("changed", [{"address": "Ngõ 6"}, {"hamlet": LOWER}, {"persons": []}])
def test_other_content_under_the_same_id_is_a_conflict(changed: dict) -> None:
    body, dung = vo(), calling("dung")
    dung.post("people/households", body)
    told = dung.post("people/households", {**body, **changed})
    assert (told.status, told.json["code"], told.json["errors"][0]["path"]) == (409, "id.taken", "id")
    assert calling("an").get(f"people/households/{body['id']}").json["address"] == "Ngõ 5"


def test_a_person_id_that_belongs_to_somebody_refuses_the_whole_household() -> None:
    body = vo()
    body["persons"][1]["id"] = str(an_id("lan"))
    told = calling("an").post("people/households", body)
    assert (told.status, told.json["errors"][0]["path"]) == (409, "persons[1].id")
    assert not Household.objects.filter(pk=body["id"]).exists()
    assert not Person.objects.filter(pk=body["persons"][0]["id"]).exists()
    figures_hold()


def test_one_id_for_two_persons_refuses_the_household() -> None:
    body = vo()
    body["persons"][1]["id"] = body["persons"][0]["id"]
    assert calling("an").post("people/households", body).status == 409


def test_a_person_joins_a_household_once() -> None:
    an, en = calling("an"), person("Bùi Thị Én", birth_year=2001)
    path = f"people/households/{an_id('nguyen')}/persons"
    first, again = an.post(path, en), an.post(path, en)
    assert (first.status, again.status) == (201, 200)
    assert first.json == again.json
    other = an.post(path, {**en, "full_name": "Bùi Thị Yến"})
    assert (other.status, other.json["errors"][0]["path"]) == (409, "id")
    assert heads(UPPER) == 4
    figures_hold()


@pytest.mark.parametrize("hamlet", [LOWER, FAR, COMMUNE, "01", "99999-01", ""])
def test_no_household_is_written_where_one_does_not_work(hamlet: str) -> None:
    told = calling("an").post("people/households", {**vo(), "hamlet": hamlet})
    assert told.status in (400, 404)
    assert told.json["errors"][0]["path"] == "hamlet"


def test_a_foreign_hamlet_is_refused_like_an_unknown_one() -> None:
    told = [calling("an").post("people/households", {**vo(), "hamlet": code}) for code in (FAR, "99999-01")]
    assert told[0].raw.content == told[1].raw.content


def test_nobody_joins_a_household_out_of_sight() -> None:
    told = [
        calling("an").post(f"people/households/{an_id(name)}/persons", person()) for name in ("le", "no such")
    ]
    assert (told[0].status, told[0].raw.content) == (404, told[1].raw.content)


def test_two_hundred_persons_are_too_many_for_one_household() -> None:
    told = calling("an").post("people/households", household(*(person() for _ in range(101))))
    assert (told.status, told.json["errors"][0]["path"]) == (400, "persons")
