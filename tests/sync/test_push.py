"""An evening comes home: each kind of command, and each thing that may become of it."""

from __future__ import annotations

import pytest

from base.models import new_id
from checklist.models import Observation, Visit
from people.models import Household, Person
from people.queries.sealed import phone_of
from sync.commands import COMMANDS
from tests.sync.saying import (
    LAN,
    THU,
    batch,
    change,
    command,
    household,
    observation,
    person,
    push,
    retraction,
    send,
    states,
    visit,
)
from tests.village import UPPER, an_id, calling

pytestmark = pytest.mark.django_db


def test_an_evening_comes_home_in_one_batch() -> None:
    """Said in this order, sent in whatever order: what others hang on is applied first."""
    home, dao, seen = new_id(), new_id(), new_id()
    receipts = push(
        "an",
        retraction(seen),
        observation(dao, seen),
        visit(home),
        change(dao, phone=("", "0912000999")),
        person(home, dao),
        household(home, address="Ngõ 9"),
    )
    assert states(receipts) == ["applied"] * 6
    assert all(receipt["revision"] > 0 for receipt in receipts)
    dao_now = Person.objects.get(pk=dao)
    assert (dao_now.household_id, phone_of(dao_now)) == (home, "+84912000999")
    assert Household.objects.get(pk=home).hamlet.code == UPPER
    assert Visit.objects.get(household_id=home).by_id == an_id("an")
    assert Observation.objects.filter(person_id=dao).count() == 2


def test_an_answer_names_each_command_in_order() -> None:
    first, second = observation(LAN), observation(LAN, item="safety", state="briefed")
    body = batch(first, second)
    reply = send("an", body)
    assert reply.status == 200
    assert set(reply.json) == {"server_time", "receipts"}
    assert [receipt["id"] for receipt in reply.json["receipts"]] == [first["id"], second["id"]]
    assert set(reply.json["receipts"][0]) == {"id", "state", "revision"}


def test_an_id_inside_may_be_left_out_or_be_another() -> None:
    other = new_id()
    plain, named = observation(LAN), observation(LAN)
    named["data"]["id"] = str(other)
    push("an", plain, named)
    assert {str(pk) for pk in Observation.objects.values_list("pk", flat=True)} == {plain["id"], str(other)}


def test_a_household_comes_with_its_persons() -> None:
    home, dao = new_id(), new_id()
    people = [{"id": str(dao), "full_name": "Phạm Thị Đào", "relation": "head", "birth_date": "1970-02-03"}]
    assert states(push("an", household(home, persons=people, language=" vi "))) == ["applied"]
    assert Person.objects.get(pk=dao).household.language == "vi"


def test_sent_again_it_is_a_duplicate_and_changes_nothing() -> None:
    said = [household(new_id()), observation(LAN), visit(an_id("nguyen"))]
    first = push("an", *said)
    again = push("an", *said)
    assert states(first) == ["applied"] * 3
    assert states(again) == ["duplicate"] * 3
    assert [receipt["revision"] for receipt in again] == [receipt["revision"] for receipt in first]
    assert Observation.objects.count() == Visit.objects.count() == 1


def test_said_otherwise_but_meant_the_same_it_is_a_duplicate() -> None:
    said = observation(LAN)
    push("an", said)
    data = {"blocker": "", "id": said["id"], **dict(reversed(said["data"].items()))}
    assert states(push("an", {**said, "data": data})) == ["duplicate"]


def test_twice_in_one_batch_it_is_judged_once() -> None:
    said = observation(LAN)
    assert states(push("an", said, said)) == ["applied", "duplicate"]
    assert Observation.objects.count() == 1


def test_the_same_id_with_other_content_is_a_conflict_and_the_first_stays() -> None:
    said = observation(LAN)
    other = {**said, "data": {**said["data"], "state": "level2_active"}}
    assert states(push("an", said, other)) == ["applied", "conflict"]
    [receipt] = push("an", other)
    assert (receipt["state"], receipt["code"], receipt["path"]) == ("conflict", "command.id_taken", "id")
    assert Observation.objects.get().state == "level1"


@pytest.mark.parametrize(
    ("said", "code", "path"),
    [
        (observation(LAN, state="level9"), "state.unknown", "state"),
        (observation(LAN, item="x" * 41), "field.invalid", "item"),
        (visit(an_id("nguyen"), outcome="slept"), "outcome.unknown", "outcome"),
        (person(an_id("nguyen"), full_name="..."), "person.bad_name", "full_name"),
        (person(an_id("nguyen"), relation="head\n"), "field.invalid", "relation"),
        (household(persons=[{"full_name": "Phạm Thị Đào"}]), "field.invalid", "id"),
        (change(LAN, sex=("female", "none")), "field.invalid", "set.sex"),
        (
            command("person.change", person=LAN, base={}, set={"sex": "male"}),
            "field.base_missing",
            "base.sex",
        ),
        (command("household.sell", household=LAN), "command.unknown_kind", "kind"),
        ({**observation(LAN), "hack": 1}, "field.invalid", "hack"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_rule_refuses_is_refused_for_good(said: dict, code: str, path: str) -> None:
    good = observation(LAN)
    for receipts in (push("an", said, good), push("an", said, good)):
        told = receipts[0]
        assert (told["state"], told["code"], told["path"]) == ("refused", code, path)
        assert told["message"]
    assert Observation.objects.count() == 1


def test_an_edit_that_clashes_is_told_the_truth_and_the_rest_is_done() -> None:
    push("an", change(LAN, presence=("present", "away")))
    said = change(LAN, presence=("present", "moved"), residence=("permanent", "temporary"))
    [receipt] = push("binh", said)
    assert (receipt["state"], receipt["code"]) == ("conflict", "field.clash")
    assert receipt["current"]["presence"] == "away"
    lan = Person.objects.get(pk=LAN)
    assert (lan.presence, lan.residence) == ("away", "temporary")
    [again] = push("binh", said)
    assert (again["state"], again["current"]) == ("conflict", receipt["current"])


def test_messages_are_vietnamese_unless_english_is_asked_for() -> None:
    said = observation(LAN, state="level9")
    [first] = push("an", said)
    [again] = push(calling("an", "en"), said)
    assert "trạng thái" in first["message"]
    assert "has no state" in again["message"]


def test_the_far_household_is_not_told_from_an_unknown_one() -> None:
    far, unknown = push("an", observation(THU), observation(new_id()))
    assert {**far, "id": ""} == {**unknown, "id": ""}
    assert far["state"] == "held"


def test_who_never_had_a_post_that_records_is_refused() -> None:
    for who in ("lien", "minh", "nobody"):
        [receipt] = push(who, observation(LAN))
        assert (receipt["state"], receipt["code"]) == ("refused", "right.missing")


@pytest.mark.parametrize("who", [None, "disabled", "revoked"])
def test_without_a_valid_token_nothing_is_heard(who: str | None) -> None:
    assert send(calling(who), batch(observation(LAN))).status == 401


def test_what_an_app_said_ahead_of_its_time_is_judged_once_the_house_has_learned_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = visit(an_id("nguyen"))
    with monkeypatch.context() as older:
        older.delitem(COMMANDS, "visit.record")
        for _ in range(2):
            [receipt] = push("an", said)
            assert (receipt["state"], receipt["code"]) == ("refused", "command.unknown_kind")
    assert states(push("an", said)) == ["applied"]
    assert states(push("an", said)) == ["duplicate"]
    assert Visit.objects.count() == 1
