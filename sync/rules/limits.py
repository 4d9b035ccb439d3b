"""How much a phone may send at once."""

from __future__ import annotations

from typing import Any

from base.errors import Refusal

MOST_BYTES = 1024 * 1024
MOST_COMMANDS = 500
MOST_RATIO = 50
LIMITS = {"bytes": MOST_BYTES, "commands": MOST_COMMANDS, "ratio": MOST_RATIO}


class PushTooLarge(Refusal):
    """The answer names the limits, so that the phone cuts its batch to them."""

    code = "push.too_large"
    vi = "Lô quá lớn: nhiều nhất {commands} lệnh và {bytes} byte sau khi giải nén, nén không quá {ratio} lần."
    en = "The batch is too large: at most {commands} commands, {bytes} bytes unpacked, packed {ratio} times."
    status = 413

    def __init__(self) -> None:
        super().__init__("", **LIMITS)

    @property
    def extra(self) -> dict[str, Any]:
        return {"limits": LIMITS}
