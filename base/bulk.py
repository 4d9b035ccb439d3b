"""One statement for many rows: the only raw SQL for writing.

`json_to_recordset` was measured at 1.3 times the cost of COPY (the ORM's loop: 72 times),
and a statement prepared once serves one row as well as five hundred.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

import msgspec
from django.db import IntegrityError, connection, transaction
from psycopg.errors import UniqueViolation

T = TypeVar("T")
ATTEMPTS = 8


class Raced(Exception):
    """Another transaction changed what this one had read: roll back and look again."""


def again(action: Callable[..., T]) -> Callable[..., T]:
    """Begun again from the start when it raced with another; it writes in one statement or transaction."""

    @wraps(action)
    def retrying(*args: Any, **kwargs: Any) -> T:
        for _ in range(ATTEMPTS - 1):
            try:
                return action(*args, **kwargs)
            except Raced:
                continue
        return action(*args, **kwargs)

    return retrying


def atomic(action: Callable[..., T]) -> Callable[..., T]:
    """One transaction, begun again from the start when it raced with another."""
    return again(transaction.atomic(action))


@contextmanager
def snapshot() -> Iterator[bool]:
    """What is read inside is of one moment; False inside a caller's transaction, which has its own ways."""
    if connection.in_atomic_block:
        yield False
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield True


def rows_of(rows: Sequence[dict[str, Any]]) -> str:
    """Rows as the JSON text that `json_to_recordset` reads; UUIDs, days and instants in ISO form."""
    return msgspec.json.encode(rows).decode()


def execute(sql: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Runs one statement and returns its rows (none when it returns nothing)."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        # Not `description`, which describes every column anew.
        return cursor.fetchall() if cursor.rownumber is not None else []


def execute_whole(sql: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The same for one statement that is a transaction of its own, or a savepoint of the caller's. Raced
    when another transaction took an id that was to be new: nothing is written then.

    Its first value says whether it did what it should. When not, the locks that it took go with it: kept in
    the caller's transaction, they would be taken out of order.
    """
    try:
        if not connection.in_atomic_block:
            return execute(sql, params)
        with transaction.atomic():
            rows = execute(sql, params)
            transaction.set_rollback(not rows[0][0])
            return rows
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):
            raise Raced from None
        raise


def insert(
    table: str, columns: dict[str, str], rows: Sequence[dict[str, Any]], *, on_conflict: str = ""
) -> int:
    """Inserts `rows` in one statement and returns how many were new.

    `columns` gives each column its PostgreSQL type; all three names are the caller's own words, never data.
    """
    if not rows:
        return 0
    names = ", ".join(columns)
    types = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {names} "  # noqa: S608 - table and columns are literals
            f"FROM json_to_recordset(%s::json) AS given({types}) {on_conflict}",
            [rows_of(rows)],
        )
        return int(cursor.rowcount)


def update(table: str, columns: dict[str, str], rows: Sequence[dict[str, Any]]) -> int:
    """Updates rows by `id` where `revision` is still `seen`, in one statement; returns how many it found."""
    names = ", ".join(f"{name} = given.{name}" for name in columns)
    types = ", ".join(f"{name} {kind}" for name, kind in {**columns, "id": "uuid", "seen": "bigint"}.items())
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} kept SET {names} "  # noqa: S608 - table and columns are literals
            f"FROM json_to_recordset(%s::json) AS given({types}) "
            "WHERE kept.id = given.id AND kept.revision = given.seen",
            [rows_of(rows)],
        )
        return int(cursor.rowcount)
