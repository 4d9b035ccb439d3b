"""What the phone counts and what the house counts are equal, by batch and by device."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from accounts.models import Device, Post
from base.models import new_id
from sync.models import Batch
from tests.sync.saying import (
    LAN,
    batch,
    change,
    household,
    observation,
    person,
    phone_of,
    push,
    send,
)
from tests.village import an_id, calling

pytestmark = pytest.mark.django_db
NONE = {"sent": 0, "stored": 0, "waiting": 0, "refused": 0, "conflict": 0}


def of_batch(who: str, id: str) -> dict[str, Any]:
    reply = calling(who).get("sync/receipts", batch=id)
    assert reply.status == 200, reply.json
    return dict(reply.json)


def counts(who: str) -> dict[str, int]:
    return dict(calling(who).get("sync/receipts").json["counts"])


def mixed() -> list[dict[str, Any]]:
    """Three stored, two waiting, one refused, one conflict."""
    push("binh", change(LAN, presence=("present", "away")))
    return [
        household(),
        observation(LAN),
        observation(LAN, state="level2_active"),
        observation(new_id()),
        person(new_id()),
        observation(LAN, state="level9"),
        change(LAN, presence=("present", "moved")),
    ]


MIXED = {"sent": 7, "stored": 3, "waiting": 2, "refused": 1, "conflict": 1}


def test_a_lost_answer_is_read_again() -> None:
    sent = batch(*mixed())
    told = send("an", sent).json["receipts"]
    read = of_batch("an", sent["batch"])
    assert set(read) == {"batch", "received_at", "counts", "receipts"}
    assert read["counts"] == MIXED
    assert [(r["id"], r["state"], r.get("code"), r.get("current")) for r in read["receipts"]] == [
        (r["id"], r["state"], r.get("code"), r.get("current")) for r in told
    ]


def test_it_tells_how_the_commands_stand_now() -> None:
    dao = new_id()
    sent = batch(observation(dao))
    send("an", sent)
    assert of_batch("an", sent["batch"])["counts"]["waiting"] == 1
    push("an", person(an_id("nguyen"), dao))
    assert of_batch("an", sent["batch"])["receipts"][0]["state"] == "applied"


def test_each_command_is_counted_once_however_often_it_was_sent() -> None:
    said = mixed()
    push("an", *said)
    push("an", *said[2:], said[2])
    push("an", *said[:4])
    assert counts("an") == MIXED
    assert counts("binh") == {**NONE, "sent": 1, "stored": 1}
    assert counts("chi") == NONE


def test_the_same_batch_again_is_the_same_batch() -> None:
    sent = batch(observation(LAN), observation(LAN))
    send("an", sent)
    before = Batch.objects.values().get()
    send("an", sent)
    assert Batch.objects.values().get() == before
    more = observation(LAN)
    send("an", {**sent, "commands": [*sent["commands"][1:], more]})
    ids = [UUID(one["id"]) for one in (*sent["commands"], more)]
    assert Batch.objects.get().commands == ids


def test_work_sent_from_another_phone_of_the_house_counts_where_it_was_sent() -> None:
    """A phone that signed in anew has a new device, and counts what it sent as that."""
    said = [observation(LAN), observation(LAN)]
    push("an", said[0])
    push("binh", *said)
    assert counts("an")["sent"] == 1
    assert counts("binh") == {**NONE, "sent": 2, "stored": 2}


def test_a_batch_is_told_to_the_device_that_sent_it() -> None:
    sent = batch(observation(LAN))
    send("an", sent)
    for who in ("binh", "dung", "lien"):
        assert calling(who).get("sync/receipts", batch=sent["batch"]).status == 404
    assert calling("an").get("sync/receipts", batch=str(new_id())).status == 404
    assert calling("an").get("sync/receipts", batch="x").status == 400


def test_a_batch_tells_how_it_came() -> None:
    body = batch(*mixed())
    send("an", body, HTTP_X_APP_VERSION="ssso/1.4.2 (Android 9)")
    row = Batch.objects.get(device=Device.objects.get(user_id=an_id("an")).pk)
    assert str(row.batch) == body["batch"]
    assert (row.user_id, row.app_version) == (an_id("an"), "ssso/1.4.2 (Android 9)")
    assert row.counts == {"applied": 3, "held": 2, "refused": 1, "conflict": 1}
    assert row.bytes > 1000
    assert row.ms >= 0


@pytest.mark.parametrize("version", ["x" * 41, "1.0\x01", "phiên bản 1"])
def test_an_app_version_that_is_none_is_left_out(version: str) -> None:
    send("an", batch(observation(LAN)), HTTP_X_APP_VERSION=version)
    assert Batch.objects.get().app_version == ""


def devices(who: str) -> dict[str, dict[str, Any]]:
    """The devices of his people, by the name of who has them."""
    reply = calling(who).get("sync/devices")
    assert reply.status == 200, reply.json
    return {row["user"]["full_name"].lower(): row for row in reply.json["results"]}


def test_a_team_lead_reads_how_the_phones_of_his_people_do() -> None:
    send("an", batch(*mixed()), HTTP_X_APP_VERSION="1.4.2")
    found = devices("binh")
    assert set(found) == {"an", "binh", "revoked", "disabled"}
    row = found["an"]
    assert row["counts"] == MIXED
    assert row["app_version"] == "1.4.2"
    assert abs(row["clock_offset_ms"]) < 30_000
    assert row["last_sync"]
    assert found["revoked"]["last_sync"] is None
    assert found["revoked"]["counts"] == NONE


def test_everybody_reads_of_his_own_people_alone() -> None:
    assert {"an", "binh", "chi", "dung", "lien"} <= set(devices("dung"))
    assert set(devices("hai")) == {"hai", "khanh"}
    assert "khanh" in devices("giang")
    for who in ("an", "lien", "minh", "nobody"):
        assert calling(who).get("sync/devices").status == 403


def test_who_left_is_no_longer_among_them() -> None:
    assert "dismissed" not in devices("binh")
    Post.objects.filter(user_id=an_id("an")).update(to_at=Post.objects.get(user_id=an_id("an")).from_at)
    assert "an" not in devices("binh")


def test_no_list_tells_what_was_said() -> None:
    push("an", household(persons=[{"id": str(new_id()), "full_name": "Phạm Thị Đào", "phone": "0912000999"}]))
    told = str(devices("binh")) + str(phone_of("an").get("sync/receipts").json)
    assert "Đào" not in told
    assert "912000" not in told
