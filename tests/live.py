"""The house for real: its own database, its own web server on a free port, ended by process id."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.db import connection

from config.database import as_application

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0


@contextmanager
def own_database(name: str, *, like_ours: bool = False) -> Iterator[str]:
    """A database beside the one of the tests, empty or a copy of it; its address. Nobody may be in what is
    copied: only for stories that are `committed`."""
    ours = connection.settings_dict["NAME"]
    name, source = f"{ours}_{name}", ours if like_ours else "template0"
    if like_ours:
        connection.close()
    params = {key: str(value) for key, value in connection.get_connection_params().items() if key in _PARTS}
    params["dbname"] = "postgres"
    with psycopg.connect(**params, autocommit=True) as link:
        link.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        link.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        try:
            yield address_of(name)
        finally:
            link.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


_PARTS = {"host", "port", "user", "password"}


def address_of(name: str) -> str:
    """The address of a database on the same server."""
    given = urlsplit(os.environ.get("DATABASE_URL", "postgresql://postgres@127.0.0.1/"))
    return urlunsplit(given._replace(path=f"/{name}"))


def environment(database: str) -> dict[str, str]:
    """What a process of the house needs to know."""
    return {
        **os.environ,
        "DATABASE_URL": as_application(database),
        "DATABASE_OWNER_URL": database,
        "REDIS_URL": settings.REDIS_URL,
        "REDIS_PREFIX": settings.REDIS_PREFIX,
        "REDIS_PATIENCE_MS": str(settings.REDIS_PATIENCE_MS),
    }


def manage(env: dict[str, str], *words: str) -> str:
    """Runs a management command; its output. A failure fails the test with what it said."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def web(env: dict[str, str]) -> Iterator[int]:
    """The web server as `make run` starts it; its port, once it is ready."""
    port = free_port()
    words = ["--interface=wsgi", "--workers=1", "--blocking-threads=2", "--host=127.0.0.1", f"--port={port}"]
    args = [sys.executable, "-m", "granian", *words, "--no-access-log", "config.wsgi:application"]
    child = subprocess.Popen(args, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await_ready(child, port)
        yield port
    finally:
        child.terminate()
        child.wait(20)


@contextmanager
def worker(env: dict[str, str]) -> Iterator[None]:
    """A worker at all queues of the house."""
    from config.celery import QUEUES

    words = ["--app=config.celery:app", "worker", "--pool=solo", f"--queues={','.join(QUEUES)}"]
    args = [sys.executable, "-m", "celery", *words, "--without-gossip", "--without-mingle"]
    child = subprocess.Popen(args, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        child.terminate()
        child.wait(20)


def _await_ready(child: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert child.poll() is None, "the web server ended"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the web server did not become ready")
