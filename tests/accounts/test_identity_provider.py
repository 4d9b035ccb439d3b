"""The identity provider of the province says who somebody is; a real one is asked, and opens no account."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.core import signing
from django.test import override_settings

from accounts.actions import provider
from accounts.models import Post, User
from tests import identity
from tests.accounts.doing import holding
from tests.live import ROOT, free_port
from tests.village import CAST, Reply, calling

pytestmark = pytest.mark.django_db
DUNG = {"phone_number": CAST["dung"][0], "phone_number_verified": True}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The provider, once for all stories of this file."""
    port = free_port()
    words = [sys.executable, "-m", "tests.identity", str(port)]
    plain = {"PATH": "/usr/bin:/bin"}
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=plain) as child:
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            yield f"http://127.0.0.1:{port}/o"
        finally:
            child.terminate()


@pytest.fixture(autouse=True)
def configured(issuer: str) -> Iterator[None]:
    given = {"OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": identity.CLIENT, "OIDC_CLIENT_SECRET": identity.SECRET}
    with override_settings(**given, OIDC_REDIRECT_URI=identity.BACK):
        yield


def leave() -> dict[str, str]:
    answer = calling().post("accounts/provider")
    assert answer.status == 200, answer.json
    return answer.json


def at_the_provider(issuer: str, url: str, claims: dict[str, Any]) -> dict[str, str]:
    """What a browser does there; what it is sent back with."""
    with httpx.Client() as browser:
        home = issuer.removesuffix("/o")
        who = {"name": "somebody", "claims": json.dumps(claims)}
        assert browser.get(f"{home}/become", params=who).status_code == 200
        back = browser.get(url).headers["location"]
    assert back.startswith(identity.BACK)
    return {name: value for name, [value] in parse_qs(urlsplit(back).query).items()}


def returning(left: dict[str, str], back: dict[str, str], **other: str) -> Reply:
    body = {"ticket": left["ticket"], "code": back["code"], "state": back["state"], "device_name": "Máy bàn"}
    return calling().post("accounts/provider/sign-in", {**body, **other})


def round_trip(issuer: str, claims: dict[str, Any], **other: str) -> Reply:
    left = leave()
    return returning(left, at_the_provider(issuer, left["url"], claims), **other)


def test_an_officer_signs_in_with_the_provider_and_has_the_rights_of_his_posts_here(issuer: str) -> None:
    done = round_trip(issuer, DUNG)
    assert done.status == 200, done.json
    me = holding(done.json["token"]).get("accounts/me").json
    assert (me["full_name"], [post["role"] for post in me["posts"]]) == ("Dung", ["area_admin"])


def test_the_browser_carries_a_challenge_and_never_the_verifier(issuer: str) -> None:
    asked = {name: value for name, [value] in parse_qs(urlsplit(leave()["url"]).query).items()}
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert len(asked["code_challenge"]) == 43
    assert "openid" in asked["scope"].split()
    assert "code_verifier" not in asked


@pytest.mark.parametrize(
    "claims",
    [
        {"phone_number": "+84977000999", "phone_number_verified": True},
        {"phone_number": CAST["dung"][0], "phone_number_verified": False},
        {"phone_number": CAST["dung"][0]},
        {"phone_number": CAST["disabled"][0], "phone_number_verified": True},
        {"phone_number_verified": True},
    ],
)
def test_whom_the_house_does_not_know_or_the_provider_has_not_verified_stays_outside(
    issuer: str, claims: dict[str, Any]
) -> None:
    before = User.objects.count(), Post.objects.count()
    refused = round_trip(issuer, claims)
    assert (refused.status, refused.json["code"]) == (401, "sign_in.refused")
    assert (User.objects.count(), Post.objects.count()) == before, "no account, and no right"


def test_a_code_of_another_sign_in_or_used_twice_or_without_its_ticket_is_refused(issuer: str) -> None:
    mine, other = leave(), leave()
    back = at_the_provider(issuer, mine["url"], DUNG)
    assert returning(other, back).json["code"] == "sign_in.refused", "another's ticket"
    assert returning(mine, {**back, "state": "x"}).status == 401
    assert returning({"ticket": mine["ticket"] + "x"}, back).status == 401
    foreign = at_the_provider(issuer, other["url"], DUNG)
    assert returning(mine, {**back, "code": foreign["code"]}).status == 401, "another's verifier"
    assert returning(mine, back).status == 200
    assert returning(mine, back).status == 401, "once"


@pytest.mark.parametrize(
    "planted", [{"OIDC_CLIENT_ID": "another"}, {"OIDC_ISSUER": None}, {"nonce": "another"}, {"keys": True}]
)
def test_control_a_token_that_is_not_for_us_not_from_him_not_of_now_or_not_signed_is_refused(
    issuer: str, planted: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One check of the token after the other is turned against a good one."""
    left = leave()
    back = at_the_provider(issuer, left["url"], DUNG)
    plain = provider._checked

    def checked(id_token: str, keys: Any, nonce: str) -> dict[str, Any]:
        if "keys" in planted:
            head, body, signature = id_token.split(".")
            id_token = f"{head}.{body}.{signature[::-1]}"
        changed = {name: planted[name] or f"{issuer}/" for name in planted if name.startswith("OIDC")}
        with override_settings(**changed):
            return plain(id_token, keys, planted.get("nonce", nonce))

    monkeypatch.setattr(provider, "_checked", checked)
    assert returning(left, back).json["code"] == "sign_in.refused"


def test_a_ticket_is_good_for_ten_minutes(issuer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    left = leave()
    back = at_the_provider(issuer, left["url"], DUNG)
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 601)
    assert returning(left, back).json["code"] == "sign_in.refused"


def test_the_provider_counts_as_second_factor_where_its_word_is_taken_for_one(issuer: str) -> None:
    strong = {**DUNG, "acr": "strong"}
    with override_settings(SECOND_FACTOR=True):
        weak = holding(round_trip(issuer, strong).json["token"])
        assert weak.get("people/households").json["code"] == "otp.needed"
        with override_settings(OIDC_ACR=["strong"]):
            token = round_trip(issuer, strong).json["token"]
            assert holding(token).get("people/households").status == 200
            assert holding(round_trip(issuer, DUNG).json["token"]).get("people/households").status == 403


def test_where_there_is_no_provider_there_is_no_such_door_and_one_that_is_gone_is_waited_for() -> None:
    with override_settings(OIDC_ISSUER=""):
        assert calling().post("accounts/provider").status == 404
    with override_settings(OIDC_ISSUER=f"http://127.0.0.1:{free_port()}"):
        gone = calling().post("accounts/provider")
    assert (gone.status, gone.json["code"]) == (503, "provider.unavailable")
    assert int(gone.raw.headers["Retry-After"]) > 0
