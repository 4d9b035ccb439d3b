"""Several phones at the same moment, each with its own connection."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from django.db import connection


def together(*works: Callable[[], Any]) -> list[Any]:
    """Runs the works at once; returns what they returned, or raises what one of them raised."""
    start, done = Barrier(len(works)), [None] * len(works)

    def run(number: int) -> None:
        try:
            start.wait(10)
            done[number] = works[number]()
        except BaseException as error:
            done[number] = error  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for outcome in done:
        if isinstance(outcome, BaseException):
            raise outcome
    return done
