"""A password has 12 characters, is no common one, and is kept by Argon2id."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth.hashers import check_password, get_hasher, make_password
from django.test import override_settings

import config.settings
from accounts.models import User
from tests.accounts.doing import A_PASSWORD, a_code, enrolling

REAL = ["django.contrib.auth.hashers.Argon2PasswordHasher"]


@pytest.mark.django_db
@pytest.mark.parametrize("weak", ["ngan", "muoi-mot-ch", "1234567890123", "password1234", "qwertyuiop123"])
def test_a_weak_password_is_refused(weak: str) -> None:
    reply = enrolling(a_code(), weak)
    assert (reply.status, reply.json["code"]) == (422, "password.weak")
    assert reply.json["errors"][0]["path"] == "password"
    assert not User.objects.of_phone("+84912111222").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("good", ["mười hai chữ", "con-trau-di-truoc", "  có dấu cách  ", "🐃" * 12])
def test_any_other_of_twelve_is_good_to_the_last_space(good: str) -> None:
    assert enrolling(a_code(), good).status == 201
    oanh = User.objects.of_phone("+84912111222").get()
    assert oanh.check_password(good)
    assert not oanh.check_password(good + " ")


def test_the_house_runs_with_argon2id_and_nothing_weaker() -> None:
    assert config.settings.PASSWORD_HASHERS == REAL
    with override_settings(PASSWORD_HASHERS=REAL):
        kept = make_password(A_PASSWORD)
        assert kept.startswith("argon2$argon2id$v=19$")
        assert check_password(A_PASSWORD, kept)
        assert not check_password(A_PASSWORD + "x", kept)
        shape = get_hasher().decode(kept)
        # RFC 9106 and OWASP: at least 19 MiB with two passes.
        assert (shape["memory_cost"] >= 19 * 1024, shape["time_cost"] >= 2) == (True, True)


def test_an_md5_password_would_not_be_taken_by_the_real_house() -> None:
    """The control: stories run with a fast hasher, which the settings do not know."""
    fast = make_password(A_PASSWORD)
    assert fast.startswith("md5$")
    assert settings.PASSWORD_HASHERS != REAL
    with override_settings(PASSWORD_HASHERS=REAL):
        assert not check_password(A_PASSWORD, fast)
