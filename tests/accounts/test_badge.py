"""Is this really a volunteer? A code for a minute, which tells a first name and a team and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from secrets import token_bytes

import pytest
from django.test import override_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.actions import dismiss, revoke_device
from accounts.actions.badges import MOST, SECONDS
from accounts.models import Device, Post, User
from accounts.queries import Badge, describe_badge, find_badge
from accounts.rules import badge_code, badge_minute, device_of_badge
from areas.actions import set_hotline
from base.models import SYSTEM
from tests.poison import stored
from tests.village import AT, COMMUNE, UPPER, actor, an_id, calling
from tests.web.reading import get

pytestmark = pytest.mark.django_db
DOOR = "accounts/badge"
KEY = b"a key of the tests"
AN = Badge("An", "Thôn Thượng, Xã Đông Anh, Thành phố Hà Nội")


def own_device(name: str) -> int:
    return int(Device.objects.get(user_id=an_id(name)).pk)


def code_of(name: str, at: datetime) -> str:
    """The code that the badge of a member of the cast shows at this moment."""
    from dataclasses import replace

    shown = describe_badge(replace(actor(name), device_id=own_device(name)), at)
    assert shown
    return shown.code


def test_a_volunteer_shows_a_code_and_a_citizen_sees_who_it_is() -> None:
    before = stored()
    mine = calling("an").get(DOOR)
    assert mine.status == 200
    assert mine.raw.headers["Cache-Control"] == "no-store"
    assert (mine.json["first_name"], mine.json["team"]) == (AN.first_name, AN.team)
    page = get(mine.json["url"].removeprefix("http://testserver"))
    assert page.status == 200
    assert "Đúng là thành viên Tổ" in page.text
    assert f"Tên An Tổ công nghệ số cộng đồng {AN.team}" in page.text
    assert stored() == before


def test_the_page_tells_nothing_else() -> None:
    user = User.objects.get(pk=an_id("an"))
    user.full_name = "Phạm Thị Bình An"
    user.save(update_fields=["full_name"])
    body = get(f"/the/{calling('an').get(DOOR).json['code']}").raw.content.decode()
    assert "An</dd>" in body
    for secret in ("Phạm", "Bình", "912000001", str(an_id("an")), UPPER, "volunteer"):
        assert secret not in body


def test_the_commune_can_be_called_where_it_has_given_a_number() -> None:
    path = f"/the/{calling('an').get(DOOR).json['code']}"
    before = get(path)
    assert not [link for link in before.links if link.startswith("tel:")]
    assert "theo số bạn đã biết từ trước" in before.text
    set_hotline(by=SYSTEM, commune=COMMUNE, phone="02437331234", at=AT)
    page = get(path)
    assert "Số điện thoại của xã/phường 024 3733 1234" in page.text
    assert [link for link in page.links if link.startswith("tel:")] == ["tel:02437331234"]
    assert "theo số bạn đã biết từ trước" not in page.text
    assert "024 3733 1234" not in get("/the/000000000000").text


def test_the_code_is_another_one_each_minute_and_holds_for_the_next() -> None:
    first = AT.replace(second=10)
    code = code_of("an", first)
    assert code_of("an", first + timedelta(seconds=49)) == code
    assert code_of("an", first + timedelta(seconds=50)) != code
    assert find_badge(code, first + timedelta(seconds=109)) == AN
    assert find_badge(code, first + timedelta(seconds=110)) is None
    assert find_badge(code, first - timedelta(seconds=60)) is None


def test_the_door_tells_when_to_ask_again() -> None:
    told = calling("an").get(DOOR).json
    next_at, ends = datetime.fromisoformat(told["next_at"]), datetime.fromisoformat(told["expires_at"])
    assert timedelta(0) <= next_at - datetime.now(UTC) + timedelta(seconds=1) <= timedelta(seconds=61)
    assert ends - next_at == timedelta(seconds=60)


@pytest.mark.parametrize("change", ["small", "blanks", "hyphens", "letters for digits"])
def test_the_code_is_read_as_it_is_meant(change: str) -> None:
    code = code_of("an", AT)
    written = {
        "small": code.lower(),
        "blanks": f" {code[:4]} {code[4:8]} {code[8:]} ",
        "hyphens": f"{code[:4]}-{code[4:8]}-{code[8:]}",
        "letters for digits": code.replace("0", "o").replace("1", "L"),
    }[change]
    assert find_badge(written, AT) == AN


def test_it_ends_with_the_post_the_device_and_the_account() -> None:
    code = code_of("an", AT)
    assert find_badge(code, AT) == AN
    revoke_device(by=actor("an"), device_id=own_device("an"), at=AT)
    assert find_badge(code, AT) is None
    code = code_of("binh", AT)
    dismiss(by=SYSTEM, post_id=Post.objects.get(user_id=an_id("binh")).pk, at=AT)
    assert find_badge(code, AT) is None
    code = code_of("chi", AT)
    User.objects.filter(pk=an_id("chi")).update(is_active=False)
    assert find_badge(code, AT) is None


@pytest.mark.parametrize(("who", "status"), [("minh", 403), ("lien", 403), ("nobody", 403), (None, 401)])
def test_who_goes_to_no_doors_has_no_badge(who: str | None, status: int) -> None:
    assert calling(who).get(DOOR).status == status


def test_wrong_late_and_never_made_codes_are_answered_the_same() -> None:
    late = code_of("an", AT)
    answers = [get(f"/the/{code}") for code in ("000000000000", late, "A", "ZZZZ-ZZZZ-ZZZZ", "%00", "x" * 90)]
    assert {answer.status for answer in answers} == {404}
    assert len({answer.raw.content for answer in answers}) == 1
    names = [sorted(set(answer.headers) - {"X-Request-Id"}) for answer in answers]
    assert all(name == names[0] for name in names)
    assert "Mã này không có giá trị" in answers[0].text


def test_E_07_a_hundred_thousand_guesses_find_nobody() -> None:
    """E-07; with the control that the right one is found, among two thousand devices."""
    minute = badge_minute(AT)
    real = {badge_code(KEY, device, minute) for device in range(1, 2001)}
    assert {device_of_badge(KEY, code, minute) for code in list(real)[:50]} <= set(range(1, 2001))
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    guesses = ["".join(letters[byte & 31] for byte in token_bytes(12)) for _ in range(100_000)]
    assert not [guess for guess in guesses if device_of_badge(KEY, guess, minute)]


def test_neighbours_of_a_code_are_nobodys() -> None:
    code, minute = badge_code(KEY, 7, 100), 100
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    near = [code[:n] + letter + code[n + 1 :] for n in range(12) for letter in letters if letter != code[n]]
    assert [device_of_badge(KEY, one, minute) for one in near] == [None] * 372


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 2**28 - 1), st.integers(1, 2**40))
def test_E_07_control_every_device_is_read_back_in_its_two_minutes_only(device: int, minute: int) -> None:
    code = badge_code(KEY, device, minute)
    assert [device_of_badge(KEY, code, minute + n) for n in (0, 1, 2)] == [device, device, None]
    assert device_of_badge(b"another key", code, minute) is None


def test_a_device_beyond_the_code_is_an_alarm_and_no_wrong_badge() -> None:
    with pytest.raises(ValueError, match="beyond"):
        badge_code(KEY, 2**28, 1)


def test_one_network_may_try_so_often_and_others_go_on() -> None:
    tries = [get("/the/000000000000", REMOTE_ADDR="198.51.100.40").status for _ in range(MOST + 1)]
    assert (tries[-2], tries[-1]) == (404, 429)
    refused = get("/the?code=000000000000", REMOTE_ADDR="198.51.100.40")
    assert (refused.status, refused.headers["Retry-After"]) == (429, str(SECONDS))
    assert get("/the/000000000000", REMOTE_ADDR="198.51.100.41").status == 404


def test_without_redis_a_volunteer_is_still_verified() -> None:
    code = calling("an").get(DOOR).json["code"]
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        assert get(f"/the/{code}").status == 200
        assert get("/the/000000000000").status == 404


def test_the_code_may_be_typed() -> None:
    code = calling("an").get(DOOR).json["code"]
    asked = get("/the")
    assert ("input", "code") in [(tag, given.get("name")) for tag, given in asked.tags]
    assert "Đúng là thành viên Tổ" in get(f"/the?lang=vi&code={code.lower()}").text
