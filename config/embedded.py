"""PostgreSQL and Redis out of their wheels, for a machine that has neither.

`python -m config.embedded [--alone] COMMAND ARGS...` runs a command with DATABASE_URL and
REDIS_URL set, and stops what it started. An address that is given already is left as it is.

A data directory has one owner: the process that holds the lock on DATA_DIR/lock. The kernel
drops the lock and signals the servers when the owner dies, however it dies, so there are no
pid files to believe. Others join the owner's servers and stop nothing (`--alone` refuses).
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from subprocess import Popen
from types import FrameType
from typing import NoReturn

from config import servers as made
from config.database import as_application
from config.processes import ROOT, Trouble, spawn, sweep

VARIABLES = ("DATABASE_URL", "REDIS_URL")
TOLD = {
    errno.ENOSPC: "Đĩa đã đầy",
    errno.EDQUOT: "Hết hạn mức đĩa",
    errno.EACCES: "Không có quyền",
    errno.EPERM: "Không có quyền",
    errno.EROFS: "Đĩa chỉ cho đọc",
    errno.ENOTDIR: "Đường dẫn không phải thư mục",
    errno.EEXIST: "Đường dẫn không phải thư mục",
}
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def data_dir() -> Path:
    """DATA_DIR, by default `.data` beside the code."""
    return Path(os.environ.get("DATA_DIR") or ROOT / ".data").resolve()


def missing() -> list[str]:
    """The addresses that the environment does not give, neither itself nor by a file."""
    return [name for name in VARIABLES if not os.environ.get(name) and not os.environ.get(f"{name}_FILE")]


@contextmanager
def servers(home: Path, *, alone: bool = False) -> Iterator[dict[str, str]]:
    """The addresses that were missing, of servers that run until the block ends (or the owner's do)."""
    if not missing():
        yield {}
        return
    with claim(home, alone=alone) as owner:
        if owner:
            with started(home) as running:
                yield {server.variable: server.url for server in running}
        else:
            yield joined(home)


@contextmanager
def claim(home: Path, *, alone: bool) -> Iterator[bool]:
    """True: `home` is ours until the block ends. False: it has an owner, whose servers are up."""
    home.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    with (home / "lock").open("a+") as lock:
        owner = _lock_or_wait(home, lock.fileno(), alone=alone)
        if owner:
            (home / "servers.json").unlink(missing_ok=True)
            lock.truncate(0)
            lock.write(f"{os.getpid()}\n")
            lock.flush()
            sweep(home)
        yield owner


def _lock_or_wait(home: Path, lock: int, *, alone: bool, seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if not alone and (home / "servers.json").exists():
            return False
        if alone or time.monotonic() > deadline:
            pid = (home / "lock").read_text().strip()
            raise Trouble(
                f"Tiến trình {pid} đang dùng {home}",
                f"process {pid} uses it: stop that, or set another DATA_DIR",
            )
        time.sleep(0.05)


@contextmanager
def started(home: Path) -> Iterator[list[made.Server]]:
    """The servers whose addresses are missing, answering; ended with the block. Only `home`'s owner may."""
    with ExitStack() as stack:
        user = made.service_user(home)
        place = made.storage(home, user)
        run = stack.enter_context(made.sockets(place, user))
        running = []
        for name in missing():
            server = (
                made.postgres(home, place, run, user) if name == "DATABASE_URL" else made.redis(home, run)
            )
            stack.callback(server.stop)
            server.start()
            running.append(server)
        told = home / "servers.json"
        told.touch(mode=0o600)
        told.write_text(json.dumps({server.variable: server.url for server in running}))
        stack.callback(told.unlink, missing_ok=True)
        yield running


def addresses(running: Sequence[made.Server]) -> dict[str, str]:
    """Where the servers answer to a house: served by a role that owns nothing, migrated by the owner."""
    found = {server.variable: server.url for server in running}
    if "DATABASE_URL" in found:
        found["DATABASE_OWNER_URL"] = found["DATABASE_URL"]
        found["DATABASE_URL"] = as_application(found["DATABASE_URL"])
    return found


def joined(home: Path) -> dict[str, str]:
    """The missing addresses, from the owner of `home`."""
    told: dict[str, str] = json.loads((home / "servers.json").read_text())
    for name in missing():
        if name not in told:
            raise Trouble(f"Hãy đặt {name}", f"the owner of {home} was given {name}: set the same one")
    return {name: told[name] for name in missing()}


def run(command: Sequence[str], env: dict[str, str]) -> int:
    """Runs a command to its end and returns its exit status (128 + n after signal n); passes on signals."""
    children: list[Popen[bytes]] = []
    early: list[int] = []  # signals that came while the command was being started

    def pass_on(number: int, frame: FrameType | None = None) -> None:
        if not children:
            early.append(number)
        elif not (number == signal.SIGINT and os.isatty(0)):  # Ctrl-C has reached the command already
            children[0].send_signal(number)

    for number in STOPPING:
        signal.signal(number, pass_on)
    try:
        # Tests, checks and measurements are the house's own; a web server among them knows what it is.
        whose = {"PROCESS": os.environ.get("PROCESS", "command")}
        children.append(spawn(command, {**os.environ, **whose, **env}, own_session=False))
    except OSError as error:
        raise Trouble(f"Không chạy được {command[0]}", f"cannot run {command[0]}: {error.strerror}") from None
    for missed in early:
        pass_on(missed)
    status = children[0].wait()
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)  # the servers are stopped in peace
    return status if status >= 0 else 128 - status


def in_one_line(job: Callable[[], int | None]) -> int:
    """The exit status of a job; 1 when the machine does not let it, told in one line and no traceback."""
    try:
        return job() or 0
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
    except OSError as error:
        if error.errno not in TOLD:
            raise
        sys.stderr.write(f"{TOLD[error.errno]} / {error.strerror}: {error.filename or data_dir()}\n")
    return 1


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


def main(args: list[str]) -> int:
    """Exit status of the command; 1 and one line when the servers cannot run."""
    alone = args[:1] == ["--alone"]
    command = args[1:] if alone else args
    if not command:
        sys.stderr.write("python -m config.embedded [--alone] COMMAND ARGS...\n")
        return 2
    for number in STOPPING:
        signal.signal(number, _leave)

    def embed() -> int:
        with servers(data_dir(), alone=alone) as env:
            return run(command, env)

    return in_one_line(embed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
