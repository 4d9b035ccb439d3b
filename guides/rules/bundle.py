"""The one file that a phone carries to the door: every guide, alert and place sheet, gzipped JSON."""

from __future__ import annotations

import gzip
from base64 import b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from base.errors import Refusal
from guides.rules.choosing import Told, chosen

MAX_BUNDLE = 1_500_000
MAX_HAVE = 300


class BundleTooLarge(Refusal):
    code = "bundle.too_large"
    vi = "Gói hướng dẫn lớn hơn {most} byte: {size}."
    en = "The bundle is larger than {most} bytes: {size}."


class BadHave(Refusal):
    code = "bundle.have"
    vi = "Danh sách phiên bản đang có không đọc được; hãy tải cả gói."
    en = "The list of versions at hand cannot be read; fetch the whole bundle."
    status = 400


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything that is published and valid on a day; `media` are the bytes behind the kept names."""

    guides: tuple[Told, ...]
    alerts: tuple[Told, ...]
    places: tuple[Told, ...]
    media: Mapping[str, bytes]


def have_of(text: str) -> frozenset[str]:
    """The ids in `have=`, separated by commas; BadHave when there are too many or one is no id."""
    ids = [word for word in text.split(",") if word]
    if len(ids) > MAX_HAVE or any(word.count(":") != 3 or len(word) > 100 for word in ids):
        raise BadHave(path="have")
    return frozenset(ids)


def bundle_of(shelf: Shelf, language: str | None, platform: str, have: Collection[str] = ()) -> bytes:
    """The file: the same bytes for the same content. With `have`, only the guides that are not among
    these ids, and in `gone` the ids that hold no more."""
    guides = chosen(shelf.guides, language, platform)
    new = [guide for guide in guides if guide["id"] not in have]
    names = {step[what] for guide in new for step in guide["steps"] for what in ("picture", "audio")} - {None}
    content: dict[str, Any] = {
        "language": guides[0]["language"] if guides else language,
        "platform": platform,
        "ids": [guide["id"] for guide in guides],
        "gone": sorted(set(have) - {guide["id"] for guide in guides}),
        "guides": new,
        "alerts": chosen(shelf.alerts, language),
        "places": chosen(shelf.places, language, key="code"),
        "media": {name: b64encode(shelf.media[name]).decode() for name in sorted(names)},
    }
    return gzip.compress(msgspec.json.encode(content), 9, mtime=0)
