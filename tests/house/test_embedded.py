"""The embedded servers start, are shared, and leave nothing behind, whatever is killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from config import servers
from config.processes import MARK

ROOT = Path(__file__).resolve().parents[2]
ASK = "import os, psycopg; print(psycopg.connect(os.environ['DATABASE_URL']).execute('{}').fetchone()[0])"
REST = "import sys; print('up', flush=True); sys.stdin.read()"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what dies with its parent is asked of Linux")


def eventually(happened: Callable[[], object], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def alive(home: Path) -> dict[int, str]:
    """The programs, by process id, that have anything to do with `home`."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue
        if str(home).encode() in words and int(process.name) != os.getpid():
            found[int(process.name)] = Path(words.split(b"\0")[0].decode()).name
    return found


def embedded(home: Path, *command: str, alone: bool = False, **env: str) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return subprocess.Popen(
        [sys.executable, "-m", "config.embedded", *(["--alone"] if alone else []), *command],
        cwd=ROOT,
        env={**clean, "DATA_DIR": str(home), **env},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=30)
    return process.returncode, out.strip(), err.strip()


def ask(home: Path, sql: str) -> str:
    status, out, err = said(embedded(home, sys.executable, "-c", ASK.format(sql)))
    assert status == 0, err
    return out


def resting(home: Path) -> subprocess.Popen[str]:
    """An owner whose command waits for the end of its input."""
    process = embedded(home, sys.executable, "-c", REST)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def end(owner: subprocess.Popen[str]) -> None:
    assert said(owner)[0] == 0


def dismiss(home: Path) -> None:
    elsewhere = home / "elsewhere"
    if elsewhere.is_symlink():
        shutil.rmtree(elsewhere.resolve())
    shutil.rmtree(home)


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="embedded-test-", dir="/tmp"))
    path.chmod(0o711)
    yield path
    eventually(lambda: alive(path) == {})
    dismiss(path)


def test_a_command_finds_both_servers_and_its_status_comes_back(home: Path) -> None:
    code = "import os, redis, sys; assert redis.Redis.from_url(os.environ['REDIS_URL']).ping(); sys.exit(7)"
    assert said(embedded(home, sys.executable, "-c", code)) == (7, "", "")
    assert ask(home, "SELECT current_database()") == "san_sang_so"
    assert alive(home) == {}


def test_postgresql_keeps_its_promises_and_listens_to_nobody_outside(home: Path) -> None:
    names = ("listen_addresses", "fsync", "synchronous_commit", "jit", "server_encoding", "TimeZone")
    shown = ask(
        home, "SELECT concat_ws($$,$$, " + ", ".join(f"current_setting($${name}$$)" for name in names) + ")"
    )
    assert shown == ",on,on,off,UTF8,UTC"


def test_sigterm_reaches_the_command_and_the_servers_go_too(home: Path) -> None:
    owner = resting(home)
    owner.terminate()
    owner.wait(30)  # before its input ends, which would end the command, too
    assert said(owner)[0] == 128 + signal.SIGTERM
    assert alive(home) == {}


@pytest.mark.parametrize("victim", ["postgres", "redis-server", "the owner"])
def test_after_kill_9_the_next_command_finds_all_committed_rows(home: Path, victim: str) -> None:
    owner = resting(home)
    urls = json.loads((home / "servers.json").read_text())
    with psycopg.connect(urls["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS kept")
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    if victim == "the owner":
        owner.kill()
        eventually(lambda: alive(home) == {})  # nobody is there to stop them: the kernel told them
        owner.communicate()
    else:
        os.kill(next(pid for pid, program in alive(home).items() if program == victim), signal.SIGKILL)
        end(owner)
    assert ask(home, "SELECT answer FROM kept") == "42"
    assert alive(home) == {}


def test_the_owner_ends_what_a_killed_one_left_running(home: Path) -> None:
    left = subprocess.Popen(["sleep", "1000"], env={MARK: str(home)})
    stranger = subprocess.Popen(["sleep", "1000"], env={MARK: f"{home}-other"})
    assert ask(home, "SELECT 1") == "1"
    assert left.wait(timeout=1) == -signal.SIGTERM
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_second_command_joins_and_stops_nothing(home: Path) -> None:
    owner = resting(home)
    assert ask(home, "SELECT 1") == "1"
    assert {"postgres", "redis-server"} <= set(alive(home).values())
    end(owner)


def test_a_second_command_that_must_be_alone_is_refused_in_one_line(home: Path) -> None:
    owner = resting(home)
    status, _, err = said(embedded(home, "true", alone=True))
    assert status == 1
    assert f"process {owner.pid} uses it" in err
    assert len(err.splitlines()) == 1
    end(owner)


def test_a_deep_folder_with_any_letters_will_do(home: Path) -> None:
    deep = home / ("sẵn sàng số " * 8) / ("thư mục % ? # & '" * 3)
    deep.mkdir(parents=True)
    assert ask(deep, "SELECT 1") == "1"
    assert alive(deep) == {}
    dismiss(deep)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends PostgreSQL another user")
def test_root_in_a_closed_folder_keeps_the_rows_where_postgresql_may_go(home: Path) -> None:
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    inner = closed / "data"
    cluster = ask(inner, "SELECT system_identifier FROM pg_control_system()")
    assert ask(inner, "SELECT system_identifier FROM pg_control_system()") == cluster
    assert closed.stat().st_mode & 0o777 == 0o700
    assert (inner / "elsewhere/postgres").stat().st_uid != 0
    dismiss(inner)


def test_given_addresses_are_left_alone_and_nothing_is_started(home: Path) -> None:
    none = home / "none"
    given = {"DATABASE_URL": "postgresql://given", "REDIS_URL": "redis://given"}
    code = "import os; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'])"
    command = embedded(none, sys.executable, "-c", code, **given)
    assert said(command) == (0, "postgresql://given redis://given", "")
    assert not none.exists()


def test_a_folder_that_cannot_be_is_told_in_one_line(home: Path) -> None:
    (home / "file").touch()
    status, _, err = said(embedded(home / "file/data", "true"))
    assert status == 1
    assert len(err.splitlines()) == 1
    assert "file/data" in err


def test_a_broken_cluster_is_told_in_one_line(home: Path) -> None:
    broken = home / "broken"
    (broken / "postgres").mkdir(parents=True)
    status, _, err = said(embedded(broken, "true"))
    assert status == 1
    assert len(err.splitlines()) == 1
    assert "PostgreSQL cannot run: " in err
    assert alive(broken) == {}


def test_the_process_id_of_a_stranger_does_not_keep_postgresql_from_starting(tmp_path: Path) -> None:
    told = tmp_path / "postmaster.pid"
    told.write_text(f"{os.getpid()}\n{tmp_path}\n")
    servers.forget_stranger(tmp_path)
    assert not told.exists()
    reader, writer = os.pipe()
    like_postgres = subprocess.Popen(["cat", "-", str(tmp_path)], stdin=reader, stderr=subprocess.DEVNULL)
    eventually(Path(f"/proc/{like_postgres.pid}/cmdline").read_bytes)  # empty for a moment after exec
    told.write_text(f"{like_postgres.pid}\n{tmp_path}\n")
    servers.forget_stranger(tmp_path)
    os.close(reader)
    os.close(writer)
    like_postgres.wait()
    assert told.exists()
