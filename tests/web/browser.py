"""Chromium without a window, driven over its DevTools pipe; what it asks for is answered by the house itself.

No port and no network: every request is paused in the browser, given to Django's test client and fulfilled
with its answer, headers and all, so that pages are seen inside the transaction of the story.
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.test import Client

HOST = "https://testserver"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--mute-audio",
    "--remote-debugging-pipe",
]


def program() -> str | None:
    """Where Chromium is; None when this machine has none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


class Browser:
    """One tab."""

    def __init__(self, out: Any, back: Any) -> None:
        self.out, self.back = out, back
        self.numbers, self.heard, self.session = itertools.count(1), b"", ""
        self.client = Client(raise_request_exception=False)
        # Pages that no door serves, by path: plants of a story.
        self.planted: dict[str, tuple[str, dict[str, str]]] = {}
        self.refused: list[str] = []
        # Where it is and was: what is told late of a page that was left is not of this one.
        self.page, self.left = "about:blank", set[str]()
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Fetch.enable", patterns=[{"urlPattern": "*"}])
        self.loaded = False

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One command and its answer; what happens meanwhile is seen to."""
        number = self.send(method, **params)
        while True:
            told = self.hear()
            if told.get("id") == number:
                if "error" in told:
                    raise RuntimeError(f"{method}: {told['error']}")
                return dict(told["result"])

    def send(self, method: str, **params: Any) -> int:
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        self.out.write(json.dumps(message).encode() + b"\0")
        return number

    def hear(self) -> dict[str, Any]:
        """The next message; requests are answered by the house."""
        while b"\0" not in self.heard:
            more = self.back.read(1 << 16)
            if not more:
                raise RuntimeError("Chromium has ended")
            self.heard += more
        message, _, self.heard = self.heard.partition(b"\0")
        told: dict[str, Any] = json.loads(message)
        if told.get("method") == "Fetch.requestPaused":
            self.answer(told["params"])
        elif told.get("method") == "Page.loadEventFired":
            self.loaded = True
        elif told.get("method") == "Log.entryAdded":
            entry = told["params"]["entry"]
            # A planted page names no icon, and the browser asks for one when it is at the next page already.
            if entry.get("url") not in (self.left - {self.page}) | {f"{HOST}/favicon.ico"}:
                self.refused.append(entry["text"])
        return told

    def answer(self, asked: dict[str, Any]) -> None:
        request = asked["request"]
        parts = urlsplit(request["url"])
        if parts.path in self.planted:
            body, headers = self.planted[parts.path]
            status, content, given = 200, body.encode(), {"Content-Type": "text/html", **headers}
        else:
            sent = request.get("postData", "").encode()
            kind = request["headers"].get("Content-Type", "application/octet-stream")
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            reply = self.client.generic(request["method"], path, sent, content_type=kind, secure=True)
            streamed = b"".join(reply.streaming_content) if reply.streaming else reply.content
            status, content, given = reply.status_code, streamed, dict(reply.headers)
        self.send(
            "Fetch.fulfillRequest",
            requestId=asked["requestId"],
            responseCode=status,
            responseHeaders=[{"name": name, "value": value} for name, value in given.items()],
            body=base64.b64encode(content).decode(),
        )

    def open(self, path: str) -> None:
        """Goes to a page and waits for it."""
        self.loaded, self.refused = False, []
        self.left.add(self.page)
        self.page = HOST + path
        self.call("Page.navigate", url=self.page)
        self.wait()

    def wait(self) -> None:
        while not self.loaded:
            self.hear()

    def press(self, selector: str) -> None:
        """Presses a button of a form, as a finger does, and waits for the next page."""
        self.loaded = False
        pressed = self.run(f"(e => e ? (e.click(), true) : false)(document.querySelector({selector!r}))")
        assert pressed, f"nothing there: {selector}"
        self.wait()

    def run(self, script: str) -> Any:
        """The value of an expression in the page, whatever the page's own rules for scripts."""
        told = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def size(self, width: int, height: int) -> None:
        """As on a phone."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=True,
        )

    def picture(self, file: Path, whole: bool = False) -> None:
        """A screenshot, of what is seen or of the whole page."""
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=whole)
        file.write_bytes(base64.b64decode(shot["data"]))


@contextmanager
def browsing(folder: Path) -> Iterator[Browser]:
    """A browser with a profile of its own, ended by its process id."""
    found = program()
    assert found, "Chromium is not here"
    read_by_it, to_browser = os.pipe()
    from_browser, written_by_it = os.pipe()

    def wire() -> None:
        # Above 4 first, so that neither end is overwritten before it is in place.
        high = os.dup2(read_by_it, 60), os.dup2(written_by_it, 61)
        os.dup2(high[0], 3)
        os.dup2(high[1], 4)

    child = subprocess.Popen(
        [found, *FLAGS, f"--user-data-dir={folder}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        close_fds=False,
        preexec_fn=wire,
    )
    os.close(read_by_it)
    os.close(written_by_it)
    with os.fdopen(to_browser, "wb", buffering=0) as out, os.fdopen(from_browser, "rb", buffering=0) as back:
        try:
            yield Browser(out, back)
        finally:
            child.terminate()
            child.wait(20)
