"""One phone in two households: an officer who sees both is told; nobody else can find it out."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
import yaml
from django.db import connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from accounts.actor import Actor
from base.models import SYSTEM, new_id
from people.actions import NewHousehold, NewPerson, register_households
from people.queries.duplicates import list_duplicates, others_of
from tests.house.sources import ROOT
from tests.people.doing import household, person
from tests.village import (
    AT,
    COMMUNE,
    FAR,
    LOWER,
    OTHER_COMMUNE,
    PROVINCE,
    UPPER,
    Caller,
    Reply,
    actor,
    an_id,
    calling,
)

pytestmark = pytest.mark.django_db
OF_LAN, OF_NOBODY = "0912 345 678", "0903 111 678"


def register(hamlet: str, phone: str, name: str = "Nguyễn Thị Lan Hai") -> UUID:
    who = NewPerson(id=new_id(), full_name=name, birth_year=1958, phone=phone, relation="head")
    home = NewHousehold(id=new_id(), hamlet=hamlet, persons=[who])
    [receipt] = register_households(by=SYSTEM, households=[home], at=AT)
    assert receipt.state == "applied"
    return who.id


def pairs(who: str, area: str = COMMUNE) -> set[tuple[str, str]]:
    """Who is told to have the phone of whom."""
    reply = calling(who).get("people/duplicates", area=area)
    assert reply.status == 200, reply.json
    return {(row["id"], other["id"]) for row in reply.json["results"] for other in row["others"]}


def shape(reply: Reply) -> tuple[Any, ...]:
    """All of an answer but ids and instants, which are as long whatever they are."""
    body = re.sub(rb"[0-9a-f]{8}-[0-9a-f-]{27}", b"id", reply.body)
    body = re.sub(rb"\d{4}-\d\d-\d\dT[^\"]+", b"at", body)
    body = re.sub(rb'"revision":\d+', b'"revision":0', body)
    headers = {name: value for name, value in reply.raw.headers.items() if name != "X-Request-Id"}
    return reply.status, headers, body


def answers(phone: str) -> list[Any]:
    """What the doors say to who registers somebody with this phone, and edits one to have it; and how many
    statements that takes: no other work is done for a phone that is known, so it takes no other time."""
    an, lower = calling("an"), an_id("hung")
    said = {"id": str(new_id()), "kind": "person.register"}
    said["data"] = {**person(phone=phone), "household": str(an_id("nguyen"))}  # type: ignore[assignment]
    batch = {"batch": str(new_id()), "sent_at": AT.isoformat(), "commands": [said]}
    edit = {"base": {"phone": ""}, "set": {"phone": phone}}
    told: list[Any] = []
    with (
        transaction.atomic(),
        CaptureQueriesContext(connection) as asked,
    ):  # taken back, so that the next one is answered in the same house
        for reply in (
            an.post("people/households", household(person(phone=phone))),
            an.post(f"people/households/{an_id('nguyen')}/persons", person(phone=phone)),
            an.post("sync/push", batch),
            an.patch(f"people/persons/{lower}", edit),
        ):
            told.append(shape(reply))
        transaction.set_rollback(True)
    return [*told, len(asked)]


def test_E_01_who_registers_a_phone_that_is_known_is_told_nothing_of_it() -> None:
    assert answers(OF_LAN) == answers(OF_NOBODY)


def test_E_01_control_an_answer_that_is_longer_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("people.api.households._show", _telling)
    with pytest.raises(AssertionError):
        test_E_01_who_registers_a_phone_that_is_known_is_told_nothing_of_it()


def _telling(view: Any) -> dict[str, Any]:
    from people.models import Person

    known = Person.objects.filter(phone_index=view.person.phone_index).count() > 1
    return {"id": view.person.pk, "full_name": view.person.full_name} | ({"known": True} if known else {})


# Doors that take a phone: to write it down, and to sign in, whose answers are alike (U-07, E-01).
TAKES_A_PHONE = {
    ("post", "/api/v1/accounts/enrolments"),
    ("post", "/api/v1/accounts/sign-in"),
    ("put", "/api/v1/areas/{code}/hotline"),
    ("post", "/api/v1/people/households"),
    ("post", "/api/v1/people/households/{household_id}/persons"),
    ("patch", "/api/v1/people/persons/{person_id}"),
    ("post", "/api/v1/privacy/persons/{person_id}/requests"),
    ("post", "/api/v1/privacy/requests"),
}


def questions(description: dict[str, Any]) -> list[tuple[str, str]]:
    """Doors that take a phone, wherever in a request, and are not known to."""
    found = []
    for path, methods in description["paths"].items():
        for method, door in methods.items():
            asked = [given["name"] for given in door.get("parameters", [])]
            takes = (
                _names(door.get("requestBody", {}), description) | set(asked) | set(re.findall(r"\w+", path))
            )
            if {name for name in takes if "phone" in name} and (method, path) not in TAKES_A_PHONE:
                found.append((method, path))
    return found


def _names(part: Any, description: dict[str, Any], depth: int = 0) -> set[str]:
    if isinstance(part, list):
        return set().union(*(_names(one, description, depth) for one in part))
    if not isinstance(part, dict) or depth > 8:
        return set()
    named = set(part.get("properties", {}))
    if "$ref" in part:
        named |= _names(
            description["components"]["schemas"][part["$ref"].rpartition("/")[2]], description, depth + 1
        )
    return named.union(*(_names(one, description, depth) for one in part.values()))


def test_E_02_no_door_takes_a_phone_as_a_question() -> None:
    description = yaml.safe_load((ROOT / "docs" / "api.yaml").read_text(encoding="utf-8"))
    assert questions(description) == []
    for door in ("people/households?phone=0912345678", f"people/duplicates?area={COMMUNE}&phone=0912345678"):
        assert calling("dung").get(door).status == 400


def test_E_02_control_a_planted_question_is_found() -> None:
    asked = {"get": {"parameters": [{"name": "phone", "in": "query"}]}}
    body = {"post": {"requestBody": {"schema": {"$ref": "#/components/schemas/Check"}}}}
    schemas = {"Check": {"properties": {"phone": {}}}}
    planted = {"paths": {"/known": asked, "/check": body}, "components": {"schemas": schemas}}
    assert questions(planted) == [("get", "/known"), ("post", "/check")]


def test_E_03_only_an_officer_who_sees_both_is_told() -> None:
    lan = str(an_id("lan"))
    far, lower = str(register(FAR, OF_LAN)), str(register(LOWER, OF_LAN))
    assert pairs("dung") == {(lan, lower), (lower, lan)}, "not of the other commune"
    assert pairs("giang") == {(lan, far), (lan, lower), (lower, lan), (lower, far)}
    assert pairs("giang", OTHER_COMMUNE) == {(far, lan), (far, lower)}
    assert pairs("hai", OTHER_COMMUNE) == set()
    assert calling("hai").get("people/duplicates", area=COMMUNE).status == 404
    for who in ("an", "binh", "lien", "khanh", "minh", "nobody"):
        assert calling(who).get("people/duplicates", area=COMMUNE).status == 403


def told_of(far: UUID) -> bool:
    """Whether the officer of the commune would be told of somebody elsewhere, without the second wall."""
    dung = actor("dung")
    here = list(list_duplicates(dung, COMMUNE))
    return far in {other.pk for others in others_of(dung, here).values() for other in others}


def test_E_03_control_an_officer_who_is_told_of_what_he_does_not_see_would_be_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    far = register(FAR, OF_LAN)
    assert not told_of(far)
    monkeypatch.setattr(Actor, "within", lambda by, field: Q())
    assert told_of(far)


def test_a_family_that_shares_a_phone_is_no_duplicate_and_who_left_is_none() -> None:
    dung = calling("dung")
    assert dung.post(
        "people/households", household(person(phone="0903" + "222333"), person(phone="0903222333"))
    ).status
    gone = register(LOWER, OF_LAN)
    from people.models import Person

    Person.objects.filter(pk=gone).update(removed_at=AT)
    assert pairs("dung") == set()


def test_duplicates_are_told_in_brief_and_page_by_page() -> None:
    lower = [str(register(LOWER, OF_LAN)) for _ in range(3)]
    dung = calling("dung")
    first = dung.get("people/duplicates", area=COMMUNE, limit=2).json
    rest = dung.get("people/duplicates", area=COMMUNE, limit=2, cursor=first["next"]).json
    told = [row["id"] for row in first["results"] + rest["results"]]
    assert (len(told), set(told), rest["next"]) == (4, {str(an_id("lan")), *lower}, None)
    [lan] = [row for row in first["results"] + rest["results"] if row["id"] == str(an_id("lan"))]
    others = lan.pop("others")
    assert lan == {
        "id": str(an_id("lan")),
        "household": str(an_id("nguyen")),
        "hamlet": UPPER,
        "full_name": "Nguyễn Thị Lan",
        "birth_year": 1958,
        "sex": "female",
        "phone": "+••••••••678",
    }
    assert [other["id"] for other in others] == sorted(lower)


def test_a_province_is_too_much_at_once_and_an_unknown_area_is_not_found() -> None:
    def asking(caller: Caller, **asked: str) -> int:
        return caller.get("people/duplicates", **asked).status

    assert asking(calling("giang"), area=PROVINCE) == 422
    assert asking(calling("giang"), area="99999") == 404
    assert asking(calling("giang")) == 400
