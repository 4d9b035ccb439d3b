"""How often one network may check itself: the only thing that is remembered of a self-check, for an hour."""

from __future__ import annotations

from django.conf import settings

from base.errors import Refusal
from base.models import Asker
from base.queue import may_again

SECONDS = 3600


class TooManyChecks(Refusal):
    code = "self_check.too_often"
    vi = "Mạng này đã tự kiểm tra rất nhiều lần; xin thử lại sau một giờ, hoặc hỏi thành viên Tổ."
    en = "This network has checked itself very often; please try again in an hour, or ask a volunteer."
    status = 429
    retry_after = SECONDS


def count_self_check(*, by: Asker, address: str, requests: int = 1) -> None:
    """Refuses more than SELF_CHECKS_AN_HOUR from one address, each of so many `requests` (a page asks its
    questions one by one; the API is told all answers at once).

    Without Redis nobody can tell how many came from an address, and everybody is answered: a check costs
    next to nothing and changes nothing.
    """
    by.must("keep_house")
    most = settings.SELF_CHECKS_AN_HOUR * requests
    if may_again(f"checklist:self_check:{requests}:{address}", most, SECONDS) is False:
        raise TooManyChecks()
