"""The code that hands answers over: read back whole, refused when damaged, and as its page describes it."""

from __future__ import annotations

import re
import string
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checklist.rules.handing import CodeBad, code_of, read_code
from checklist.rules.questions import QUESTIONS, Option
from tests.village import TODAY

PAGE = (Path(__file__).resolve().parents[2] / "docs/handing-over.md").read_text("utf-8")
_SAID = st.fixed_dictionaries({q.code: st.none() | st.sampled_from(q.options) for q in QUESTIONS}).map(
    lambda chosen: {code: option for code, option in chosen.items() if option is not None}
)
_DAYS = st.dates(date(2026, 1, 1), date(2099, 12, 31))


@settings(max_examples=60, deadline=None)
@given(_SAID, _DAYS)
def test_what_is_handed_over_is_read_back(said: dict[str, Option], on: date) -> None:
    handed = read_code(code_of(said, on))
    assert handed.on == on
    assert set(handed.says) == {option.says for option in said.values() if option.says}


@settings(max_examples=60, deadline=None)
@given(_SAID, st.data())
def test_one_wrong_character_is_always_noticed(said: dict[str, Option], data: st.DataObject) -> None:
    code = code_of(said, TODAY)
    at = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from(string.ascii_uppercase + string.digits + ":").filter(code[at].__ne__))
    with pytest.raises(CodeBad):
        read_code(code[:at] + other + code[at + 1 :])


@settings(max_examples=60, deadline=None)
@given(_SAID, _DAYS)
def test_the_picture_stays_small_and_nothing_tells_who_it_is(said: dict[str, Option], on: date) -> None:
    code = code_of(said, on)
    assert re.fullmatch(r"SSS1:[0-9]{8}:([A-Z][0-9])*:[0-9A-F]{8}", code)
    assert len(code) <= 40
    younger = {**said, "age": QUESTIONS[0].options[-1]}
    assert code_of(younger, on) == code_of({**said, "age": QUESTIONS[0].options[0]}, on)


@pytest.mark.parametrize(
    "text", ["", "SSS1", "A" * 5000, "SSS1:20261122:I3", "https://example.com", "SSS1:²:I3:0"]
)
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(CodeBad):
        read_code(text)


def examples() -> list[list[str]]:
    block = PAGE.rpartition("```\n\n")[0].rpartition("```\n")[2]
    return [line.split() for line in block.splitlines()]


def test_the_recorded_examples_are_read_as_the_page_says() -> None:
    assert len(examples()) == 4
    for code, *wanted in examples():
        said = read_code(code).says
        assert [f"{item}{'/' + kind if kind else ''}:{state}" for item, kind, state in said] == wanted


def test_the_examples_to_be_refused_are_refused_and_for_their_own_fault() -> None:
    bad = re.findall(r"`(SSS[^`]+)`", PAGE.rpartition("To be refused")[2])
    assert len(bad) == 5
    for code in bad:
        with pytest.raises(CodeBad):
            read_code(code)


def test_the_table_of_the_page_is_what_the_code_means() -> None:
    """What was released is on paper: a row may be added, none may change."""
    rows = re.findall(r"^\| ([A-Z][0-9]) \| (\w+) \| (\w*) ?\| (\w+) \|$", PAGE, re.MULTILINE)
    meant = {
        f"{question.letter}{option.digit}": option.says
        for question in QUESTIONS
        for option in question.options
        if option.says
    }
    assert {code: (item, kind, state) for code, item, kind, state in rows} == meant
    assert [code for code, *_ in rows] == sorted(meant)
