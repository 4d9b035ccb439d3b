"""Two people correct one person: each field against the value its editor saw, nothing silently lost."""

from __future__ import annotations

import unicodedata

import pytest

from people.models import Change, Person
from people.queries.sealed import change_of
from tests.people.doing import editing, figures_hold, registered
from tests.village import UPPER, an_id, calling

pytestmark = pytest.mark.django_db
LAN = f"people/persons/{an_id('lan')}"


def history() -> list[tuple]:
    rows = Change.objects.filter(person_id=an_id("lan")).order_by("pk")
    return [(row.field, row.old, row.new, row.clashed, row.by.full_name) for row in rows]


def test_a_field_is_set_against_the_value_seen() -> None:
    before = Person.objects.get(pk=an_id("lan")).revision
    done = editing(calling("an"), an_id("lan"), "full_name", "Nguyễn Thị Lan", "Nguyễn  Thị Lân")
    assert (done.status, done.json["full_name"]) == (200, "Nguyễn Thị Lân")
    assert done.json["revision"] > before
    assert history() == [("full_name", "Nguyễn Thị Lan", "Nguyễn Thị Lân", False, "An")]
    found = calling("an").get("people/households", q="lân").json["results"]
    assert [row["head"] for row in found] == ["Nguyễn Thị Lân"]
    figures_hold()


def test_a_clash_names_the_field_and_tells_the_current_values() -> None:
    an, binh = calling("an"), calling("binh")
    editing(an, an_id("lan"), "sex", "female", "unknown")
    clash = binh.patch(LAN, {"base": {"sex": "female"}, "set": {"sex": "male"}})
    assert clash.status == 409
    assert clash.json == {
        "type": "about:blank",
        "status": 409,
        "code": "field.clash",
        "title": "Có người đã sửa trường này trước bạn; xem giá trị hiện tại.",
        "errors": [
            {
                "path": "base.sex",
                "code": "field.clash",
                "message": "Có người đã sửa trường này trước bạn; xem giá trị hiện tại.",
            }
        ],
        "current": {
            "full_name": "Nguyễn Thị Lan",
            "birth_date": None,
            "birth_year": 1958,
            "sex": "unknown",
            "phone": "+••••••••678",
            "relation": "head",
            "residence": "permanent",
            "presence": "present",
            "revision": Person.objects.get(pk=an_id("lan")).revision,
        },
    }


def test_of_several_fields_those_that_do_not_clash_are_set_and_both_are_in_the_history() -> None:
    an, binh = calling("an"), calling("binh")
    editing(an, an_id("lan"), "sex", "female", "unknown")
    clash = binh.patch(
        LAN,
        {
            "base": {"sex": "female", "residence": "permanent", "relation": "head"},
            "set": {"sex": "male", "residence": "temporary", "relation": "head"},
        },
    )
    assert (clash.status, clash.json["errors"][0]["path"]) == (409, "base.sex")
    lan = an.get(LAN).json
    assert (lan["sex"], lan["residence"]) == ("unknown", "temporary")
    assert history() == [
        ("sex", "female", "unknown", False, "An"),
        ("sex", "unknown", "male", True, "Binh"),
        ("residence", "permanent", "temporary", False, "Binh"),
    ]


def test_after_looking_again_the_second_editor_gets_through() -> None:
    editing(calling("an"), an_id("lan"), "sex", "female", "unknown")
    clash = editing(calling("binh"), an_id("lan"), "sex", "female", "male")
    done = editing(calling("binh"), an_id("lan"), "sex", clash.json["current"]["sex"], "male")
    assert (done.status, done.json["sex"]) == (200, "male")


def test_what_holds_already_is_no_clash_and_no_change() -> None:
    editing(calling("an"), an_id("lan"), "sex", "female", "male")
    revision = Person.objects.get(pk=an_id("lan")).revision
    again = editing(calling("binh"), an_id("lan"), "sex", "female", "male")
    assert (again.status, again.json["revision"]) == (200, revision)
    assert len(history()) == 1


@pytest.mark.parametrize(
    ("field", "seen", "wanted"),
    [
        ("full_name", unicodedata.normalize("NFD", "Nguyễn Thị Lan"), "Nguyễn Thị Lành"),
        ("phone", "0912 345 678", "0911111111"),
        ("phone", "+84912345678", ""),
        ("birth_year", 1958, 1959),
        ("birth_year", 1958, None),
        ("birth_date", None, "1958-03-01"),
    ],
)
def test_the_value_seen_counts_in_whatever_spelling(field: str, seen: object, wanted: object) -> None:
    assert editing(calling("an"), an_id("lan"), field, seen, wanted).status == 200
    figures_hold()


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"base": {}, "set": {"sex": "male"}}, "base.sex"),
        ({"set": {"sex": "male"}}, "base"),
        ({"base": {"sex": "female"}}, "set"),
        ({"base": None, "set": {}}, "base"),
        ({"base": [], "set": {}}, "base"),
        ({"base": {"sex": "female"}, "set": {"sex": "queen"}}, "set.sex"),
        ({"base": {"full_name": "x"}, "set": {"full_name": "\u202e"}}, "set.full_name"),
        ({"base": {"full_name": "x"}, "set": {"full_name": None}}, "set.full_name"),
        ({"base": {"birth_year": 1958}, "set": {"birth_year": 2999}}, "set.birth_year"),
    ],
)
def test_an_edit_with_a_fault_names_it_and_changes_nothing(body: dict, path: str) -> None:
    before = calling("an").get(LAN).json
    reply = calling("an").patch(LAN, body)
    assert reply.status in (400, 422)
    assert [error["path"] for error in reply.json["errors"]] == [path]
    assert calling("an").get(LAN).json == before
    assert history() == []


def test_date_and_year_of_birth_say_one_thing_and_clash_together() -> None:
    editing(calling("an"), an_id("hung"), "birth_date", "1985-03-12", "1986-03-12")
    clash = calling("binh").patch(
        f"people/persons/{an_id('hung')}",
        {
            "base": {"birth_date": "1985-03-12", "birth_year": None},
            "set": {"birth_date": "1984-01-01", "birth_year": 1984},
        },
    )
    assert clash.status == 409
    hung = calling("an").get(f"people/persons/{an_id('hung')}").json
    assert (hung["birth_date"], hung["birth_year"]) == ("1986-03-12", None)
    figures_hold()


def test_a_household_is_edited_the_same_way() -> None:
    path = f"people/households/{an_id('nguyen')}"
    done = calling("an").patch(path, {"base": {"address": "Ngõ 3"}, "set": {"address": "Ngõ  4"}})
    assert (done.status, done.json["address"]) == (200, "Ngõ 4")
    clash = calling("binh").patch(path, {"base": {"address": "Ngõ 3"}, "set": {"address": "Ngõ 5"}})
    assert (clash.status, clash.json["errors"][0]["path"]) == (409, "base.address")
    assert clash.json["current"] == {"address": "Ngõ 4", "language": "", "revision": done.json["revision"]}
    rows = Change.objects.filter(household_id=an_id("nguyen")).order_by("pk")
    assert [(change_of(row)[1], row.clashed) for row in rows] == [("Ngõ 4", False), ("Ngõ 5", True)]


def test_nobody_edits_what_he_does_not_see() -> None:
    edit = {"base": {"sex": "unknown"}, "set": {"sex": "male"}}
    told = [calling("an").patch(f"people/persons/{an_id(name)}", edit) for name in ("thu", "no such")]
    assert (told[0].status, told[0].raw.content) == (404, told[1].raw.content)
    assert not Change.objects.exists()


def test_overwriting_without_a_base_would_lose_the_first_edit() -> None:
    """The control: what a plain update does."""
    (who,) = registered(calling("an"), "Bùi Thị Én")
    for name in ("Bùi Thị Yến", "Bùi Thị Oanh"):
        Person.objects.filter(pk=who).update(full_name=name)
    assert not Change.objects.filter(person_id=who).exists()
    assert calling("an").get("people/households", area=UPPER, q="yến").json["results"] == []
