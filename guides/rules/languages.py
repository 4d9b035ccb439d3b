"""The languages a guide may be asked for, and which other one serves where a translation is missing."""

from __future__ import annotations

import re
from dataclasses import dataclass

DEFAULT = "vi"
_CODE = re.compile(r"[a-z]{2,8}")


@dataclass(frozen=True, slots=True)
class Language:
    """`tag` is what a `lang` attribute says (BCP 47); `falls_to` are the languages tried after it."""

    code: str
    tag: str
    title_vi: str
    title_en: str
    falls_to: tuple[str, ...]


LANGUAGES: dict[str, Language] = {
    language.code: language
    for language in (
        Language("vi", "vi", "Tiếng Việt", "Vietnamese", ("en",)),
        Language("en", "en", "Tiếng Anh", "English", ("vi",)),
        Language("tay", "tyz", "Tiếng Tày", "Tày", ("vi", "en")),
        Language("thai", "blt", "Tiếng Thái", "Thái", ("vi", "en")),
        Language("hmong", "hmn", "Tiếng Hmông", "Hmông", ("vi", "en")),
        Language("khmer", "km", "Tiếng Khmer", "Khmer", ("vi", "en")),
        Language("ede", "rad", "Tiếng Ê Đê", "Ê Đê", ("vi", "en")),
    )
}
_BY_TAG = {language.tag: language.code for language in LANGUAGES.values()}


def language_asked(text: str) -> str | None:
    """The code of the language that was asked for ("en-GB", "hmn", "tay"); None when it is not known."""
    word = _CODE.match(text.strip().lower())
    found = word.group() if word else ""
    return found if found in LANGUAGES else _BY_TAG.get(found)


def chain_of(code: str | None) -> tuple[str, ...]:
    """The languages to try, best first; an unknown one (None) is served in Vietnamese."""
    language = LANGUAGES[code or DEFAULT]
    return (language.code, *language.falls_to)


def tag_of(code: str) -> str:
    """What a `lang` attribute says of a text in this language."""
    return LANGUAGES[code].tag
