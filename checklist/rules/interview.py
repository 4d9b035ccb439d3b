"""The self-check as a conversation: which question comes next, and what the answers amount to.

A question is asked only while some answer to it would change the next steps. So the age decides what is asked
at all, what rests on something lacking is passed over, and nobody is asked for a card who needs none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from base.days import day_of
from checklist.items import PILLARS, Item, item_on
from checklist.rules.answers import standings_by_answers
from checklist.rules.fitting import Misfit, misfits
from checklist.rules.holding import held_by_item
from checklist.rules.questions import QUESTIONS, Option, Question
from checklist.rules.ready import Readiness, due_items, readiness
from checklist.rules.standing import Standing
from checklist.rules.steps import Step, next_steps

# What was answered: the option by the code of its question, in the order in which they were asked.
Said = Mapping[str, Option]

MARKS: dict[str, tuple[str, str]] = {
    "ready": ("Đã có", "You have it"),
    "begun": ("Đang dở", "Begun"),
    "lacking": ("Chưa có", "Not yet"),
    "unknown": ("Chưa rõ", "Not known"),
    "later": ("Chưa cần ở tuổi này", "Not needed at this age"),
}


@dataclass(frozen=True, slots=True)
class Interview:
    """What has been said so far, and the question to ask now; None when there is nothing left to ask."""

    said: Said
    ask: Question | None


@dataclass(frozen=True, slots=True)
class Line:
    """One of the four, as it is told: `mark` is a key of MARKS, the titles those of the state."""

    item: str
    title_vi: str
    title_en: str
    mark: str
    state_vi: str
    state_en: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The result: the four, the shortest list of next steps, and what does not fit together."""

    readiness: Readiness
    lines: list[Line]
    steps: list[Step]
    misfits: list[Misfit]


def interview(answers: Mapping[str, str], at: datetime) -> Interview:
    """Goes through the questions with these answers (option by question, codes).

    Answers to what is not asked, or that are no option, do not count. A question that was passed over is
    looked at again when more is known: without a phone it may be the card that decides.
    """
    said: dict[str, Option] = {}
    while True:
        known = len(said)
        for question in QUESTIONS:
            if question.code in said or not _is_worth_asking(question, said, at):
                continue
            option = question.option(answers.get(question.code))
            if option is None:
                return Interview(said, question)
            said[question.code] = option
        if len(said) == known:
            return Interview(said, None)


def checked(said: Said, at: datetime) -> Checked:
    """What the answers amount to on the day of `at`; the age must be among them."""
    born_on, standings = _told({**said, **_follows(said, at)}, at)
    on = day_of(at)
    return Checked(
        readiness=readiness(born_on, standings, on),
        lines=_lines(born_on, standings, on),
        steps=next_steps(born_on, standings, on),
        misfits=misfits(standings, on),
    )


def _told(said: Said, at: datetime) -> tuple[date, list[Standing]]:
    age = next((option.age for option in said.values() if option.age is not None), None)
    states: dict[str, dict[str, str]] = {}
    for option in said.values():
        if option.says:
            item, kind, state = option.says
            states.setdefault(item, {})[kind] = state
    return standings_by_answers(None, age, states, at)


def _follows(said: Said, at: datetime) -> Said:
    """What nobody had to be asked, because one answer alone fits with what was said."""
    found = {}
    for question in QUESTIONS:
        fitting = _fitting(question, said, at) if question.code not in said else []
        if len(fitting) == 1:
            found[question.code] = fitting[0]
    return found


def _is_worth_asking(question: Question, said: Said, at: datetime) -> bool:
    if not said:  # the age: everything hangs on it
        return True
    born_on, _ = _told(said, at)
    if question.always:
        return bool(due_items(born_on, day_of(at)))
    first: list[tuple[str, str, str]] | None = None
    for option in (*_fitting(question, said, at), None):
        _, standings = _told({**said, question.code: option} if option else said, at)
        # Whether somebody has been asked (`confirm`) is no difference in what there is to do.
        steps = [(step.item, step.step, step.kind) for step in next_steps(born_on, standings, day_of(at))]
        if first is not None and steps != first:
            return True
        first = steps
    return False


def _fitting(question: Question, said: Said, at: datetime) -> list[Option]:
    """The options that declare something, but for those that rest on what was said to be lacking."""
    return [
        option
        for option in question.options
        if option.says is not None
        and not any(
            misfit.item == option.says[0]
            for misfit in misfits(_told({**said, question.code: option}, at)[1], day_of(at))
        )
    ]


def _lines(born_on: date, standings: list[Standing], on: date) -> list[Line]:
    holds, due = held_by_item(standings, on), due_items(born_on, on)
    ready = readiness(born_on, standings, on).ready
    lines = []
    for code in PILLARS:
        rule = item_on(code, on)
        if rule is None:
            continue
        held = holds.get(code)
        lines.append(_line(rule, held.state if held else "", code in due, code in ready))
    return lines


def _line(rule: Item, state: str, due: bool, ready: bool) -> Line:
    if state and (rule.is_ready_state(state) or ready):
        mark = "ready"
    elif state and rule.rank(state):
        mark = "begun"
    elif due:
        mark = "lacking" if state else "unknown"
    else:
        mark = "later"
    told = rule.states[rule.ranks[state]] if state else None
    return Line(
        item=rule.code,
        title_vi=rule.title_vi,
        title_en=rule.title_en,
        mark=mark,
        state_vi=told.title_vi if told else "",
        state_en=told.title_en if told else "",
    )
