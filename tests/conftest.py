"""The database with all areas and the village, made once; stories run in transactions on top of it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test import Client, override_settings
from django.test.utils import setup_databases, teardown_databases
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, TransactionStatus

from areas.actions import load_release
from base.models import SYSTEM, new_id
from config.database import APPLICATION
from guides.actions import load_content
from tests import once, told, village, walls

walls.build()
once.share_static_files()
once.remember_names_of_areas()
# What is collected stays to the end: to look through all of it for rubbish, after every few hundred objects
# of a story, was a quarter of the work.
gc.set_threshold(100_000, 50, 100)
# The role that serves, as production has one.
SCOPE = ("app.asker", "app.areas", "app.house")
# Signing in costs 50 ms by design (Argon2id); stories are not about that. tests/accounts proves the real one.
FAST_PASSWORDS = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])

VILLAGE: dict[str, bytes] = {}  # its rows before any story


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first; all else stays in its order of chance."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    """Always a test database of its own: pytest-django makes one only for stories marked `django_db`."""
    with FAST_PASSWORDS, django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases={"default"})
        try:
            load_release(by=SYSTEM)
            village.build()
            load_content(by=SYSTEM, at=village.AT)
            call_command("grant_application", APPLICATION)
            VILLAGE.update(told.rows())
            yield
        finally:
            teardown_databases(made, verbosity=0)


@pytest.fixture(autouse=True)
def as_application(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever comes by HTTP is served as in production: under the role that owns nothing, with no scope but
    that of the token. The stories themselves are the house's."""
    plain = Client.request

    def request(self: Client, **given: Any) -> Any:
        with serving():
            return plain(self, **given)

    monkeypatch.setattr(Client, "request", request)


@contextmanager
def serving() -> Iterator[None]:
    """Our connection is that of the role that serves."""
    with suppress(RuntimeError, DatabaseError):  # a story without a database, or about one that is gone
        connection.ensure_connection()
    _say(f"SET ROLE {APPLICATION}", *(f"SET {name} = ''" for name in SCOPE))
    try:
        yield
    finally:
        if connection.connection and connection.connection.info.transaction_status in (
            TransactionStatus.IDLE,
            TransactionStatus.INTRANS,
        ):
            _say("RESET ROLE", *(f"SET {name} = ''" for name in SCOPE), "SET app.house = 'on'")


def _say(*statements: str) -> None:
    """Not counted, and without a cursor: no story asks what this costs."""
    link = connection.connection
    if link is None or link.closed:
        return
    begins = not link.autocommit and link.info.transaction_status == TransactionStatus.IDLE
    said = link.pgconn.exec_("; ".join(["BEGIN", *statements] if begins else statements).encode())
    if said.status != ExecStatus.COMMAND_OK:
        raise error_from_result(said)


@pytest.fixture(autouse=True)
def own_counts() -> Iterator[None]:
    """Each story counts for itself: Redis outlives the tests, and an hour's limit outlives a run of them. And
    Redis works here, however busy the machine is."""
    with override_settings(REDIS_PREFIX=f"{new_id()}:", REDIS_PATIENCE_MS=5000):
        yield


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """For stories with several connections: everything is committed, and the village put back afterwards."""
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            told.put_back(VILLAGE)
