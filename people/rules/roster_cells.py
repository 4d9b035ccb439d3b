"""One cell, one answer: names, phones, sex, kinship and the few words of a note that count."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers

from base.names import clean, fold
from people.rules.roster_sheet import Cell, text

MAX_NAME = 100
MAX_ADDRESS = 200
MALE, FEMALE, UNKNOWN = "male", "female", "unknown"
SEXES = (MALE, FEMALE)

_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"))
_NO_PHONE = frozenset(
    (
        "",
        "0",
        "-",
        "--",
        "–",
        "x",
        ".",
        "/",
        "khong",
        "ko",
        "k",
        "khong co",
        "ko co",
        "k co",
        "chua co",
        "chua",
        "none",
    )
)
_SEXES = {word: MALE for word in ("nam", "trai", "ong", "m", "male")}
_SEXES |= {word: FEMALE for word in ("nu", "gai", "ba", "f", "female")}
_KIN: list[tuple[str, re.Pattern[str]]] = [
    (code, re.compile(pattern))
    for code, pattern in [
        ("head", r"^((la )?chu( ho)?|ch|head|household head|head of household)$"),
        ("lodger", r"\b(o tro|thue|tro|o nho|tam tru|lodger|tenant)\b"),
        (
            "relative",
            r"^(bo|me|cha|ba|ma) (vo|chong)\b|^(cau|di|chu|bac|co|thim|mo|duong|ho hang|relative)\b",
        ),
        ("grandparent", r"^(ong|ba|cu)\b|grand ?(father|mother|parent)"),
        ("spouse", r"^(vo|chong|wife|husband|spouse)\b"),
        ("grandchild", r"^(chau|chat)\b|grand ?(child|son|daughter)"),
        ("child", r"^con\b|^(son|daughter|child)\b"),
        ("parent", r"^(bo|me|cha|ma|bame|father|mother|parent)\b"),
        ("sibling", r"^(anh|chi|em)\b|brother|sister|sibling"),
    ]
]
# "ba" is both bà (grandmother) and ba (father): the mark decides, see read_relation.
_IN_LAW = re.compile(r"\b(dâu|rể|rễ)\b|in-law")  # not folded: "con đầu" is the first child
_FATHERS = frozenset(("ba", "ba ruột", "ba đẻ", "tía", "u", "bầm", "thầy"))
_LOST_THING = (
    r"(?!\s*(cccd|cmnd|can cuoc|the|dien thoai|dt|sim|giay|so|tai khoan|mat khau|suc|viec|mat|tich|ngu))"
)
_PRESENCE: list[tuple[str, re.Pattern[str]]] = [
    (
        "deceased",
        re.compile(rf"\bda mat\b{_LOST_THING}|\bda chet\b|\bchet\b|qua doi|tu tran|tu vong|deceased"),
    ),
    ("moved", re.compile(r"chuyen (di|khau|noi khac|ho khau)\b(?! lam)|cat khau|moved away")),
    (
        "away",
        re.compile(r"lam an xa|di lam xa|lam xa|di xa\b|hoc xa|tam vang|xuat khau lao dong|\bxkld\b|away"),
    ),
]
_RESIDENCE: list[tuple[str, re.Pattern[str]]] = [
    ("temporary", re.compile(r"tam tru\b|\bkt ?[34]\b|temporary")),
    ("staying", re.compile(r"luu tru\b|o nho\b|staying")),
    ("permanent", re.compile(r"thuong tru\b|\bkt ?1\b|permanent")),
]


class BadName(ValueError):
    """Something is written, but it cannot be a name."""


class BadPhone(ValueError):
    """Something is written, but no number can be read."""


def read_name(cell: Cell) -> str:
    """The name in one spelling, "" when none is written.

    A name all in capitals or all in small letters gets one capital a word ("LÊ THỊ HOÀ" to
    "Lê Thị Hoà"): lists mix both, and the same person must read the same everywhere.
    Raises BadName: direction marks, zero-width and control characters, no letter, a formula, longer
    than MAX_NAME.
    """
    raw = cell if isinstance(cell, str) else text(cell)
    if raw.strip().upper() in _ERRORS:
        return ""
    if any(unicodedata.category(char)[0] == "C" and char not in "\t\r\n" for char in raw):
        raise BadName()
    name = clean(raw)
    if name and (len(name) > MAX_NAME or name[0] in "=+-@" or not any(char.isalpha() for char in name)):
        raise BadName()
    return _capitals(name) if name.isupper() or name.islower() else name


def _capitals(name: str) -> str:
    return "".join(part[:1].upper() + part[1:].lower() for part in re.split(r"([ '\-])", name))


def read_line(cell: Cell) -> str:
    """A hamlet or an address: one line without control characters, at most MAX_ADDRESS long."""
    line = "".join(char if unicodedata.category(char)[0] != "C" else " " for char in text(cell))
    return clean(line)[:MAX_ADDRESS].strip()


def read_phone(cell: Cell) -> str | None:
    """The first number of the cell as E.164, None when there is none ("không có", "0"). Raises BadPhone.

    A nine-digit number that begins like a mobile is taken even where the library does not know its prefix:
    prefixes are opened faster than libraries are released. Other numbers must be valid, so that
    the eleven-digit mobiles of before 2018, which ring nowhere, are told.
    """
    line = text(cell)
    if fold(line) in _NO_PHONE:
        return None
    if re.fullmatch(r"\d{8,}\.0+|\d(\.\d+)?[eE]\+?\d{1,2}", line):
        line = str(int(float(line)))
    for part in re.split(r"[/,;|&]|\bhoặc\b|\s[-–]\s|\s{2,}", line):
        two = re.match(r"(0\d{9})0\d{9}$", re.sub(r"[\s.]", "", part))  # only a space between them
        if (found := _number(two[1] if two else part)) is not None:
            return found
    raise BadPhone()


def _number(candidate: str) -> str | None:
    digits = re.sub(r"[^\d+]", "", candidate[:40])
    if digits.startswith("84") and len(digits) >= 11:
        digits = "+" + digits
    digits = re.sub(r"^\+840", "+84", digits)
    try:
        number = phonenumbers.parse(digits, "VN")
    except phonenumbers.NumberParseException:
        return None
    national = str(number.national_number)
    mobile = number.country_code == 84 and len(national) == 9 and national[0] in "35789"
    if not mobile and not _rings(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _rings(number: phonenumbers.PhoneNumber) -> bool:
    kinds = phonenumbers.PhoneNumberType
    people = (kinds.MOBILE, kinds.FIXED_LINE, kinds.FIXED_LINE_OR_MOBILE)
    return phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) in people


def read_sex(cell: Cell) -> str | None:
    """male, female, unknown for an empty cell; None when the cell says something else."""
    line = fold(text(cell)).strip(".-")
    return UNKNOWN if not line else _SEXES.get(line)


def read_relation(cell: Cell) -> str:
    """The kinship to the head, a code of RELATIONS in people.rules.persons: "unknown" for an empty
    cell, "other" for a word that is not known.
    """
    line = text(cell)
    if not line:
        return "unknown"
    if _IN_LAW.search(line.casefold()):
        return "relative"
    if line.casefold() in _FATHERS:
        return "parent"
    key = " ".join(re.sub(r"[^a-z0-9]+", " ", fold(line)).split())
    return next((code for code, pattern in _KIN if pattern.search(key)), "other")


def read_presence(cell: Cell) -> str | None:
    """away, moved or deceased if the note says so; the note itself is never kept."""
    return _first(_PRESENCE, cell)


def read_residence(cell: Cell) -> str | None:
    """temporary, staying or permanent if the note says so."""
    return _first(_RESIDENCE, cell)


def _first(table: list[tuple[str, re.Pattern[str]]], cell: Cell) -> str | None:
    line = fold(text(cell))[:1000]
    return next((code for code, pattern in table if pattern.search(line)), None)
