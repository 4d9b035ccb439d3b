"""Did this step work? Counts only, and few from one address."""

from __future__ import annotations

from base.bulk import execute
from base.errors import NotFound, Refusal
from base.models import Asker
from base.queue import may_again
from guides.queries import has_step

MOST, SECONDS = 100, 600

_COUNT = """
INSERT INTO guides_feedback (slug, version, step, worked, failed)
VALUES (%(slug)s, %(version)s, %(step)s, %(worked)s, %(failed)s)
ON CONFLICT (slug, version, step) DO UPDATE
SET worked = guides_feedback.worked + excluded.worked, failed = guides_feedback.failed + excluded.failed
"""


class TooOften(Refusal):
    code = "feedback.too_often"
    vi = "Đã nhận nhiều phản hồi từ mạng này; xin gửi lại sau ít phút."
    en = "Many answers came from this network; please try again in some minutes."
    status = 429
    retry_after = SECONDS


def count_feedback(*, by: Asker, slug: str, version: int, step: int, worked: bool, address: str) -> bool:
    """True when it was counted. Refuses an unknown step, and more than MOST in SECONDS from one address.

    Without Redis nobody can tell how many came from an address: then nothing is counted and nobody refused.
    """
    by.must("keep_house")
    allowed = may_again(f"guides:feedback:{address}", MOST, SECONDS)
    if allowed is False:
        raise TooOften()
    if not has_step(slug, version, step):
        raise NotFound()
    if allowed:
        execute(
            _COUNT,
            {
                "slug": slug,
                "version": version,
                "step": step,
                "worked": int(worked),
                "failed": int(not worked),
            },
        )
    return bool(allowed)
