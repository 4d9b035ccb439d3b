"""What is ready and what comes next, asked over HTTP by the volunteer at the door."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from base.days import day_of
from base.models import SYSTEM, new_id
from people.actions import NewHousehold, NewPerson, register_households
from tests import make
from tests.village import AT, UPPER, an_id, calling

pytestmark = pytest.mark.django_db
LAN, HUNG, MAI = an_id("lan"), an_id("hung"), an_id("mai")
PILLARS = ["identity", "payment", "signature", "service_account"]
ALL_ENABLED = [("chip_card", "valid"), ("own_sim", "own"), ("smartphone", "own"), ("safety", "briefed")]


def tell(*facts: tuple[str, str] | tuple[str, str, dict[str, Any]], whom: Any = LAN) -> None:
    told = [make.document(whom, fact[0], fact[1], **(fact[2] if len(fact) > 2 else {})) for fact in facts]
    receipts = calling("an").post("checklist/observations", told).json["receipts"]
    assert {receipt["state"] for receipt in receipts} <= {"applied"}


def ready(whom: Any = LAN, language: str | None = None) -> dict[str, Any]:
    reply = calling("an", language).get(f"checklist/persons/{whom}/readiness")
    assert reply.status == 200, reply.json
    found: dict[str, Any] = reply.json
    return found


def steps(whom: Any = LAN) -> list[tuple[str, str, str]]:
    return [(step["item"], step["step"], step["where"]) for step in ready(whom)["next_steps"]]


def test_ba_lan_of_whom_nobody_has_told_anything() -> None:
    found = ready()
    assert {name: found[name] for name in found if name != "next_steps"} == {
        "person": str(LAN),
        "on": day_of(datetime.now(UTC)).isoformat(),
        "countable": True,
        "due": PILLARS,
        "ready": [],
        "stage": 0,
        "is_ready": False,
    }
    assert found["next_steps"][0] == {
        "item": "identity",
        "step": "register_level2",
        "title": "Đăng ký định danh mức độ 2 tại Công an xã",
        "where": "commune_police",
        "bring": ["chip_card", "phone_number"],
        "volunteer_can_help": False,
        "blocked_by": [],
        "confirm": ["identity", "chip_card", "own_sim"],
        "guide": "register-vneid-level-2",
    }


def test_steps_are_told_in_english_to_who_asks_for_it() -> None:
    first = ready(language="en")["next_steps"][0]
    assert first["title"] == "Register for level 2 at the commune police"
    vi, en = ready()["next_steps"], ready(language="en")["next_steps"]
    assert [{**step, "title": ""} for step in vi] == [{**step, "title": ""} for step in en]
    assert all(one["title"] != other["title"] for one, other in zip(vi, en, strict=True))


def test_without_a_chip_card_the_card_comes_first_and_nothing_that_asks_for_it_before() -> None:
    tell(("chip_card", "none"), *ALL_ENABLED[1:])
    found = steps()
    assert found[0] == ("chip_card", "apply", "commune_police")
    assert ("identity", "register_level2", "commune_police") in found[1:]


def test_a_granted_identity_is_activated_at_home_and_not_at_the_police() -> None:
    tell(("identity", "level2_granted"), *ALL_ENABLED)
    found = steps()
    assert found[0] == ("identity", "activate", "home")
    assert "commune_police" not in [where for _, _, where in found]
    assert ready()["next_steps"][0]["volunteer_can_help"] is True
    assert "identity" not in ready()["ready"]


def test_mobile_money_alone_satisfies_the_payment() -> None:
    tell(("payment", "has", {"kind": "mobile_money"}), ("payment", "none", {"kind": "bank_account"}))
    assert ready()["ready"] == ["payment"]
    assert "payment" not in [item for item, _, _ in steps()]


def test_an_expired_signature_leads_back_to_the_signature_only() -> None:
    tell(
        *ALL_ENABLED,
        ("identity", "level2_active"),
        ("payment", "has", {"kind": "bank_account"}),
        ("service_account", "logged_in"),
        ("signature", "has", {"kind": "ca", "expires_on": "2026-01-31"}),
    )
    found = ready()
    assert found["ready"] == ["identity", "payment", "service_account"]
    assert (found["stage"], found["is_ready"]) == (3, False)
    assert {step["item"] for step in found["next_steps"]} == {"signature"}
    tell(("signature", "has", {"kind": "vneid", "expires_on": "2099-01-31"}))
    assert (ready()["is_ready"], ready()["next_steps"]) == (True, [])


def test_without_a_smartphone_the_services_are_offered_at_the_one_stop_centre() -> None:
    tell(("smartphone", "none"), ("identity", "level2_active"))
    assert ("service_account", "log_in_assisted", "one_stop_centre") in steps()


def test_a_blocker_is_shown_on_the_step_it_blocks() -> None:
    tell(("payment", "none", {"kind": "bank_account", "blocker": "refuses"}))
    blocked = {step["item"]: step["blocked_by"] for step in ready()["next_steps"]}
    assert blocked["payment"] == ["refuses"]
    assert blocked["identity"] == []


def test_a_girl_of_fourteen_is_expected_to_have_an_identity_only() -> None:
    assert ready(MAI)["due"] == ["identity"]
    tell(("identity", "level2_active"), whom=MAI)
    assert ready(MAI)["is_ready"] is True


def test_whose_age_nobody_knows_is_not_counted_and_gets_no_steps() -> None:
    old = NewPerson(new_id(), "Nguyễn Thị Già")
    register_households(by=SYSTEM, households=[NewHousehold(new_id(), UPPER, persons=[old])], at=AT)
    found = ready(old.id)
    assert (found["countable"], found["due"], found["is_ready"], found["next_steps"]) == (
        False,
        [],
        False,
        [],
    )


def household() -> dict[str, Any]:
    reply = calling("an").get(f"checklist/households/{an_id('nguyen')}/readiness")
    assert reply.status == 200, reply.json
    found: dict[str, Any] = reply.json
    return found


EVERYTHING = [
    *ALL_ENABLED,
    ("identity", "level2_active"),
    ("payment", "has", {"kind": "e_wallet"}),
    ("service_account", "submitted"),
    ("signature", "has", {"kind": "ca"}),
]


def test_a_household_is_ready_when_every_present_adult_is() -> None:
    found = household()
    assert (found["household"], found["is_ready"]) == (str(an_id("nguyen")), False)
    assert {person["person"] for person in found["persons"]} == {str(LAN), str(HUNG), str(MAI)}
    tell(*EVERYTHING)
    assert household()["is_ready"] is False
    tell(*EVERYTHING, whom=HUNG)
    found = household()
    assert found["is_ready"] is True  # Mai is a child
    each = {person["person"]: person["is_ready"] for person in found["persons"]}
    assert each == {str(LAN): True, str(HUNG): True, str(MAI): False}
    assert found["persons"][0] == ready(found["persons"][0]["person"])


def test_who_works_away_does_not_keep_the_household_from_being_ready() -> None:
    tell(*EVERYTHING)
    edit = {"base": {"presence": "present"}, "set": {"presence": "away"}}
    assert calling("an").patch(f"people/persons/{HUNG}", edit).status == 200
    assert household()["is_ready"] is True


def test_the_person_and_the_list_of_households_tell_the_same() -> None:
    tell(*EVERYTHING)
    tell(*EVERYTHING, whom=HUNG)
    an = calling("an")
    standings = an.get(f"people/persons/{LAN}").json["standings"]
    assert [one["item"] for one in standings if one["ready"]] == [
        *PILLARS,
        "smartphone",
        "own_sim",
        "chip_card",
        "safety",
    ]
    listed = an.get("people/households", area=UPPER, readiness="ready").json["results"]
    assert [home["id"] for home in listed] == [str(an_id("nguyen"))]
    assert an.get("people/households", area=UPPER, follow_up="true").json["results"] == []


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("door", ["persons/{}/readiness", "households/{}/readiness"])
def test_readiness_is_only_read(method: str, door: str) -> None:
    reply = calling("dung").call(method, "checklist/" + door.format(LAN), {})
    assert reply.status == 405


def test_readiness_takes_no_parameter() -> None:
    reply = calling("an").get(f"checklist/persons/{LAN}/readiness", on=date(2027, 1, 1).isoformat())
    assert reply.status == 400
