"""Searching a name typed with some of its marks: what is typed counts, what is not typed may be anything."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from base.names import ALPHABET, TONES, clean, fold


def accented_words(q: str) -> list[str]:
    """For each word of `q` that has a mark, the regular expression of the words it may begin.

    "dặng" is the beginning of "Đặng" (the bar was not typed), never of "Đăng" or "Dâng"; a tone may
    stand on either vowel ("Hoà" finds "Hòa"). Both cases are spelled out: the database need not know
    Vietnamese.
    """
    words = re.findall(r"[^\W_]+", clean(q).casefold())
    return [_pattern(word) for word in words if fold(word) != word]


def _pattern(word: str) -> str:
    tones = dict.fromkeys(part for part in unicodedata.normalize("NFD", word) if part in TONES)
    ahead = "".join(f"(?=[^ ]*{_toned(tone)})" for tone in tones)
    return "(^|[ '-])" + ahead + "".join(_letter(_bare(char)) for char in word)


def _toned(tone: str) -> str:
    return _any_of(lambda other: tone in _tones(other))


def _letter(letter: str) -> str:
    """The letter with any tone; a plain one also with any other mark."""
    if letter not in ALPHABET:
        return re.escape(letter)
    return _any_of(lambda other: letter in (_bare(other), fold(other)))


def _any_of(fits: Callable[[str], bool]) -> str:
    return "[" + "".join(other + other.upper() for other in _LETTERS if fits(other)) + "]"


def _tones(letter: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFD", letter) if part in TONES)


def _bare(letter: str) -> str:
    """Without its tone: "ặ" is "ă"."""
    parts = unicodedata.normalize("NFD", letter)
    return unicodedata.normalize("NFC", "".join(part for part in parts if part not in TONES))


_VOWELS = "aăâeêioôơuưy"
_LETTERS = [*ALPHABET, *(unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in TONES)]
