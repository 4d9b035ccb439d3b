"""kill -9 of PostgreSQL and all its children, twenty times: what was acknowledged is there."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from random import Random
from threading import Lock
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from areas.actions import load_release
from base.models import SYSTEM
from config import env, servers
from config.database import APPLICATION
from tests import live, village
from tests.bench.phone import over_http
from tests.sync.proofs.evening import Evening
from tests.sync.proofs.house import STAYS, children_of, house
from tests.sync.proofs.naive import Trusting
from tests.sync.proofs.proxy import bad_network

KILLS = 20


@contextmanager
def own_postgres() -> Iterator[servers.Server]:
    """A PostgreSQL that nobody else uses, as `make run` starts it; ended and swept away with the block."""
    home = Path(tempfile.mkdtemp(prefix="san-sang-so-"))
    home.chmod(0o711)
    user = servers.service_user(home)
    place = servers.storage(home, user)
    try:
        with servers.sockets(place, user) as run:
            server = servers.postgres(home, place, run, user)
            try:
                server.start()
                yield server
            finally:
                server.stop()
    finally:
        shutil.rmtree(place, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def village_at(address: str) -> Iterator[None]:
    """The ORM of this process at another server, on which the village is built anew."""
    kept = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(env.database(address))
    try:
        call_command("migrate", verbosity=0)
        call_command("grant_application", APPLICATION)
        load_release(by=SYSTEM)
        village.build()
        yield
    finally:
        connection.close()
        connection.settings_dict.update(kept)


def kill(server: servers.Server) -> None:
    """PostgreSQL and each of its children, of whom none may finish anything; then it is started again."""
    assert server.child
    for pid in [server.child.pid, *children_of(server.child.pid)]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    server.child.wait()
    STAYS.submit(server.start).result()


@pytest.mark.prove
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("safe", [True, False], ids=["as it runs", "control: it does not wait for the disk"])
def test_a_killed_postgres_takes_nothing_with_it(
    safe: bool, django_db_setup: None, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock(), own_postgres() as server, village_at(server.url):
        if not safe:
            with psycopg.connect(server.url, autocommit=True) as link:
                link.execute(f"ALTER ROLE {APPLICATION} SET synchronous_commit = off")
        with house(live.environment(server.url)) as here:
            evening = evening_of(here.port, server)
            connection.close()
            here.await_ready()
            if safe:
                evening.check(partial(over_http, "127.0.0.1", here.port))
            else:
                with pytest.raises(AssertionError):  # which check finds first what is lost is chance
                    evening.check(partial(over_http, "127.0.0.1", here.port))


def evening_of(port: int, server: servers.Server) -> Evening:
    """An evening through which PostgreSQL dies again and again, in the midst of requests."""
    chance = Random(KILLS)
    deadly = set(chance.sample(range(20, 1500), KILLS))
    requests = iter(range(10**9))
    one = Lock()

    def fate() -> str:
        if next(requests) in deadly:
            with one:  # the others go on, into the dying server
                kill(server)
        return "passes"

    with bad_network(port, fate) as (through, _):
        evening = Evening(partial(over_http, "127.0.0.1", through), Trusting)
        evening.work(200)
    return evening
