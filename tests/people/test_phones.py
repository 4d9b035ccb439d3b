"""A phone in whatever spelling is one number; nobody sees more of it than its last three digits."""

from __future__ import annotations

from typing import Any

import pytest

from people.models import Change, Person
from people.queries.sealed import change_of, phone_of
from tests.people.doing import editing, household, person
from tests.village import an_id, calling

pytestmark = pytest.mark.django_db
LAN = f"people/persons/{an_id('lan')}"
WHOLE, MASKED = "+84912345678", "+••••••••678"


def kept(person_id: object) -> str:
    """The number as the house has it."""
    return phone_of(Person.objects.get(pk=person_id))


@pytest.mark.parametrize(
    "typed",
    ["0912345678", "0912 345 678", "0912.345.678", "0912-345-678", "(091) 2345678", "+84912345678",
     "+84 912 345 678", "0084912345678", "84912345678", "912345678", "+84 (0) 912345678",
     "０９１２３４５６７８"],
)  # fmt: skip
def test_every_spelling_is_stored_as_one_number(typed: str) -> None:
    reply = calling("an").post("people/households", household(person(phone=typed)))
    assert (reply.status, reply.json["persons"][0]["phone"]) == (201, MASKED)
    assert kept(reply.json["persons"][0]["id"]) == WHOLE


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
        ["", "", MASKED, MASKED],
    )


EVERYBODY = ["an", "binh", "dung", "giang", "lien"]


@pytest.mark.parametrize("who", EVERYBODY)
def test_P_07_everybody_is_shown_the_last_three_digits(who: str) -> None:
    caller = calling(who)
    assert caller.get(LAN).json["phone"] == MASKED
    told = {
        row["full_name"]: row["phone"]
        for row in caller.get(f"people/households/{an_id('nguyen')}").json["persons"]
    }
    assert told["Nguyễn Thị Lan"] == MASKED
    assert told["Đặng Văn Hùng"] == ""


@pytest.mark.parametrize("who", EVERYBODY)
def test_P_07_no_answer_holds_more_of_the_number(who: str) -> None:
    caller = calling(who)
    edit = {"base": {"phone": "x", "full_name": "x"}, "set": {"phone": "0911111111", "full_name": "Lan Lan"}}
    replies = [
        caller.get(LAN),
        caller.get(f"people/households/{an_id('nguyen')}"),
        caller.get(f"people/households/{an_id('nguyen')}/persons"),
        caller.get("people/households", area="00454-01"),
        caller.get("people/households", q="lan"),
        caller.get("sync/pull"),
        caller.patch(LAN, edit),
        caller.patch(LAN, {"base": {"phone": "x"}, "set": {"phone": WHOLE}}),
        caller.patch(LAN, {"base": {"phone": MASKED}, "set": {"phone": WHOLE}}),
    ]
    for reply in replies:
        assert b"5678" not in reply.raw.content


def test_P_07_control_a_door_that_told_the_whole_number_would_be_found(monkeypatch: Any) -> None:
    monkeypatch.setattr("people.queries.PersonView.phone", property(lambda view: phone_of(view.person)))
    with pytest.raises(AssertionError):
        test_P_07_no_answer_holds_more_of_the_number("an")


@pytest.mark.parametrize("who", ["an", "binh", "dung", "giang"])
def test_whoever_edits_edits_against_the_mask(who: str) -> None:
    done = editing(calling(who), an_id("lan"), "phone", MASKED, "0911 111 222")
    assert (done.status, done.json["phone"], kept(an_id("lan"))) == (200, "+••••••••222", "+84911111222")
    stale = editing(calling(who), an_id("lan"), "phone", MASKED, "0911111333")
    assert (stale.status, stale.json["code"]) == (409, "field.clash")
    assert stale.json["current"]["phone"] == "+••••••••222"
    assert kept(an_id("lan")) == "+84911111222"


def test_a_mask_that_comes_back_as_it_was_shown_changes_nothing() -> None:
    before = Person.objects.get(pk=an_id("lan"))
    edit = {"base": {"phone": MASKED, "sex": "female"}, "set": {"phone": MASKED, "sex": "unknown"}}
    done = calling("an").patch(LAN, edit)
    after = Person.objects.get(pk=an_id("lan"))
    assert (done.status, after.phone, after.sex) == (200, before.phone, "unknown")
    other = editing(calling("an"), an_id("lan"), "phone", MASKED, "+••••••••679")
    assert (other.status, other.json["errors"][0]["path"]) == (422, "set.phone")


def test_a_number_that_is_taken_away_is_gone() -> None:
    done = editing(calling("an"), an_id("lan"), "phone", MASKED, "")
    lan = Person.objects.get(pk=an_id("lan"))
    assert (done.json["phone"], lan.phone, lan.phone_end, lan.phone_index) == ("", "", "", None)


def test_the_history_knows_both_numbers_and_shows_them_to_nobody_who_reads_the_table() -> None:
    editing(calling("an"), an_id("lan"), "phone", MASKED, "0911111222")
    [change] = Change.objects.filter(person_id=an_id("lan"))
    assert change_of(change) == (WHOLE, "+84911111222")
    assert "111222" not in change.new
    assert "345678" not in change.old


@pytest.mark.parametrize("who", ["giang", "an"])
@pytest.mark.parametrize("mask", ["•••••••••678", "+••••••••679", "+•••••••678", "678", "+•••••••••678"])
def test_what_is_not_quite_the_mask_is_not_what_was_seen(who: str, mask: str) -> None:
    assert editing(calling(who), an_id("lan"), "phone", mask, "0911111222").status == 409
    assert kept(an_id("lan")) == WHOLE


@pytest.mark.parametrize("who", ["an", "giang"])
def test_a_whole_number_as_the_old_one_counts_for_no_more_than_its_mask(who: str) -> None:
    """Who has just written the number down knows it whole; a guesser learns what he sees anyway."""
    other = editing(calling(who), an_id("lan"), "phone", "+84912345679", "0911111222")
    assert (other.status, kept(an_id("lan"))) == (409, WHOLE)
    guess = editing(calling(who), an_id("lan"), "phone", "0999 999 678", "0911111222")
    assert guess.status == 200
    calling(who).patch(LAN, {"base": {"phone": "+••••••••222"}, "set": {"phone": WHOLE}})
    right = editing(calling(who), an_id("lan"), "phone", "0912 345 678", "0911111222")
    assert {**guess.json, "revision": 0} == {**right.json, "revision": 0}


@pytest.mark.parametrize("base", ["x", MASKED])
@pytest.mark.parametrize("who", ["an", "giang"])
def test_E_02_an_edit_does_not_tell_who_guessed_the_number(who: str, base: str) -> None:
    told = []
    for guess in (WHOLE, "+84999999678"):
        before = Person.objects.get(pk=an_id("lan")).revision
        reply = editing(calling(who), an_id("lan"), "phone", base, guess)
        told.append({**reply.json, "revision": reply.json.get("revision", before) > before})
    assert told[0] == told[1]


def test_a_person_without_a_phone_is_given_one() -> None:
    for who, phone in (("giang", "0911111222"), ("an", "0911111333")):
        person_id = an_id("hung" if who == "giang" else "mai")
        assert editing(calling(who), person_id, "phone", "", phone).status == 200


def test_a_volunteer_who_moved_away_from_the_hamlet_sees_nothing_of_it() -> None:
    assert calling("chi").get(LAN).status == 404


def test_no_door_takes_a_phone_in_its_address() -> None:
    from tests.house.routes import routes

    for path in ("people/households?phone=0912345678", "people/persons?phone=0912345678"):
        assert calling("an").get(path).status in (400, 404)
    assert not [route for route in map(str, routes()) if "phone" in route]
