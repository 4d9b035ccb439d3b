"""Children that never outlive us, and are only ever ended by their own process id."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from subprocess import Popen
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
MARK = "SAN_SANG_SO_OWNER"  # in the environment of every process that belongs to a data directory
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
PR_SET_PDEATHSIG = 1


class Trouble(Exception):
    """Why the servers cannot run, in one line: Vietnamese, then English."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(f"{vi} / {en}")


def spawn(
    args: Sequence[str | Path],
    env: Mapping[str, str],
    *,
    orphaned: signal.Signals = signal.SIGTERM,
    own_session: bool = True,
    user: dict[str, Any] | None = None,
    output: IO[bytes] | None = None,
) -> Popen[bytes]:
    """A child that gets the signal `orphaned` when we die (on Linux), and no Ctrl-C meant for us."""
    parent = os.getpid()

    def before_exec() -> None:
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, int(orphaned))
            if os.getppid() != parent:
                os._exit(1)

    return Popen(  # noqa: S603
        [str(arg) for arg in args],
        env=dict(env),
        cwd=ROOT if user is None else "/",
        stdin=subprocess.DEVNULL if own_session else None,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        start_new_session=own_session,
        preexec_fn=before_exec,
        **(user or {}),
    )


def end(child: Popen[bytes], politely: signal.Signals, seconds: float) -> None:
    """Ends a child of its own session: first politely, after `seconds` by force, with all of its group."""
    if child.poll() is None:
        child.send_signal(politely)
        with suppress(subprocess.TimeoutExpired):
            child.wait(max(seconds, 0.01))
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def sweep(home: Path, seconds: float = 5) -> None:
    """Ends what a killed owner of `home` left: processes with our mark. Only the owner may call it."""
    mark = f"\0{MARK}={home}\0".encode()
    force_at = time.monotonic() + seconds
    told: set[int] = set()
    while left := [pid for pid in _pids() if pid != os.getpid() and mark in b"\0" + _environment(pid)]:
        by_force = time.monotonic() > force_at
        for pid in left if by_force else set(left) - told:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL if by_force else signal.SIGTERM)
        told.update(left)
        time.sleep(0.02)


def _pids() -> Iterator[int]:
    return (int(entry.name) for entry in Path("/proc").glob("[0-9]*"))


def _environment(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""
