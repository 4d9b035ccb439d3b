"""What a visit to a household may have come to."""

from __future__ import annotations

from base.errors import Refusal


class UnknownOutcome(Refusal):
    """A visit cannot come to this."""

    code = "outcome.unknown"
    vi = "Không có kết quả lượt đến nhà “{value}”."
    en = 'There is no outcome of a visit "{value}".'


# A visit that found nobody is work, too.
OUTCOMES: dict[str, tuple[str, str]] = {
    "met": ("Đã gặp", "Met somebody"),
    "nobody": ("Không có ai ở nhà", "Nobody at home"),
    "refused": ("Từ chối tiếp", "Did not wish to talk"),
    "moved_away": ("Cả hộ đã chuyển đi", "The household has moved away"),
    "no_such_house": ("Không có nhà này", "There is no such house"),
}


def check_outcome(code: str, path: str = "outcome") -> None:
    """Refuses an outcome that no visit has."""
    if code not in OUTCOMES:
        raise UnknownOutcome(path, value=code)
