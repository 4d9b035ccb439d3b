"""A nudge wakes a worker early; it never fails or delays the caller, and it may be lost."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction

log = logging.getLogger("queue")


def nudge(task: Any, *ids: int | str) -> None:
    """After COMMIT, asks `task` to look at `ids`; whatever is lost, the timetable's sweep finds."""
    transaction.on_commit(_publish(task, ids), robust=True)


def _publish(task: Any, ids: tuple[int | str, ...]) -> Callable[[], None]:
    def publish() -> None:
        try:
            task.apply_async(args=ids, retry=False)
        except Exception as error:  # an unreachable Redis is no reason to fail the request
            log.warning("nudge lost: %s", type(error).__name__)

    return publish
