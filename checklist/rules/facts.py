"""What may be said about a person and an item: evidence, blockers, the observation itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from uuid import UUID

from base.days import day_of

__all__ = ["BLOCKERS", "Evidence", "Observation", "day_of"]


class Evidence(IntEnum):
    """How well an observation is evidenced; the higher, the better. The numbers are what is stored."""

    SELF_DECLARED = 1
    SEEN = 2
    WITNESSED = 3
    VERIFIED = 4

    @property
    def code(self) -> str:
        """The code on the wire, "self_declared"."""
        return _CODES[self]

    @property
    def title_vi(self) -> str:
        """The Vietnamese title."""
        return _TITLES[self][0]

    @property
    def title_en(self) -> str:
        """The English title."""
        return _TITLES[self][1]

    @classmethod
    def of(cls, code: str) -> Evidence:
        """The level with this code; ValueError when there is none."""
        try:
            return _LEVELS[code]
        except KeyError:
            raise ValueError(f"no evidence level has the code {code!r}") from None


_TITLES = {
    Evidence.SELF_DECLARED: ("tự khai", "self-declared"),
    Evidence.SEEN: ("tận mắt trên màn hình", "seen on the screen"),
    Evidence.WITNESSED: ("thao tác thành công trước mặt", "done successfully before one's eyes"),
    Evidence.VERIFIED: ("hệ thống xác nhận", "verified by a system"),
}
_CODES = {level: level.name.lower() for level in Evidence}
_LEVELS = {code: level for level, code in _CODES.items()}

BLOCKERS: dict[str, tuple[str, str]] = {
    "no_phone": ("Không có điện thoại thông minh", "No smartphone"),
    "no_own_sim": ("Không có SIM chính chủ", "No SIM in one's own name"),
    "no_card": ("Chưa có thẻ căn cước gắn chip", "No chip identity card"),
    "card_expired": ("Thẻ căn cước đã hết hạn", "The identity card has expired"),
    "no_network": ("Không có mạng", "No network"),
    "refuses": ("Không muốn làm", "Does not wish to"),
    "absent": ("Vắng nhà", "Not at home"),
    "works_away": ("Đi làm ăn xa", "Works away from home"),
    "uses_relatives_account": ("Dùng tài khoản của người thân", "Uses a relative's account"),
    "disability": ("Khuyết tật", "Disability"),
    "cannot_read": ("Không biết chữ", "Cannot read"),
    "language": ("Bất đồng ngôn ngữ", "Language"),
    "too_far": ("Ở quá xa nơi làm thủ tục", "Too far from where it is done"),
    "system_error": ("Hệ thống lỗi", "System error"),
    "other": ("Lý do khác", "Another reason"),
}


@dataclass(frozen=True, slots=True)
class Observation:
    """One immutable fact about one person, as the rules need it.

    `kind` is "" for an item without kinds. `expires_on` is the last day on which the thing is valid.
    `retracts` names the observation that this one withdraws: then it states nothing itself.
    """

    id: UUID
    item: str
    kind: str
    state: str
    evidence: Evidence
    observed_at: datetime
    expires_on: date | None = None
    blocker: str = ""
    retracts: UUID | None = None
