"""The web server as `make run` starts it, on a free port, ended by its process id."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command

from config.database import APPLICATION as APPLICATION_ROLE
from config.database import as_application
from config.processes import end, spawn
from config.serve import HOST, PYTHON, is_ready

APPLICATION = "tests.bench.offline_wsgi:application"  # the house's, with two doors more
OPTIONS = os.environ.get("BENCH_WEB", "--workers=2 --blocking-threads=2").split()


def served() -> dict[str, str]:
    """The environment of a web server, which serves as in production: as a role that owns nothing."""
    call_command("grant_application", APPLICATION_ROLE)
    return {**os.environ, "DATABASE_URL": as_application(os.environ["DATABASE_URL"])}


@contextmanager
def web(log: Path) -> Iterator[int]:
    """The port of a running server; its lines go to `log`."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    where = (f"--host={HOST}", f"--port={port}", "--no-access-log", "--log-level=warning")
    args = (*PYTHON, "-m", "granian", "--interface=wsgi", *OPTIONS, *where, APPLICATION)
    with log.open("wb") as output:
        child = spawn(args, served(), output=output)
        try:
            deadline = time.monotonic() + 60
            while not is_ready(port):
                if child.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"the web server does not run: see {log}")
                time.sleep(0.1)
            yield port
        finally:
            end(child, signal.SIGTERM, 10)
