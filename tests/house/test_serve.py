"""`make run` says clearly why it cannot start, starts again what dies, and ends what it started."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

import pytest

from config import embedded, serve
from config.processes import Trouble, spawn

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sys.executable
STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork():
    print("up", flush=True)
time.sleep(1000)
"""
POLITE = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))
print("up", flush=True)
time.sleep(1000)
"""


@pytest.fixture
def home() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="serve-test-", dir="/tmp"))
    yield path
    shutil.rmtree(path)


def start(home: Path, **env: str) -> tuple[int, str]:
    """The exit status and the words of a `make run` that cannot start."""
    done = subprocess.run(
        [PYTHON, "-m", "config.serve"],
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(home), **env},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.stdout == ""
    return done.returncode, done.stderr


def test_a_taken_port_is_told_before_anything_starts(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        status, words = start(home, PORT=str(number))
    assert status == 1
    assert words.startswith(f"Cổng {number} đang bận / port {number} cannot be used")
    assert len(words.splitlines()) == 1
    assert sorted(path.name for path in home.iterdir()) == ["lock"]


@pytest.mark.parametrize("number", ["many", "70000", "-1"])
def test_a_port_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    monkeypatch.setenv("PORT", number)
    with pytest.raises(Trouble, match=f"PORT không hợp lệ: {number}"):
        serve.port()


def test_one_data_directory_is_served_once(home: Path) -> None:
    with embedded.claim(home, alone=True):
        status, words = start(home)
    assert status == 1
    assert f"process {os.getpid()} uses it" in words
    assert len(words.splitlines()) == 1


def short_lived() -> subprocess.Popen[bytes]:
    child = spawn([PYTHON, "-c", "raise SystemExit(3)"], os.environ)
    child.wait()
    return child


def test_a_child_that_ends_is_started_again_after_longer_and_longer_pauses(
    capsys: pytest.CaptureFixture[str],
) -> None:
    first = short_lived()
    watched = serve.Watched("Worker", short_lived, first)
    now, pauses = 0.0, []
    for _ in range(7):
        watched.tend(now)
        assert watched.again_at is not None
        pauses.append(watched.again_at - now)
        watched.tend(watched.again_at - 0.01)
        assert watched.again_at is not None, "started before the pause was over"
        now = watched.again_at
        watched.tend(now)
        assert watched.child is not first
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    assert (
        "Worker đã dừng (3), chạy lại sau 1 giây / Worker ended, starting again in 1 s"
        in capsys.readouterr().out
    )
    watched.tend(now + 3600)  # it lived for an hour
    assert watched.again_at == now + 3601


def test_a_server_that_cannot_start_again_is_tried_later() -> None:
    def refuse() -> subprocess.Popen[bytes]:
        raise Trouble("Đĩa đã đầy", "disk full")

    watched = serve.Watched("PostgreSQL", refuse, short_lived())
    watched.tend(0)
    watched.tend(1)
    assert watched.again_at == 3


def house_of(*codes: str) -> serve.House:
    """A house whose children run `codes`, each of which has printed a line."""
    house = serve.House(os.environ)
    for code in codes:
        reader, writer = os.pipe()
        with os.fdopen(writer, "wb") as output, os.fdopen(reader) as said:
            child = spawn([PYTHON, "-u", "-c", code], os.environ, output=output)
            house.watched.append(serve.Watched("Child", short_lived, child))
            said.readline()
    return house


def group(leader: int) -> list[str]:
    """The living processes of a group."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, _, number = (process / "stat").read_text().rpartition(")")[2].split()[:3]
            if int(number) == leader and state != "Z":
                found.append(process.name)
    return found


def test_children_may_end_by_themselves() -> None:
    house = house_of(POLITE, POLITE)
    house.stop(signal.SIGTERM, None)
    house.close()
    assert [watched.child.returncode for watched in house.watched] == [5, 5]


def test_a_stubborn_child_is_ended_with_its_own_children(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "GRACE", 0.0)
    house = house_of(STUBBORN)
    house.close()
    child = house.watched[0].child
    assert child.returncode == -signal.SIGKILL
    deadline = time.monotonic() + 10
    while group(child.pid):
        assert time.monotonic() < deadline, "its child lives on"


def test_a_signal_ends_a_management_command() -> None:
    house = serve.House(os.environ)
    house.stop(signal.SIGINT, None)
    assert house.manage("help") is False


class Told(serve.House):
    """A house in which `make_demo` tells two accounts."""

    runs = 0

    def manage(self, *words: str, output: IO[bytes] | None = None) -> bool:
        self.runs += 1
        assert output is not None
        output.write("Chị Lan / mật khẩu\n".encode())
        return True


def test_the_demo_is_made_once_for_each_database_and_its_accounts_are_told_each_time(home: Path) -> None:
    house = Told({"DATABASE_URL": "postgresql://one"})
    assert serve.demo(house, home) == serve.demo(house, home) == "Chị Lan / mật khẩu\n"
    assert house.runs == 1
    house.env = {"DATABASE_URL": "postgresql://two"}
    serve.demo(house, home)
    assert house.runs == 2
    assert {path.stat().st_mode & 0o777 for path in home.iterdir()} == {0o600}


def test_production_gets_no_demo(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    house = Told({})
    assert serve.demo(house, home) == ""
    assert house.runs == 0
