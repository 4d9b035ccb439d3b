"""A volunteer records at the door: one observation or a list, and a receipt for each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from base.models import new_id
from checklist.actions import record_observations
from checklist.models import Observation
from tests import make
from tests.checklist.counting import feed_of
from tests.village import AT, UPPER, actor, an_id, calling

pytestmark = pytest.mark.django_db
LAN, HUNG = an_id("lan"), an_id("hung")
DOOR = "checklist/observations"


def post(*documents: Any, who: str = "an", language: str | None = None) -> list[dict[str, Any]]:
    reply = calling(who, language).post(DOOR, list(documents))
    assert reply.status == 200, reply.json
    receipts: list[dict[str, Any]] = reply.json["receipts"]
    return receipts


def test_one_observation_is_applied_with_the_next_revision_of_the_hamlet() -> None:
    before = feed_of(UPPER)
    told = make.document(LAN, "identity", "level2_active")
    reply = calling("an").post(DOOR, told)
    assert reply.status == 200
    assert reply.json == {"receipts": [{"id": told["id"], "state": "applied", "revision": before + 1}]}
    kept = Observation.objects.get(pk=told["id"])
    assert (kept.person_id, kept.item, kept.state, kept.evidence) == (LAN, "identity", "level2_active", 2)
    assert (kept.by_id, kept.post.role, kept.hamlet.code) == (an_id("an"), "volunteer", UPPER)
    assert kept.device is not None


def test_a_list_gets_its_receipts_in_order() -> None:
    before = feed_of(UPPER)
    good = make.document(LAN, "safety", "briefed")
    bad = make.document(LAN, "safety", "asleep")
    also = make.document(HUNG, "safety", "confirmed")
    assert post(good, bad, good, also) == [
        {"id": good["id"], "state": "applied", "revision": before + 1},
        {
            "id": bad["id"],
            "state": "refused",
            "code": "state.unknown",
            "path": "state",
            "message": "Tiêu chí “safety” không có trạng thái “asleep”.",
        },
        {"id": good["id"], "state": "duplicate", "revision": before + 1},
        {"id": also["id"], "state": "applied", "revision": before + 2},
    ]


def test_an_empty_list_gets_no_receipts() -> None:
    assert post() == []


def test_the_same_sent_again_is_a_duplicate_with_the_same_revision() -> None:
    told = make.document(LAN, "chip_card", "valid")
    [first] = post(told)
    assert post(told) == [{**first, "state": "duplicate"}]
    assert Observation.objects.filter(pk=told["id"]).count() == 1


@pytest.mark.parametrize(
    "other",
    [
        {"state": "expired"},
        {"person": str(HUNG)},
        {"evidence": "verified"},
        {"blocker": "absent"},
        {"observed_at": (AT - timedelta(days=1)).isoformat()},
        {"visit": str(an_id("visit"))},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_same_id_with_other_content_is_a_conflict_and_changes_nothing(other: dict[str, Any]) -> None:
    told = make.document(LAN, "chip_card", "valid")
    post(told)
    before = feed_of(UPPER)
    assert post({**told, **other}) == [
        {
            "id": told["id"],
            "state": "conflict",
            "code": "observation.id_taken",
            "path": "id",
            "message": "Mã này đã dùng cho một lần ghi nhận khác.",
        }
    ]
    assert feed_of(UPPER) == before
    assert post(told)[0]["state"] == "duplicate"


def test_a_single_conflict_is_a_409() -> None:
    told = make.document(LAN, "chip_card", "valid")
    post(told)
    reply = calling("an").post(DOOR, {**told, "state": "none"})
    assert (reply.status, reply.json["code"]) == (409, "observation.id_taken")


@pytest.mark.parametrize(
    ("change", "status", "code", "path"),
    [
        ({"item": "horoscope"}, 422, "item.unknown", "item"),
        ({"state": "asleep"}, 422, "state.unknown", "state"),
        ({"kind": "gold"}, 422, "kind.unknown", "kind"),
        ({"evidence": "hearsay"}, 422, "evidence.unknown", "evidence"),
        ({"blocker": "the_rain"}, 422, "blocker.unknown", "blocker"),
        ({"expires_on": "2027-01-01"}, 422, "expiry.not_expected", "expires_on"),
        ({"item": "payment", "state": "has"}, 422, "kind.missing", "kind"),
        ({"person": "lan"}, 400, "field.invalid", "person"),
        ({"id": 7}, 400, "field.invalid", "id"),
        ({"observed_at": "2026-11-02T03:00:00"}, 400, "field.invalid", "observed_at"),
        ({"observed_at": "1969-12-31T00:00:00Z"}, 400, "observation.bad_instant", "observed_at"),
        ({"expires_on": "2027-02-30"}, 400, "field.invalid", "expires_on"),
        ({"note": "bà Lan ốm"}, 400, "field.invalid", "note"),
        ({"person": str(an_id("stranger"))}, 404, "thing.not_found", "person"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_a_single_refused_observation_is_a_problem_that_names_the_field(
    change: dict[str, Any], status: int, code: str, path: str
) -> None:
    reply = calling("an").post(DOOR, {**make.document(LAN, "safety", "briefed"), **change})
    assert (reply.status, reply.json["code"]) == (status, code)
    assert [error["path"] for error in reply.json["errors"]] == [path]
    assert reply.raw.headers["Content-Type"].startswith("application/problem+json")


def test_a_missing_field_is_named() -> None:
    told = make.document(LAN, "safety", "briefed")
    del told["evidence"]
    [receipt] = post(told)
    assert (receipt["state"], receipt["path"]) == ("refused", "evidence")


def test_messages_are_in_english_for_who_asks_for_it() -> None:
    told = make.document(LAN, "safety", "asleep")
    [receipt] = post(told, language="en-GB,en;q=0.9,vi;q=0.5")
    assert receipt["message"] == 'The item "safety" has no state "asleep".'
    alone = calling("an", "en").post(DOOR, told)
    assert alone.json["title"] == receipt["message"]


def test_a_phone_whose_clock_runs_ahead_observes_at_the_receipt_at_the_latest() -> None:
    ahead = datetime.now(UTC) + timedelta(days=400)
    told = make.document(LAN, "safety", "briefed", observed_at=ahead)
    post(told)
    kept = Observation.objects.get(pk=told["id"])
    assert kept.observed_at == kept.recorded_at < ahead
    assert post(told)[0]["state"] == "duplicate"


@pytest.mark.parametrize("later", [timedelta(seconds=1), timedelta(minutes=5), timedelta(days=3)])
def test_what_was_set_back_to_the_receipt_is_a_duplicate_whenever_it_comes_again(later: timedelta) -> None:
    ahead = make.observation(LAN, "safety", "briefed", observed_at=AT + timedelta(minutes=5))
    record_observations(by=actor("an"), observations=[ahead], at=AT)
    [again] = record_observations(by=actor("an"), observations=[ahead], at=AT + later)
    assert again.state == "duplicate"
    other = make.observation(LAN, "safety", "briefed", observed_at=AT - timedelta(minutes=5), id=ahead.id)
    [earlier] = record_observations(by=actor("an"), observations=[other], at=AT + later)
    assert earlier.state == "conflict"


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("door", [DOOR, "checklist/retractions"])
def test_Z_05_what_is_recorded_can_be_neither_edited_nor_deleted(method: str, door: str) -> None:
    reply = calling("dung").call(method, door, {"id": str(new_id())})
    assert (reply.status, reply.json["code"]) == (405, "method.not_allowed")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_history_of_a_person_is_only_read(method: str) -> None:
    reply = calling("dung").call(method, f"checklist/persons/{LAN}/observations", {})
    assert (reply.status, reply.json["code"]) == (405, "method.not_allowed")


GOSSIP = "Bà Lan kể rằng con trai bà nợ tiền"


@pytest.mark.parametrize(
    "field", [*make.document(LAN, "identity", "none"), "kind", "blocker", "visit", "note"]
)
def test_no_field_takes_free_text(field: str) -> None:
    told = {**make.document(LAN, "identity", "level1", kind=""), field: GOSSIP}
    [receipt] = post(told)
    assert (receipt["state"], receipt["path"]) == ("refused", field)
