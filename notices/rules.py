"""What a notice is: which kinds there are, how long it is worth telling, when it is tried again."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What is told. Each kind has its texts in notices/texts, one file a language."""

    FILE_READY = "file_ready"
    FILE_FAILED = "file_failed"
    FILE_TO_APPROVE = "file_to_approve"
    REQUEST_FILED = "request_filed"
    REQUEST_DUE = "request_due"
    REQUEST_LATE = "request_late"
    POST_TO_APPROVE = "post_to_approve"
    DEVICE_PAUSED = "device_paused"
    AUDIT_BROKEN = "audit_broken"
    BREACH_DUE = "breach_due"
    BREACH_LATE = "breach_late"


LIFE = timedelta(days=30)
MOST_TRIES = 5
# How long one delivery may take before another worker may try: longer than any channel waits.
PATIENCE = timedelta(minutes=5)


def next_try(tries: int) -> timedelta:
    """How long to wait after this many failures: 1, 2, 4, 8 ... minutes."""
    return timedelta(minutes=2 ** max(tries - 1, 0))
