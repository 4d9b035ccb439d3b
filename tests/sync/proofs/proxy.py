"""A network that is bad in earnest: a TCP proxy that loses, cuts and holds back what passes."""

from __future__ import annotations

import re
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
# Nothing, or only the half, of what the one said reaches the other; "stalls": the answer comes too late.
FATES = ("request lost", "request cut", "answer lost", "answer cut", "stalls", "passes")


class Proxy(ThreadingTCPServer):
    """One request a connection; `fate` decides about each. `answered` is called between the server's answer
    and the phone's hearing of it."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(
        self, port: int, fate: Callable[[], str], answered: Callable[[], None] | None = None
    ) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.beyond, self.fate, self.answered = port, fate, answered
        self.happened: Counter[str] = Counter()
        self.over = threading.Event()


class Exchange(BaseRequestHandler):
    """One request and its answer."""

    server: Proxy

    def handle(self) -> None:
        with suppress(OSError):
            self._pass_on(self.server.fate())

    def _pass_on(self, fate: str) -> None:
        self.server.happened[fate] += 1
        request = _whole(self.request)
        if fate == "request lost":
            return
        with socket.create_connection(("127.0.0.1", self.server.beyond), timeout=20) as server:
            if fate == "request cut":
                server.sendall(request[: len(request) * 2 // 3])
                return
            server.sendall(request)
            answer = _whole(server)
        if self.server.answered:
            self.server.answered()
        if fate == "stalls":
            self.server.over.wait(1)
        if fate != "answer lost":
            self.request.sendall(answer[: len(answer) // 2] if fate == "answer cut" else answer)


def _whole(line: socket.socket) -> bytes:
    """A request or an answer, by its content-length."""
    told = b""
    while b"\r\n\r\n" not in told:
        told += _more(line)
    head = told.index(b"\r\n\r\n") + 4
    length = LENGTH.search(told[:head])
    while length and len(told) < head + int(length[1]):
        told += _more(line)
    return told


def _more(line: socket.socket) -> bytes:
    if data := line.recv(1 << 16):
        return data
    raise ConnectionError("hung up")


@contextmanager
def bad_network(
    port: int, fate: Callable[[], str], answered: Callable[[], None] | None = None
) -> Iterator[tuple[int, Counter[str]]]:
    """The port of a proxy before `port`, and what it has done so far."""
    with Proxy(port, fate, answered) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield proxy.server_address[1], proxy.happened
        finally:
            proxy.over.set()
            proxy.shutdown()
            thread.join(20)
