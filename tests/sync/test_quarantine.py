"""A phone that was revoked wipes itself; what it had yet to send is kept for those in charge."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Device
from base.models import SYSTEM, new_id
from checklist.models import Observation
from sync.actions import judge_held
from sync.models import Receipt
from tests import make
from tests.accounts.doing import holding, signing_in
from tests.village import CAST, PASSWORD, Caller, an_id, calling

pytestmark = pytest.mark.django_db


def a_batch() -> dict[str, Any]:
    """What An saw at bà Lan's."""
    fact = make.document(an_id("lan"), "identity", "level1", id=str(new_id()))
    said = {"id": str(new_id()), "kind": "observation.record", "data": fact}
    return {"batch": str(new_id()), "sent_at": timezone.now().isoformat(), "commands": [said]}


@pytest.fixture
def lost() -> dict[str, Any]:
    """The tokens of An's phone, which he has lost and his lead has revoked."""
    phone = signing_in(CAST["an"][0], PASSWORD, "Máy bị mất").json
    number = Device.objects.get(name="Máy bị mất").pk
    assert calling("binh").delete(f"accounts/devices/{number}").status == 204
    return phone


def test_U_04_its_next_push_and_pull_are_refused_with_the_order_to_wipe(lost: dict[str, Any]) -> None:
    phone = holding(lost["token"])
    for answer in (phone.post("sync/push", a_batch()), phone.get("sync/pull"), phone.get("sync/receipts")):
        assert (answer.status, answer.json["code"], answer.json["wipe"]) == (401, "device.revoked", True)
        assert answer.json["quarantine"] == "/api/v1/sync/quarantine"
    assert not Observation.objects.exists()


@pytest.mark.parametrize("which", ["token", "refresh"])
def test_U_04_what_was_unsent_is_held_for_the_lead_and_applied_by_nobody_else(
    lost: dict[str, Any], which: str
) -> None:
    batch = a_batch()
    answer = holding(lost[which]).post("sync/quarantine", batch)
    assert (answer.status, answer.json["taken"], set(answer.json)) == (200, 1, {"server_time", "taken"})
    judge_held(by=SYSTEM, at=timezone.now())
    assert not Observation.objects.exists(), "An still has his post; that is no reason"
    [held] = calling("binh").get("sync/held").json["results"]
    assert held["id"] == batch["commands"][0]["id"]
    assert calling("binh").post(f"sync/held/{held['id']}/release").json["state"] == "applied"
    assert Observation.objects.count() == 1


def test_U_04_control_what_a_phone_in_good_hands_sent_ahead_of_its_time_is_judged_by_the_clock(
    lost: dict[str, Any],
) -> None:
    """The same work, of a device that is not revoked."""
    holding(lost["token"]).post("sync/quarantine", a_batch())
    Device.objects.filter(name="Máy bị mất").update(revoked_at=None)
    judge_held(by=SYSTEM, at=timezone.now())
    assert Observation.objects.count() == 1


def test_U_04_the_same_work_from_the_new_phone_is_applied_once(lost: dict[str, Any]) -> None:
    batch = a_batch()
    holding(lost["token"]).post("sync/quarantine", batch)
    again = calling("an").post("sync/push", {**batch, "batch": str(new_id())})
    assert [one["state"] for one in again.json["receipts"]] == ["applied"]
    assert Receipt.objects.filter(state="held").count() == 0


def test_U_04_only_a_revoked_device_is_heard_there(lost: dict[str, Any]) -> None:
    for caller in (calling(), calling("an"), calling("disabled"), Caller("x" * 500), Caller(".")):
        assert caller.post("sync/quarantine", a_batch()).status == 401


def test_U_04_a_thief_fills_no_house(lost: dict[str, Any]) -> None:
    from unittest.mock import patch

    with patch("sync.actions.quarantine.MOST", 2):
        answers = [holding(lost["token"]).post("sync/quarantine", a_batch()) for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert int(answers[-1].raw.headers["Retry-After"]) > 3600
