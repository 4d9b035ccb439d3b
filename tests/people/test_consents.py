"""Consents are events: given, withdrawn, given again; each stays as it was said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from areas.models import Feed
from base.models import SYSTEM, new_id
from people.actions import NewHousehold, NewPerson, give_consents, register_households
from people.models import Consent
from tests import make
from tests.people.doing import faults, hamlet_id
from tests.people.rosters import into_upper, row, undoing
from tests.village import AT, LOWER, UPPER, actor, an_id, calling

pytestmark = pytest.mark.django_db
LAN = an_id("lan")
DOOR = f"people/persons/{LAN}/consents"


def feed(code: str) -> int:
    return int(Feed.objects.get(hamlet_id=hamlet_id(code)).revision)


def test_a_consent_is_told_as_it_was_given() -> None:
    body = make.consent_document(
        language="tay", channel="written", witness="household_member", text="2026-11"
    )
    before = feed(UPPER)
    done = calling("an").post(DOOR, body)
    assert done.status == 201
    assert done.json == {
        **body,
        "person": str(LAN),
        "representative": None,
        "text_hash": done.json["text_hash"],
        "by": str(an_id("an")),
        "recorded_at": done.json["recorded_at"],
        "revision": before + 1,
    }
    assert calling("binh").get(DOOR).json == {"results": [done.json], "next": None}
    assert Consent.objects.get().post_id == actor("an").posts[0].id


def test_they_are_listed_in_the_order_of_their_giving() -> None:
    days = {"withdrawn": 1, "given": 5}
    for decision, day in days.items():
        body = make.consent_document(decision, given_at=AT - timedelta(days=day))
        assert calling("an").post(DOOR, body).status == 201
    told = calling("an").get(DOOR).json["results"]
    assert [row["decision"] for row in told] == ["given", "withdrawn"]
    first = calling("an").get(DOOR, limit=1).json
    second = calling("an").get(DOOR, limit=1, cursor=first["next"]).json
    assert ([*first["results"], *second["results"]], second["next"]) == (told, None)


def test_the_same_again_is_a_duplicate_and_other_words_a_conflict() -> None:
    body = make.consent_document()
    first = calling("an").post(DOOR, body)
    before = feed(UPPER)
    again = calling("binh").post(DOOR, body)
    assert (again.status, again.json) == (200, first.json)
    same_instant = {**body, "given_at": "2026-11-02T10:00:00+07:00"}
    assert calling("an").post(DOOR, same_instant).status == 200
    for field, value in [
        ("decision", "withdrawn"),
        ("text", "2026-11"),
        ("given_at", "2026-11-01T00:00:00Z"),
    ]:
        clash = calling("an").post(DOOR, {**body, field: value})
        assert (clash.status, clash.json["code"]) == (409, "consent.id_taken")
    other = calling("an").post(f"people/persons/{an_id('hung')}/consents", body)
    assert (other.status, other.json["code"]) == (409, "consent.id_taken")
    assert feed(UPPER) == before
    assert Consent.objects.count() == 1


def test_a_consent_of_tomorrow_was_given_now() -> None:
    body = make.consent_document(given_at=AT + timedelta(days=3650))
    done = calling("an").post(DOOR, body)
    assert (done.status, done.json["given_at"]) == (201, done.json["recorded_at"])
    assert calling("an").post(DOOR, body).status == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("decision", "refused"),
        ("decision", None),
        ("text", ""),
        ("text", "x" * 21),
        ("text", "ông ấy bảo đồng ý"),
        ("text", "2026\n01"),
        ("text", "２０２６"),
        ("language", "tiếng Kinh"),
        ("language", "VI"),
        ("channel", "phone"),
        ("witness", "the neighbour"),
        ("given_at", "hôm nay"),
        ("given_at", "2026-11-02"),
        ("given_at", "2026-11-02T10:00:00"),
        ("given_at", "1969-12-31T00:00:00Z"),
        ("given_at", 1793588400),
        ("id", "1"),
        ("id", 1),
    ],
)
def test_what_no_consent_says_is_refused_by_name(field: str, value: Any) -> None:
    reply = calling("an").post(DOOR, {**make.consent_document(), field: value})
    assert reply.status in (400, 422)
    assert faults(reply) == [field]
    assert not Consent.objects.exists()


@pytest.mark.parametrize("field", sorted(make.consent_document()))
def test_nothing_may_be_missing(field: str) -> None:
    body = make.consent_document()
    del body[field]
    assert (calling("an").post(DOOR, body).status, faults(calling("an").post(DOOR, body))) == (400, [field])


@pytest.mark.parametrize("who", ["chi", "khanh", "hai"])
def test_out_of_sight_there_is_no_such_person(who: str) -> None:
    for call in (
        lambda: calling(who).get(DOOR),
        lambda: calling(who).post(DOOR, make.consent_document()),
    ):
        assert call().status == 404


def test_who_only_looks_writes_none_down() -> None:
    assert calling("lien").post(DOOR, make.consent_document()).status == 403
    assert calling("lien").get(DOOR).status == 200


def test_each_of_many_has_its_receipt_in_order() -> None:
    one = make.consent(LAN)
    said = [
        one,
        make.consent(an_id("tam")),
        make.consent(new_id()),
        make.consent(LAN, "maybe"),
        one,
        make.consent(LAN, id=one.id, text="2026-11"),
        make.consent(an_id("hung")),
    ]
    before = feed(UPPER)
    receipts = give_consents(by=actor("an"), consents=said, at=AT)
    assert [(r.state, r.refusal and r.refusal.path) for r in receipts] == [
        *(("applied", None), ("refused", "person"), ("refused", "person"), ("refused", "decision")),
        *(("duplicate", None), ("conflict", "id"), ("applied", None)),
    ]
    assert [r.id for r in receipts] == [new.id for new in said]
    assert [r.revision for r in receipts if r.revision] == [before + 1, before + 1, before + 2]
    assert feed(UPPER) == before + 2


def test_a_hundred_cost_as_many_statements_as_one() -> None:
    homes = [
        NewHousehold(new_id(), code, persons=[NewPerson(id=new_id(), full_name=f"Trần Văn Bé {n}")])
        for n in range(50)
        for code in (UPPER, LOWER)
    ]
    register_households(by=SYSTEM, households=homes, at=AT)
    persons = [person.id for home in homes for person in home.persons]
    by = actor("dung")

    def cost(n: int) -> int:
        said = [make.consent(person) for person in persons[:n]]
        with CaptureQueriesContext(connection) as captured:
            receipts = give_consents(by=by, consents=said, at=AT)
        assert {receipt.state for receipt in receipts} == {"applied"}
        return len([one for one in captured if "SAVEPOINT" not in one["sql"]])

    assert cost(1) == cost(100) == 6


def test_who_consented_stays_when_a_roster_is_undone() -> None:
    number = into_upper(row("Phạm Thị Đào"), row("Phạm Văn Đức", relation="Con"))["id"]
    dao = next(
        person["id"]
        for home in calling("an").get("people/households", q="Đào").json["results"]
        for person in calling("an").get(f"people/households/{home['id']}").json["persons"]
        if person["full_name"] == "Phạm Thị Đào"
    )
    assert calling("an").post(f"people/persons/{dao}/consents", make.consent_document()).status == 201
    undone = undoing(number).json
    assert (undone["removed"], undone["kept"]) == (1, 1)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_U_12_no_door_changes_a_text_that_is_agreed_to(method: str) -> None:
    assert calling("dung").call(method, "people/consent-texts", {}).status == 405
    assert calling("dung").get("people/consent-texts").status == 200
