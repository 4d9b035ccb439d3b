"""Exports: how long they live, who must agree, how a link and a mark are made. Keys and moments come in."""

from __future__ import annotations

import base64
import hmac
import statistics
import struct
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from base.errors import Refusal

LIFE = timedelta(hours=24)
LINK_LIFE = timedelta(minutes=10)
MOST_TRIES = 3
# So many rows of persons may leave on one person's word; beyond, a second one must agree.
MOST_ON_ONE_WORD = 50
LEAST_REASON = 10
# Lists of so many times what somebody usually takes are told to whoever watches the house.
UNUSUAL, USUALLY = 3, timedelta(days=30)
_LINK = struct.Struct(">16sQ16s")


class UnknownFormat(Refusal):
    code = "export.unknown_format"
    vi = "Không có định dạng này. Các định dạng có: {known}."
    en = "There is no such format. There are: {known}."
    status = 400


class ReasonNeeded(Refusal):
    code = "export.reason_needed"
    vi = "Tệp có tên người dân: hãy ghi lý do, ít nhất {least} ký tự."
    en = "The file names persons: give the reason, in {least} characters or more."
    status = 400


class AskedOtherwise(Refusal):
    code = "export.asked_otherwise"
    vi = "Mã này đã được dùng cho một yêu cầu khác."
    en = "This id was used for another request."
    status = 409


class NotYours(Refusal):
    code = "export.four_eyes"
    vi = "Người yêu cầu không tự duyệt tệp của mình."
    en = "Who asked for a file cannot approve it."
    status = 403


class DiskFull(Refusal):
    code = "export.disk_full"
    vi = "Máy chủ hết chỗ để ghi tệp; hãy báo quản trị hệ thống rồi yêu cầu lại."
    en = "The server has no room for the file; tell its keeper, then ask again."


class GaveUp(Refusal):
    code = "export.gave_up"
    vi = "Đã thử lập tệp nhiều lần mà không được; hãy báo quản trị hệ thống."
    en = "The file could not be made in several attempts; tell the keeper of the service."


class Damaged(Refusal):
    code = "export.damaged"
    vi = "Tệp trên máy chủ đã bị hỏng hoặc bị sửa nên không được gửi đi; hãy yêu cầu lập lại."
    en = "The file on the server was damaged or changed, and is not sent; ask for it again."
    status = 410
    keeps = True  # the file is marked as failed, and its link is used up


class RightEnded(Refusal):
    code = "export.right_ended"
    vi = "Người yêu cầu không còn quyền xuất dữ liệu."
    en = "Who asked has no longer the right to export."
    status = 403


class Refused(Refusal):
    code = "export.refused"
    vi = "Người có thẩm quyền không duyệt tệp này."
    en = "The file was not approved."
    status = 403


def serial_of(export_id: UUID, on: date) -> str:
    """The number by which an office calls a file: its day and forty bits of its id."""
    return f"{on:%Y%m%d}-{base64.b32encode(export_id.bytes[-5:]).decode()}"


def next_try(tries: int) -> timedelta:
    """How long to wait after this many failures: 1, 2, 4 minutes."""
    return timedelta(minutes=2 ** max(tries - 1, 0))


class Bound(NamedTuple):
    """What a link is bound to: one file, one account, one device."""

    export_id: UUID
    user_id: UUID
    device_id: int | None


def _mac(key: bytes, link: bytes, until: int, to: Bound) -> bytes:
    parts = (link, str(until).encode(), to.export_id.bytes, to.user_id.bytes, str(to.device_id).encode())
    return hmac.digest(key, b"|".join(parts), "sha256")[:16]


def sign_link(key: bytes, link: UUID, at: datetime, to: Bound) -> str:
    """A link for one opening within LINK_LIFE by this user at this device; URL-safe."""
    until = int((at + LINK_LIFE).timestamp())
    mac = _mac(key, link.bytes, until, to)
    return base64.urlsafe_b64encode(_LINK.pack(link.bytes, until, mac)).decode().rstrip("=")


def read_link(key: bytes, text: str, at: datetime, to: Bound) -> UUID | None:
    """The link's own id; None for one that was tampered with, is over, or is another's."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        link, until, mac = _LINK.unpack(raw)
    except (ValueError, struct.error):
        return None
    if base64.urlsafe_b64encode(raw).decode().rstrip("=") != text:  # another spelling of the same
        return None
    if not hmac.compare_digest(mac, _mac(key, link, until, to)):
        return None
    return UUID(bytes=link) if at < datetime.fromtimestamp(until, UTC) else None


def is_unusual(rows: int, before: Sequence[int]) -> bool:
    """True for a list more than UNUSUAL times the median of those before it."""
    return bool(before) and rows > UNUSUAL * statistics.median(before)


def mark_of(key: bytes, export_id: UUID, row_id: str) -> str:
    """The mark of a row in an export: whoever finds the row elsewhere can tell which file it left by."""
    own = hmac.digest(key, export_id.bytes, "sha256")
    return base64.b32encode(hmac.digest(own, row_id.encode(), "sha256"))[:10].decode()
