"""Two dear requests of one person at once, exactly, and no third: a seat is taken before the work begins, and
left when the answer is out. Whose process died leaves it by time.

While nobody can count, all are let in: this keeps the house quick, and guards nothing.
"""

from __future__ import annotations

import secrets
from uuid import UUID

from base.errors import Refusal
from base.queue import NoCount, counted

MOST = 2
LIFE = 60  # seconds; a statement of the web may take five

_TAKE = """
local now = tonumber(redis.call('TIME')[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
"""
_LEAVE = "return redis.call('ZREM', KEYS[1], ARGV[1])"


class TooManyAtOnce(Refusal):
    code = "limit.at_once"
    vi = "Bạn đang có hai việc lớn chạy cùng lúc; xin đợi một việc xong rồi thử lại."
    en = "Two large requests of yours are running; please wait for one of them and try again."
    status = 429
    retry_after = 2


class Seat:
    """A place among the dear requests of one person, until it is left."""

    def __init__(self, who: UUID) -> None:
        """Takes it; TooManyAtOnce when there is none."""
        self.key, self.name = f"seats:{who}", secrets.token_hex(8)
        given = self._ask(_TAKE, str(MOST), str(LIFE), self.name)
        if given == 0:
            raise TooManyAtOnce()
        self.known = given is not None

    def leave(self) -> None:
        if self.known:
            self._ask(_LEAVE, self.name)

    def _ask(self, script: str, *words: str) -> int | None:
        try:
            return int(counted(script, [self.key], words))
        except NoCount:
            return None
