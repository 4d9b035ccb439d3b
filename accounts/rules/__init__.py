"""Roles, verbs, and which role may do what: the whole of it, on one page."""

from __future__ import annotations

import hmac
import unicodedata
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import phonenumbers

from base.errors import Refusal

# An invitation, and each of the codes that its screen shows one after the other.
ENROLMENT_LIFE = timedelta(hours=24)
CODE_LIFE = timedelta(seconds=60)
# What opens doors; how long a device may say nothing; after how long it has to be signed in anew.
ACCESS_LIFE = timedelta(minutes=15)
OFFLINE_LIFE = timedelta(days=14)
DEVICE_LIFE = timedelta(days=90)
# The half minutes of an authenticator; for how long a proof of who one is serves for what weighs most.
TOTP_STEP = 30
FRESH = timedelta(minutes=5)
# A badge shows another code each minute; one holds for its own minute and the next.
BADGE_SECONDS = 60


class Role(StrEnum):
    """What somebody is at an area; `area_admin` works at any node (the "district admin" of old)."""

    VOLUNTEER = "volunteer"
    TEAM_LEAD = "team_lead"
    AREA_ADMIN = "area_admin"
    AUDITOR = "auditor"
    EDITOR = "editor"


ROLE_TITLES: dict[Role, tuple[str, str]] = {
    Role.VOLUNTEER: ("Thành viên Tổ", "Volunteer"),
    Role.TEAM_LEAD: ("Tổ trưởng", "Team lead"),
    Role.AREA_ADMIN: ("Cán bộ quản lý địa bàn", "Area admin"),
    Role.AUDITOR: ("Người kiểm tra", "Auditor"),
    Role.EDITOR: ("Biên tập viên hướng dẫn", "Editor"),
}


class Verb(StrEnum):
    """What can be done; an action asks for one of these first."""

    SEE = "see"
    RECORD = "record"
    RETRACT_ANY = "retract_any"
    ENROL = "enrol"
    APPOINT = "appoint"
    ADD_HAMLET = "add_hamlet"
    CLOSE_AREA = "close_area"
    SET_HOTLINE = "set_hotline"
    DECIDE_BASIS = "decide_basis"
    ANSWER_REQUEST = "answer_request"
    SEE_READERS = "see_readers"
    MOVE = "move"
    IMPORT = "import"
    REPORT = "report"
    EXPORT = "export"
    SET_TARGET = "set_target"
    CLOSE_PERIOD = "close_period"
    RELEASE = "release"
    EDIT_GUIDE = "edit_guide"
    OWN_ACCOUNT = "own_account"
    LOAD_AREAS = "load_areas"
    KEEP_HOUSE = "keep_house"


class TokenExpired(Refusal):
    code = "token.expired"
    vi = "Mã truy cập đã hết hạn; hãy đổi mã mới."
    en = "The access token has ended; exchange the refresh token for another."
    status = 401


class DeviceRevoked(Refusal):
    """Whoever holds such a token is told to wipe, and may send what he has yet to send into quarantine."""

    code = "device.revoked"
    vi = "Máy này đã bị thu hồi: hãy gửi việc chưa gửi vào nơi giữ riêng rồi xóa mọi dữ liệu trên máy."
    en = "This device is revoked: send what is unsent into quarantine, then wipe everything on it."
    status = 401

    @property
    def extra(self) -> dict[str, Any]:
        return {"wipe": True, "quarantine": "/api/v1/sync/quarantine"}


class SecondFactorNeeded(Refusal):
    """Of somebody whose role must not be had for a password alone."""

    code = "otp.needed"
    vi = "Vai trò của bạn cần xác thực hai bước: hãy đặt ứng dụng xác thực, hoặc xác thực lại trên máy này."
    en = "Your role needs a second factor: set up an authenticator, or prove it again on this device."
    status = 403


class StepUpNeeded(Refusal):
    code = "otp.step_up"
    vi = "Việc này cần xác thực lại: phải vừa xác thực trong năm phút qua."
    en = "This needs a fresh proof of who you are: one of the last five minutes."
    status = 403


_EVERYONE = {Verb.OWN_ACCOUNT}
_FIELD = _EVERYONE | {Verb.SEE, Verb.RECORD}
_LEAD = _FIELD | {Verb.RETRACT_ANY, Verb.ENROL, Verb.REPORT, Verb.EXPORT, Verb.RELEASE}
MAY: dict[Role, frozenset[Verb]] = {
    Role.VOLUNTEER: frozenset(_FIELD),
    Role.TEAM_LEAD: frozenset(_LEAD),
    Role.AREA_ADMIN: frozenset(
        _LEAD
        | {Verb.APPOINT, Verb.ADD_HAMLET, Verb.CLOSE_AREA, Verb.MOVE, Verb.IMPORT}
        | {Verb.SET_TARGET, Verb.CLOSE_PERIOD, Verb.SET_HOTLINE, Verb.DECIDE_BASIS, Verb.ANSWER_REQUEST}
        | {Verb.SEE_READERS}
    ),
    Role.AUDITOR: frozenset(_EVERYONE | {Verb.SEE, Verb.REPORT}),
    Role.EDITOR: frozenset(_EVERYONE | {Verb.EDIT_GUIDE}),
}

# Whom a role may enrol or appoint; an area admin appoints admins only strictly below his own node.
MAY_GRANT: dict[Role, frozenset[Role]] = {
    Role.TEAM_LEAD: frozenset({Role.VOLUNTEER}),
    Role.AREA_ADMIN: frozenset({Role.VOLUNTEER, Role.TEAM_LEAD, Role.AUDITOR, Role.AREA_ADMIN}),
}


# Whose account is worth more than a password, and whose role is given by two.
WEIGHTY = frozenset({Role.AREA_ADMIN})
# A post that waits for its second signature begins then.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


def may_grant(granting: Role, role: Role, *, same_node: bool) -> bool:
    """True when a holder of `granting` may give `role` at his own node or (same_node False) below it."""
    if role not in MAY_GRANT.get(granting, frozenset()):
        return False
    return not (role is Role.AREA_ADMIN and same_node)


def may_be_shown(name: str) -> bool:
    """True when a name has a letter or a digit and nothing hidden (control, direction, zero width)."""
    hidden = any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn") for char in name)
    return not hidden and any(char.isalnum() for char in name)


def phone_of(text: str) -> str | None:
    """A phone number in E.164 (region VN where no country is given); None when it is not one."""
    try:
        number = phonenumbers.parse(text, "VN")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


# Crockford's digits: no letter that looks like a digit.
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("OIL", "011", " -")
_DEVICE_BITS, _PROOF_BYTES = 28, 4


def badge_minute(at: datetime) -> int:
    """The minute in which a code is made."""
    return int(at.timestamp()) // BADGE_SECONDS


def badge_code(key: bytes, device_id: int, minute: int) -> str:
    """Twelve characters that prove, for that minute, that this house made them for that device.

    Nothing is kept: the device is hidden in the code under its own proof of 32 bits. Whoever guesses has to
    meet the proof of a device that exists.
    """
    if not 0 < device_id < 1 << _DEVICE_BITS:
        raise ValueError("a device number beyond what a badge can carry")
    proof = _proof(key, device_id, minute)
    number = (device_id ^ _mask(key, proof, minute)) << 8 * _PROOF_BYTES | int.from_bytes(proof)
    return "".join(_DIGITS[number >> shift & 31] for shift in range(55, -1, -5))


def device_of_badge(key: bytes, code: str, minute: int) -> int | None:
    """The device for which the code was made in this minute or the one before; None for any other text.

    Small letters, blanks, hyphens and letters that look like digits are read as meant.
    """
    plain = code.upper().translate(_READ_AS)
    if len(plain) != 12 or any(letter not in _DIGITS for letter in plain):
        return None
    number = 0
    for letter in plain:
        number = number << 5 | _DIGITS.index(letter)
    proof = (number & (1 << 8 * _PROOF_BYTES) - 1).to_bytes(_PROOF_BYTES)
    for made in (minute, minute - 1):
        device_id = number >> 8 * _PROOF_BYTES ^ _mask(key, proof, made)
        if hmac.compare_digest(_proof(key, device_id, made), proof):
            return device_id
    return None


def _proof(key: bytes, device_id: int, minute: int) -> bytes:
    text = b"badge" + minute.to_bytes(8) + device_id.to_bytes(8)
    return hmac.digest(key, text, "sha256")[:_PROOF_BYTES]


def _mask(key: bytes, proof: bytes, minute: int) -> int:
    digest = hmac.digest(key, b"mask" + minute.to_bytes(8) + proof, "sha256")
    return int.from_bytes(digest[:4]) >> 32 - _DEVICE_BITS
