"""Light clients for the doors of phones: volleys that begin together, in two processes.

Nothing of the house is imported here. Answers are handed back whole: whoever fired judges them.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import psycopg

from tests.bench.client import Line

PROCESSES = 2
AHEAD = 0.5  # seconds until a load has reached the processes


@dataclass
class Shot:
    """One call: its milliseconds, status and body (of a COPY: nothing but its milliseconds)."""

    ms: float
    status: int = 200
    body: bytes = b""


@dataclass
class Salvo:
    """All calls of a volley, client by client, and how many seconds they took together."""

    seconds: float
    shots: list[list[Shot]]

    @property
    def all(self) -> list[Shot]:
        return [shot for client in self.shots for shot in client]


class Hands:
    """Two processes that stay, so that starting them costs no measurement."""

    def __enter__(self) -> Hands:
        self.pool = ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"))
        return self

    def __exit__(self, *error: Any) -> None:
        self.pool.shutdown()

    def ask(self, port: int, clients: Sequence[Sequence[bytes]]) -> Salvo:
        """Each client sends its requests one after the other over a connection of its own."""
        return self._fire(_ask, port, clients)

    def copy(self, url: str, clients: Sequence[Sequence[Sequence[tuple[str, bytes]]]]) -> Salvo:
        """Each client copies its loads: the tables of a load in one transaction."""
        return self._fire(_copy, url, clients)

    def hold(self, port: int, clients: Sequence[Sequence[tuple[bytes, int, float]]]) -> Salvo:
        """Each client asks the same again and again (`_hold`); a shot's status is the number of answers."""
        return self._fire(_hold, port, clients)

    def _fire(self, shoot: Callable[..., Any], target: Any, clients: Sequence[Sequence[Any]]) -> Salvo:
        start = time.monotonic() + AHEAD
        shares = [clients[n::PROCESSES] for n in range(PROCESSES)]
        done = list(self.pool.map(_together, *zip(*[(shoot, target, s, start) for s in shares], strict=True)))
        ended = max(end for end, _ in done)
        return Salvo(ended - start, [shots for _, clients in done for shots in clients])


def _together(
    shoot: Callable[..., list[Shot]], target: Any, clients: Sequence[Any], start: float
) -> tuple[float, list[list[Shot]]]:
    found: list[list[Shot]] = [[] for _ in clients]
    broken: list[BaseException] = []

    def work(number: int) -> None:
        try:
            found[number] = shoot(target, clients[number], start)
        except BaseException as error:
            broken.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]
    return time.monotonic(), found


def _wait(start: float) -> None:
    time.sleep(max(0.0, start - time.monotonic()))


def _ask(port: int, requests: Sequence[bytes], start: float) -> list[Shot]:
    line, shots = Line(port), []
    _wait(start)
    for one in requests:
        began = time.perf_counter()
        status, body = line.ask(one)
        shots.append(Shot((time.perf_counter() - began) * 1000, status, body))
    line.close()
    return shots


def _copy(url: str, loads: Sequence[Sequence[tuple[str, bytes]]], start: float) -> list[Shot]:
    shots = []
    with psycopg.connect(url) as connection:
        cursor = connection.cursor()
        _wait(start)
        for load in loads:
            began = time.perf_counter()
            for statement, text in load:
                with cursor.copy(statement) as copy:
                    copy.write(text)
            connection.commit()
            shots.append(Shot((time.perf_counter() - began) * 1000))
    return shots


def _hold(port: int, loads: Sequence[tuple[bytes, int, float]], start: float) -> list[Shot]:
    """Sends (request, depth, seconds): `depth` requests at once, as soon as the last ones are answered, so
    that a client costs next to nothing beside the server. Every answer must be as long as the first."""
    line, shots = Line(port), []
    for request, depth, seconds in loads:
        line.socket.sendall(request)
        first = _whole(line)
        _wait(start)
        count, ends = 0, start + seconds
        while time.monotonic() < ends:
            line.socket.sendall(request * depth)
            told = _exactly(line, len(first) * depth)
            if told.count(b"HTTP/1.1 200 ") != depth:
                raise ConnectionError(f"not {depth} answers: {told[:300]!r}")
            count += depth
        shots.append(Shot(0, count, first))
    line.close()
    return shots


def _whole(line: Line) -> bytes:
    """One answer with its head."""
    told = line.socket.recv(1 << 16)
    while not (found := re.search(rb"(?i)content-length: (\d+)\r\n(?:.+\r\n)*\r\n", told)):
        told += line.socket.recv(1 << 16)
    return told + _exactly(line, found.end() + int(found[1]) - len(told))


def _exactly(line: Line, size: int) -> bytes:
    parts, missing = [], size
    while missing > 0:
        part = line.socket.recv(missing)
        if not part:
            raise ConnectionError("the server hung up")
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
