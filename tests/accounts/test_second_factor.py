"""Who has a role of weight needs more than a password, and what weighs most needs a proof of this moment."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from accounts.actions import second, trying
from accounts.models import Device, RecoveryCode, Totp
from accounts.queries import TOTP_SECRET
from base.sealed import SealBroken
from tests.accounts.doing import holding
from tests.house.routes import Things, routes, things
from tests.house.test_matrix import ask
from tests.house.test_urls import PUBLIC
from tests.village import CAST, COMMUNE, PASSWORD, UPPER, Caller, Reply, an_id, calling

pytestmark = pytest.mark.django_db
DUNG = CAST["dung"][0]
BEFORE = {"accounts/me", "accounts/totp", "accounts/totp/confirm", "accounts/step-up"}


@pytest.fixture
def strict() -> Iterator[None]:
    """As in production."""
    with override_settings(SECOND_FACTOR=True):
        yield


def digits(secret: str, at: datetime) -> str:
    """What an authenticator shows: RFC 6238, computed by itself."""
    told = hmac.digest(base64.b32decode(secret), (int(at.timestamp()) // 30).to_bytes(8, "big"), "sha1")
    place = told[-1] & 15
    return f"{(int.from_bytes(told[place : place + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def signing_in(otp: str | None = None, address: str = "198.51.100.9", phone: str = DUNG) -> Reply:
    body = {"phone": phone, "password": PASSWORD, "device_name": "Máy", **({"otp": otp} if otp else {})}
    return calling().post("accounts/sign-in", body, REMOTE_ADDR=address)


def set_up(caller: Caller, at: datetime | None = None) -> tuple[str, list[str]]:
    """Somebody sets up an authenticator with the digits of a while ago; its secret and the recovery codes."""
    secret = caller.post("accounts/totp").json["secret"]
    otp = digits(secret, at or timezone.now() - timedelta(seconds=30))
    answer = caller.post("accounts/totp/confirm", {"otp": otp})
    assert answer.status == 200, answer.json
    return secret, answer.json["recovery_codes"]


@pytest.fixture
def it() -> Things:
    """Made before the house becomes strict."""
    return things()


def test_U_08_an_admin_without_a_second_factor_gets_403_at_every_door_but_those_where_he_sets_it_up(
    it: Things, strict: None
) -> None:
    Device.objects.update(proved_at=timezone.now())
    open_ones = {f"api/v1/{path}" for path in BEFORE}
    guarded = [
        (method, route)
        for route in routes()
        if route.pattern.startswith("api/") and route.pattern not in {*PUBLIC, "api/v1/sync/quarantine"}
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    ]
    answers = {
        (method, route.pattern): ask("dung", method, route.call(method, it)) for method, route in guarded
    }
    passed = {pattern for (_, pattern), answer in answers.items() if answer.status not in (403, 405)}
    assert passed <= open_ones
    refused = [answer for (_, pattern), answer in answers.items() if pattern not in open_ones]
    assert len(refused) > 200
    assert {answer.json["code"] for answer in refused} == {"otp.needed"}


def test_U_08_control_with_it_or_without_the_role_the_doors_are_open(strict: None) -> None:
    assert calling("binh").get("people/households").status == 200
    assert calling("dung").get("people/households").json["code"] == "otp.needed"
    set_up(calling("dung"))
    assert calling("dung").get("people/households").status == 200


def test_U_08_elsewhere_than_in_production_an_admin_works_with_his_password_until_he_has_set_it_up() -> None:
    desk = holding(signing_in().json["token"])
    assert desk.get("people/households").status == 200
    set_up(calling("dung"))
    assert desk.get("people/households").json["code"] == "otp.needed", "this one has not proved it"
    missing = signing_in()
    assert (missing.status, missing.json["code"]) == (401, "otp.missing")


def test_U_09_a_code_is_taken_once_within_a_step_of_its_own() -> None:
    secret, _ = set_up(calling("dung"), timezone.now() - timedelta(seconds=30))
    now = timezone.now()
    early, late = (digits(secret, now + timedelta(seconds=s)) for s in (-90, 90))
    assert [signing_in(otp, "198.51.100.1").status for otp in (early, late, "000000x")] == [401] * 3
    otp = digits(secret, timezone.now() + timedelta(seconds=30))
    assert [signing_in(otp, "198.51.100.2").status for _ in range(2)] == [200, 401]
    assert signing_in(digits(secret, timezone.now()), "198.51.100.3").status == 401, "an older one than that"


def test_U_09_control_without_its_mark_a_code_would_be_taken_twice() -> None:
    secret, _ = set_up(calling("dung"))
    otp = digits(secret, timezone.now())
    assert signing_in(otp).status == 200
    Totp.objects.update(last_step=0)
    assert signing_in(otp).status == 200


def test_U_09_five_wrong_codes_lock() -> None:
    secret, _ = set_up(calling("dung"))
    assert [signing_in("000000").status for _ in range(trying.HERE)] == [401] * trying.HERE
    assert signing_in(digits(secret, timezone.now())).status == 429


def test_U_09_recovery_codes_are_hashed_and_good_once() -> None:
    _, codes = set_up(calling("dung"))
    assert len(set(codes)) == second.CODES
    kept = "".join(bytes(code.code_hash).hex() for code in RecoveryCode.objects.all())
    assert not [code for code in codes if code in kept]
    assert [signing_in(codes[0]).status for _ in range(2)] == [200, 401]
    assert signing_in(codes[1].upper()).status == 200
    assert calling("dung").post("accounts/totp/recovery-codes").status == 200
    assert signing_in(codes[2], "198.51.100.4").status == 401, "others were made"


def test_U_09_the_digits_are_those_of_the_rfc() -> None:
    """RFC 6238, appendix B, the last six of its eight digits."""
    for seconds, shown in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        assert second._app(b"12345678901234567890").generate(seconds) == shown.encode()


def test_the_secret_is_sealed_for_one_account() -> None:
    secret, _ = set_up(calling("dung"))
    [kept] = Totp.objects.all()
    raw = base64.b32decode(secret)
    assert raw.hex() not in kept.secret
    assert TOTP_SECRET.open(kept.user_id, kept.secret) == raw.hex()
    with pytest.raises(SealBroken):
        TOTP_SECRET.open(an_id("giang"), kept.secret)


def test_nothing_is_set_up_twice_or_without_a_code_and_only_a_fresh_proof_removes_it() -> None:
    dung = calling("dung")
    assert dung.post("accounts/totp/confirm", {"otp": "000000"}).json["code"] == "totp.not_begun"
    begun = dung.post("accounts/totp").json
    assert begun["uri"].startswith("otpauth://totp/")
    assert begun["qr"].startswith("<svg")
    assert dung.post("accounts/totp/confirm", {"otp": "000000"}).json["code"] == "otp.wrong"
    assert signing_in().status == 200, "not asked for yet"
    set_up(dung)
    assert dung.post("accounts/totp").json["code"] == "totp.held"
    Device.objects.update(otp_at=timezone.now() - timedelta(minutes=6))
    assert dung.delete("accounts/totp").json["code"] == "otp.step_up"
    Device.objects.update(otp_at=timezone.now())
    assert dung.delete("accounts/totp").status == 204
    assert signing_in().status == 200


def weighty(caller: Caller) -> dict[str, int]:
    """What was answered at the doors that weigh most."""
    post = {"user": str(an_id("an")), "role": "auditor", "area": COMMUNE}
    register = {"table": "register", "format": "csv", "area": UPPER, "reason": "Kiểm tra quyền"}
    return {
        "grant": caller.post("accounts/posts", post).status,
        "persons": caller.post("reports/exports", register).status,
        "codes": caller.post("accounts/totp/recovery-codes").status,
    }


def aged(minutes: float) -> None:
    """The last proof at every device was so long ago."""
    then = timezone.now() - timedelta(minutes=minutes)
    Device.objects.update(otp_at=then, proved_at=then)


def test_U_12_what_weighs_most_asks_for_a_proof_of_the_last_five_minutes(strict: None) -> None:
    dung = calling("dung")
    secret, _ = set_up(dung)
    aged(5.1)
    assert set(weighty(dung).values()) == {403}
    figures = {"table": "coverage", "format": "csv", "area": UPPER}
    assert dung.post("reports/exports", figures).status == 202, "figures name nobody"
    assert dung.post("accounts/step-up", {"password": PASSWORD}).status == 422, "he has a second factor"
    assert dung.post("accounts/step-up", {"otp": digits(secret, timezone.now())}).status == 204
    assert set(weighty(dung).values()) == {200, 201, 202}


def test_U_12_control_within_the_five_minutes_nothing_is_asked(strict: None) -> None:
    dung = calling("dung")
    set_up(dung)
    aged(4.9)
    assert set(weighty(dung).values()) == {200, 201, 202}


def test_U_12_a_lead_without_a_second_factor_gives_his_password_again(strict: None) -> None:
    binh = calling("binh")
    register = {
        "table": "register",
        "format": "csv",
        "area": UPPER,
        "reason": "Kiểm tra quyền",
    }
    assert binh.post("reports/exports", register).json["code"] == "otp.step_up"
    assert binh.post("accounts/step-up", {"password": "sai"}).json["code"] == "otp.wrong"
    assert binh.post("accounts/step-up", {"password": PASSWORD}).status == 204
    assert binh.post("reports/exports", register).status == 202


def test_a_step_up_is_no_way_to_guess() -> None:
    binh = calling("binh")
    answers = [binh.post("accounts/step-up", {"password": "x"}).status for _ in range(trying.HERE + 1)]
    assert answers == [422] * trying.HERE + [429]
