"""The web server on a port that stays: it may die at any moment, and come back."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

from config.processes import spawn
from config.serve import HOST, PYTHON, is_ready
from tests.live import PATIENCE, free_port

WORKERS = 2
# A server is told to end when the thread that started it does: so one that stays starts it.
STAYS = ThreadPoolExecutor(1)


class House:
    """Two workers of two threads, as `make run` starts them; a worker that dies is replaced."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env, self.port, self.killed = env, free_port(), 0
        self.child: subprocess.Popen[bytes] | None = None
        self.one = Lock()

    def start(self) -> None:
        """Returns when it answers."""
        self._begin()
        self.await_ready()

    def _begin(self) -> None:
        size = (f"--workers={WORKERS}", "--blocking-threads=2", "--respawn-failed-workers")
        where = (f"--host={HOST}", f"--port={self.port}", "--no-access-log", "--log-level=critical")
        args = (*PYTHON, "-m", "granian", "--interface=wsgi", *size, *where, "config.wsgi:application")
        with Path(os.devnull).open("wb") as silence:
            self.child = STAYS.submit(spawn, args, self.env, output=silence).result()

    def await_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not is_ready(self.port):
            assert self.child, "it was never started"
            assert self.child.poll() is None, "the web server ended"
            assert time.monotonic() < deadline, "the web server did not become ready"
            time.sleep(0.02)

    def tend(self) -> None:
        """Starts it again if it has ended, as `make run` does: it gives up when workers die too often."""
        deadline = time.monotonic() + PATIENCE
        with self.one:
            while not is_ready(self.port):
                assert self.child, "it was never started"
                assert time.monotonic() < deadline, "the web server did not become ready"
                if self.child.poll() is not None:
                    self._begin()
                time.sleep(0.02)

    def kill(self) -> None:
        """kill -9, all of it: nobody has time to finish anything."""
        assert self.child
        os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()

    def kill_worker(self, number: int) -> None:
        """kill -9 of one worker, in the midst of whatever it does."""
        self.tend()
        assert self.child
        workers = children_of(self.child.pid)
        os.kill(workers[number % len(workers)], signal.SIGKILL)
        self.killed += 1

    def stop(self) -> None:
        """As it dies in the stories: a server whose workers were killed may take long to end by itself, and
        how it ends is proved elsewhere (tests/house/test_serve.py)."""
        if self.child and self.child.poll() is None:
            self.kill()


def children_of(pid: int) -> list[int]:
    """The processes that this one has started."""
    with suppress(FileNotFoundError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


@contextmanager
def house(env: Mapping[str, str]) -> Iterator[House]:
    """A running house, stopped in the end."""
    here = House(env)
    try:
        here.start()
        yield here
    finally:
        here.stop()
