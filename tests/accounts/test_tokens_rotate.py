"""A short token opens doors; the long one is used once, and in two hands it ends the device."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions import RefreshRefused, refresh_token, sign_in
from accounts.actions.devices import SignedIn
from accounts.models import Device
from accounts.queries.tokens import find_actor
from accounts.rules import ACCESS_LIFE, DEVICE_LIFE, OFFLINE_LIFE, DeviceRevoked
from base.models import SYSTEM, new_id
from tests import make
from tests.accounts.doing import holding, signing_in
from tests.accounts.noted import notes, seal, told, verify
from tests.village import CAST, PASSWORD, Reply, an_id, calling

pytestmark = pytest.mark.django_db


def a_phone() -> dict[str, Any]:
    return signing_in(CAST["an"][0], PASSWORD).json


def a_secret() -> str:
    return secrets.token_urlsafe(32)


def refreshing(refresh: str, following: str) -> Reply:
    return calling().post("accounts/refresh", {"refresh": refresh, "next": following})


def of(token: str) -> Device:
    return Device.objects.get(token_hash=hashlib.sha256(token.encode()).digest())


def test_U_02_an_access_token_lives_a_quarter_of_an_hour_and_the_next_comes_for_the_refresh_token() -> None:
    first, secret = a_phone(), a_secret()
    assert of(first["token"]).token_until - of(first["token"]).created_at == ACCESS_LIFE
    assert timedelta(minutes=15) >= ACCESS_LIFE
    second = refreshing(first["refresh"], secret)
    assert (second.status, set(second.json)) == (200, set(first))
    assert second.json["refresh"] == first["refresh"].partition(".")[0] + "." + secret
    assert holding(first["token"]).get("accounts/me").status == 401
    assert holding(second.json["token"]).get("accounts/me").status == 200


def test_U_02_a_token_whose_time_is_over_says_so_and_opens_nothing() -> None:
    token = a_phone()["token"]
    Device.objects.filter(pk=of(token).pk).update(token_until=timezone.now())
    late = holding(token).get("accounts/me")
    assert (late.status, late.json["code"]) == (401, "token.expired")


def test_U_02_an_old_refresh_token_ends_the_whole_family_at_once(caplog: pytest.LogCaptureFixture) -> None:
    first = a_phone()
    second = refreshing(first["refresh"], a_secret()).json
    thief = refreshing(first["refresh"], a_secret())
    assert (thief.status, thief.json["code"]) == (401, "device.revoked")
    for answer in (holding(second["token"]).get("accounts/me"), refreshing(second["refresh"], a_secret())):
        assert (answer.status, answer.json["code"], answer.json["wipe"]) == (401, "device.revoked", True)
    assert "used twice" in caplog.text


def test_U_02_a_token_in_two_hands_is_an_entry_of_the_audit_log() -> None:
    first = a_phone()
    following = a_secret()
    assert refreshing(first["refresh"], following).status == 200
    assert refreshing(first["refresh"], following).status == 200
    assert notes() == []
    assert refreshing(first["refresh"], a_secret()).status == 401
    [note] = notes()
    assert told(note) == ("token.reused", an_id("an"), {an_id("an")})
    assert note.device == Device.objects.exclude(revoked_at=None).get(user=an_id("an")).pk
    assert note.area is not None
    assert refreshing(first["refresh"], a_secret()).status == 401
    assert len(notes()) == 1
    seal()
    assert verify().faults == []


def test_U_02_whoever_was_robbed_ends_the_thief() -> None:
    """The thief was quicker: the owner's own, now old, is what gives them both away."""
    first, mine = a_phone(), a_secret()
    stolen = refreshing(first["refresh"], a_secret()).json
    assert refreshing(first["refresh"], mine).json["code"] == "device.revoked"
    assert holding(stolen["token"]).get("accounts/me").json["code"] == "device.revoked"


def test_U_02_an_answer_that_was_lost_is_asked_for_again_with_the_same_words() -> None:
    first, secret = a_phone(), a_secret()
    lost = refreshing(first["refresh"], secret).json
    again = refreshing(first["refresh"], secret).json
    assert again["refresh"] == lost["refresh"]
    assert holding(again["token"]).get("accounts/me").status == 200
    assert refreshing(again["refresh"], a_secret()).status == 200


def test_U_02_control_a_house_that_takes_what_was_good_once_is_found() -> None:
    """Were the secret before taken as good, the thief's would be."""
    first = a_phone()
    second = refreshing(first["refresh"], a_secret()).json
    device = of(second["token"])
    Device.objects.filter(pk=device.pk).update(refresh_hash=device.previous_hash)
    assert refreshing(first["refresh"], a_secret()).status == 200


@pytest.mark.parametrize("weak", ["", "x" * 43, "a" * 20, "%" * 43, "z" * 44])
def test_a_next_secret_that_could_be_guessed_is_refused_and_nothing_is_lost(weak: str) -> None:
    first = a_phone()
    assert refreshing(first["refresh"], weak).status in (400, 422)
    assert refreshing(first["refresh"], first["refresh"].partition(".")[2]).status == 422
    assert refreshing(first["refresh"], a_secret()).status == 200


@pytest.mark.parametrize("made_up", ["x", ".", "x.y", "." * 100])
def test_a_refresh_token_that_never_was_is_refused(made_up: str) -> None:
    assert (refreshing(made_up, a_secret()).status, refreshing(made_up, a_secret()).json["code"]) == (
        401,
        "refresh.refused",
    )


def days(at: datetime, number: float) -> datetime:
    return at + timedelta(days=number)


def again(done: SignedIn, at: datetime) -> SignedIn:
    renewed = refresh_token(by=SYSTEM, refresh=done.refresh, next_secret=a_secret(), at=at)
    assert isinstance(renewed, SignedIn)
    return renewed


def signed_in(at: datetime) -> SignedIn:
    who = {"phone": CAST["an"][0], "password": PASSWORD, "device_name": "Máy", "address": "x"}
    return sign_in(by=SYSTEM, at=at, **who)


def test_U_05_after_fourteen_days_of_silence_somebody_signs_in_anew_and_his_work_is_taken() -> None:
    now = timezone.now()
    begun = days(now, -14.5)
    silent = signed_in(begun)
    assert timedelta(days=14) == OFFLINE_LIFE
    with pytest.raises(RefreshRefused):
        refresh_token(by=SYSTEM, refresh=silent.refresh, next_secret=a_secret(), at=now)
    fact = make.document(an_id("lan"), "identity", "level1", id=str(new_id()), evidence="seen")
    fact["observed_at"] = days(begun, 13.9).isoformat()
    said = {"id": str(new_id()), "kind": "observation.record", "data": fact}
    batch = {"batch": str(new_id()), "sent_at": now.isoformat(), "commands": [said]}
    assert holding(silent.token).post("sync/push", batch).status == 401
    pushed = holding(signed_in(now).token).post("sync/push", batch)
    assert [one["state"] for one in pushed.json["receipts"]] == ["applied"], pushed.json


def test_U_05_control_a_word_on_the_thirteenth_day_keeps_it_for_fourteen_more() -> None:
    begun = timezone.now()
    kept = again(signed_in(begun), days(begun, 13.9))
    kept = again(kept, days(begun, 27.8))
    assert kept.refresh_expires_at == days(begun, 41.8)
    assert find_actor(hashlib.sha256(kept.token.encode()).digest(), days(begun, 27.8)) is not None


def test_after_ninety_days_a_device_signs_in_anew_however_often_it_was_heard() -> None:
    begun = timezone.now()
    kept = signed_in(begun)
    for day in range(13, 90, 13):
        kept = again(kept, days(begun, day))
    assert kept.refresh_expires_at == begun + DEVICE_LIFE
    with pytest.raises(RefreshRefused):
        refresh_token(by=SYSTEM, refresh=kept.refresh, next_secret=a_secret(), at=days(begun, 90))


def test_a_revoked_device_is_told_so_before_anything_else() -> None:
    done = signed_in(timezone.now())
    Device.objects.filter(pk=done.device_id).update(revoked_at=timezone.now())
    with pytest.raises(DeviceRevoked):
        refresh_token(by=SYSTEM, refresh=done.refresh, next_secret="", at=timezone.now())
