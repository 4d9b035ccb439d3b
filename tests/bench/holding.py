"""The same request again and again, whatever its status. Nothing of the house is imported here."""

from __future__ import annotations

import time
from collections.abc import Sequence

from tests.bench.client import Line
from tests.bench.offline_load import Shot, _exactly, _wait, _whole

DEPTH, SECONDS = 8, 1.0


def hold(port: int, loads: Sequence[bytes], start: float) -> list[Shot]:
    """The same request again and again, eight at once; a shot's status is the number of answers, its body
    one of them. Every answer must be as long as that, and of its status."""
    line, [request] = Line(port), loads
    for _ in range(3):  # the first answers of a worker may be longer: it has nothing at hand yet
        line.socket.sendall(request)
        first = _whole(line)
    _wait(start)
    count, ends = 0, start + SECONDS
    while time.monotonic() < ends:
        line.socket.sendall(request * DEPTH)
        told = _exactly(line, len(first) * DEPTH)
        if told.count(first[:13]) != DEPTH:
            raise ConnectionError(f"not {DEPTH} answers: {told[:300]!r}")
        count += DEPTH
    line.close()
    return [Shot(0, count, first)]
