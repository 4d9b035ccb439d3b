"""Reading the files of guides/content: TOML between two lines of `+++`, then the Markdown of the steps."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from guides.rules.languages import LANGUAGES
from guides.rules.markdown import steps_of
from guides.rules.speech import check_words
from guides.rules.texts import (
    AUDIENCES,
    CODE,
    MAX_SUMMARY,
    MAX_TITLE,
    PLATFORMS,
    SLUG,
    AlertText,
    GuideText,
    PlaceText,
    refuse,
)

T = TypeVar("T")
_FENCE = "+++\n"
_NAME = re.compile(r"(?P<slug>[a-z0-9-]+)(\.(?P<platform>[a-z_]+))?\.(?P<language>[a-z]+)\.md")
_TOML_LINE = re.compile(r"at line (\d+)")
_GUIDE: dict[str, type] = {
    **dict.fromkeys(("item", "kind", "audience", "title", "summary"), str),
    **dict.fromkeys(("ways", "source"), list),
    **dict.fromkeys(("checked_on", "valid_until"), date),
    "version": int,
}
_ALERT: dict[str, type] = {
    **dict.fromkeys(("slug", "title", "text", "recognise", "act", "report"), str),
    **dict.fromkeys(("valid_from", "valid_until"), date),
    "source": list,
}
_PLACE: dict[str, type] = {
    **dict.fromkeys(("code", "title", "what", "fee", "time"), str),
    **dict.fromkeys(("bring", "source"), list),
    "checked_on": date,
}
# Sources are cited, not followed; codes and days are not words.
_NOT_WORDS = {"source", "slug", "code", "item", "kind", "audience"}


def read_guide(name: str, text: str, media: Mapping[str, bytes] | None = None) -> GuideText:
    """The guide in a file `<slug>.<language>.md` or `<slug>.<platform>.<language>.md`.

    BadContent, with file and line, for whatever is not as it should be.
    """
    named = _NAME.fullmatch(name)
    if named is None or named["language"] not in LANGUAGES or not text.startswith(_FENCE):
        refuse(name, 1, "tên tệp hoặc phần đầu không đúng mẫu", "the name or the head has not the right form")
    head, fence, body = text[len(_FENCE) :].partition(f"\n{_FENCE}")
    if not fence:
        refuse(name, 1, "phần đầu không có dòng +++ kết thúc", "the head does not end with +++")
    given = _typed(_toml(head, name, 1), _GUIDE, name, head, 1)
    known: dict[str, Any] = {
        "slug": named["slug"],
        "language": named["language"],
        "platform": named["platform"] or "any",
    }
    steps = steps_of(body, name, head.count("\n") + 4, media)
    guide = GuideText(**known, **given, body=body, steps=tuple(steps))
    check_guide(guide, name)
    return guide


def check_guide(guide: GuideText, file: str) -> None:
    """Refuses a head that does not hold together; the form of the office is asked the same."""
    codes = (guide.item, guide.kind, *guide.ways)
    for fault, vi, en in (
        (not SLUG.fullmatch(guide.slug) or len(guide.slug) > 60, "mã hướng dẫn", "slug"),
        (guide.language not in LANGUAGES, "ngôn ngữ", "language"),
        (guide.platform not in PLATFORMS, "loại máy", "platform"),
        (guide.audience not in AUDIENCES, "đối tượng", "audience"),
        (not all(CODE.fullmatch(code) and len(code) <= 40 for code in codes), "mã tiêu chí", "item"),
        (not 1 <= guide.version <= 9999, "số phiên bản", "version"),
        (not 1 <= len(guide.title) <= MAX_TITLE, "tên", "title"),
        (not 1 <= len(guide.summary) <= MAX_SUMMARY, "tóm tắt", "summary"),
        (not guide.source or not all(guide.source), "nguồn", "source"),
        (guide.valid_until <= guide.checked_on, "ngày hết hiệu lực", "valid_until"),
    ):
        if fault:
            refuse(file, 1, f"chưa đúng: {vi}", f"not right: {en}")
    for text in (guide.title, guide.summary):
        check_words(text, file, 1, aloud=True)


def read_alerts(name: str, text: str) -> list[AlertText]:
    """The alerts in a file `alerts.<language>.toml`."""
    return _read_list(name, text, "alert", _ALERT, AlertText)


def read_places(name: str, text: str) -> list[PlaceText]:
    """The place sheets in a file `places.<language>.toml`."""
    return _read_list(name, text, "place", _PLACE, PlaceText)


def _read_list(name: str, text: str, what: str, fields: dict[str, type], kind: Callable[..., T]) -> list[T]:
    language = name.split(".")[1]
    given = _toml(text, name, 0)
    if language not in LANGUAGES or set(given) != {what}:
        refuse(
            name, 1, "tên tệp hoặc tên bảng không đúng mẫu", "the name or the tables have not the right form"
        )
    starts = [n for n, line in enumerate(text.splitlines(), 1) if line.strip() == f"[[{what}]]"]
    found = []
    for entry, start in zip(given[what], starts, strict=True):
        part = "\n".join(text.splitlines()[start:])
        found.append(kind(language=language, **_typed(entry, fields, name, part, start)))
    return found


def _toml(text: str, file: str, before: int) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _TOML_LINE.search(str(error))
        refuse(file, before + int(at[1] if at else 1), f"TOML sai: {error}", f"bad TOML: {error}")


def _typed(
    given: dict[str, Any], fields: dict[str, type], file: str, text: str, before: int
) -> dict[str, Any]:
    """The fields, each there and of its type; lists become tuples of text."""
    for name in sorted(set(given) ^ set(fields)):
        refuse(
            file,
            _line_of(name, text, before),
            f"thừa hoặc thiếu trường {name}",
            f"field too many or missing: {name}",
        )
    found: dict[str, Any] = {}
    for name, kind in fields.items():
        value, line = given[name], _line_of(name, text, before)
        words = value if isinstance(value, list) else [value]
        if type(value) is not kind or (kind is list and not all(type(word) is str for word in words)):
            refuse(file, line, f"kiểu của trường {name} không đúng", f"the field {name} is of the wrong type")
        if name not in _NOT_WORDS:
            for word in words:
                check_words(str(word), file, line)
        found[name] = tuple(words) if kind is list else value
    return found


def _line_of(name: str, text: str, before: int) -> int:
    """The line of the file where a field stands; that of the beginning where it is missing."""
    at = re.search(rf"^{re.escape(name)}\s*=", text, re.MULTILINE)
    return before + 1 + (text[: at.start()].count("\n") if at else 0)
