"""A code shown in person opens one account, once, within a minute; every other code gets the same answer."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.actions import drop_stale_enrolments, invite
from accounts.actions.devices import hash_of
from accounts.models import Device, Enrolment, Post, User
from accounts.queries import ENROLMENT_PHONE
from accounts.rules import CODE_LIFE, ENROLMENT_LIFE, Role
from base.models import SYSTEM
from tests.accounts.doing import A_PASSWORD, OANH, a_code, enrolling, holding, invited
from tests.village import UPPER, calling

pytestmark = pytest.mark.django_db
REFUSED = {
    "type": "about:blank",
    "status": 400,
    "code": "enrolment.refused",
    "title": "Mã mời không dùng được (sai, đã dùng hoặc hết hạn), hoặc mật khẩu không đúng.",
    "errors": [],
}


def test_oanh_enrols_with_the_code_on_the_inviters_screen_and_is_a_volunteer() -> None:
    done = enrolling(a_code())
    assert done.status == 201
    assert set(done.json) == {"token", "expires_at", "refresh", "refresh_expires_at", "user"}
    oanh = User.objects.of_phone("+84912111222").get()
    assert done.json["user"] == {"id": str(oanh.pk), "full_name": "Phạm Thị Oanh"}
    me = holding(done.json["token"]).get("accounts/me")
    assert (me.status, me.json["posts"][0]["role"], me.json["posts"][0]["area"]["code"]) == (
        200,
        "volunteer",
        UPPER,
    )
    assert oanh.check_password(A_PASSWORD)


def test_U_01_a_code_opens_one_account_only() -> None:
    code = a_code()
    assert enrolling(code).status == 201
    again = enrolling(code)
    assert (again.status, again.json) == (400, REFUSED)
    assert Device.objects.filter(user=User.objects.of_phone("+84912111222").get()).count() == 1


def test_U_01_U_07_late_used_guessed_and_unknown_codes_get_the_same_bytes() -> None:
    used = a_code()
    enrolling(used)
    a_minute_ago = timezone.now() - timedelta(seconds=61)
    late = invite(
        by=SYSTEM, role=Role.VOLUNTEER, area=UPPER, full_name="Oanh", phone="0912111333", at=a_minute_ago
    )
    guesses = [used, late.code, used[:-1] + ("A" if used[-1] != "A" else "B"), "x" * 43, "1", "%00"]
    told = {enrolling(guess).raw.content for guess in guesses}
    assert len(told) == 1
    assert User.objects.of_phone("+84912111333").count() == 0


def test_U_01_U_07_control_just_before_its_end_a_code_is_good() -> None:
    """The control for the late one."""
    early = timezone.now() - timedelta(seconds=50)
    code = invite(by=SYSTEM, role=Role.VOLUNTEER, area=UPPER, full_name="Oanh", phone="0912111333", at=early)
    assert enrolling(code.code).status == 201


def test_a_code_has_256_bits_and_is_kept_as_a_fingerprint_only() -> None:
    code = a_code()
    assert len(code) == 43
    kept = Enrolment.objects.get()
    assert bytes(kept.code_hash) == hashlib.sha256(code.encode()).digest()
    assert code not in "".join(map(str, Enrolment.objects.values_list()))


def test_U_01_the_screen_shows_another_code_each_minute_until_the_invitation_ends() -> None:
    shown = invited("dung").json
    minute, day = (datetime.fromisoformat(shown[name]) for name in ("code_expires_at", "expires_at"))
    assert (day - minute) == ENROLMENT_LIFE - CODE_LIFE
    Enrolment.objects.update(code_until=timezone.now())
    assert enrolling(shown["code"]).json == REFUSED
    door = f"accounts/enrolments/{shown['id']}/code"
    second, third = (calling("dung").post(door).json for _ in range(2))
    assert len({shown["code"], second["code"], third["code"]}) == 3
    assert enrolling(second["code"]).json == REFUSED, "the screen shows the third"
    assert enrolling(third["code"]).status == 201
    assert calling("dung").post(door).status == 404, "it was used"


def test_U_01_nobody_else_gets_the_next_code_and_what_was_withdrawn_opens_nothing() -> None:
    shown = invited("dung").json
    for name, status in (("giang", 404), ("binh", 404), ("hai", 404), ("an", 403)):
        assert calling(name).post(f"accounts/enrolments/{shown['id']}/code").status == status
        assert calling(name).delete(f"accounts/enrolments/{shown['id']}").status == status
    assert calling("dung").delete(f"accounts/enrolments/{shown['id']}").status == 204
    assert enrolling(shown["code"]).json == REFUSED


def test_U_01_ten_thousand_guesses_find_nothing() -> None:
    """By the fingerprint, as the door looks; the door itself shuts long before (U-06)."""
    code = a_code()
    guesses = [hash_of(secrets.token_urlsafe(32)) for _ in range(10_000)]
    assert not Enrolment.objects.filter(code_hash__in=guesses).exists()
    assert Enrolment.objects.filter(code_hash__in=[*guesses, hash_of(code)]).count() == 1


def test_a_code_ends_with_the_right_of_its_inviter() -> None:
    code = a_code("binh")
    Post.objects.filter(user__full_name="Binh").update(to_at=timezone.now())
    assert enrolling(code).json == REFUSED


def test_a_code_ends_with_the_account_of_its_inviter() -> None:
    code = a_code("binh")
    User.objects.filter(full_name="Binh").update(is_active=False)
    assert enrolling(code).json == REFUSED


def test_a_refused_password_leaves_the_code_good() -> None:
    code = a_code()
    weak = enrolling(code, "ngan")
    assert (weak.status, weak.json["errors"][0]["path"]) == (422, "password")
    assert enrolling(code).status == 201


@pytest.mark.parametrize(
    ("other", "status", "path"),
    [
        ({"phone": "12"}, 422, "phone"),
        ({"phone": "không có"}, 422, "phone"),
        ({"full_name": "Oanh\u202e"}, 422, "full_name"),
        ({"full_name": "\u200b\u200b"}, 422, "full_name"),
        ({"full_name": "   "}, 400, "full_name"),
        ({"role": "king"}, 400, "role"),
        ({"area": "99999-99"}, 404, "area"),
        ({"is_staff": True}, 400, "is_staff"),
    ],
)
def test_an_invitation_with_a_fault_names_it(other: dict, status: int, path: str) -> None:
    reply = invited(**other)
    assert (reply.status, [error["path"] for error in reply.json["errors"]]) == (status, [path])
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize(
    "spelling", [OANH, "+84912111222", "0084 912 111 222", "0912.111.222", "84912111222"]
)
def test_the_phone_is_the_same_in_every_spelling(spelling: str) -> None:
    a_code(phone=spelling)
    kept = Enrolment.objects.get()
    assert ENROLMENT_PHONE.open(kept.pk, kept.phone) == "+84912111222"


def test_names_and_phones_of_who_never_came_are_forgotten_a_day_later() -> None:
    now = timezone.now()
    for hours in (49, 47):
        invite(
            by=SYSTEM,
            role=Role.VOLUNTEER,
            area=UPPER,
            full_name=f"Người {hours}",
            phone="0912111444",
            at=now - timedelta(hours=hours),
        )
    assert drop_stale_enrolments(by=SYSTEM, at=now) == 1
    assert Enrolment.objects.get().full_name == "Người 47"
