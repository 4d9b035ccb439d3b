"""A guide on one sheet of A4 for the wall: its words as they are, its code leading to its page."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any
from unicodedata import normalize

import pypdfium2
import pytest

from guides.formats.poster import poster_of
from guides.rules import MAX_STEPS, GuideText, tag_of
from guides.rules.texts import MAX_NOTE, MAX_STEP, MAX_SUMMARY, MAX_TITLE
from tests.guides.shelf import shipped
from tests.village import calling

pytestmark = pytest.mark.django_db
DOOR = "guides/activate-vneid/poster"
URL = "https://example.gov.vn/huong-dan/mot-viec"
A4 = (595, 842)


def told(guide: GuideText) -> dict[str, Any]:
    """A guide as readers are told."""
    return asdict(guide) | {"lang": tag_of(guide.language)}


def pages(pdf: bytes) -> list[tuple[tuple[int, int], str]]:
    """The size and the words of each page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = []
        for page in document:
            text = page.get_textpage()
            size = (round(page.get_width()), round(page.get_height()))
            found.append((size, " ".join(normalize("NFC", text.get_text_bounded()).split())))
            text.close()
            page.close()
        return found
    finally:
        document.close()


def test_a_poster_is_one_sheet_with_every_step_and_where_to_look() -> None:
    reply = calling().get(DOOR)
    assert (reply.status, reply.raw.headers["Content-Type"]) == (200, "application/pdf")
    [(size, words)] = pages(reply.raw.content)
    assert size == A4
    for sentence in (
        "Kích hoạt tài khoản VNeID trên điện thoại",
        "Tự đặt mật khẩu mà chỉ mình bạn biết.",
        "Cẩn thận: Người giúp bạn phải quay mặt đi.",
        "http://testserver/huong-dan/activate-vneid",
        "Có hiệu lực đến hết ngày 30/06/2027.",
    ):
        assert sentence in words


def test_its_letters_are_those_of_a_font_with_vietnamese_and_stand_in_the_file() -> None:
    body = calling().get(DOOR).raw.content
    fonts = set(re.findall(rb"/FontName ?/\w{6}\+([\w-]+)", body))
    assert fonts
    assert all(font.startswith(b"LibertinusSerif") for font in fonts)


def test_it_is_the_same_file_each_time_and_who_has_it_is_told_so() -> None:
    guide = told(shipped()["activate-vneid.vi.md"])
    assert poster_of(guide, URL) == poster_of(guide, URL)
    assert poster_of(guide, URL) != poster_of(guide, URL + "x")
    first = calling().get(DOOR)
    tag = first.raw.headers["ETag"]
    assert first.raw.headers["Cache-Control"] == "public, max-age=300"
    again = calling().call("GET", DOOR, HTTP_IF_NONE_MATCH=tag)
    assert (again.status, again.raw.content) == (304, b"")
    other = calling().call("GET", DOOR, HTTP_IF_NONE_MATCH='"another"')
    assert other.raw.content == first.raw.content


def test_it_comes_in_the_language_asked_for_and_the_code_leads_there() -> None:
    [(_, words)] = pages(calling().get(DOOR, lang="en").raw.content)
    assert "Never tell anybody your password" in words
    assert "/huong-dan/activate-vneid?lang=en" in words
    [(_, fallback)] = pages(calling().get(DOOR, lang="khmer").raw.content)
    assert "Kích hoạt" in fallback


@pytest.mark.parametrize("file", sorted(shipped()))
def test_every_guide_fits_on_one_sheet(file: str) -> None:
    guide = shipped()[file]
    [(size, words)] = pages(poster_of(told(guide), URL))
    assert size == A4
    for step in guide.steps:
        assert step.text in words


def test_the_longest_guide_there_may_be_still_fits_and_the_details_are_left_to_the_page() -> None:
    def filled(length: int, word: str = "Chữ") -> str:
        return (f"{word} " * length)[: length - 1].strip() + "."

    step = {
        "text": filled(MAX_STEP, "Bước"),
        "you_see": filled(MAX_NOTE, "Thấy"),
        "warning": filled(MAX_NOTE, "Chớ"),
    }
    steps = [{**step, "number": number} for number in range(1, MAX_STEPS + 1)]
    head = {"title": filled(MAX_TITLE), "summary": filled(MAX_SUMMARY), "steps": steps}
    [(size, words)] = pages(poster_of(told(shipped()["activate-vneid.vi.md"]) | head, URL))
    assert size == A4
    assert words.count(filled(MAX_STEP, "Bước")) == MAX_STEPS
    assert "Thấy Thấy" not in words
    assert URL in words


@pytest.mark.parametrize(
    "words", ['#panic("x")', '"] #sys.version [', '#read("/etc/passwd")', "$x$ *y* _z_ \\ @a <b>"]
)
def test_words_are_never_taken_for_commands(words: str) -> None:
    guide = told(shipped()["activate-vneid.vi.md"]) | {"title": words}
    [(_, printed)] = pages(poster_of(guide, URL))
    assert words in printed.replace("”", '"').replace("“", '"')


@pytest.mark.parametrize("path", ["guides/no-such-guide/poster", "guides/-/poster"])
def test_there_is_no_poster_of_what_is_no_guide(path: str) -> None:
    assert calling().get(path).status == 404
