"""What a mark under a header says about one of the four items.

An empty or negative mark says nothing at all: that nobody ticked a box is not an observation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from base.names import fold
from people.rules.roster_sheet import Cell, is_blank, text

_YES = frozenset(
    [
        "x",
        "v",
        "y",
        "c",
        "1",
        "+",
        "✓",
        "✔",
        "☑",
        "√",
        "✅",
        "u",
        "þ",
        "r",
        "p",
        "co",
        "yes",
        "true",
        "ok",
        "roi",
        "dat",
    ]
)  # ü þ R P: ticks of Wingdings
_YES_PHRASES = frozenset(
    [
        "da co",
        "da cai",
        "da cai dat",
        "da cap",
        "da lap",
        "da mo",
        "dang dung",
        "da dung",
        "da dang ky",
        "co roi",
    ]
)
_NO = re.compile(r"|[-–—_.,/0]+|0\.0+|n|no|none|false|k|ko|kh|khong.*|ko .*|k co.*|chua.*|not? .*")
_WALLETS = re.compile(r"\bvi\b|momo|zalo ?pay|shopee|e ?wallet|vnpay|viettel ?pay")
_MOBILE_MONEY = re.compile(r"(mobile|viettel|vnpt|mobifone) ?money|tien di dong")
_BANKS = re.compile(r"ngan hang|\bnh\b|bank|vcb|\b(bidv|mb|acb|tpb|vib|shb|ctg|vbsp|atm)\b")
_SIGNERS = re.compile(r"vnpt|viettel|fpt|misa|bkav|vneid|token|\bca\b")
_LEVELS = ("level1", "level2_granted", "level2_active")


@dataclass(frozen=True)
class Mark:
    """A positive statement: the item, which kind of it ("" where it has none), and the state held."""

    item: str
    kind: str
    state: str


class UnknownMark(ValueError):
    """Neither a yes nor a no."""


def read_mark(field: str, cell: Cell) -> list[Mark]:
    """The marks of one cell under a field of roster_words. Raises UnknownMark."""
    if is_blank(cell):
        return []
    word = fold(text(cell).replace("\ufe0f", ""))
    item, _, detail = field.partition(".")
    if item == "identity":
        state = _level(detail, word)
        return [Mark(item, "", state)] if state else []
    if is_no(word):
        return []
    if item == "payment":
        return [Mark(item, kind, "has") for kind in _instruments(detail, word)]
    if item == "signature" and (is_yes(word) or _SIGNERS.search(word)):
        return [Mark(item, "unspecified", "has")]
    if item != "signature" and is_yes(word):
        return [Mark(item, "", "logged_in")]
    raise UnknownMark()


def strongest(marks: list[Mark]) -> list[Mark]:
    """Without repetitions, and of the identity levels only the highest."""
    levels = [mark.state for mark in marks if mark.item == "identity"]
    best = max(levels, key=_LEVELS.index, default=None)
    kept = [mark for mark in dict.fromkeys(marks) if mark.item != "identity" or mark.state == best]
    kinds = {mark.kind for mark in kept if mark.item == "payment"}
    # A named instrument says more than "an account".
    return [m for m in kept if not (m.item == "payment" and m.kind == "unspecified" and len(kinds) > 1)]


def is_yes(word: str) -> bool:
    """A folded cell that ticks the box."""
    word = word.removesuffix(".0")
    return word in _YES or word in _YES_PHRASES


def is_no(word: str) -> bool:
    """A folded cell that leaves the box empty."""
    return _NO.fullmatch(word) is not None


def _level(detail: str, word: str) -> str | None:
    """The identity state that header and cell give together; None when they give none."""
    if re.search(r"(muc|level) ?(do )?2", word) and re.search(r"(chua|khong) kich hoat", word):
        return "level2_granted"
    if is_no(word):
        return None
    if "kich hoat" in word and not re.search(r"(chua|khong) kich hoat", word):
        return "level2_active"
    if found := re.search(r"(?:muc|level) ?(?:do )?([12])\b", word):
        return _LEVELS[int(found[1]) - 1]
    if detail == "levels" and word.removesuffix(".0") in ("1", "2"):
        return _LEVELS[int(word[0]) - 1]
    if detail == "levels" or not (is_yes(word) or word == "2"):
        raise UnknownMark()
    return detail or "level2_granted"


def _instruments(detail: str, word: str) -> list[str]:
    if detail and (is_yes(word) or _named(word)):
        return [detail]
    if is_yes(word):
        return ["unspecified"]
    if named := _named(word):
        return named
    raise UnknownMark()


def _named(word: str) -> list[str]:
    found = {"mobile_money": _MOBILE_MONEY, "e_wallet": _WALLETS, "bank_account": _BANKS}
    return [kind for kind, pattern in found.items() if pattern.search(word)]
