"""The code by which a citizen hands the answers of a self-check to a volunteer, without a network.

`SSS1:20261122:I3P5S1:5D41402A`: the version; the day of the answers; a letter for the question and a digit
for the answer, each question at most once, in the order of the letters; the CRC-32 of all before the last
colon, in eight hexadecimal digits. Capitals, digits and colons only, so that the picture stays small.

What was not asked or not known is left out, and the age: nothing in it tells who it is. docs/handing-over.md
is for those who read it.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import date

from base.errors import Refusal
from checklist.rules.interview import Said
from checklist.rules.questions import BY_CODE, QUESTIONS, Option

VERSION = "SSS1"
_FORM = re.compile(r"SSS1:([0-9]{8}):((?:[A-Z][0-9])*):([0-9A-F]{8})")
_LETTERS = {question.letter: question for question in QUESTIONS}


class CodeBad(Refusal):
    code = "handing.bad"
    vi = "Mã này không đọc được; hãy quét lại hoặc hỏi lại từng câu."
    en = "This code cannot be read; scan it again, or ask the questions anew."
    status = 400


@dataclass(frozen=True, slots=True)
class Handed:
    """What was handed over: the day of the answers, and (item, kind, state) of each."""

    on: date
    says: tuple[tuple[str, str, str], ...]


def code_of(said: Said, on: date) -> str:
    """The code of these answers, given on that day."""
    pairs = sorted(
        f"{BY_CODE[code].letter}{option.digit}" for code, option in said.items() if option.says is not None
    )
    text = f"{VERSION}:{on:%Y%m%d}:{''.join(pairs)}"
    return f"{text}:{_check(text)}"


def read_code(text: str) -> Handed:
    """What a code says; CodeBad for one that is damaged, of another version or not in order."""
    found = _FORM.fullmatch(text)
    if found is None or _check(text.rpartition(":")[0]) != found[3]:
        raise CodeBad(path="code")
    pairs = [found[2][n : n + 2] for n in range(0, len(found[2]), 2)]
    options = [_option(pair) for pair in pairs]
    says = tuple(option.says for option in options if option is not None and option.says is not None)
    letters = [pair[0] for pair in pairs]
    try:
        on = date.fromisoformat(found[1])
    except ValueError:
        raise CodeBad(path="code") from None
    if len(says) != len(pairs) or sorted(set(letters)) != letters:
        raise CodeBad(path="code")
    return Handed(on, says)


def _option(pair: str) -> Option | None:
    question = _LETTERS.get(pair[0])
    options = question.options if question else ()
    return next((option for option in options if option.digit == pair[1]), None)


def _check(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08X}"
