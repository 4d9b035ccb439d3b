"""Production refuses to start without secrets of its own, and never makes the demo."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client

from config.env import Misconfigured
from tests.house.sources import ROOT

GOOD = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "2f8b61c05d9347aeb1e4f07c6a93d852-nobody-else-has-it",
    "SEALING_KEY": "83d0c4b17e5f4a0c9d26f1ab7e3358d4-nobody-else-has-it",
    "AUDIT_KEY": "5c1f97d2b0e84f6aa3b8e29d4c7061fe-nobody-else-has-it",
    "INDEX_KEY": "c41f9d7720be4f66a3e05b8d91c2f7aa-nobody-else-has-it",
    "ALLOWED_HOSTS": "sansang.example.vn",
    "SECURITY_CONTACT": "mailto:an-toan@sansang.example.vn",
    "DATABASE_URL": "postgresql://house@127.0.0.1:5432/house",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
}
EXAMPLE = "only-for-development-and-tests-never-in-production"
SEALING_EXAMPLE = "only-for-development-and-tests-it-seals-nothing"
AUDIT_EXAMPLE = "only-for-development-and-tests-it-proves-nothing"
INDEX_EXAMPLE = "only-for-development-and-tests-it-hides-nothing"
FOREIGN = {f"{name}{end}" for name in GOOD for end in ("", "_FILE")} | {"DEBUG", "DJANGO_DEBUG"}


def settings(**changed: str | None) -> dict[str, Any]:
    """The settings under a production environment with these changes (None: the variable is missing)."""
    given = {name: value for name, value in {**GOOD, **changed}.items() if value is not None}
    with pytest.MonkeyPatch.context() as patch:
        for name in FOREIGN:
            patch.delenv(name, raising=False)
        for name, value in given.items():
            patch.setenv(name, value)
        return runpy.run_path(str(ROOT / "config" / "settings.py"))


def manage(*arguments: str, **changed: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` in a production environment."""
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    command = [sys.executable, "-W", "error", "manage.py", *arguments]
    environment = {**kept, **GOOD, **changed}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_P_08_control_a_good_environment_starts() -> None:
    assert settings()["PRODUCTION"] is True


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, None) for name in GOOD if name != "ENVIRONMENT"),
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", EXAMPLE),
        ("SEALING_KEY", ""),
        ("SEALING_KEY", "short"),
        ("SEALING_KEY", SEALING_EXAMPLE),
        ("AUDIT_KEY", ""),
        ("AUDIT_KEY", "short"),
        ("AUDIT_KEY", AUDIT_EXAMPLE),
        ("SEALING_KEY", GOOD["SECRET_KEY"]),
        ("INDEX_KEY", ""),
        ("INDEX_KEY", "short"),
        ("INDEX_KEY", INDEX_EXAMPLE),
        ("INDEX_KEY", GOOD["SEALING_KEY"]),
        ("INDEX_KEY_BEFORE", GOOD["INDEX_KEY"]),
        ("ALLOWED_HOSTS", ""),
        ("ALLOWED_HOSTS", " , "),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "sansang.example.vn,*"),
        ("ALLOWED_HOSTS", ".vn"),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "sqlite:///house.db"),
        ("DATABASE_URL", "postgresql://"),
        ("REDIS_URL", ""),
        ("SECURITY_CONTACT", "an-toan@sansang.example.vn"),
        ("ENVIRONMENT", "prod"),
        ("ENVIRONMENT", "Production"),
        ("ENVIRONMENT", ""),
    ],
)
def test_P_08_a_planted_bad_environment_refuses_to_start(name: str, value: str | None) -> None:
    with pytest.raises(Misconfigured) as refused:
        settings(**{name: value})
    assert name in str(refused.value)
    assert not value or len(value) < 20 or value not in str(refused.value), "a secret is not repeated"


def test_the_example_secret_is_the_one_of_development() -> None:
    """Else the refusal above would watch for a value that nobody has."""
    assert settings(ENVIRONMENT="development", SECRET_KEY=None)["SECRET_KEY"] == EXAMPLE
    assert settings(ENVIRONMENT="development", SEALING_KEY=None)["SEALING_KEYS"] == [SEALING_EXAMPLE]
    assert settings(ENVIRONMENT="development", INDEX_KEY=None)["INDEX_KEYS"] == [INDEX_EXAMPLE]


def test_files_of_the_key_before_open_until_it_is_taken_away() -> None:
    assert settings()["SEALING_KEYS"] == [GOOD["SEALING_KEY"]]
    assert settings(SEALING_KEY_BEFORE="the one before")["SEALING_KEYS"][1:] == ["the one before"]


def test_indexes_are_nested_in_the_keys_before_the_oldest_first() -> None:
    assert settings()["INDEX_KEYS"] == [GOOD["INDEX_KEY"]]
    assert settings(INDEX_KEY_BEFORE="first, second")["INDEX_KEYS"] == ["first", "second", GOOD["INDEX_KEY"]]


@pytest.mark.parametrize("name", ["DEBUG", "DJANGO_DEBUG"])
def test_P_08_nothing_in_the_environment_turns_debug_on(name: str) -> None:
    for environment in ("production", "development"):
        assert settings(ENVIRONMENT=environment, **{name: "1"})["DEBUG"] is False


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    for name, setting in (
        ("SECRET_KEY", "SECRET_KEY"),
        ("SEALING_KEY", "SEALING_KEYS"),
        ("INDEX_KEY", "INDEX_KEYS"),
    ):
        (tmp_path / name).write_text(GOOD[name] + "\n")
        found = settings(**{name: None, f"{name}_FILE": str(tmp_path / name)})[setting]
        assert found in (GOOD[name], [GOOD[name]])


def test_what_production_means_for_the_wire() -> None:
    found = settings()
    assert found["SECURE_SSL_REDIRECT"]
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["SESSION_COOKIE_HTTPONLY"]
    assert found["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600
    assert found["ALLOWED_HOSTS"] == ["sansang.example.vn"]
    assert found["PASSWORD_HASHERS"][0].endswith("Argon2PasswordHasher")
    assert found["SECOND_FACTOR"] is True


def test_O_07_django_has_no_warning_for_production() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_the_checks_that_are_silenced_hold_where_there_are_cookies() -> None:
    """Frames and CSRF: base.api.AdminSite does for /admin/ what the middleware would do for all."""
    client = Client(enforce_csrf_checks=True)
    shown = client.get("/admin/login/")
    assert shown.headers["X-Frame-Options"] == "DENY"
    assert shown.cookies["csrftoken"]["samesite"] == "Lax"
    assert client.post("/admin/login/", {"username": "a", "password": "b"}).status_code == 403


def test_the_demo_refuses_production() -> None:
    done = manage("make_demo", DATABASE_URL=os.environ.get("DATABASE_URL", GOOD["DATABASE_URL"]))
    assert done.returncode == 1
    assert "production refuses it" in done.stderr


def test_manage_refuses_to_start_with_the_example_secret() -> None:
    done = manage("check", SECRET_KEY=EXAMPLE)
    assert done.returncode == 1
    assert "SECRET_KEY" in done.stderr
    assert EXAMPLE not in done.stderr


def test_O_07_control_a_house_that_is_not_set_up_for_production_is_warned() -> None:
    with pytest.raises(SystemCheckError, match=r"security\.W004"):  # no HSTS
        call_command("check", deploy=True, fail_level="WARNING")
