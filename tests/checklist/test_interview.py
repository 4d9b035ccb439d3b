"""The self-check asks little, and nothing that would not change what there is to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checklist.items import ITEMS
from checklist.rules.interview import MARKS, Interview, checked, interview
from checklist.rules.questions import BY_CODE, QUESTIONS, Option
from tests.village import AT
from tests.village import calling as at_the_door

Answers = Mapping[str, str]
# Somebody of 40 who lacks everything.
NOTHING = {"age": "from_18", **{question.code: "none" for question in QUESTIONS[1:]}}
EVERYTHING = {
    "age": "from_18",
    "identity": "level2_active",
    "payment": "bank_account",
    "signature": "vneid",
    "service_account": "submitted",
    "chip_card": "valid",
    "own_sim": "own",
    "smartphone": "own",
    "safety": "confirmed",
}
_ANY = st.fixed_dictionaries(
    {question.code: st.sampled_from([option.code for option in question.options]) for question in QUESTIONS}
)


def asked(answers: Answers) -> list[str]:
    """Which questions somebody is asked who answers like that, in order."""
    found = interview(answers, AT)
    assert found.ask is None
    return list(found.said)


def errands(said: Mapping[str, Option]) -> list[tuple[str, str, str]]:
    return [(step.item, step.step, step.kind) for step in checked(said, AT).steps]


def test_there_are_nine_questions_at_most_and_each_is_answered_by_one_tap() -> None:
    assert len(QUESTIONS) <= 9
    for question in QUESTIONS:
        assert len(question.title_vi) <= 70, question.code
        assert 2 <= len(question.options) <= 6, question.code


def test_every_option_declares_what_the_checklist_knows() -> None:
    for question in QUESTIONS[1:]:
        for option in question.options:
            if option.says is None:
                assert option.code == "unknown"
                continue
            item, kind, state = option.says
            assert item == question.code
            assert kind in ITEMS[item].kind_codes
            assert state in ITEMS[item].ranks


def test_letters_and_digits_are_unique() -> None:
    """They are printed on paper: tests/checklist/test_handing_over.py holds them to what was released."""
    assert len({question.letter for question in QUESTIONS}) == len(QUESTIONS)
    for question in QUESTIONS:
        assert len({option.digit for option in question.options}) == len(question.options)


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({"age": "below_14"}, ["age"]),
        ({"age": "is_14"}, ["age", "identity", "chip_card", "own_sim", "smartphone", "safety"]),
        ({"age": "from_15"}, ["age", "identity", "payment", "chip_card", "own_sim", "smartphone", "safety"]),
        # Whoever has no VNeID cannot have logged in to the portal.
        ({}, [code for code in BY_CODE if code != "service_account"]),
        ({"identity": "unknown"}, list(BY_CODE)),
    ],
)
def test_what_is_asked_follows_age_and_answers(changed: Answers, wanted: list[str]) -> None:
    assert asked({**NOTHING, **changed}) == wanted


def test_who_has_all_four_is_not_asked_for_card_sim_and_phone() -> None:
    assert asked(EVERYTHING) == ["age", "identity", "payment", "signature", "service_account", "safety"]


@settings(max_examples=40, deadline=None)
@given(_ANY)
def test_question_after_question_the_interview_comes_to_its_end(answers: Answers) -> None:
    so_far: dict[str, str] = {}
    for _ in range(len(QUESTIONS) + 1):
        found = interview(so_far, AT)
        assert {code: option.code for code, option in found.said.items()} == so_far
        if found.ask is None:
            break
        assert found.ask.code not in so_far
        so_far[found.ask.code] = answers[found.ask.code]
    assert found.ask is None
    assert 1 <= len(so_far) <= 9


@settings(max_examples=40, deadline=None)
@given(_ANY)
def test_no_answer_that_was_not_asked_for_would_have_changed_the_errands(answers: Answers) -> None:
    found = interview(answers, AT)
    for question in QUESTIONS:
        if question.code in found.said:
            continue
        for option in question.options:
            more = {**found.said, question.code: option}
            if not [misfit for misfit in checked(more, AT).misfits if misfit.item == question.code]:
                assert errands(more) == errands(found.said), (question.code, option.code)


def test_a_question_that_was_left_out_by_mistake_would_be_noticed() -> None:
    """The control of the story above: the card does change the errands of who has nothing."""
    found = interview(NOTHING, AT)
    without = {code: option for code, option in found.said.items() if code != "chip_card"}
    assert errands(without) != errands(found.said)


def test_answers_to_what_is_not_asked_or_is_no_option_do_not_count() -> None:
    found = interview({**EVERYTHING, "chip_card": "none", "horoscope": "good"}, AT)
    assert "chip_card" not in found.said
    assert interview({"age": "from_18", "identity": "asleep"}, AT).ask is BY_CODE["identity"]


def test_a_changed_answer_keeps_the_others_that_still_count() -> None:
    child = interview({**EVERYTHING, "age": "below_14"}, AT)
    assert (list(child.said), child.ask) == (["age"], None)
    again = interview({**EVERYTHING, "identity": "none"}, AT)
    assert again.ask is None
    assert "service_account" not in again.said
    assert again.said["chip_card"].code == "valid"


def marks(found: Interview) -> dict[str, str]:
    return {line.item: line.mark for line in checked(found.said, AT).lines}


def test_the_four_are_told_in_words_of_their_own() -> None:
    told = marks(interview({**NOTHING, "identity": "level2_granted", "payment": "mobile_money"}, AT))
    assert told == {
        "identity": "begun",
        "payment": "ready",
        "signature": "lacking",
        "service_account": "lacking",
    }
    assert set(marks(interview({"age": "below_14"}, AT)).values()) == {"later"}
    assert marks(interview({**NOTHING, "payment": "unknown"}, AT))["payment"] == "unknown"
    young = marks(interview({**NOTHING, "age": "is_14"}, AT))
    assert young == dict.fromkeys(young, "later") | {"identity": "lacking"}
    assert {mark for mark in MARKS} == {"ready", "begun", "lacking", "unknown", "later"}


# What does not fit.


def told(answers: Answers) -> list[tuple[str, str, str]]:
    """What does not fit: who rests on whom, and what was said of that."""
    return [(one.item, one.needs, one.given) for one in checked(interview(answers, AT).said, AT).misfits]


def test_an_identity_on_a_phone_that_is_not_there_does_not_fit_and_is_told() -> None:
    answers = {**EVERYTHING, "signature": "provider", "service_account": "none", "smartphone": "none"}
    assert told(answers) == [("identity", "smartphone", "none")]
    [misfit] = checked(interview(answers, AT).said, AT).misfits
    assert "đã kích hoạt" in misfit.vi
    assert "Điện thoại thông minh: Không có" in misfit.vi
    assert "Smartphone: None" in misfit.en


def test_what_fits_is_not_complained_of() -> None:
    assert told(EVERYTHING) == told(NOTHING) == []


def test_what_was_had_once_and_has_expired_is_no_contradiction() -> None:
    granted = {**NOTHING, "identity": "level2_granted", "own_sim": "own"}
    assert told({**granted, "chip_card": "expired"}) == []
    assert told({**granted, "chip_card": "none"}) == [("identity", "chip_card", "none")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answers", "wanted"),
    [
        ({"identity": "level2_active", "smartphone": "none"}, [("identity", "smartphone")]),
        ({"identity": "none", "service_account": "logged_in"}, [("service_account", "identity")]),
        ({"identity": "level1", "signature": {"vneid": "has"}}, [("signature", "identity")]),
        ({"identity": "none", "signature": {"ca": "has"}}, []),
        ({"payment": {"mobile_money": "has"}, "own_sim": "none"}, [("payment", "own_sim")]),
        ({"payment": {"mobile_money": "none"}, "own_sim": "none"}, []),
        ({"identity": "level2_active"}, []),
    ],
)
def test_the_door_accepts_what_does_not_fit_and_says_so(answers: Any, wanted: list[Any]) -> None:
    body = {"age": 40, "standings": answers}
    for language in ("vi", "en"):
        reply = at_the_door(language=language).post("checklist/self-check", body)
        assert reply.status == 200
        assert [(one["item"], one["needs"]) for one in reply.json["does_not_fit"]] == wanted
        words = "Bạn trả lời" if language == "vi" else "You answered"
        assert all(one["message"].startswith(words) for one in reply.json["does_not_fit"])


def test_the_rules_of_another_day_may_ask_otherwise() -> None:
    """Before July 2024 the portal had accounts of its own: no VNeID was no reason not to ask."""
    long_ago = AT - timedelta(days=900)
    assert interview({**NOTHING, "service_account": "logged_in"}, long_ago).said["service_account"]
