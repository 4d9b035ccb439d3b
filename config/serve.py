"""What `make run` calls: everything the house needs, under one roof, until Ctrl-C.

The embedded servers (unless addresses are given), the migrations, the areas and once the demo;
then the web server, the worker and the clock, each started again when it dies.
"""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from subprocess import Popen
from types import FrameType
from typing import IO, NoReturn

from config import embedded
from config.processes import MARK, Trouble, end, spawn
from config.servers import Server

HOST = "127.0.0.1"
PATIENCE = 90.0  # seconds until /health/ready must answer
GRACE = 7.0  # seconds for the children to end by themselves
LONGEST_PAUSE = 30.0
PYTHON = (sys.executable, "-u")
# A container runs everything as root: Celery's warning would fill the first screen.
AS_ROOT = ("-W", "ignore:You're running the worker with superuser privileges")


def say(vi: str, en: str) -> None:
    """One line for the person at the terminal."""
    sys.stdout.write(f"{vi} / {en}\n")
    sys.stdout.flush()


@dataclass
class Watched:
    """A child that is started again when it ends: after 1 s, then 2, 4 ... and at most 30."""

    name: str
    start: Callable[[], Popen[bytes]]
    child: Popen[bytes]
    pause: float = 1.0
    since: float = 0.0
    again_at: float | None = None

    def tend(self, now: float) -> None:
        """Notices that the child has ended, or starts it again when the pause is over."""
        if self.again_at is None:
            status = self.child.poll()
            if status is not None:
                end(self.child, signal.SIGTERM, 0)  # what its death left of its group
                self.pause = 1.0 if now - self.since > 2 * LONGEST_PAUSE else self.pause
                self.wait(now, f"({status})")
        elif now >= self.again_at:
            try:
                self.child, self.since, self.again_at = self.start(), now, None
            except Trouble as trouble:
                self.wait(now, f"({trouble})")

    def wait(self, now: float, why: str) -> None:
        say(
            f"{self.name} đã dừng {why}, chạy lại sau {self.pause:g} giây",
            f"{self.name} ended, starting again in {self.pause:g} s",
        )
        self.again_at = now + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)


class House:
    """The children of one `make run`."""

    def __init__(self, env: Mapping[str, str], servers: Sequence[Server] = ()) -> None:
        self.env = env
        self.servers = [
            Watched(server.name, partial(server.start, 10), server.child)
            for server in servers
            if server.child
        ]
        self.watched: list[Watched] = []
        self.signals = 0

    def stop(self, number: int, frame: FrameType | None) -> None:
        """A signal handler: the first signal stops the house, the second does not wait."""
        self.signals += 1

    def watch(self, name: str, args: Sequence[str | Path]) -> None:
        """Starts a child that is to stay."""

        def start() -> Popen[bytes]:
            return spawn(args, self.env)

        self.watched.append(Watched(name, start, start(), since=time.monotonic()))

    def manage(self, *words: str, output: IO[bytes] | None = None) -> bool:
        """Runs one management command; whether it succeeded. A signal ends it."""
        child = spawn([*PYTHON, "manage.py", *words], self.env, output=output)
        while child.poll() is None and not self.signals:
            time.sleep(0.02)
        end(child, signal.SIGTERM, GRACE)
        return child.returncode == 0

    def tend(self) -> None:
        """Starts again whatever has ended, the embedded servers too."""
        for watched in (*self.servers, *self.watched):
            watched.tend(time.monotonic())

    def close(self) -> None:
        """Ends all children: together, politely, and by force after GRACE or a second signal."""
        running = [watched.child for watched in self.watched if watched.child.poll() is None]
        for child in running:
            child.terminate()
        told, force_at = self.signals, time.monotonic() + GRACE
        while any(child.poll() is None for child in running):
            if self.signals > max(told, 1) or time.monotonic() > force_at:
                break
            time.sleep(0.02)
        for watched in self.watched:
            end(watched.child, signal.SIGTERM, 0)


def port() -> int:
    """PORT, by default 8000; Trouble when it is no port or another program listens there."""
    text = os.environ.get("PORT") or "8000"
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, int(text)))
    except (ValueError, OverflowError):
        raise Trouble(f"PORT không hợp lệ: {text}", "PORT must be a number below 65536") from None
    except OSError as error:
        why = f"port {text} cannot be used ({error.strerror}); try: make run PORT=8001"
        raise Trouble(f"Cổng {text} đang bận", why) from None
    return int(text)


def is_ready(number: int) -> bool:
    """Whether /health/ready answers 200 (asked as the proxy would, for production redirects plain http)."""
    host = os.environ.get("ALLOWED_HOSTS", HOST).split(",")[0].strip().lstrip(".")
    headers = {"Host": host, "X-Forwarded-Proto": "https"}
    request = urllib.request.Request(f"http://{HOST}:{number}/health/ready", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def prepare(house: House) -> None:
    """Brings the database up to date: as its owner, where one is named apart from the role that serves."""
    apart = "DATABASE_OWNER_URL" in house.env
    for words, vi in (
        (("migrate", "--noinput", "--verbosity=0"), "Không cập nhật được cơ sở dữ liệu"),
        *([(("grant_application",), "Không cấp được quyền cho vai trò chạy dịch vụ")] if apart else []),
        (("load_areas",), "Không nạp được danh mục địa bàn"),
        (("load_guides",), "Không nạp được hướng dẫn"),
        (("load_targets",), "Không nạp được chỉ tiêu"),
        (("replay_erasures",), "Không xóa lại được những người đã yêu cầu xóa"),
    ):
        if not house.manage(*words) and not house.signals:
            raise Trouble(vi, f"manage.py {words[0]} failed: its reason is above")


def demo(house: House, home: Path) -> str:
    """The demo accounts as `make_demo` told them when it ran, once for each database; never in production."""
    if os.environ.get("ENVIRONMENT") == "production":
        return ""
    address = house.env.get("DATABASE_OWNER_URL") or house.env.get("DATABASE_URL", "")
    key = hashlib.sha256(address.encode()).hexdigest()[:8]
    told = home / f"demo-{key}.txt"
    if not told.exists():
        partly = told.with_suffix(".new")
        partly.unlink(missing_ok=True)
        partly.touch(mode=0o600)
        with partly.open("wb") as output:
            made = house.manage("make_demo", output=output)
        if not made:
            say(partly.read_text(errors="replace").strip(), "there are no demo accounts")
            return ""
        partly.rename(told)
    return told.read_text(encoding="utf-8")


def open_doors(house: House, home: Path, number: int) -> None:
    """Starts the web server, the worker and the clock."""
    from config.celery import QUEUES

    celery = (*PYTHON, *AS_ROOT, "-m", "celery", "--app=config.celery:app", "--quiet")
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=WARNING")
    threads = ("--workers=2", "--blocking-threads=2", "--workers-kill-timeout=5", "--respawn-failed-workers")
    where = (f"--host={HOST}", f"--port={number}", "--no-access-log", "--log-level=warning")
    web = (*PYTHON, "-m", "granian", "--interface=wsgi", *threads, *where, "config.wsgi:application")
    house.watch("Web", web)
    house.watch(
        "Celery worker", (*celery, "worker", "--concurrency=2", f"--queues={','.join(QUEUES)}", *quiet)
    )
    beat = (f"--schedule={home / 'beat'}", "--pidfile=", "--loglevel=WARNING")
    house.watch("Celery beat", (*celery, "beat", *beat))


def live(house: House, number: int, accounts: str) -> None:
    """Tends the children until a signal; says so when the house is ready."""
    ready, deadline, web = False, time.monotonic() + PATIENCE, house.watched[-3]
    while not house.signals:
        house.tend()
        if not ready:
            ready = is_ready(number)
            if ready:
                welcome(number, accounts)
            elif web.again_at is not None or time.monotonic() > deadline:
                raise Trouble("Máy chủ web không chạy được", "the web server does not become ready")
        time.sleep(0.1)


def welcome(number: int, accounts: str) -> None:
    """The first screen."""
    url = f"http://{HOST}:{number}"
    lines = [
        "",
        f"Sẵn Sàng Số đang chạy: {url} / is running",
        *(f"  {line}" for line in accounts.strip().splitlines()),
        f"  Trang cho người dân: {url}/ / pages for citizens",
        "  Năm phút làm quen: README.md / a tour of five minutes",
        f"  Thử API: {url}/api/v1/try / try the API",
        f"  Quản trị: {url}/admin/ / administration (tài khoản / its account: make superuser)",
        f"  Sức khỏe: {url}/health/ready / health",
        "Nhấn Ctrl-C để dừng. / Press Ctrl-C to stop.",
        "",
    ]
    sys.stdout.write("\n".join(lines))
    sys.stdout.flush()


def serve(home: Path) -> None:
    """The whole life of one `make run`; returns after a signal."""
    with embedded.claim(home, alone=True):
        number = port()
        with embedded.started(home) as servers:
            addresses = embedded.addresses(servers)
            os.environ.update(addresses, DATA_DIR=str(home))
            house = House({**os.environ, MARK: str(home)}, servers)
            for name in embedded.STOPPING:
                signal.signal(name, house.stop)
            try:
                prepare(house)
                accounts = demo(house, home)
                if not house.signals:
                    open_doors(house, home, number)
                    live(house, number, accounts)
            finally:
                say("Đang dừng", "stopping")
                house.close()


def leave(number: int, frame: FrameType | None) -> NoReturn:
    """A signal handler for the time before there are children."""
    raise SystemExit(0)


def main() -> int:
    """0 after Ctrl-C or SIGTERM; 1 and one line when the house cannot run."""
    for name in embedded.STOPPING:
        signal.signal(name, leave)
    return embedded.in_one_line(partial(serve, embedded.data_dir()))


if __name__ == "__main__":
    sys.exit(main())
