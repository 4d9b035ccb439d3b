"""What a guide, an alert and a place sheet are made of, before they are rows."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from datetime import date
from hashlib import sha256
from typing import NoReturn

import msgspec

from base.errors import Refusal

MAX_STEPS = 8
MAX_TITLE, MAX_SUMMARY, MAX_STEP, MAX_NOTE, MAX_DETAIL = 90, 300, 140, 300, 2000

PLATFORMS: dict[str, tuple[str, str]] = {
    "any": ("Mọi loại máy", "Any phone"),
    "android": ("Điện thoại Android", "Android phone"),
    "iphone": ("Điện thoại iPhone", "An iPhone"),
    "feature_phone": ("Điện thoại phím bấm", "Feature phone"),
    "counter": ("Tại quầy", "At a counter"),
}
AUDIENCES: dict[str, tuple[str, str]] = {
    "everyone": ("Mọi người", "Everyone"),
    "citizen": ("Công dân Việt Nam", "Vietnamese citizens"),
    "guardian": ("Cha mẹ, người giám hộ", "Parents and guardians"),
    "foreigner": ("Người nước ngoài", "Foreigners"),
}


class BadContent(Refusal):
    """`line` is counted in the file (or in the text of the form) from 1."""

    code = "guide.content"
    vi = "{file}, dòng {line}: {why_vi}"
    en = "{file}, line {line}: {why_en}"


def refuse(file: str, line: int, vi: str, en: str) -> NoReturn:
    """Raises BadContent."""
    raise BadContent(path="body", file=file, line=line, why_vi=vi, why_en=en)


@dataclass(frozen=True, slots=True)
class StepText:
    """One action. `text`, `warning` and `you_see` are read aloud; `detail` is sanitised HTML.

    `picture` and `audio` name what is kept of a file: its content hash with its ending.
    """

    number: int
    text: str
    detail: str = ""
    warning: str = ""
    you_see: str = ""
    picture: str = ""
    picture_alt: str = ""
    audio: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideText:
    """One version of a guide in one language for one platform.

    `item`, `kind` and `ways` say which next steps of the checklist it is for; empty: for none in particular.
    `body` is the Markdown that `steps` were read from.
    """

    slug: str
    language: str
    platform: str
    version: int
    item: str
    kind: str
    ways: tuple[str, ...]
    audience: str
    title: str
    summary: str
    source: tuple[str, ...]
    checked_on: date
    valid_until: date
    body: str
    steps: tuple[StepText, ...]

    @property
    def digest(self) -> str:
        """A fingerprint of everything a reader may see."""
        plain = {**asdict(self), "version": 0}
        return sha256(msgspec.json.encode(plain, order="sorted")).hexdigest()

    def numbered(self, version: int) -> GuideText:
        """The same as another version."""
        return replace(self, version=version)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertText:
    """A warning of one scam: how to recognise it, what to do, where to report it."""

    slug: str
    language: str
    title: str
    text: str
    recognise: str
    act: str
    report: str
    source: tuple[str, ...]
    valid_from: date
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceText:
    """Where an errand is done: what the place is, what to bring, what it costs, how long it takes."""

    code: str
    language: str
    title: str
    what: str
    bring: tuple[str, ...]
    fee: str
    time: str
    source: tuple[str, ...]
    checked_on: date


SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CODE = re.compile(r"[a-z0-9_]*")
