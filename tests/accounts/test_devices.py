"""Each phone is listed, and a lost one is shut out with its next request."""

from __future__ import annotations

import pytest

from accounts.models import Device
from tests.accounts.doing import holding, signing_in
from tests.village import AT, CAST, PASSWORD, calling

pytestmark = pytest.mark.django_db


def new_phone(name: str = "an", device: str = "Máy mới") -> str:
    reply = signing_in(CAST[name][0], PASSWORD, device)
    assert reply.status == 200, reply.json
    return str(reply.json["token"])


def test_an_sees_his_phones_and_which_one_he_holds() -> None:
    token = new_phone(device="Máy  mới ")
    told = holding(token).get("accounts/devices").json
    assert [(row["name"], row["current"]) for row in told["results"]] == [
        ("máy thử", False),
        ("Máy mới", True),
    ]
    assert set(told["results"][0]) == {"id", "name", "created_at", "expires_at", "current"}
    assert told["next"] is None


def test_a_lost_phone_is_revoked_from_another_and_refused_at_once() -> None:
    lost = new_phone()
    number = holding(lost).get("accounts/devices").json["results"][-1]["id"]
    assert calling("an").delete(f"accounts/devices/{number}").status == 204
    refused = holding(lost).get("accounts/me")
    assert (refused.status, refused.json["code"]) == (401, "device.revoked")
    assert calling("an").get("accounts/me").status == 200
    assert [row["name"] for row in calling("an").get("accounts/devices").json["results"]] == ["máy thử"]


def test_a_phone_revoked_already_is_gone_like_one_that_never_was() -> None:
    number = holding(new_phone()).get("accounts/devices").json["results"][-1]["id"]
    assert calling("an").delete(f"accounts/devices/{number}").status == 204
    again, never = (
        calling("an").delete(f"accounts/devices/{number}"),
        calling("an").delete("accounts/devices/999999999"),
    )
    assert (again.status, again.raw.content) == (404, never.raw.content)


def test_nobody_sees_the_phone_of_another_and_revokes_it_who_may_not_end_his_posts() -> None:
    number = Device.objects.get(user__full_name="An").pk
    leads = Device.objects.get(user__full_name="Binh").pk
    assert calling("an").delete(f"accounts/devices/{leads}").status == 404
    for name in ("chi", "hai", "lien", "nobody", "binh"):
        for method in ("GET", "DELETE") if name != "binh" else ("GET",):
            reply = calling(name).call(method, f"accounts/devices/{number}")
            never = calling(name).call(method, "accounts/devices/999999999")
            assert (reply.status, reply.raw.content) == (404, never.raw.content)
    assert calling("an").get("accounts/me").status == 200


def test_a_token_ends_after_its_time_and_leaves_the_list() -> None:
    token = new_phone()
    Device.objects.filter(name="Máy mới").update(token_until=AT, expires_at=AT)
    assert holding(token).get("accounts/me").status == 401
    assert [row["name"] for row in calling("an").get("accounts/devices").json["results"]] == ["máy thử"]


def test_the_lead_revokes_the_lost_phone_of_his_volunteer_and_the_admin_that_of_the_lead() -> None:
    for by, whose in (("binh", "An"), ("dung", "Binh")):
        number = Device.objects.get(user__full_name=whose).pk
        assert calling(by).delete(f"accounts/devices/{number}").status == 204
        assert calling(whose.lower()).get("accounts/me").json["wipe"] is True


def test_a_name_nobody_can_see_is_no_name_of_a_phone() -> None:
    reply = signing_in(CAST["an"][0], PASSWORD, "\u200b\u202e")
    assert (reply.status, reply.json["errors"][0]["path"]) == (422, "device_name")
