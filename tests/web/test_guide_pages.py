"""Guides as pages: in the nearest language and named so, answered without a script, kept by who has them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from base.models import SYSTEM
from guides.actions import load_content
from guides.models import Feedback
from tests.guides.shelf import BODY, HEAD, folder_with
from tests.village import AT
from tests.web.reading import get, post

pytestmark = pytest.mark.django_db
PAGE = "/huong-dan/activate-vneid"


def test_the_list_is_in_the_order_of_the_checklist_and_leads_to_every_guide() -> None:
    page = get("/huong-dan")
    heads = [
        page.text.index(f" {word} ") for word in ("VNeID", "Chữ ký số cá nhân", "SIM chính chủ", "Việc khác")
    ]
    assert heads == sorted(heads)
    links = [link for link in page.links if link.startswith("/huong-dan/")]
    assert len(links) == len(set(links)) == 21
    assert {get(link).status for link in links} == {200}


def test_a_guide_shows_its_steps_warnings_and_the_scams() -> None:
    page = get(PAGE)
    for words in (
        "Kích hoạt tài khoản VNeID trên điện thoại",
        "Mở kho ứng dụng có sẵn trong điện thoại.",
        "Cẩn thận: Không cài ứng dụng từ đường dẫn trong tin nhắn",
        "Bạn sẽ thấy: Ứng dụng mở ra với họ tên của bạn.",
        "Dành cho: Công dân Việt Nam",
        "Có hiệu lực đến hết ngày 30/06/2027",
        "Nghị định 69/2024/NĐ-CP",
        "Giả công an, cán bộ xã đòi cập nhật VNeID",
    ):
        assert words in page.text
    assert [given["id"] for tag, given in page.tags if tag == "li" and "id" in given] == list("1234567")


@pytest.mark.parametrize(
    ("asked", "page_in", "said"),
    [
        ("", "vi", ""),
        ("vi", "vi", ""),
        ("en", "en", ""),
        ("en-GB", "en", ""),
        ("tay", "vi", "Chưa có bản tiếng Tày. Đây là bản tiếng Việt."),
        ("hmn", "vi", "Chưa có bản tiếng Hmông. Đây là bản tiếng Việt."),
        ("xx", "vi", "Chưa có bản ngôn ngữ này. Đây là bản tiếng Việt."),
    ],
)
def test_the_nearest_language_is_served_and_named(asked: str, page_in: str, said: str) -> None:
    page = get(f"{PAGE}?lang={asked}")
    assert ("html", {"lang": page_in}) in page.tags
    assert said in page.text
    assert ("Chưa có bản" in page.text) == bool(said)


def test_a_text_in_another_language_than_the_page_says_so_to_who_reads_it_aloud(tmp_path: Any) -> None:
    for language in ("vi", "km"):
        name = "mot_viec__vi__md" if language == "vi" else "mot_viec__khmer__md"
        load_content(
            by=SYSTEM, at=AT + timedelta(seconds=1), folder=folder_with(tmp_path, **{name: HEAD + BODY})
        )
    english = get("/huong-dan/mot-viec?lang=en")
    assert ("html", {"lang": "en"}) in english.tags
    assert "There is no text in English yet. This one is in Vietnamese." in english.text
    assert ("div", {"lang": "vi"}) in english.tags
    khmer = get("/huong-dan/mot-viec?lang=khmer")
    assert ("html", {"lang": "vi"}) in khmer.tags
    assert ("div", {"lang": "km"}) in khmer.tags


def test_another_kind_of_phone_is_offered_only_where_there_is_a_text_for_it(tmp_path: Any) -> None:
    assert "platform=" not in " ".join(get(f"{PAGE}?platform=iphone").links)
    both = {"mot_viec__vi__md": HEAD + BODY, "mot_viec__iphone__vi__md": HEAD + BODY.replace("Mở", "Bật")}
    load_content(by=SYSTEM, at=AT + timedelta(seconds=1), folder=folder_with(tmp_path, **both))
    page = get("/huong-dan/mot-viec")
    assert "?lang=vi&platform=iphone" in page.links
    iphone = get("/huong-dan/mot-viec?platform=iphone")
    assert "Bật điện thoại." in iphone.text
    assert "Loại máy: Điện thoại iPhone" in iphone.text
    # Who asks for a text for Android gets that for any phone, and is told which it is.
    assert "Loại máy: Mọi loại máy" in get("/huong-dan/mot-viec?platform=android").text


def test_an_unknown_guide_is_a_page_that_says_so() -> None:
    page = get("/huong-dan/no-such-guide")
    assert (page.status, page.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "Không tìm thấy." in page.text
    assert "Not found." in get("/huong-dan/no-such-guide?lang=en").text


def test_who_has_the_page_already_is_told_so() -> None:
    page = get(PAGE)
    tag = page.headers["ETag"]
    again = get(PAGE, HTTP_IF_NONE_MATCH=tag)
    assert (again.status, again.raw.content) == (304, b"")
    assert get(f"{PAGE}?lang=en", HTTP_IF_NONE_MATCH=tag).status == 200


def test_whether_a_step_worked_is_told_without_a_script() -> None:
    page = get(f"{PAGE}?lang=en")
    form = next(form for form in page.forms if form.carried.get("step") == "3")
    thanks = post(form.action, **form.carried, worked="no")
    assert (thanks.status, thanks.headers["Cache-Control"]) == (200, "no-store")
    assert "Ask a volunteer" in thanks.text
    assert f"{PAGE}?lang=en#3" in thanks.links
    assert "Ask a volunteer" not in post(form.action, **form.carried, worked="yes").text
    [row] = Feedback.objects.all()
    assert (row.slug, row.step, row.worked, row.failed) == ("activate-vneid", 3, 1, 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"version": "9"},
        {"step": "8"},
        {"step": "0"},
        {"step": "²"},
        {"step": "-1"},
        {"worked": "maybe"},
        {"version": ""},
    ],
)
def test_an_answer_about_nothing_is_not_counted(fields: dict[str, str]) -> None:
    given = {"version": "1", "step": "1", "worked": "yes", **fields}
    assert post(f"{PAGE}/phan-hoi", **given).status == 404
    assert not Feedback.objects.exists()
    assert post(f"{PAGE}/phan-hoi", version="1", step="1", worked="yes").status == 200


def test_G_02_no_page_names_a_host_that_is_not_ours_or_official() -> None:
    for path in ("/", "/tu-kiem-tra", "/huong-dan", PAGE, "/huong-dan/log-in-public-services", "/the"):
        page = get(path)
        outside = [link for link in page.links if not link.startswith(("/", "#", "?"))]
        assert all(link.startswith("https://dichvucong.gov.vn") for link in outside), path


@pytest.mark.parametrize(
    "path", ["/", "/tu-kiem-tra", "/huong-dan", PAGE, "/the", "/the/XXXX", "/huong-dan/none"]
)
def test_I_16_every_page_is_closed_to_scripts_frames_and_strangers(path: str) -> None:
    headers = get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    body = get(path).raw.content.decode()
    assert "<script" not in body
    assert " style=" not in body
    assert not [1 for word in (" onclick=", " onerror=", "javascript:") if word in body]


def test_a_page_that_breaks_says_sorry_and_raises_the_alarm(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from web.pages import guides

    def broken(*_: Any) -> None:
        raise RuntimeError("Lan")

    monkeypatch.setattr(guides, "printed_at", broken)
    page = get(PAGE)
    assert page.status == 500
    assert "Hệ thống gặp lỗi." in page.text
    assert [record.message for record in caplog.records if record.name == "alarm"] == ["alarm"]
    assert "Lan" not in page.text


def test_a_page_that_writes_while_reading_is_an_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    from web.pages import guides

    def writing(*_: Any) -> None:
        Feedback.objects.create(slug="x", version=1, step=1)

    monkeypatch.setattr(guides, "printed_at", writing)
    with transaction.atomic():
        assert get(PAGE).status == 500
        transaction.set_rollback(True)
    assert not Feedback.objects.exists()


def test_a_head_is_answered_like_a_get_without_the_body() -> None:
    raw = Client().head(PAGE)
    assert (raw.status_code, raw.content) == (200, b"")
    assert raw.headers["ETag"] == get(PAGE).headers["ETag"]


def test_english_stays_english_from_page_to_page() -> None:
    page = get("/?lang=en")
    inner = [link for link in page.links if link.startswith("/") and link != "/?lang=vi"]
    assert inner
    assert all(link.endswith("lang=en") for link in inner)
