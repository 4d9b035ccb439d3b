"""What a worker had in hand when it died is taken up by another; with Celery as it comes it would be lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import Celery

from config import servers
from config.celery import HOUSE, _broker, app
from tests.live import ROOT

pytestmark = pytest.mark.long
# A worker set up as those of the house, whose one task says when it is at it and is never done. It loads none
# of the rooms: six of them are started here.
WORKER = """
import json, os, sys, time
from celery import Celery
app = Celery("of this story")
app.conf.update(json.loads(sys.argv[1]))

@app.task(name="never.done")
def never_done(row_id):
    os.write(1, f"{os.getpid()}\\n".encode())
    time.sleep(600)

app.worker_main(["worker", "--concurrency=1", "--queues=house", "--without-gossip", "--without-mingle",
    "--without-heartbeat", "--loglevel=CRITICAL"])
"""


@pytest.fixture
def server() -> Iterator[servers.Server]:
    """A real Redis of this story alone."""
    with tempfile.TemporaryDirectory(prefix="sss-") as place:
        own = servers.redis(Path(place), Path(place))
        own.start()
        try:
            yield own
        finally:
            own.stop()


@contextmanager
def worker(server: servers.Server, **conf: Any) -> Iterator[subprocess.Popen[str]]:
    ours = {name: app.conf[name] for name in app.conf.changes if name.startswith(("task_", "broker_"))}
    ours["worker_prefetch_multiplier"] = app.conf.worker_prefetch_multiplier
    given = json.dumps({**ours, "broker_url": _broker(server.url), **conf})
    args = [sys.executable, "-W", "ignore", "-c", WORKER, given]
    child = subprocess.Popen(args, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        yield child
    finally:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()


def send(server: servers.Server) -> None:
    with Celery("of this story", broker=_broker(server.url), set_as_current=False) as asking:
        asking.send_task("never.done", args=("7",), queue=HOUSE)


def at_it(child: subprocess.Popen[str]) -> int:
    """The process that is at the task, as soon as one is."""
    return next(int(line) for line in child.stdout or () if line.strip().isdigit())


def kept(server: servers.Server) -> int:
    """How many tasks Redis still knows of, waiting or in somebody's hands."""
    with redis.Redis.from_url(server.url) as asked:
        return int(asked.llen(HOUSE)) + int(asked.hlen("unacked"))


def becomes(wanted: int, found: Callable[[], int]) -> bool:
    deadline = time.monotonic() + 60
    while found() != wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    return found() == wanted


def test_a_task_whose_worker_was_killed_is_done_by_another(server: servers.Server) -> None:
    """Once it has been out of sight for the visibility timeout: a second here, 45 minutes in the house."""
    send(server)
    with worker(server) as first:
        at_it(first)
        assert kept(server) == 1
    soon = {**app.conf.broker_transport_options, "visibility_timeout": 1}
    with worker(server, broker_transport_options=soon) as second:
        at_it(second)


def test_control_acknowledged_early_it_would_be_lost(server: servers.Server) -> None:
    send(server)
    with worker(server, task_acks_late=False) as only:
        at_it(only)
        assert becomes(0, lambda: kept(server))


def test_a_task_whose_process_was_killed_is_done_by_the_next_one(server: servers.Server) -> None:
    send(server)
    with worker(server) as child:
        first = at_it(child)
        os.kill(first, signal.SIGKILL)
        assert at_it(child) != first


def test_control_without_the_rejection_it_would_be_lost(server: servers.Server) -> None:
    send(server)
    with worker(server, task_reject_on_worker_lost=False) as child:
        os.kill(at_it(child), signal.SIGKILL)
        assert becomes(0, lambda: kept(server))


def test_a_task_that_takes_too_long_is_ended(server: servers.Server) -> None:
    """By the limits, here of seconds; its row is found by the sweep."""
    send(server)
    with worker(server, task_soft_time_limit=1, task_time_limit=2) as child:
        at_it(child)
        assert becomes(0, lambda: kept(server))
