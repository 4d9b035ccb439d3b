"""A citizen checks the code of a volunteer's badge: nothing is stored, and few tries from one network."""

from __future__ import annotations

from datetime import datetime

from accounts.queries import Badge, find_badge
from accounts.rules import Verb
from base.errors import Refusal
from base.models import Asker
from base.queue import may_again

MOST, SECONDS = 60, 600


class TooManyBadges(Refusal):
    code = "badge.too_often"
    vi = "Mạng này đã kiểm tra nhiều mã; xin thử lại sau ít phút."
    en = "Many codes were checked from this network; please try again in some minutes."
    status = 429
    retry_after = SECONDS


def check_badge(*, by: Asker, code: str, address: str, at: datetime) -> Badge | None:
    """Whose badge shows this code now; None for any other code. Refuses more than MOST in SECONDS from one
    address.

    Without Redis nobody can tell how many came from an address, and everybody is answered: the code itself
    cannot be guessed.
    """
    by.must(Verb.KEEP_HOUSE)
    if may_again(f"accounts:badge:{address}", MOST, SECONDS) is False:
        raise TooManyBadges()
    return find_badge(code, at)
