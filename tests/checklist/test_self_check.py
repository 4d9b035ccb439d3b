"""A citizen checks himself: no sign-in, no name, nothing stored."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checklist.actions import record_observations
from checklist.items import ITEMS
from tests import make
from tests.poison import stored, swallow
from tests.village import AT, Reply, actor, an_id, calling

pytestmark = pytest.mark.django_db
DOOR = "checklist/self-check"
ANSWERS = {
    "birth_year": 1958,
    "standings": {"identity": "level2_granted", "payment": {"mobile_money": "has", "bank_account": "none"}},
    "blockers": ["no_network"],
}


def check(body: Any, language: str | None = None) -> Reply:
    return calling(language=language).post(DOOR, body)


def test_a_citizen_learns_what_is_ready_and_what_comes_next() -> None:
    reply = check(ANSWERS)
    assert reply.status == 200, reply.json
    told = reply.json
    assert set(told) == {"on", "countable", "due", "ready", "stage", "is_ready", "next_steps", "does_not_fit"}
    assert (told["ready"], told["stage"], told["is_ready"]) == (["payment"], 1, False)
    first = told["next_steps"][0]
    assert (first["item"], first["step"], first["where"]) == ("identity", "activate", "home")
    assert first["blocked_by"] == ["no_network"]
    assert first["title"] == "Kích hoạt tài khoản mức độ 2 trên điện thoại (khoảng 5 phút)"
    assert check(ANSWERS, "en").json["next_steps"][0]["title"].startswith("Activate the level 2 account")


def test_R_05_R_06_nothing_is_stored_and_the_database_is_not_even_asked() -> None:
    before = stored()
    with CaptureQueriesContext(connection) as statements:
        assert check(ANSWERS).status == 200
        assert check({"age": 7}).status == 200
        assert check({**ANSWERS, "name": "Lan"}).status == 400
    assert len(statements) == 0
    assert stored() == before


def test_the_answer_is_not_kept_by_anybody_on_the_way() -> None:
    assert check(ANSWERS).raw.headers["Cache-Control"] == "no-store"
    assert not check(ANSWERS).raw.cookies


@pytest.mark.parametrize(
    ("age", "due"),
    [
        (0, []),
        (13, []),
        (14, ["identity"]),
        (15, ["identity", "payment"]),
        (17, ["identity", "payment"]),
        (18, ["identity", "payment", "signature", "service_account"]),
        (130, ["identity", "payment", "signature", "service_account"]),
    ],
)
def test_what_is_due_follows_the_age(age: int, due: list[str]) -> None:
    assert check({"age": age}).json["due"] == due


@pytest.mark.parametrize(
    ("answers", "first"),
    [
        ({"chip_card": "none"}, ("chip_card", "commune_police")),
        ({"identity": "level2_granted"}, ("identity", "home")),
        ({"identity": "level2_active", "payment": {"unspecified": "has"}, "signature": {"ca": "has"}}, None),
    ],
)
def test_the_examples_hold_for_citizens_too(answers: dict[str, Any], first: tuple[str, str] | None) -> None:
    steps = check({"age": 40, "standings": answers}).json["next_steps"]
    wanted = first or ("service_account", "online")
    assert (steps[0]["item"], steps[0]["where"]) == wanted


@pytest.mark.parametrize(
    ("body", "status", "path"),
    [
        ({}, 400, "birth_year"),
        ({"birth_year": 1958, "age": 68}, 400, "birth_year"),
        ({"age": -1}, 400, "age"),
        ({"age": 131}, 400, "age"),
        ({"age": "old"}, 400, "age"),
        ({"age": 40.5}, 400, "age"),
        ({"age": None}, 400, "age"),
        ({"birth_year": 1895}, 400, "birth_year"),
        ({"birth_year": 2999}, 400, "birth_year"),
        ({"birth_year": 10**30}, 400, "birth_year"),
        ({"age": 40, "name": "Lan"}, 400, "name"),
        ({"age": 40, "standings": []}, 400, "standings"),
        ({"age": 40, "standings": {"identity": 7}}, 400, "standings.identity"),
        ({"age": 40, "standings": {"identity": ["none"]}}, 400, "standings.identity"),
        ({"age": 40, "standings": {"payment": {"e_wallet": {}}}}, 400, "standings.payment.e_wallet"),
        ({"age": 40, "standings": {"identity": "asleep"}}, 422, "standings.identity"),
        ({"age": 40, "standings": {"horoscope": "good"}}, 422, "standings.horoscope"),
        ({"age": 40, "standings": {"payment": "has"}}, 422, "standings.payment"),
        ({"age": 40, "standings": {"payment": {"gold": "has"}}}, 422, "standings.payment.gold"),
        ({"age": 40, "standings": {"identity": {"vneid": "none"}}}, 422, "standings.identity.vneid"),
        ({"age": 40, "standings": {"identity": "x" * 3000}}, 422, "standings.identity"),
        ({"age": 40, "blockers": "no_card"}, 400, "blockers"),
        ({"age": 40, "blockers": ["the_rain"]}, 400, "blockers"),
        ({"age": 40, "blockers": ["no_card"] * 21}, 400, "blockers"),
    ],
    ids=str,
)
def test_a_wrong_answer_is_named(body: dict[str, Any], status: int, path: str) -> None:
    reply = check(body)
    assert (reply.status, [error["path"][: len(path)] for error in reply.json["errors"]]) == (status, [path])


def test_a_citizen_may_answer_everything_at_length() -> None:
    everything = {
        code: {kind.code: item.states[-1].code for kind in item.kinds} if item.kinds else item.states[-1].code
        for code, item in ITEMS.items()
    }
    reply = check({"age": 40, "standings": everything})
    assert (reply.status, reply.json["is_ready"], reply.json["next_steps"]) == (200, True, [])
    padded = b'{"age": 40' + b" " * 4000 + b"}"
    assert check(padded).status == 200
    assert check({"age": 40, "standings": {f"item {n}": "none" for n in range(150)}}).status == 422
    assert check(b'{"age": 40' + b" " * 4096 + b"}").status == 413


def test_every_poison_is_refused() -> None:
    assert swallow(calling(), "POST", DOOR, ANSWERS, most=4096) > 100


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_it_is_only_asked_by_post(method: str) -> None:
    assert calling().call(method, DOOR).status == 405


def test_R_06_control_a_single_row_that_was_kept_would_be_seen() -> None:
    before = stored()
    seen = make.observation(an_id("lan"), "identity", "level1")
    [receipt] = record_observations(by=actor("an"), observations=[seen], at=AT)
    assert receipt.state == "applied"
    assert stored() != before
