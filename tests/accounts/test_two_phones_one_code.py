"""Two phones read the same code at the same moment: one account, one token."""

from __future__ import annotations

import secrets

import pytest
from django.utils import timezone

from accounts.models import Device, Enrolment, User
from tests.accounts.doing import a_code, enrolling, signing_in
from tests.together import together
from tests.village import CAST, PASSWORD, an_id, calling

pytestmark = pytest.mark.usefixtures("committed")
OANHS = "+84912111222"


def test_one_code_at_two_phones_gives_exactly_one_account() -> None:
    code = a_code()
    told = together(*(lambda n=n: enrolling(code, device=f"Máy {n}").status for n in range(4)))
    assert sorted(told) == [201, 400, 400, 400]
    assert User.objects.of_phone(OANHS).count() == 1
    assert Device.objects.filter(user=User.objects.of_phone(OANHS).get()).count() == 1


def test_two_codes_for_one_phone_give_one_account_with_two_devices() -> None:
    codes = [a_code(), a_code("binh")]
    told = together(*(lambda code=code: enrolling(code).status for code in codes))
    assert sorted(told) == [201, 201]
    assert User.objects.of_phone(OANHS).count() == 1


def test_U_02_of_two_at_once_with_one_refresh_token_the_second_ends_the_device() -> None:
    refresh = signing_in(CAST["an"][0], PASSWORD).json["refresh"]

    def come() -> int:
        body = {"refresh": refresh, "next": secrets.token_urlsafe(32)}
        return calling().post("accounts/refresh", body).status

    assert sorted(together(come, come)) == [200, 401]
    assert Device.objects.filter(user_id=an_id("an")).exclude(revoked_at=None).count() == 1


def test_without_the_lock_a_code_would_be_read_twice() -> None:
    """The control: a reader who only looks finds the code unused as often as he likes."""
    a_code()
    unused = Enrolment.objects.filter(used_at=None, expires_at__gt=timezone.now())
    seen = together(*(lambda: unused.all().count() for _ in range(2)))
    assert seen == [1, 1]
