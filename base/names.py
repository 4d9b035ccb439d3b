"""Vietnamese names: one spelling to store, one key to search, one key to sort.

The keys are computed here and not by a collation of the database, so that every
PostgreSQL gives the same order (the embedded one has no ICU `vi` collation).
"""

from __future__ import annotations

import unicodedata

# The Vietnamese alphabet; f, j, w, z stand where Vietnamese dictionaries put them.
ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: dictionary order
_RANK = {letter: chr(0x41 + n) for n, letter in enumerate(ALPHABET)}


def clean(text: str) -> str:
    """NFC, straight apostrophe, single spaces, no space at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).replace("\u2019", "'").split())


def fold(text: str) -> str:
    """The search key: lower case, no marks, đ as d, single spaces ("Đặng Thị Hòa" -> "dang thi hoa")."""
    plain = text.replace("đ", "d").replace("Đ", "D")
    marked = unicodedata.normalize("NFD", plain.replace("\u2019", "'"))
    return " ".join("".join(c for c in marked if not unicodedata.combining(c)).casefold().split())


def sort_key(full_name: str) -> str:
    """Order of official lists: given name (last word), then family name, then middle names.

    Letters rank by the Vietnamese alphabet, tones break ties; the result is ASCII,
    to be compared byte by byte (collation "C").
    """
    words = clean(full_name).casefold().split()
    if len(words) > 1:
        words = [words[-1], *words[:-1]]
    pairs = [_word_key(word) for word in words]
    # A space sorts before "!", and both before every letter: the shorter name comes first.
    return "!".join(letters for letters, _ in pairs) + " " + "!".join(tones for _, tones in pairs)


def _word_key(word: str) -> tuple[str, str]:
    letters, tones = "", ""
    for char in word:
        tone = "0"
        base = ""
        for part in unicodedata.normalize("NFD", char):
            if part in TONES:
                tone = str(TONES.index(part) + 1)
            else:
                base += part
        letter = unicodedata.normalize("NFC", base)
        if letter not in _RANK:
            letter = fold(letter)[:1]
        if letter in _RANK:
            letters += _RANK[letter]
            tones += tone
    return letters, tones.rstrip("0")
