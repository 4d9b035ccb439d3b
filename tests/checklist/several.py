"""Several connections at once, everything committed."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection


@pytest.fixture
def db(committed: None) -> None:
    """Everything is committed. Under this name pytest-django makes the test database even when no other
    story is run; asked for alone, `committed` would work on the database of DATABASE_URL."""
    assert connection.settings_dict["NAME"].startswith("test_")


def together(*works: Callable[[], object]) -> list[BaseException]:
    """Does each work in a thread with a connection of its own; returns what was raised."""
    raised: list[BaseException] = []

    def do(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised
