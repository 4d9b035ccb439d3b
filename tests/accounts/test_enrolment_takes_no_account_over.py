"""A code for a phone with an account adds a post to it, for who knows its password; nobody else learns."""

from __future__ import annotations

import pytest

from accounts.models import Device, Post, User
from tests.accounts.doing import A_PASSWORD, a_code, enrolling, holding, invited, signing_in
from tests.village import CAST, LOWER, PASSWORD, an_id

pytestmark = pytest.mark.django_db
CHI = CAST["chi"][0]


def test_an_invitation_never_tells_whether_the_phone_has_an_account() -> None:
    known, unknown = invited(phone=CHI), invited(phone="0912999888")
    assert known.status == unknown.status == 201
    assert (
        set(known.json)
        == set(unknown.json)
        == {
            "id",
            "code",
            "code_expires_at",
            "expires_at",
        }
    )


def test_a_code_for_chis_phone_does_not_open_chis_account() -> None:
    before = User.objects.get(pk=an_id("chi")).password
    code = a_code(phone=CHI)
    stolen = enrolling(code, A_PASSWORD)
    assert (stolen.status, stolen.json["code"]) == (400, "enrolment.refused")
    assert User.objects.get(pk=an_id("chi")).password == before
    assert Device.objects.filter(user_id=an_id("chi")).count() == 1
    assert signing_in(CHI, A_PASSWORD).status == 401


def test_chi_herself_takes_the_further_post_with_her_own_password() -> None:
    code = a_code(phone=CHI, full_name="Tên Khác")
    assert enrolling(code, A_PASSWORD).status == 400
    done = enrolling(code, PASSWORD)
    assert (done.status, done.json["user"]) == (201, {"id": str(an_id("chi")), "full_name": "Chi"})
    posts = holding(done.json["token"]).get("accounts/me").json["posts"]
    assert [post["area"]["code"] for post in posts] == [LOWER, "00454-01"]


def test_a_disabled_account_is_not_reopened_by_a_code() -> None:
    phone = CAST["disabled"][0]
    done = enrolling(a_code(phone=phone), PASSWORD)
    assert (done.status, done.json["code"]) == (400, "enrolment.refused")
    assert not User.objects.get(pk=an_id("disabled")).is_active


def test_a_weak_password_is_answered_alike_with_and_without_an_account() -> None:
    """Else whoever can invite could ask of any phone, without using up a code."""
    known = enrolling(a_code(phone=CHI), "ngan").raw
    unknown = enrolling(a_code(phone="0912999888"), "ngan").raw
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)


def test_a_post_held_already_is_not_held_twice() -> None:
    for _ in range(2):
        assert enrolling(a_code(phone=CHI, area=LOWER), PASSWORD).status == 201
    assert Post.objects.filter(user_id=an_id("chi")).count() == 1
