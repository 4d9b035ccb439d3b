"""The light client: raw sockets with keep-alive, and volleys from two processes of four threads each.

A client takes the next of what is left, as in a queue: with a share of its own for each, one that met a busy
worker would still be at it when the others, and half of the machine, had nothing left to do.
Nothing of the house is imported here, so that a client process costs the machine little.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any

import psycopg

PROCESSES, THREADS = 2, 4
_taken: Any = None


class Line:
    """One HTTP connection to 127.0.0.1."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Sends a prepared request; its status and body."""
        self.socket.sendall(request)
        told = b""
        while b"\r\n\r\n" not in told:
            told += self._more()
        head, _, body = told.partition(b"\r\n\r\n")
        length = next(
            int(line[15:]) for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:"
        )
        parts, missing = [body], length - len(body)
        while missing > 0:
            parts.append(self._more())
            missing -= len(parts[-1])
        return int(head[9:12]), b"".join(parts)

    def _more(self) -> bytes:
        data = self.socket.recv(1 << 18)
        if not data:
            raise ConnectionError("the server hung up")
        return data

    def close(self) -> None:
        self.socket.close()


def request(method: str, path: str, token: str, body: bytes = b"") -> bytes:
    """The bytes of a request below /api/v1."""
    head = (
        f"{method} /api/v1/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@dataclass
class Volley:
    """What happened: when it began and ended, how long each call took, what went wrong."""

    began: float = 0.0
    ended: float = 0.0
    ms: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Calls in a second."""
        return len(self.ms) / (self.ended - self.began)


def is_applied(status: int, body: bytes) -> bool:
    """Whether an observation sent alone was stored."""
    return status == 200 and [receipt["state"] for receipt in json.loads(body)["receipts"]] == ["applied"]


class Crowd:
    """Eight clients in two processes that stay, so that starting them costs no measurement."""

    def __enter__(self) -> Crowd:
        context = get_context("spawn")
        self.taken = context.Value("i", 0)
        self.pool = ProcessPoolExecutor(
            PROCESSES, mp_context=context, initializer=_remember, initargs=(self.taken,)
        )
        return self

    def __exit__(self, *error: Any) -> None:
        self.pool.shutdown()

    def post(self, port: int, requests: Sequence[bytes]) -> Volley:
        """Every request once, over eight kept connections; each answer is checked."""
        return self._fire(_post, port, requests)

    def insert(self, url: str, sql: str, rows: Sequence[Any]) -> Volley:
        """Every row in a transaction of its own, by a prepared statement on eight connections."""
        return self._fire(_insert, (url, sql), rows)

    def _fire(self, shoot: Callable[..., Any], target: Any, load: Sequence[Any]) -> Volley:
        start, self.taken.value = time.monotonic() + 1.0, 0
        started = [self.pool.submit(_in_threads, shoot, target, load, start) for _ in range(PROCESSES)]
        done = [one.result() for one in started]
        return Volley(
            min(one.began for one in done),
            max(one.ended for one in done),
            [ms for one in done for ms in one.ms],
            [wrong for one in done for wrong in one.wrong],
        )


def _in_threads(shoot: Callable[..., None], target: Any, load: Sequence[Any], start: float) -> Volley:
    volley = Volley()
    ready = threading.Barrier(THREADS, action=lambda: _wait(start))
    threads = [
        threading.Thread(target=shoot, args=(target, _left(load), ready, volley)) for _ in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    volley.began, volley.ended = start, time.monotonic()
    return volley


def _remember(taken: Any) -> None:
    """Keeps how much of a load is taken, which both processes count together."""
    global _taken
    _taken = taken


def _left(load: Sequence[Any]) -> Iterator[Any]:
    """The next of a load that no client has taken, until all is."""
    while True:
        with _taken.get_lock():
            number = _taken.value
            _taken.value += 1
        if number >= len(load):
            return
        yield load[number]


def _wait(start: float) -> None:
    time.sleep(max(0.0, start - time.monotonic()))


def _post(port: int, requests: Iterator[bytes], ready: threading.Barrier, volley: Volley) -> None:
    line = Line(port)
    answers = []
    ready.wait()
    for one in requests:
        began = time.perf_counter()
        answers.append(line.ask(one))
        volley.ms.append((time.perf_counter() - began) * 1000)
    line.close()
    volley.wrong += [f"{status} {body[:200]!r}" for status, body in answers if not is_applied(status, body)]


def _insert(target: tuple[str, str], rows: Iterator[Any], ready: threading.Barrier, volley: Volley) -> None:
    url, sql = target
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.cursor()
        ready.wait()
        for row in rows:
            began = time.perf_counter()
            cursor.execute(sql, row, prepare=True)
            volley.ms.append((time.perf_counter() - began) * 1000)
            if cursor.rowcount != 1:
                volley.wrong.append("a row was not inserted")
