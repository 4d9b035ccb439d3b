"""A citizen sees what is held about him with the code from his door, and asks for erasure with one button."""

from __future__ import annotations

import pytest

from checklist.actions import record_observations
from people.models import Person
from privacy.models import Request
from tests import make
from tests.privacy.test_codes import leaks
from tests.village import AT, actor, an_id, calling
from tests.web.reading import Seen, get, post, press
from web.pages.frame import HEADERS

pytestmark = pytest.mark.django_db
PAGE, LAN = "/du-lieu-cua-toi", an_id("lan")


def code_of(who: str = "lan") -> str:
    return str(calling("an").post(f"privacy/persons/{an_id(who)}/code").json["code"])


def opened(**more: str) -> Seen:
    said = make.observation(LAN, "identity", "level2_active")
    assert record_observations(by=actor("an"), observations=[said], at=AT)[0].state == "applied"
    assert calling("binh").get(f"people/persons/{LAN}").status == 200
    return post(PAGE, code=code_of(), **more)


def test_the_page_asks_for_the_code_and_for_nothing_else() -> None:
    page = get(PAGE)
    fields = [given for tag, given in page.tags if tag in ("input", "textarea", "select")]
    assert [given["name"] for given in fields if given.get("type") != "hidden"] == ["code"]
    assert page.forms[0].method == "post"
    assert PAGE in get("/").links
    for word in ("mật khẩu của", "OTP", "số thẻ", "căn cước"):
        assert word not in page.text


def test_he_sees_what_is_held_and_who_looked() -> None:
    page = opened()
    assert page.status == 200
    told = (
        "Nguyễn Thị Lan",
        "1958",
        "+84912345678",
        "Ngõ 3",
        "12/QĐ-UBND",
        "VNeID",
        "Mức độ 2, đã kích hoạt",
    )
    assert [word for word in told if word not in page.text] == []
    assert "Xem hồ sơ một người" in page.text
    assert "Binh" not in page.text, "who works there is a number to him"
    assert leaks(page.raw.content.decode(), "lan") == []


def test_C_08_control_another_code_shows_another_person() -> None:
    assert "Đặng Văn Hùng" in leaks(post(PAGE, code=code_of("hung")).raw.content.decode(), "lan")


def test_P_11_nothing_of_it_is_kept_in_a_browser_an_address_or_a_cookie() -> None:
    page = opened()
    assert page.headers["Cache-Control"] == "no-store"
    assert not page.raw.cookies
    assert {name: page.headers[name] for name in HEADERS} == HEADERS
    code = next(form.carried["code"] for form in page.forms if "code" in form.carried)
    assert not [link for link in (*page.links, *(form.action for form in page.forms)) if code in link]
    assert not [tag for tag, given in page.tags if tag == "script" or any(n.startswith("on") for n in given)]
    assert get(f"{PAGE}?code={code}").text == get(PAGE).text, "a code in an address opens nothing"


@pytest.mark.parametrize("kind", ["erase", "restrict", "withdraw", "object"])
def test_one_button_asks_and_the_days_are_told(kind: str) -> None:
    done = press(opened(), "kind", kind)
    assert done.status == 200
    row = Request.objects.get()
    assert (row.person, row.kind, row.channel, row.state) == (LAN, kind, "code", "filed")
    assert f"{row.act_on:%d/%m/%Y}" in done.text
    assert Person.objects.filter(pk=LAN, removed_at=None).exists(), "the office does it"
    assert Request.objects.filter(pk=press(done, "kind", kind) and row.pk).count() == 1


def test_to_correct_he_is_told_whom_to_tell_and_writes_nothing_here() -> None:
    page = opened()
    assert "correct" not in page.offers("kind")
    assert "họ ghi yêu cầu sửa" in page.text
    assert post(PAGE, code=code_of(), kind="correct").status == 200
    assert not Request.objects.exists()


def test_in_english_too() -> None:
    page = opened(lang="en")
    assert "Erase my data" in page.text
    assert "Saw a person's record" in page.text
    assert "Xóa dữ liệu của tôi" in press(page, "lang", "vi").text


def test_who_is_restricted_is_told_so() -> None:
    asked = press(opened(), "kind", "restrict")
    assert asked.status == 200
    done = calling("dung").post(f"privacy/inbox/{Request.objects.get().pk}/end", {"granted": True})
    assert done.status == 200
    assert "Dữ liệu của bạn đang được hạn chế" in post(PAGE, code=code_of()).text


def test_E_06_every_wrong_code_has_the_same_page_and_five_are_enough() -> None:
    seen = [post(PAGE, code=code) for code in ("AAAA-BBBB-CCCC", "x", "mã", str(LAN), "0" * 90)]
    assert {page.status for page in seen} == {404}
    assert len({page.text for page in seen}) == 1
    assert post(PAGE, code=" ").status == 400, "no try at all"
    shut = post(PAGE, code=code_of())
    assert shut.status == 429
    assert 0 < int(shut.headers["Retry-After"]) <= 15 * 60
    assert shut.headers["Cache-Control"] == "no-store"


def test_while_nobody_can_count_the_page_is_closed(settings: object) -> None:
    code = code_of()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # type: ignore[attr-defined]
    assert post(PAGE, code=code).status == 503
