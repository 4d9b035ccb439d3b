"""What lies between a phone and the server: it keeps what was sent, and loses what it is told to lose."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.test import Client

from tests.bench.phone import Answer, Transport

FATES = ("arrives", "request lost", "answer lost", "answer cut", "twice")


@cache
def in_process() -> Transport:
    """Straight into Django; a 5xx fails the story."""
    client = Client()

    def ask(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        kind = headers.get("content-type", "application/json")
        answer = client.generic(method, path, body, content_type=kind, headers=headers)
        assert answer.status_code < 500, f"{method} {path}: {answer.status_code} {answer.content!r}"
        told = {name.lower(): value for name, value in answer.headers.items()}
        return answer.status_code, told, answer.content

    return ask


@dataclass
class Wire:
    """A transport on the way of which things happen: `fates` names what becomes of the next requests."""

    transport: Transport
    fates: list[str] = field(default_factory=list)
    sent: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    happened: Callable[[str], None] = lambda fate: None

    def __call__(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        fate = self.fates.pop(0) if self.fates else "arrives"
        self.happened(fate)
        if method == "POST":
            self.sent.append((method, path, headers, body))
        if fate == "request lost":
            raise ConnectionError(fate)
        answer = self.transport(method, path, headers, body)
        if fate == "twice":
            answer = self.transport(method, path, headers, body)
        if fate == "answer lost":
            raise ConnectionError(fate)
        if fate == "answer cut":
            return answer[0], answer[1], answer[2][: len(answer[2]) // 2]
        return answer

    def replay(self, request: tuple[str, str, dict[str, str], bytes], late: timedelta) -> None:
        """A request comes once more, or (it had been lost) at last, so long after it was sent."""
        method, path, headers, body = request
        self.transport(method, path, headers, sent_before(body, late))


def sent_before(body: bytes, late: timedelta) -> bytes:
    """The same batch as if it had been sent earlier."""
    batch = batch_of(body)
    batch["sent_at"] = (datetime.fromisoformat(batch["sent_at"]) - late).isoformat()
    return gzip.compress(json.dumps(batch).encode(), 1)


def batch_of(body: bytes) -> dict[str, Any]:
    """What a phone sent."""
    batch: dict[str, Any] = json.loads(gzip.decompress(body))
    return batch
