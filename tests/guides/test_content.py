"""The texts that ship with the house: in both languages, plain, sourced, and true as far as we know."""

from __future__ import annotations

import re
from datetime import date

import pytest

from guides.actions.content import CONTENT
from guides.rules import GuideText
from tests.guides.shelf import shipped

GUIDES = shipped()
# The only numbers that were verified as a place to report.
HOTLINES = {"156", "5656"}
VIETNAMESE = re.compile(
    r"[ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE
)


def twin(guide: GuideText) -> GuideText:
    return GUIDES[f"{guide.slug}.{'en' if guide.language == 'vi' else 'vi'}.md"]


@pytest.mark.parametrize("name", GUIDES)
def test_both_languages_say_the_same(name: str) -> None:
    one, other = GUIDES[name], twin(GUIDES[name])
    for part in ("version", "item", "kind", "ways", "audience", "platform", "checked_on", "valid_until"):
        assert getattr(one, part) == getattr(other, part), part
    shape = [(bool(step.detail), bool(step.warning), bool(step.you_see)) for step in one.steps]
    assert shape == [(bool(step.detail), bool(step.warning), bool(step.you_see)) for step in other.steps]
    assert len(one.source) == len(other.source)


@pytest.mark.parametrize("name", GUIDES)
def test_each_text_is_in_its_language_and_checked(name: str) -> None:
    guide = GUIDES[name]
    texts = [guide.title, guide.summary, *(step.text for step in guide.steps)]
    marked = sum(bool(VIETNAMESE.search(text)) for text in texts)
    assert marked == (len(texts) if guide.language == "vi" else 0)
    assert guide.checked_on == date(2026, 11, 22)
    assert any(step.warning for step in guide.steps), "every guide ends its reader's trust in somebody"


def test_no_number_is_given_but_the_two_to_report_to() -> None:
    """Whoever reads a number here may call it: none is invented."""
    for path in sorted(CONTENT.iterdir()):
        if path.is_file():
            text = re.sub(r"(?m)^(source|checked_on|valid_\w+|    \").*$", "", path.read_text("utf-8"))
            text = re.sub(r"100[.,]000|\b20\d\d\b|\b24/CT|TK01", "", text)
            assert set(re.findall(r"\d{3,}", text)) <= HOTLINES, path.name


def test_a_planted_number_is_found() -> None:
    assert set(re.findall(r"\d{3,}", "Gọi 1900 1234")) - HOTLINES
