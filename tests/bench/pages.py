"""What citizens ask for: guides they have already, against a view that does nothing; the self-check."""

from __future__ import annotations

from datetime import UTC, datetime
from http.client import HTTPConnection
from time import perf_counter
from urllib.parse import urlencode

from base.models import SYSTEM
from guides.actions import load_content
from tests.bench.client import Line, request
from tests.bench.holding import SECONDS, hold
from tests.bench.offline_load import Hands
from tests.bench.recording import Wrong
from tests.bench.told import Figure, median, spread

CONNECTIONS = 8
DOORS = {"a guide": "guides/activate-vneid", "the list": "guides", "the bundle": "guides/bundle"}
# The most that somebody can be asked: every question, and the longest list of next steps.
LONGEST = {"age": "from_18", "identity": "unknown"}
LONGEST |= dict.fromkeys(("payment", "signature", "service_account"), "none")
LONGEST |= dict.fromkeys(("chip_card", "own_sim", "smartphone", "safety"), "none")


def guides(port: int, repetitions: int = 5) -> list[Figure]:
    """(l) guides and bundles that the phone has already, and the pages of the self-check."""
    load_content(by=SYSTEM, at=datetime.now(UTC))
    return _unchanged(port, repetitions) + _pages(port)


def _unchanged(port: int, repetitions: int) -> list[Figure]:
    asked = {"nothing": _get("bench/nothing")}
    for name, path in DOORS.items():
        asked[name] = _get(path, f"If-None-Match: {_tag(port, path)}\r\n")
    rates: dict[str, list[float]] = {name: [] for name in asked}
    with Hands() as hands:
        for turn in range(-1, repetitions):
            for name, sent in asked.items():
                salvo = hands._fire(hold, port, [[sent] for _ in range(CONNECTIONS)])
                status = b"200" if name == "nothing" else b"304"
                if any(shot.body[9:12] != status for shot in salvo.all):
                    raise Wrong(f"{name}: {salvo.all[0].body[:200]!r}")
                if turn >= 0:
                    rates[name].append(sum(shot.status for shot in salvo.all) / SECONDS)
    return [_ratio(name, rates[name], rates["nothing"]) for name in DOORS]


def _ratio(name: str, mine: list[float], nothing: list[float]) -> Figure:
    beside = f"{median(mine):,.0f}/s ({spread(mine)}), nothing {median(nothing):,.0f}/s ({spread(nothing)})"
    ratio = median([a / b for a, b in zip(mine, nothing, strict=True)])
    return Figure(f"l. 304 for {name} / a view that does nothing", ratio, 0.5, beside=beside)


def _get(path: str, headers: str = "") -> bytes:
    """A request of somebody who is not signed in."""
    return f"GET /api/v1/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode()


def _tag(port: int, path: str) -> str:
    line = HTTPConnection("127.0.0.1", port)
    line.request("GET", f"/api/v1/{path}")
    answer = line.getresponse()
    answer.read()
    line.close()
    if answer.status != 200:
        raise Wrong(f"GET {path}: {answer.status}")
    return str(answer.headers["ETag"])


def _pages(port: int, repetitions: int = 60) -> list[Figure]:
    """Milliseconds of a page from request to the last byte of the answer, which bounds the server's."""
    form = urlencode(LONGEST).encode()
    post = request("POST", "x", "-", form).replace(b"/api/v1/x", b"/tu-kiem-tra")
    post = post.replace(b"application/json", b"application/x-www-form-urlencoded")
    asked = {
        "the first question": (_get("x").replace(b"/api/v1/x", b"/tu-kiem-tra"), "Bạn bao nhiêu tuổi?"),
        "the longest result": (post, "SSS1:"),
    }
    figures, line = [], Line(port)
    for name, (sent, words) in asked.items():
        times = []
        for turn in range(-8, repetitions):
            began = perf_counter()
            status, body = line.ask(sent)
            took = (perf_counter() - began) * 1000
            if status != 200 or words.encode() not in body:
                raise Wrong(f"{name}: {status} {body[:200]!r}")
            if turn >= 0:
                times.append(took)
        beside = f"{spread(times)} ms, median of {repetitions}; {len(body):,} bytes"
        figures.append(
            Figure(f"l. self-check, {name}", median(times), 15, below=True, unit=" ms", beside=beside)
        )
    line.close()
    return figures
