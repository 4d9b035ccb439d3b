"""A session at the office ends by itself, no script reads its cookies, and each proof gives it another id."""

from __future__ import annotations

import io
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import Post, User
from tests.accounts.test_second_factor import digits
from tests.house.test_production import settings as in_production
from tests.village import CAST, LOWER, an_id

pytestmark = pytest.mark.django_db
PHONE, WORD = "+84912999999", "x" * 20


def boss(phone: str = PHONE) -> User:
    return User.objects.create_superuser(phone=phone, password=WORD, full_name="Quản trị")


def enter(otp: str = "", phone: str = PHONE) -> Client:
    client = Client()
    client.post("/admin/login/", {"username": phone, "password": WORD, "otp": otp, "next": "/admin/"})
    return client


def is_inside(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def set_up(monkeypatch: pytest.MonkeyPatch, phone: str = PHONE) -> str:
    """An authenticator, set up at the console; its secret."""
    told = io.StringIO()

    class Typed:
        def readline(self) -> str:
            secret = next(line for line in told.getvalue().splitlines() if len(line) == 32 and line.isalnum())
            return digits(secret, timezone.now() - timedelta(seconds=30)) + "\n"

    monkeypatch.setattr(sys, "stdin", Typed())
    call_command("set_second_factor", phone, stdout=told)
    return next(line for line in told.getvalue().splitlines() if len(line) == 32 and line.isalnum())


def test_U_11_it_ends_a_quarter_of_an_hour_after_the_last_click() -> None:
    boss()
    client = enter()
    assert is_inside(client)
    assert in_production()["SESSION_COOKIE_AGE"] == 15 * 60
    ends = Session.objects.get().expire_date
    assert timedelta(minutes=14) < ends - timezone.now() <= timedelta(minutes=15)
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=1))
    assert is_inside(client)
    assert Session.objects.get().expire_date > timezone.now() + timedelta(minutes=14), "each click counts"
    Session.objects.update(expire_date=timezone.now())
    assert not is_inside(client)


def test_U_11_it_ends_after_eight_hours_however_busy_it_is() -> None:
    boss()
    client = enter()
    begun(client, settings.SESSION_LONGEST)
    assert not is_inside(client)
    assert settings.SESSION_LONGEST == 8 * 3600


def begun(client: Client, seconds: float) -> None:
    session = client.session
    session["begun"] = time.time() - seconds
    session.save()


def test_U_11_control_a_minute_before_it_is_open() -> None:
    boss()
    client = enter()
    begun(client, settings.SESSION_LONGEST - 60)
    assert is_inside(client)


def test_U_11_its_cookies_are_for_this_host_alone_and_no_script_reads_them() -> None:
    boss()
    found = in_production()
    names = {name: found[name] for name in found if name.startswith(("SESSION_", "CSRF_"))}
    with override_settings(**names):
        client = Client()
        client.get("/admin/login/", secure=True)
        client.post("/admin/login/", {"username": PHONE, "password": WORD, "next": "/admin/"}, secure=True)
        cookies = {name: cookie for name, cookie in client.cookies.items() if cookie.value}
    assert set(cookies) == {"__Host-session", "__Host-csrf"}
    for cookie in cookies.values():
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
        assert (cookie["path"], cookie["domain"]) == ("/", "")


def test_U_11_the_session_has_another_id_after_signing_in_and_after_each_proof(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    boss()
    secret = set_up(monkeypatch)
    client = Client()
    session = client.session
    session["before"] = True
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted = session.session_key
    body = {"username": PHONE, "password": WORD, "next": "/admin/"}
    client.post("/admin/login/", {**body, "otp": digits(secret, timezone.now())})
    inside = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert inside != planted
    post = {"phone": CAST["nobody"][0], "role": "volunteer", "place": LOWER}
    session = client.session
    session["otp_at"] = time.time() - 301
    session.save()
    late = client.post("/admin/accounts/post/add/", post)
    assert (late.status_code, "phải vừa xác thực" in late.content.decode()) == (200, True)
    otp = digits(secret, timezone.now() + timedelta(seconds=30))
    assert client.post("/admin/accounts/post/add/", {**post, "otp": otp}).status_code == 302
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != inside
    assert Post.objects.filter(user_id=an_id("nobody")).exists()


def test_U_08_the_office_asks_for_a_second_factor_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    boss()
    with override_settings(SECOND_FACTOR=True):
        assert not is_inside(enter())
        secret = set_up(monkeypatch)
        assert not is_inside(enter())
        assert not is_inside(enter("000000"))
        assert is_inside(enter(digits(secret, timezone.now())))


def test_the_console_sets_up_nobody_who_is_not_there() -> None:
    with pytest.raises(CommandError):
        call_command("set_second_factor", "0999999999")


def test_U_13_at_the_office_another_agrees_to_an_admin() -> None:
    boss()
    boss("+84912999998")
    first, other = enter(), enter(phone="+84912999998")
    post = {"phone": CAST["nobody"][0], "role": "area_admin", "place": LOWER}
    assert first.post("/admin/accounts/post/add/", post).status_code == 302
    waiting = Post.objects.get(user_id=an_id("nobody"))
    chosen = {"action": "approve", "_selected_action": [waiting.pk]}
    assert "không được tự duyệt" in first.post("/admin/accounts/post/", chosen, follow=True).content.decode()
    waiting.refresh_from_db()
    assert waiting.for_approval
    other.post("/admin/accounts/post/", chosen)
    waiting.refresh_from_db()
    assert not waiting.for_approval


def accounts_nobody_made() -> list[str]:
    """Accounts beyond those of the village; and any that would enter the office."""
    others = User.objects.exclude(pk__in=[an_id(name) for name in CAST])
    return [str(user.pk) for user in others | User.objects.filter(is_staff=True)]


def test_U_14_a_fresh_house_has_no_account() -> None:
    """All migrations have run in this database: nobody is there whom the village has not made."""
    assert accounts_nobody_made() == []


def test_U_14_control_a_planted_account_is_found() -> None:
    assert accounts_nobody_made() == [] or pytest.fail("see above")
    planted = boss()
    assert accounts_nobody_made() == [str(planted.pk)]


def test_U_14_the_office_is_under_its_own_name_where_it_has_one() -> None:
    with override_settings(OFFICE_HOSTS=["noi-bo.example.vn"], ALLOWED_HOSTS=["*"]):
        assert Client().get("/admin/login/").status_code == 404
        assert Client().get("/admin/login/", headers={"host": "noi-bo.example.vn"}).status_code == 200
