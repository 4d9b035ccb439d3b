"""A mistake is withdrawn, never edited: the first fact stays readable and no longer counts."""

from __future__ import annotations

from typing import Any

import pytest

from base.models import new_id
from checklist.models import Observation, Standing
from tests import make
from tests.checklist.counting import differences, states_of
from tests.village import AT, UPPER, Reply, an_id, calling

pytestmark = pytest.mark.django_db
LAN = an_id("lan")


def tell(who: str, item: str, state: str, **more: Any) -> str:
    told = make.document(LAN, item, state, **more)
    reply = calling(who).post("checklist/observations", told)
    assert reply.json["receipts"][0]["state"] == "applied", reply.json
    return str(told["id"])


def retract(who: str, observation: str, **more: Any) -> Reply:
    given = {"id": str(new_id()), "observation": observation, **more}
    return calling(who).post("checklist/retractions", given)


def standings(who: str = "an") -> list[tuple[str, str, str]]:
    found = calling(who).get(f"people/persons/{LAN}").json["standings"]
    return [(one["item"], one["kind"], one["state"]) for one in found]


def counted(item: str) -> dict[str, int]:
    return states_of(UPPER, item)


def test_the_author_retracts_and_standing_and_tallies_follow() -> None:
    tell("an", "safety", "none", observed_at=AT.replace(hour=1))
    mistaken = tell("an", "safety", "confirmed")
    assert counted("safety") == {"confirmed": 1}
    reply = retract("an", mistaken)
    assert (reply.status, reply.json["receipts"][0]["state"]) == (200, "applied")
    assert standings() == [("safety", "", "none")]
    assert counted("safety") == {"none": 1}
    assert differences() == 0


def test_when_the_last_fact_is_retracted_nothing_holds_any_more() -> None:
    only = tell("an", "payment", "has", kind="mobile_money")
    retract("an", only)
    assert standings() == []
    kept = Standing.objects.get(person_id=LAN)  # for the phones, and for nobody else
    assert (kept.item, kept.kind, kept.state, kept.contested) == ("payment", "mobile_money", "", False)
    assert kept.revision == Observation.objects.get(retracts=only).revision
    assert counted("payment") == {}
    assert differences() == 0


def test_what_no_longer_holds_is_told_to_nobody_who_reads() -> None:
    stronger = tell("an", "safety", "confirmed", evidence="verified")
    weaker = tell("an", "safety", "none", evidence="self_declared", observed_at=AT.replace(hour=4))
    identity = tell("an", "identity", "level2_active")
    follow_up = f"people/households?area={UPPER}&readiness=none&follow_up=true"

    def told() -> list[Any]:
        doors = (f"people/persons/{LAN}", f"checklist/persons/{LAN}/readiness", follow_up)
        replies = [calling("an").get(door).json for door in doors]
        standings_of_her = replies[0]["standings"]
        return [standings_of_her, {**replies[1], "next_steps": []}, replies[2]["results"]]

    for fact in (stronger, weaker, identity):
        assert retract("an", fact).status == 200
    assert [row.state for row in Standing.objects.filter(person_id=LAN)] == ["", ""]
    kept = told()
    Standing.objects.all().delete()
    assert kept == told()
    assert kept[0] == []


def test_what_is_recorded_anew_after_a_retraction_holds_again() -> None:
    only = tell("an", "payment", "has", kind="mobile_money")
    retract("an", only)
    tell("an", "payment", "in_progress", kind="mobile_money")
    assert standings() == [("payment", "mobile_money", "in_progress")]
    assert Standing.objects.filter(person_id=LAN).count() == 1
    assert counted("payment") == {"in_progress": 1}
    assert differences() == 0


def test_the_other_kinds_stay_when_one_is_retracted() -> None:
    bank = tell("an", "payment", "has", kind="bank_account")
    tell("an", "payment", "in_progress", kind="e_wallet")
    assert counted("payment") == {"has": 1}
    retract("an", bank)
    assert standings() == [("payment", "e_wallet", "in_progress")]
    assert counted("payment") == {"in_progress": 1}


@pytest.mark.parametrize("who", ["binh", "dung", "giang"])
def test_a_team_lead_and_above_retract_what_others_told(who: str) -> None:
    told = tell("an", "safety", "briefed")
    assert retract(who, told).status == 200
    assert standings() == []
    assert Observation.objects.get(retracts=told).by_id == an_id(who)


def test_another_volunteer_does_not_retract_what_the_lead_told() -> None:
    told = tell("binh", "safety", "briefed")
    reply = retract("an", told)
    assert (reply.status, reply.json["code"]) == (403, "observation.not_yours")
    assert reply.json["errors"][0]["path"] == "observation"
    assert standings() == [("safety", "", "briefed")]


@pytest.mark.parametrize(("who", "status"), [("chi", 404), ("hai", 404), ("lien", 403), (None, 401)])
def test_nobody_retracts_from_elsewhere_or_without_the_right(who: str | None, status: int) -> None:
    told = tell("an", "safety", "briefed")
    given = {"id": str(new_id()), "observation": told}
    assert calling(who).post("checklist/retractions", given).status == status
    assert standings() == [("safety", "", "briefed")]


def test_a_retraction_is_not_retracted() -> None:
    told = tell("an", "safety", "briefed")
    withdrawal = retract("an", told).json["receipts"][0]["id"]
    reply = retract("an", withdrawal)
    assert (reply.status, reply.json["code"]) == (404, "thing.not_found")
    assert standings() == []


def test_the_same_retraction_sent_again_is_a_duplicate_and_of_another_a_conflict() -> None:
    told, other = tell("an", "safety", "briefed"), tell("an", "identity", "level1")
    one = str(new_id())
    first = retract("an", told, id=one).json["receipts"]
    assert retract("an", told, id=one).json["receipts"] == [{**first[0], "state": "duplicate"}]
    reply = retract("an", other, id=one)
    assert (reply.status, reply.json["code"]) == (409, "observation.id_taken")
    assert retract("an", told, id=told).status == 409  # an id belongs to one fact only
    assert standings() == [("identity", "", "level1")]


def test_what_is_retracted_twice_is_gone_once() -> None:
    told = tell("an", "safety", "briefed")
    again = calling("an").post(
        "checklist/retractions", [{"id": str(new_id()), "observation": told} for _ in range(2)]
    )
    assert [receipt["state"] for receipt in again.json["receipts"]] == ["applied", "applied"]
    assert retract("binh", told).status == 200
    assert counted("safety") == {}
    assert differences() == 0


def test_Z_05_the_original_stays_readable_in_the_history() -> None:
    told = tell("an", "safety", "briefed", blocker="cannot_read")
    before = calling("an").get(f"checklist/persons/{LAN}/observations").json["results"]
    withdrawal = retract("binh", told).json["receipts"][0]
    rows = calling("an").get(f"checklist/persons/{LAN}/observations").json["results"]
    assert rows[:-1] == before
    assert (rows[0]["id"], rows[0]["state"], rows[0]["blocker"]) == (told, "briefed", "cannot_read")
    last = rows[-1]
    assert (last["id"], last["retracts"], last["by"]) == (withdrawal["id"], told, str(an_id("binh")))
    assert last["revision"] == withdrawal["revision"]
