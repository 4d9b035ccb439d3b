"""A citizen checks himself on a page: a tap a question, no script, nothing kept anywhere."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checklist.rules.handing import read_code
from checklist.rules.questions import BY_CODE, QUESTIONS
from tests.poison import stored
from tests.web.reading import Seen, get, post, press

pytestmark = pytest.mark.django_db
DOOR = "/tu-kiem-tra"
LAN = {"age": "from_18", "identity": "level2_granted", "payment": "mobile_money", "signature": "unknown"}
REST = {"chip_card": "valid", "own_sim": "own", "smartphone": "shared", "safety": "none"}


def walk(answers: Mapping[str, str], page: Seen | None = None) -> tuple[Seen, list[str]]:
    """From the first question to the result; the codes of the questions met."""
    page, met = page or get(DOOR), []
    while asked := next((code for code in BY_CODE if page.offers(code)), None):
        met.append(asked)
        page = press(page, asked, answers[asked])
        assert page.status == 200
    return page, met


def test_tap_after_tap_leads_to_the_result() -> None:
    result, met = walk(LAN | REST)
    assert 4 <= len(met) <= 9
    assert len(met) == len(set(met))
    assert "Kết quả" in result.raw.content.decode()
    assert "1 việc đã xong trên tổng số 4" in result.text
    for words in (
        "Tài khoản định danh điện tử VNeID Đang dở: Mức độ 2, đã cấp, chưa kích hoạt",
        "Tài khoản thanh toán số Đã có",
        "Chữ ký số cá nhân Chưa rõ",
        "Tài khoản dịch vụ công trực tuyến Chưa có",
        "Kích hoạt tài khoản mức độ 2 trên điện thoại",
        "Ở đâu Tại nhà",
        "Đem theo Điện thoại thông minh",
        "Giả công an, cán bộ xã đòi cập nhật VNeID",
    ):
        assert words in result.text
    assert "/huong-dan/activate-vneid?lang=vi" in result.links


def test_each_of_the_four_has_a_shape_of_its_own() -> None:
    result, _ = walk(LAN | REST)
    marks = [
        given["class"] for tag, given in result.tags if tag == "svg" and "mark" in given.get("class", "")
    ]
    assert marks == ["mark begun", "mark ready", "mark unknown", "mark lacking"]
    shapes = re.findall(r'<svg class="mark \w+"[^>]*>(.*?)</svg>', result.raw.content.decode())
    assert len(set(shapes)) == 4


def test_the_scam_check_comes_last_before_the_answers() -> None:
    result, _ = walk(LAN | REST)
    order = [result.text.index(word) for word in ("Việc cần làm tiếp", "Đưa cho", "Coi chừng", "Xem lại câu")]
    assert order == sorted(order)


def test_every_guide_and_page_it_leads_to_is_there() -> None:
    result, _ = walk({question.code: "none" for question in QUESTIONS} | {"age": "from_18"})
    links = {link for link in result.links if link.startswith("/")}
    assert len([link for link in links if link.startswith("/huong-dan/")]) >= 4
    assert {get(link).status for link in links} == {200}


def test_the_code_hands_over_the_answers_and_nothing_else() -> None:
    result, met = walk(LAN | REST)
    [code] = re.findall(r"SSS1:[A-Z0-9:]+", result.text)
    assert set(read_code(code).says) == {
        BY_CODE[question].option(answer).says  # type: ignore[union-attr]
        for question, answer in (LAN | REST).items()
        if question in met and question != "age" and answer != "unknown"
    }
    [qr] = [given for tag, given in result.tags if tag == "svg" and given.get("class") == "qr"]
    assert "style" not in qr


def test_a_child_is_asked_one_question_and_given_to_its_parents() -> None:
    result, met = walk({"age": "below_14"})
    assert met == ["age"]
    assert "Ở tuổi này chưa cần có gì." in result.text
    assert "/huong-dan/register-vneid-child?lang=vi" in result.links
    assert "SSS1" not in result.text


def test_who_has_everything_is_congratulated() -> None:
    answers = {"age": "from_18", "identity": "level2_active", "payment": "e_wallet", "signature": "vneid"}
    result, _ = walk(answers | {"service_account": "submitted", "safety": "confirmed"})
    assert "Bạn đã có đủ" in result.text
    assert "Không còn việc nào phải làm." in result.text


def test_what_does_not_fit_is_said_and_the_result_is_given() -> None:
    answers = {"age": "from_18", "identity": "level2_active", "payment": "none", "signature": "provider"}
    result, _ = walk(answers | {"service_account": "none", **REST, "smartphone": "none"})
    assert "Có chỗ chưa khớp" in result.text
    assert "“Điện thoại thông minh: Không có”" in result.text
    assert "Có chỗ chưa khớp" not in walk(LAN | REST)[0].text


def test_one_goes_back_and_changes_an_answer() -> None:
    page = press(press(get(DOOR), "age", "from_18"), "identity", "none")
    back = press(page, "change", "identity")
    assert back.offers("identity") == [option.code for option in BY_CODE["identity"].options]
    result, _ = walk(LAN | REST)
    again = press(result, "change", "payment")
    assert again.offers("payment")
    changed, met = walk(LAN | REST | {"payment": "none"}, again)
    assert met[0] == "payment"
    assert "0 việc đã xong trên tổng số 4" in changed.text


def test_the_language_is_switched_without_losing_an_answer() -> None:
    page = press(press(get(DOOR), "age", "from_18"), "lang", "en")
    assert "Do you have a VNeID account?" in page.text
    assert ("html", {"lang": "en"}) in page.tags
    result, _ = walk(LAN | REST, page)
    assert "1 done, of 4" in result.text
    assert "Activate the level 2 account" in result.text
    assert ("html", {"lang": "vi"}) in press(result, "lang", "vi").tags
    assert "How old are you?" in get(f"{DOOR}?lang=en").text


def test_nothing_is_stored_set_or_cached_and_no_address_tells_an_answer(
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = stored()
    get(DOOR)
    walk(LAN | REST)  # what is published is in memory from here on
    with CaptureQueriesContext(connection) as statements, caplog.at_level(logging.INFO):
        page = get(DOOR)
        while asked := next((code for code in BY_CODE if page.offers(code)), None):
            assert page.headers["Cache-Control"] == "no-store"
            assert not page.raw.cookies
            assert {form.action for form in page.forms} == {DOOR}
            page = press(page, asked, (LAN | REST)[asked])
    assert page.headers["Cache-Control"] == "no-store"
    assert {re.sub(r"\s+", " ", query["sql"]) for query in statements.captured_queries} <= {
        "SELECT stamp FROM guides_edition"
    }
    assert stored() == before
    told = " ".join(str(record.__dict__) for record in caplog.records)
    assert "level2_granted" not in told
    assert "tu-kiem-tra" in told


def test_the_first_load_is_under_thirty_kilobytes_and_asks_nobody_else() -> None:
    for path in (DOOR, "/"):
        page = get(path)
        asked = [given for tag, given in page.tags if tag in ("link", "img", "script", "iframe", "audio")]
        addresses = [given.get("href") or given.get("src", "") for given in asked]
        assert all(address.startswith("/static/web/") for address in addresses)
        bodies = [page.raw.content, *(_body(address) for address in addresses)]
        assert all(bodies)
        assert sum(map(len, bodies)) < 30_000


def _body(address: str) -> bytes:
    from django.test import Client

    raw = Client().get(address)
    assert raw.status_code == 200
    return b"".join(raw.streaming_content)


def test_the_whole_result_is_light_too() -> None:
    result, _ = walk({question.code: "none" for question in QUESTIONS} | {"age": "from_18"})
    assert len(result.raw.content) < 30_000


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        ({}, "age"),
        ({"age": "1958"}, "age"),
        ({"age": "from_18", "identity": "<script>alert(1)</script>"}, "identity"),
        ({"age": "from_18", "identity": "none\x00", "name": "Lan"}, "identity"),
        ({"identity": "none"}, "age"),
        ({"change": "x" * 3000}, "age"),
    ],
)
def test_whatever_is_sent_the_question_is_asked_again(fields: dict[str, str], asked: str) -> None:
    page = post(DOOR, **fields)
    assert page.status == 200
    assert page.offers(asked)
    body = page.raw.content.decode()
    assert "<script" not in body
    assert "Lan" not in body.replace("Language", "")


def test_too_much_is_refused_with_a_page() -> None:
    page = post(DOOR, age="x" * 5000)
    assert (page.status, page.headers["Content-Type"]) == (413, "text/html; charset=utf-8")
    assert "Nội dung gửi lên quá lớn." in page.text


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_it_takes_no_other_method(method: str) -> None:
    from django.test import Client

    assert getattr(Client(), method)(DOOR).status_code == 405
