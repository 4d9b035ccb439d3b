"""An unknown phone, a wrong password and a disabled account get the same bytes for the same work."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from accounts.models import Device
from tests.accounts.doing import holding, signing_in
from tests.village import CAST, PASSWORD

pytestmark = pytest.mark.django_db
WRONG = [
    ("0912999888", PASSWORD),
    (CAST["an"][0], PASSWORD + "x"),
    (CAST["disabled"][0], PASSWORD),
    (CAST["disabled"][0], PASSWORD + "x"),
    ("không phải số", PASSWORD),
    ("12", PASSWORD),
]


def test_whoever_may_not_sign_in_is_told_the_same() -> None:
    before = Device.objects.count()
    told = [signing_in(phone, password) for phone, password in WRONG]
    assert {reply.status for reply in told} == {401}
    assert len({reply.raw.content for reply in told}) == 1
    assert told[0].json["code"] == "sign_in.refused"
    assert len({frozenset(dict(reply.raw.headers) | {"X-Request-Id": ""}) for reply in told}) == 1
    assert Device.objects.count() == before


def test_an_signs_in_with_any_spelling_of_his_phone() -> None:
    """The control: the right one is let in."""
    for phone in ("0912000001", "+84 912 000 001", "84912000001"):
        done = signing_in(phone, PASSWORD)
        assert (done.status, set(done.json)) == (
            200,
            {"token", "expires_at", "refresh", "refresh_expires_at"},
        )
        assert holding(done.json["token"]).get("accounts/me").json["full_name"] == "An"


@pytest.mark.parametrize(("phone", "password"), WRONG)
def test_every_wrong_one_costs_one_hash(phone: str, password: str) -> None:
    """Counted, not timed: how often a password is hashed."""
    from django.contrib.auth.hashers import MD5PasswordHasher

    plain = MD5PasswordHasher.encode
    with patch.object(MD5PasswordHasher, "encode", autospec=True, side_effect=plain) as hashed:
        signing_in(phone, password)
    assert hashed.call_count == 1
