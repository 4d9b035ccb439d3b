"""A phone in whatever spelling is one number; only who works in the hamlet sees it whole."""

from __future__ import annotations

import pytest

from people.models import Person
from tests.people.doing import editing, household, person
from tests.village import an_id, calling

pytestmark = pytest.mark.django_db
LAN = f"people/persons/{an_id('lan')}"
WHOLE, MASKED = "+84912345678", "+••••••••678"


@pytest.mark.parametrize(
    "typed",
    ["0912345678", "0912 345 678", "0912.345.678", "0912-345-678", "(091) 2345678", "+84912345678",
     "+84 912 345 678", "0084912345678", "84912345678", "912345678", "+84 (0) 912345678",
     "０９１２３４５６７８"],
)  # fmt: skip
def test_every_spelling_is_stored_as_one_number(typed: str) -> None:
    reply = calling("an").post("people/households", household(person(phone=typed)))
    assert (reply.status, reply.json.get("persons", [{}])[0].get("phone")) == (201, WHOLE)


@pytest.mark.parametrize(
    "typed", ["không có", "12", "091234567890123", "abc", "0912345678 / 0912345679", "+84"]
)
def test_what_is_no_number_is_refused_by_name(typed: str) -> None:
    reply = calling("an").post("people/households", household(person(phone=typed)))
    assert (reply.status, reply.json["errors"][0]["path"]) == (422, "persons[0].phone")
    edit = editing(calling("an"), an_id("lan"), "phone", WHOLE, typed)
    assert (edit.status, edit.json["errors"][0]["path"]) == (422, "set.phone")


def test_a_couple_may_share_a_phone_and_a_child_may_have_none() -> None:
    body = household(person(phone="0912345678"), person(phone="0912345678"), person(phone=""), person())
    reply = calling("an").post("people/households", body)
    assert (reply.status, sorted(row["phone"] for row in reply.json["persons"])) == (
        201,
        ["", "", WHOLE, WHOLE],
    )


@pytest.mark.parametrize(
    ("who", "seen"), [("an", WHOLE), ("binh", WHOLE), ("dung", WHOLE), ("giang", MASKED), ("lien", MASKED)]
)
def test_who_works_there_sees_the_phone_and_the_others_its_last_digits(who: str, seen: str) -> None:
    caller = calling(who)
    assert caller.get(LAN).json["phone"] == seen
    told = {
        row["full_name"]: row["phone"]
        for row in caller.get(f"people/households/{an_id('nguyen')}").json["persons"]
    }
    assert told["Nguyễn Thị Lan"] == seen
    assert told["Đặng Văn Hùng"] == ""


@pytest.mark.parametrize("who", ["giang", "lien"])
def test_no_answer_to_who_sees_it_masked_holds_the_number(who: str) -> None:
    caller = calling(who)
    edit = {"base": {"phone": "x", "full_name": "x"}, "set": {"phone": "0911111111", "full_name": "Lan Lan"}}
    replies = [
        caller.get(LAN),
        caller.get(f"people/households/{an_id('nguyen')}"),
        caller.get(f"people/households/{an_id('nguyen')}/persons"),
        caller.get("people/households", area="00454-01"),
        caller.get("people/households", q="lan"),
        caller.patch(LAN, edit),
        caller.patch(LAN, {"base": {"phone": "x"}, "set": {"phone": WHOLE}}),
    ]
    for reply in replies:
        assert WHOLE.encode() not in reply.raw.content
        assert b"912345678" not in reply.raw.content


def test_a_clash_shows_the_volunteer_the_number_and_the_province_its_end() -> None:
    """The control of the one above: the current value is told, to each as he may see it."""
    for who, seen in (("an", WHOLE), ("giang", MASKED)):
        clash = editing(calling(who), an_id("lan"), "phone", "0900000000", "0911111111")
        assert (clash.status, clash.json["current"]["phone"]) == (409, seen)


def test_who_sees_the_mask_corrects_against_the_mask() -> None:
    done = editing(calling("giang"), an_id("lan"), "phone", MASKED, "0911111222")
    assert (done.status, done.json["phone"]) == (200, "+••••••••222")
    assert Person.objects.get(pk=an_id("lan")).phone == "+84911111222"


@pytest.mark.parametrize("who", ["an", "binh", "dung", "giang"])
def test_a_phone_in_the_field_that_holds_the_mask_edits_against_it(who: str) -> None:
    """What is told to phones is masked for everybody."""
    done = editing(calling(who), an_id("lan"), "phone", MASKED, "0911 111 222")
    assert (done.status, Person.objects.get(pk=an_id("lan")).phone) == (200, "+84911111222")
    stale = editing(calling(who), an_id("lan"), "phone", MASKED, "0911111333")
    assert (stale.status, stale.json["code"]) == (409, "field.clash")
    assert Person.objects.get(pk=an_id("lan")).phone == "+84911111222"


@pytest.mark.parametrize("who", ["giang", "an"])
@pytest.mark.parametrize("mask", ["•••••••••678", "+••••••••679", "+•••••••678", "678", "+•••••••••678"])
def test_what_is_not_quite_the_mask_is_not_what_was_seen(who: str, mask: str) -> None:
    assert editing(calling(who), an_id("lan"), "phone", mask, "0911111222").status == 409
    assert Person.objects.get(pk=an_id("lan")).phone == WHOLE


def test_the_right_number_as_the_old_one_tells_nothing_to_who_may_not_see_it() -> None:
    """Else each wrong guess would cost nothing, and the right one would go through."""
    right = editing(calling("giang"), an_id("lan"), "phone", WHOLE, "0911111222")
    wrong = editing(calling("giang"), an_id("lan"), "phone", "+84912345679", "0911111222")
    assert (right.status, wrong.status) == (409, 409)
    assert right.json == wrong.json
    assert Person.objects.get(pk=an_id("lan")).phone == WHOLE
    assert editing(calling("an"), an_id("lan"), "phone", "0912 345 678", "0911111222").status == 200


def test_a_person_without_a_phone_is_given_one() -> None:
    for who, phone in (("giang", "0911111222"), ("an", "0911111333")):
        person_id = an_id("hung" if who == "giang" else "mai")
        assert editing(calling(who), person_id, "phone", "", phone).status == 200


def test_a_hidden_number_is_not_found_out_by_guessing() -> None:
    right = editing(calling("giang"), an_id("lan"), "phone", "x", WHOLE)
    wrong = editing(calling("giang"), an_id("lan"), "phone", "x", "0912345679")
    assert (right.status, wrong.status) == (409, 409)
    assert right.json == wrong.json


def test_a_volunteer_who_moved_away_from_the_hamlet_sees_nothing_of_it() -> None:
    assert calling("chi").get(LAN).status == 404


def test_no_door_takes_a_phone_in_its_address() -> None:
    from tests.house.routes import routes

    for path in ("people/households?phone=0912345678", "people/persons?phone=0912345678"):
        assert calling("an").get(path).status in (400, 404)
    assert not [route for route in map(str, routes()) if "phone" in route]
