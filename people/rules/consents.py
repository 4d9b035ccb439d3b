"""What a consent says: who is stored must have agreed, and it can be told to what, how and before whom.

Codes only. What somebody said in his own words is not stored, and neither is his signature.
"""

from __future__ import annotations

import re
from enum import StrEnum

from base.errors import Refusal
from people.rules.consent_texts import text_hash


class Decision(StrEnum):
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class Channel(StrEnum):
    """How it was given: read out and answered, signed on paper, tapped in the app."""

    SPOKEN = "spoken"
    WRITTEN = "written"
    APP = "app"


class Witness(StrEnum):
    NONE = "none"
    HOUSEHOLD_MEMBER = "household_member"
    OFFICIAL = "official"


class ConsentBad(Refusal):
    code = "consent.bad_word"
    vi = "Giá trị này không hợp lệ cho sự đồng ý."
    en = "This is none of the values that a consent may have."


class TextUnknown(Refusal):
    code = "consent.unknown_text"
    vi = "Không có văn bản đồng ý với phiên bản này."
    en = "There is no text of this version."


TEXT = r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}"  # the version of a text: "2026-01", "v3.2"
LANGUAGE = r"[a-z]{2,3}(-[A-Za-z]{1,4})?"  # "vi", "hmn", "tay"
_WORDS = {
    "decision": "|".join(Decision),
    "text": TEXT,
    "language": LANGUAGE,
    "channel": "|".join(Channel),
    "witness": "|".join(Witness),
}


def check_consent(*, decision: str, text: str, language: str, channel: str, witness: str) -> None:
    """Refuses a word that is not among those of its field."""
    given = {"decision": decision, "text": text, "language": language, "channel": channel, "witness": witness}
    for name, value in given.items():
        if not re.fullmatch(_WORDS[name], value, re.ASCII):
            raise ConsentBad(path=name)
    if text_hash(text, language) is None:
        raise TextUnknown(path="text")
