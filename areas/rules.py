"""Words of the area tree: levels, kinds, codes, and when two names are the same name. No database."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

import phonenumbers

from base import names
from base.errors import Refusal

MAX_NAME = 100


class Scheme(StrEnum):
    """Which list of codes: seven province codes mean another province in the other list."""

    OLD = "2004"
    NEW = "2025"


class Level(StrEnum):
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    HAMLET = "hamlet"


class Extent(StrEnum):
    """How much of a closed unit an heir took over."""

    WHOLE = "whole"
    PART = "part"


class HamletKind(StrEnum):
    """The two legal kinds: thôn (also bản, ấp, buôn, làng, sóc...) and tổ dân phố (also khu phố, khóm...)."""

    VILLAGE = "village"
    NEIGHBOURHOOD = "neighbourhood"


# The days on which each list of codes came into force, and the last day of the older one.
OPEN_FROM = {Scheme.OLD: date(2004, 7, 8), Scheme.NEW: date(2025, 7, 1)}
OLD_CLOSED_ON = date(2025, 6, 30)

KINDS = {
    Level.PROVINCE: {"Thành phố": "city", "Tỉnh": "province"},
    Level.DISTRICT: {
        "Quận": "urban_district",
        "Huyện": "rural_district",
        "Thành phố": "city",
        "Thị xã": "town",
    },
    Level.COMMUNE: {"Xã": "commune", "Phường": "ward", "Thị trấn": "township", "Đặc khu": "special_zone"},
}
_UNIT_WORDS = tuple({word: None for kinds in KINDS.values() for word in kinds})
_HAMLET_WORDS = (
    *("Tổ dân phố", "Khu dân cư", "Khu phố", "Khối phố", "Tiểu khu", "Khối", "Khóm", "Khu"),
    *("Thôn", "Bản", "Ấp", "Buôn", "Bon", "Làng", "Xóm", "Sóc", "Phum", "Plei"),
)


class UnknownArea(Refusal):
    code = "area.unknown"
    vi = "Không tìm thấy địa bàn này."
    en = "There is no such area."
    status = 404


class BadName(Refusal):
    code = "area.bad_name"
    vi = "Tên địa bàn phải có từ 1 đến {most} ký tự, có chữ hoặc số, không có ký tự điều khiển hay ký tự ẩn."
    en = "An area's name has 1 to {most} characters, some letter or digit, no control or hidden character."
    status = 400


class BadKind(Refusal):
    code = "hamlet.bad_kind"
    vi = "Loại địa bàn phải là village (thôn, bản, ấp...) hoặc neighbourhood (tổ dân phố, khu phố...)."
    en = "The kind must be village or neighbourhood."
    status = 400


class BadDecision(Refusal):
    code = "basis.bad_words"
    vi = "Phần này của quyết định trống, dài quá {most} ký tự hoặc có ký tự không nhìn thấy."
    en = "This part of the decision is empty, longer than {most} characters or has invisible characters."
    status = 400


class BadHotline(Refusal):
    code = "hotline.bad_phone"
    vi = "Cần một số gọi được ở Việt Nam: cố định, di động, tổng đài 1800/1900, hoặc số ngắn 3 đến 5 chữ số."
    en = (
        "A number is needed that can be called in Viet Nam: a landline, a mobile, or a code of 3 to 5 digits."
    )
    status = 400


def level_of(code: str) -> Level | None:
    """The level that a code's shape tells ("01", "001", "00004", "00004-03"); None for any other text."""
    if not code.isascii():
        return None
    if re.fullmatch(r"\d{5}-\d{2,6}", code):
        return Level.HAMLET
    if not code.isdigit():
        return None
    return {2: Level.PROVINCE, 3: Level.DISTRICT, 5: Level.COMMUNE}.get(len(code))


def serial_of(code: str) -> int:
    """The serial number inside a hamlet's code: 3 for "00004-03"."""
    return int(code.rpartition("-")[2])


def hamlet_code(commune_code: str, serial: int) -> str:
    """ "00004-03": there is no national code for hamlets, so the commune counts its own."""
    return f"{commune_code}-{serial:02d}"


def kind_of(level: Level, name: str) -> str:
    """The kind that an official name begins with: "ward" for "Phường Trảng Bom". Raises ValueError."""
    for word, kind in KINDS[level].items():
        if name.startswith(f"{word} "):
            return kind
    raise ValueError(f"no kind of {level} begins {name!r}")


def clean_name(text: str, path: str = "name") -> str:
    """The name as it is stored; refuses what is empty, too long or hidden (control, bidi, zero width)."""
    name = names.clean(text)
    hidden = any(unicodedata.category(char)[0] == "C" or char in "\u2028\u2029" for char in text)
    if hidden or len(name) > MAX_NAME or not any(char.isalnum() for char in name):
        raise BadName(path=path, most=MAX_NAME)
    return name


def clean_decision(text: str, path: str, most: int) -> str:
    """Words of a decision as they are stored; refuses what is empty, too long or hidden."""
    words = names.clean(text)
    hidden = any(unicodedata.category(char)[0] == "C" for char in words)
    if hidden or len(words) > most or not any(char.isalnum() for char in words):
        raise BadDecision(path=path, most=most)
    return words


def clean_kind(text: str, path: str = "kind") -> str:
    """The kind of a hamlet; refuses any other word."""
    if text not in list(HamletKind):
        raise BadKind(path=path)
    return str(text)


def clean_hotline(text: str, path: str = "phone") -> str:
    """The number as Viet Nam writes it ("024 3733 1234", "1022"); "" for blanks; refuses anything else."""
    plain = text.strip()
    # Short codes are given out by province: no list of numbers knows them all.
    if not plain or re.fullmatch(r"[0-9]{3,5}", plain):
        return plain
    try:
        number = phonenumbers.parse(plain, "VN")
    except phonenumbers.NumberParseException:
        raise BadHotline(path=path) from None
    if not phonenumbers.is_valid_number_for_region(number, "VN") or number.extension:
        raise BadHotline(path=path)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL))


# "Hoà" and "Hòa" are the same word; about 180 names differ so between public sources.
_LATE_TONE = re.compile(r"(?<!q)(o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ])(?!\w)")


def _early_tone(found: re.Match[str]) -> str:
    vowels = found.group()
    parts = unicodedata.normalize("NFD", vowels[1])
    return unicodedata.normalize("NFC", vowels[0] + parts[1]) + parts[0]


def exact_key(name: str) -> str:
    """The search key with accents: lower case, tones where older spelling puts them ("hoà" -> "hòa")."""
    return _LATE_TONE.sub(_early_tone, names.clean(name).casefold())


def has_accents(text: str) -> bool:
    """True when the text tells "Ba Tơ" from "Ba Tô"."""
    return names.fold(text) != names.clean(text).casefold()


_SHORT = {"tdp": "tổ dân phố", "kp": "khu phố", "kdc": "khu dân cư"}
_SHORT_WORD = re.compile(r"^(t\.?d\.?p|k\.?p|k\.?d\.?c)(?![^\W\d])\.?\s*", re.IGNORECASE)


def hamlet_key(name: str) -> str:
    """One key for the spellings of one hamlet: "TDP 3", "Tổ dân phố số 3", "tổ dân phố 03" are the same."""
    text = _SHORT_WORD.sub(
        lambda found: _SHORT[found.group(1).replace(".", "").casefold()] + " ", names.clean(name)
    )
    text = re.sub(r"\b(số|so)\s*(?=\d)", "", exact_key(text))
    return re.sub(r"(?<!\d)0+(?=\d)", "", text)


def may_be(written: str, stored: str) -> bool:
    """True when a name in a file may mean a stored one (both by `hamlet_key`): each word is the same, or
    one of the two was typed without marks. "ba to" may be "ba tơ" or "ba tô"; "ba tơ" is never "ba tô"."""
    ours, theirs = written.split(), stored.split()
    if len(ours) != len(theirs):
        return False
    return all(a in (b, names.fold(b)) or b == names.fold(a) for a, b in zip(ours, theirs, strict=True))


def order_key(name: str) -> str:
    """The key for lists: no word of the kind, the Vietnamese alphabet, numbers by value. ASCII."""
    text = hamlet_key(name)
    for word in (*_UNIT_WORDS, *_HAMLET_WORDS):
        if text.startswith(f"{word.casefold()} "):
            text = text[len(word) + 1 :]
            break
    parts = [_part_key(part) for part in re.findall("[0-9]+|[^\\W0-9_]+", text.replace("'", ""))]
    return "!".join(letters for letters, _ in parts) + " " + "!".join(tones for _, tones in parts)


@lru_cache(8192)
def _part_key(part: str) -> tuple[str, str]:
    if part[0] in "0123456789":
        return part.zfill(4), ""
    letters, _, tones = names.sort_key(part).partition(" ")
    return letters, tones


def name_columns(name: str) -> dict[str, str]:
    """A name and the keys made of it: always written together."""
    return {
        "name": name,
        "search_key": names.fold(name),
        "exact_key": exact_key(name),
        "sort_key": order_key(name),
    }


@dataclass(frozen=True, slots=True)
class FeedKind:
    """A kind of change in the feeds of hamlets: how a room tells it, without the reader knowing its tables.

    `table` has the columns hamlet_id and revision, indexed together. `told` is an SQL expression over its
    alias `row` and the parameter %(code)s (the hamlet's code) alone; its text is the change as JSON:
    {"kind", "id", "hamlet", "revision", "data": {...}}, or "gone": true in the place of data. `subject` is
    one over `row`: the id of the person or household of whom the change tells.
    """

    kind: str
    table: str
    told: str
    subject: str
