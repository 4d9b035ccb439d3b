"""Whatever is sent to a door of accounts, the answer is a clear no and nothing is stored."""

from __future__ import annotations

from typing import Any

import pytest

from tests import poison
from tests.village import PASSWORD, UPPER, Reply, an_id, calling

pytestmark = pytest.mark.django_db

INVITATION = {"role": "volunteer", "area": UPPER, "full_name": "Phạm Thị Oanh", "phone": "0912 111 222"}
ENROLMENT = {"code": "x" * 43, "device_name": "Máy của Oanh", "password": PASSWORD}
SIGNING_IN = {"phone": "0912000001", "password": PASSWORD, "device_name": "Máy của An"}
APPOINTMENT = {"user": str(an_id("an")), "role": "team_lead", "area": UPPER}


@pytest.mark.parametrize(
    ("who", "path", "good"),
    [
        ("dung", "accounts/enrolments", INVITATION),
        (None, "accounts/enrol", ENROLMENT),
        (None, "accounts/sign-in", SIGNING_IN),
        ("dung", "accounts/posts", APPOINTMENT),
    ],
)
def test_no_poison_passes_a_door_of_accounts(who: str | None, path: str, good: dict[str, Any]) -> None:
    assert poison.swallow(calling(who), "POST", path, dict(good)) > 50


@pytest.mark.parametrize(
    ("path", "good"), [("accounts/enrolments", INVITATION), ("accounts/posts", APPOINTMENT)]
)
def test_the_same_body_without_poison_passes(path: str, good: dict[str, Any]) -> None:
    """The control: what the poisons were made of is good."""
    assert calling("dung").post(path, good).status == 201


@pytest.mark.parametrize("number", ["0", "99999999999999999999999999", "9" * 4000, "-1", "x", "%00", "1%2f2"])
@pytest.mark.parametrize("door", ["devices", "posts"])
def test_numbers_of_nothing_are_not_found(door: str, number: str) -> None:
    dung = calling("dung")
    for method in ("GET", "DELETE"):
        reply = dung.call(method, f"accounts/{door}/{number}")
        assert reply.status == 404, (method, reply.json)
        poison.refused(reply, number)


@pytest.mark.parametrize(
    "query", ["cursor=%00", "cursor=%ff", "cursor=a&cursor=b", "user=1", "user__password__startswith=a"]
)
@pytest.mark.parametrize("door", ["devices", "posts"])
def test_lists_take_no_other_question_than_theirs(door: str, query: str) -> None:
    reply = calling("dung").get(f"accounts/{door}?{query}")
    assert reply.status == 400
    poison.refused(reply, query)


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer x", "Basic eDp5", "Bearer " + "x" * 5000, "ạ"]
)
def test_a_header_that_is_no_token_is_a_401(header: str) -> None:
    reply = Reply(calling().client.get("/api/v1/accounts/me", headers={"authorization": header}))
    assert (reply.status, reply.json["code"]) == (401, "token.required")
    assert reply.raw.headers["WWW-Authenticate"] == "Bearer"
