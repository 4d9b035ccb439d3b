"""What is asked of Redis: a nudge that wakes a worker early, and whether somebody comes too often.

A nudge neither fails nor delays the caller; whatever Redis forgets may be lost. Nudges are published by a
thread of their own: a Redis that hangs costs its timeouts there, and no request a millisecond. Who counts to
keep a door shut (`spend`) finds it shut while nobody can count.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
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

from base.errors import Refusal

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
        name = settings.REDIS_PREFIX + key
        return int(_asked().eval(_COUNT, 1, name, str(seconds))) <= most
    except (redis.RedisError, OSError) as error:
        log.warning("no count: %s", type(error).__name__)
        return None


class NoCount(Refusal):
    """Nobody can tell how often somebody came: what must not be tried often is closed meanwhile."""

    code = "limit.unavailable"
    vi = "Tạm thời chưa nhận được yêu cầu này; xin thử lại sau ít giây."
    en = "This cannot be taken for the moment; please try again in some seconds."
    status = 503
    retry_after = 5


@dataclass(frozen=True)
class Limit:
    """At most `most` of `what` within `seconds`, counted in the drawer `key`: forgotten, all in it is."""

    key: str
    what: str
    most: int
    seconds: int


# All or nothing: one count that is full leaves the others as they are. Returns how long to wait.
_SPEND = """
local wait = 0
for i, key in ipairs(KEYS) do
    local what, most, seconds = ARGV[3 * i - 2], tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
    if tonumber(redis.call('HGET', key, what) or '0') >= most then
        local left = redis.call('TTL', key)
        wait = math.max(wait, left > 0 and left or seconds)
    end
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
    redis.call('HINCRBY', key, ARGV[3 * i - 2], 1)
    if redis.call('TTL', key) < 0 then redis.call('EXPIRE', key, ARGV[3 * i]) end
end
return 0
"""
# A count that has ended meanwhile is not begun anew below nothing.
_REFUND = """
for i, key in ipairs(KEYS) do
    if tonumber(redis.call('HGET', key, ARGV[i]) or '0') > 0 then
        redis.call('HINCRBY', key, ARGV[i], -1)
    end
end
"""


def spend(*limits: Limit) -> int:
    """Counts one try in each of the limits, or in none of them when one is full: 0, or the seconds to wait.

    One script, so that many at once are never more than allowed; NoCount when Redis cannot be asked.
    """
    words = [word for limit in limits for word in (limit.what, str(limit.most), str(limit.seconds))]
    return int(counted(_SPEND, [limit.key for limit in limits], words))


def refund(*limits: Limit) -> None:
    """Takes back what was spent on a try that was none."""
    counted(_REFUND, [limit.key for limit in limits], [limit.what for limit in limits])


def forget(*keys: str) -> None:
    """Empties these drawers."""
    counted("redis.call('DEL', unpack(KEYS))", keys, ())


def counted(script: str, keys: Sequence[str], words: Sequence[str]) -> Any:
    """What a script says that counts in these drawers; NoCount when Redis cannot be asked, or says nothing
    for as long as a request may wait."""
    names = [settings.REDIS_PREFIX + key for key in keys]
    try:
        return _asked().eval(script, len(names), *names, *words)
    except (redis.RedisError, OSError) as error:
        log.warning("no count: %s", type(error).__name__)
        raise NoCount() from None


def _asked() -> Any:
    return redis_at(settings.REDIS_URL, settings.REDIS_PATIENCE_MS / 1000)


@cache
def redis_at(url: str, patience: float) -> Any:
    """Redis, with the short patience of a request, once for a way to it and once for each answer: so nothing
    is said on the way but what has to be (no version, no name)."""
    never = Retry(NoBackoff(), 0)
    wait = {"socket_timeout": patience, "socket_connect_timeout": patience, "retry": never}
    return redis.Redis.from_url(url, protocol=2, driver_info=None, **wait)
