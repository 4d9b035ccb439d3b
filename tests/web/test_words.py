"""G-01: no question, button or poster asks for a secret, and none names a host that is not official."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from checklist.rules.questions import QUESTIONS
from guides.formats import poster
from guides.rules import BadContent
from guides.rules.speech import check_words
from tests.web.reading import get
from web.texts import WORDS

MINE = "/du-lieu-cua-toi"


def said() -> Iterator[tuple[str, str]]:
    """Every sentence of the pages and the posters, with where it stands."""
    for name, pair in WORDS.items():
        yield from ((name, text) for text in pair)
    for question in QUESTIONS:
        for each in (question, *question.options):
            yield from ((question.code, text) for text in (each.title_vi, each.title_en))
        yield from ((question.code, text) for text in (question.hint_vi, question.hint_en))
    for language, words in poster.WORDS.items():
        yield from ((language, text) for text in words.values())


def test_G_01_nothing_that_is_said_asks_for_a_secret() -> None:
    assert len(list(said())) > 200
    for name, text in said():
        check_words(text, name, 1)


@pytest.mark.parametrize(
    "text", ["Hãy đọc mã xác nhận cho thành viên Tổ.", "Send your password.", "Xem tại vneid.top."]
)
def test_G_01_control_a_planted_request_for_a_secret_is_found(text: str) -> None:
    with pytest.raises(BadContent):
        check_words(text, "planted", 1)


@pytest.mark.django_db
def test_no_field_takes_anything_but_a_code() -> None:
    """Everything else is a button: there is nowhere to write a name, a number or a secret."""
    fields = [
        (path, given.get("name"))
        for path in (
            "/",
            "/tu-kiem-tra",
            "/huong-dan",
            "/huong-dan/activate-vneid",
            "/the",
            "/du-lieu-cua-toi",
        )
        for tag, given in get(path).tags
        if tag in ("input", "textarea", "select") and given.get("type") != "hidden"
    ]
    assert fields == [("/the", "code"), (MINE, "code")]
