"""What is asked of Redis: a nudge that wakes a worker early, and whether somebody comes too often.

Neither fails or delays the caller; whatever Redis forgets, or cannot tell, may be lost. Nudges are published
by a thread of their own: a Redis that hangs costs its timeouts there, and no request a millisecond.
"""

from __future__ import annotations

import logging
import os
from functools import cache
from queue import Full, Queue
from threading import Thread
from typing import Any

import redis
from celery import current_app
from django.conf import settings
from django.db import transaction
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger("queue")


# A hint more than this, while Redis hangs, is dropped: the timetable's sweep finds its row.
MOST_HINTS = 1000


def nudge(task: Any, *ids: int | str) -> None:
    """After COMMIT, asks `task` (itself, or its name) to look at `ids`; whatever is lost, the timetable's
    sweep finds."""
    transaction.on_commit(lambda: _hint(task, ids), robust=True)


def _hint(task: Any, ids: tuple[int | str, ...]) -> None:
    try:
        _hints(os.getpid()).put_nowait((task, ids))
    except Full:
        log.warning("nudge lost: Full")


@cache
def _hints(process: int) -> Queue[tuple[Any, tuple[int | str, ...]]]:
    """What this process has yet to publish; a forked one begins anew, for threads do not come along."""
    hints: Queue[tuple[Any, tuple[int | str, ...]]] = Queue(MOST_HINTS)

    def publish_for_ever() -> None:
        while True:
            task, ids = hints.get()
            _publish(task, ids)
            hints.task_done()

    Thread(target=publish_for_ever, name="nudges", daemon=True).start()
    return hints


def _publish(task: Any, ids: tuple[int | str, ...]) -> None:
    try:
        if isinstance(task, str):
            current_app.send_task(task, args=ids, retry=False)
        else:
            task.apply_async(args=ids, retry=False)
    except Exception as error:  # an unreachable Redis is no reason to fail anything
        log.warning("nudge lost: %s", type(error).__name__)


def settle() -> None:
    """Waits until all that this process was to publish is published or lost."""
    _hints(os.getpid()).join()


# Counts and forgets in one step, so that many at once are never more than allowed.
_COUNT = """
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return count
"""


def may_again(key: str, most: int, seconds: int) -> bool | None:
    """True for the first `most` times within `seconds`, then False; None when Redis cannot be asked."""
    try:
        return (
            int(_redis(settings.REDIS_URL).eval(_COUNT, 1, settings.REDIS_PREFIX + key, str(seconds))) <= most
        )
    except (redis.RedisError, OSError) as error:
        log.warning("no count: %s", type(error).__name__)
        return None


@cache
def _redis(url: str) -> Any:
    never = Retry(NoBackoff(), 0)
    return redis.Redis.from_url(url, socket_timeout=0.2, socket_connect_timeout=0.2, retry=never)
