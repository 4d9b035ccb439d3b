"""The last word of a device that was revoked: who holds it now, nobody knows."""

from __future__ import annotations

from datetime import datetime

from accounts.actor import Actor
from accounts.rules import Verb
from base.errors import Refusal
from base.queue import Limit, spend
from base.scope import widened
from sync.actions.batch import apply_batch
from sync.actions.work import Pushed

# Of one device in a day: fifty thousand commands are more than a fortnight's work.
MOST, DAY = 100, 24 * 3600


class QuarantineFull(Refusal):
    code = "quarantine.full"
    vi = "Máy này đã gửi quá nhiều vào nơi giữ riêng; xin thử lại sau."
    en = "This device has sent too much into quarantine; please try again later."
    status = 429

    @property
    def retry_after(self) -> int:
        return int(self.details["seconds"])


def take_into_quarantine(*, by: Actor, pushed: Pushed, at: datetime) -> int:
    """Holds the commands for whoever may release them there, with no right of the sender; how many are held.

    They are judged by nobody else: not by the clock, and not when what they wait for arrives. How each is
    judged is not told.
    """
    by.must(Verb.OWN_ACCOUNT)
    wait = spend(Limit("sync:quarantine", str(by.device_id), MOST, DAY))
    if wait:
        raise QuarantineFull(seconds=wait)
    with widened():  # who has no right has no sight, not of his own line either
        told = apply_batch(by=by, pushed=pushed, at=at)
    return sum(one.state == "held" for one in told)
