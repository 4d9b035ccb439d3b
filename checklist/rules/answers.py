"""A citizen's own answers as standings: self-declared, now, about nobody in particular."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from base.days import day_of
from base.errors import Refusal
from checklist.rules.checks import check_observation
from checklist.rules.facts import Evidence
from checklist.rules.standing import Standing


class AnswerBad(Refusal):
    code = "answer.bad"
    vi = "Câu trả lời này không đúng dạng."
    en = "This answer does not have the right form."
    status = 400


class AgeMissing(Refusal):
    code = "answer.age_missing"
    vi = "Cần năm sinh hoặc tuổi, chỉ một trong hai."
    en = "Give the year of birth or the age, one of the two."
    status = 400


def standings_by_answers(
    birth_year: int | None, age: int | None, answers: Mapping[str, Any], at: datetime
) -> tuple[date, list[Standing]]:
    """The counted birthday and the standings; `answers` maps an item to a state or to {kind: state}.

    Refuses with the path of the answer at fault.
    """
    if (birth_year is None) == (age is None):
        raise AgeMissing(path="birth_year")
    on = day_of(at)
    if birth_year is not None and not on.year - 130 <= birth_year <= on.year:
        raise AnswerBad(path="birth_year")
    born_on = date(birth_year, 7, 1) if birth_year is not None else _years_before(on, age or 0)
    standings = []
    for item, answer in answers.items():
        by_kind = answer if isinstance(answer, Mapping) else {"": answer}
        for kind, state in by_kind.items():
            path = f"standings.{item}.{kind}".rstrip(".")[:100]
            standings.append(_standing(item, str(kind), state, at, path))
    return born_on, standings


def _standing(item: str, kind: str, state: Any, at: datetime, path: str) -> Standing:
    if not isinstance(state, str):
        raise AnswerBad(path=path)
    try:
        check_observation(item=item[:40], kind=kind[:40], state=state[:40], evidence="self_declared")
    except Refusal as refusal:
        refusal.path = path
        raise
    level = Evidence.SELF_DECLARED
    return Standing(item, kind, state, level, at, None, "", False, UUID(int=0))


def _years_before(on: date, years: int) -> date:
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return date(on.year - years, 2, 28)
