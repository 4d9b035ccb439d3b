"""What may be stored about a person at all, and how old somebody is on a day.

No ID number, no picture of a card, no ethnicity, no bank data, no free text: what is not
stored cannot be harvested (Law 91/2025/QH15 on personal data; docs/decisions/0006).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

import phonenumbers

from base.errors import Refusal
from base.names import clean


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"
    UNKNOWN = "unknown"


class Residence(StrEnum):
    PERMANENT = "permanent"
    TEMPORARY = "temporary"
    STAYING = "staying"


class Presence(StrEnum):
    PRESENT = "present"
    AWAY = "away"
    MOVED = "moved"
    DECEASED = "deceased"


# Who has moved or died is no longer counted; who works away still is.
COUNTED = frozenset({Presence.PRESENT, Presence.AWAY})

RELATIONS = (
    "head",
    "spouse",
    "child",
    "parent",
    "grandchild",
    "grandparent",
    "sibling",
    "relative",
    "lodger",
    "other",
    "unknown",
)
OLDEST = 130
ADULT_AGE = 18


class RecordForgotten(Refusal):
    """The one answer that tells a phone to forget what it holds."""

    code = "record.forgotten"
    vi = "Dữ liệu này đã được xóa theo yêu cầu; hãy xóa những gì máy này còn giữ về người hoặc hộ đó."
    en = "These data were erased: whatever this device still holds of that person or household has to go."
    status = 410


class PersonRestricted(Refusal):
    code = "person.restricted"
    vi = "Người này đã yêu cầu hạn chế xử lý dữ liệu; không ghi nhận thêm cho đến khi người đó đồng ý lại."
    en = "This person asked that these data be restricted; nothing is recorded until that is lifted."


class NameBad(Refusal):
    code = "person.bad_name"
    vi = "Họ tên trống, dài quá 100 ký tự hoặc có ký tự không nhìn thấy."
    en = "The name is empty, longer than 100 characters or has invisible characters."


class BirthBad(Refusal):
    code = "person.bad_birth"
    vi = "Ngày sinh không thể có, hoặc ở tương lai."
    en = "The birth date is impossible or lies in the future."


class PhoneBad(Refusal):
    code = "person.bad_phone"
    vi = "Số điện thoại không đúng."
    en = "This is not a phone number."


class WordBad(Refusal):
    code = "person.bad_word"
    vi = "Giá trị này không có trong danh mục."
    en = "This is none of the values that the field may have."


_WORDS: dict[str, frozenset[str]] = {
    "sex": frozenset(Sex),
    "relation": frozenset(RELATIONS),
    "residence": frozenset(Residence),
    "presence": frozenset(Presence),
}


def check_words(values: Mapping[str, str]) -> None:
    """Refuses a word that is not among those of its field; fields that are not given are not looked at."""
    for name, words in _WORDS.items():
        if name in values and values[name] not in words:
            raise WordBad(path=name)


def check_name(text: str, path: str = "full_name") -> str:
    """The name as it is stored: NFC, single spaces; refuses control, bidi and zero-width characters."""
    if any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn") for char in text):
        raise NameBad(path=path)
    name = clean(text)
    if not name or len(name) > 100 or not any(char.isalpha() for char in name):
        raise NameBad(path=path)
    return name


def check_birth(birth_date: date | None, birth_year: int | None, on: date) -> None:
    """Refuses a birth in the future, over 130 years ago, or a year that contradicts the date."""
    if birth_date is not None and not (on.year - OLDEST <= birth_date.year and birth_date <= on):
        raise BirthBad(path="birth_date")
    if birth_year is None:
        return
    if not on.year - OLDEST <= birth_year <= on.year or (birth_date and birth_date.year != birth_year):
        raise BirthBad(path="birth_year")


def check_phone(text: str, path: str = "phone") -> str:
    """The number in E.164; "" stays "" (nobody has to have a phone)."""
    if not text.strip():
        return ""
    try:
        number = phonenumbers.parse(text, "VN")
    except phonenumbers.NumberParseException:
        raise PhoneBad(path=path) from None
    if not phonenumbers.is_possible_number(number):
        raise PhoneBad(path=path)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


# As many dots as a number of Viet Nam has digits, whatever the number.
MASK = "+••••••••"


def phone_end(phone: str) -> str:
    """The last three digits of a number, whole or masked; "" where there are none."""
    return re.sub(r"\D", "", phone)[-3:]


def is_mask(phone: object) -> bool:
    """True for what is shown in the place of a number."""
    return isinstance(phone, str) and phone.startswith(MASK)


def masked(end: str) -> str:
    """What is shown of the number that ends so: enough to recognise, not enough to call."""
    return MASK + end if end else ""


def mask_phone(phone: str) -> str:
    """The same of a whole number; a mask stays as it is."""
    return masked(phone_end(phone))


def counted_birth(birth_date: date | None, birth_year: int | None) -> date | None:
    """The birthday that counts: 1 July where only the year is known, None where not even that is."""
    if birth_date is not None:
        return birth_date
    return date(birth_year, 7, 1) if birth_year else None


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What the figures need to know of a person: where, born when (counted), counted at all."""

    id: UUID
    hamlet_id: int
    born_on: date | None
    counted: bool


@dataclass(frozen=True, slots=True)
class PersonChange:
    """A person before and after a change; None for before a birth in, or after a removal from, the books."""

    before: PersonFacts | None
    after: PersonFacts | None


@dataclass(frozen=True, slots=True)
class PersonMark:
    """A mark of a roster that becomes an observation: its id, whom, what, and when the roster was read."""

    id: UUID
    person: UUID
    item: str
    kind: str
    state: str


def adult_birth(on: date) -> date:
    """The latest birthday of an adult on the day (born on 29 February: of age on 1 March)."""
    return latest_birth(on, ADULT_AGE)


def latest_birth(on: date, age: int) -> date:
    """The latest birthday of who has reached the age on the day."""
    try:
        return on.replace(year=on.year - age)
    except ValueError:
        return date(on.year - age, 2, 28)
