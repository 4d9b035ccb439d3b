"""One statement for many rows: the only raw SQL for writing.

`json_to_recordset` was measured at 1.3 times the cost of COPY (the ORM's loop: 72 times),
and a statement prepared once serves one row as well as five hundred.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import lru_cache, partial, wraps
from itertools import count
from typing import Any, TypeVar, cast
from uuid import UUID

import msgspec
import psycopg
from django.db import DEFAULT_DB_ALIAS, IntegrityError, OperationalError, connection, connections
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import DeadlockDetected, UniqueViolation, error_from_result
from psycopg.pq import ConnStatus, Escaping, ExecStatus, Format, TransactionStatus

from base.scope import Part, widened

T = TypeVar("T")
ATTEMPTS = 8
_together: ContextVar[bool] = ContextVar("together", default=False)


class Raced(Exception):
    """Another transaction changed what this one had read: roll back and look again."""


def again(action: Callable[..., T]) -> Callable[..., T]:
    """Begun again from the start when it raced with another; it writes in one statement or transaction."""

    @wraps(action)
    def retrying(*args: Any, **kwargs: Any) -> T:
        if _together.get():
            return action(*args, **kwargs)
        with suppress(Raced):
            return action(*args, **kwargs)
        # What it raced with may lie beyond its scope: an id that somebody else has used. Rights stay.
        with widened():
            for _ in range(ATTEMPTS - 2):
                with suppress(Raced):
                    return action(*args, **kwargs)
            return action(*args, **kwargs)

    return retrying


def atomic(action: Callable[..., T]) -> Callable[..., T]:
    """One transaction, begun again from the start when it raced with another."""

    def part(*args: Any, **kwargs: Any) -> T:
        with Part():
            return action(*args, **kwargs)

    alone = again(part)

    @wraps(action)
    def whole(*args: Any, **kwargs: Any) -> T:
        return action(*args, **kwargs) if _together.get() else alone(*args, **kwargs)

    return whole


@contextmanager
def together() -> Iterator[None]:
    """One transaction for several actions that write in one hamlet. None has a savepoint of its own, and one
    that raced is not begun again alone: whoever opened the transaction begins again from the start."""
    with Part():
        before = _together.set(True)
        try:
            yield
        finally:
            _together.reset(before)


@contextmanager
def crossing() -> Iterator[None]:
    """A part of a transaction that locks hamlets in no order: when it and another wait for each other, the
    one that PostgreSQL ends has Raced, and holds nothing any more."""
    try:
        with Part():
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, DeadlockDetected):
            raise Raced from None
        raise


def rows_of(rows: Sequence[Any]) -> str:
    """Rows (or ids) as the JSON text that PostgreSQL reads; UUIDs, days and instants in ISO form."""
    return msgspec.json.encode(rows).decode()


class _Plans:
    """The statements of this house that a connection has prepared, run without a cursor: a cursor's own work
    was a fifth of the processor time that Python had for a request.

    Nobody else prepares statements (`prepare_threshold` in the settings): psycopg forgets all that a
    connection has, ours too, when a transaction is rolled back.
    """

    def __init__(self, cursor: Any) -> None:
        self.server = cursor.connection.pgconn
        self.adapting, self.spelling = Transformer(cursor), Transformer(cursor)
        self.escaping = Escaping(self.server)
        self.names: dict[tuple[str, tuple[int, ...]], bytes] = {}

    def run(
        self, sql: str, params: dict[str, Any], form: Format, *, begins: bool
    ) -> tuple[list[tuple[Any, ...]], int]:
        """The rows, and how many there are or were written. `begins`: in a transaction, which begins with it
        when none did yet."""
        query, names = _numbered(sql)
        given = [params[name] for name in names]
        values = self.adapting.dump_sequence(given, [PyFormat.AUTO] * len(names))
        types, formats = self.adapting.types or (), self.adapting.formats
        begins = begins and self.server.transaction_status == TransactionStatus.IDLE
        name = self.names.get((sql, types))
        if begins and name and form == Format.TEXT and sum(map(len, filter(None, values))) < SHORT:
            result = self._checked(self.server.exec_(b"BEGIN;" + self._spelled(name, given)))
        else:
            if begins:
                self._checked(self.server.exec_(b"BEGIN"))
            name = name or self._prepare(sql, query, types)
            result = self._checked(self.server.exec_prepared(name, values, formats, form))
        self.adapting.set_pgresult(result, format=form)
        return self.adapting.load_rows(0, result.ntuples, tuple), result.command_tuples or 0

    def _spelled(self, name: bytes, given: list[Any]) -> bytes:
        """The prepared statement with its values, to be said in one breath with others."""
        texts = self.spelling.dump_sequence(given, [PyFormat.TEXT] * len(given))
        values = [b"NULL" if text is None else self.escaping.escape_literal(text) for text in texts]
        return b"EXECUTE %b(%b)" % (name, b",".join(values)) if values else b"EXECUTE " + name

    def _prepare(self, sql: str, query: bytes, types: tuple[int, ...]) -> bytes:
        if len(self.names) == MOST_PLANS:
            self._forget(*next(iter(self.names.items())))
        name = f"bulk{next(_NUMBERS)}".encode()
        self._checked(self.server.prepare(name, query, types))
        self.names[sql, types] = name
        return name

    def _forget(self, key: tuple[str, tuple[int, ...]], name: bytes) -> None:
        del self.names[key]
        self._checked(self.server.exec_(b"DEALLOCATE " + name))

    def _checked(self, result: Any) -> Any:
        if result.status in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
            return result
        if self.server.status != ConnStatus.OK:
            raise psycopg.OperationalError(self.server.get_error_message())
        raise error_from_result(result)


MOST_PLANS = 300
SHORT = 1000  # bytes of values that are worth writing out, to save a round trip
_NUMBERS = count()
_NAMED = re.compile(r"%\((\w+)\)s")


@lru_cache(maxsize=512)
def _numbered(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """The statement with $1, $2 ... in the place of its named parameters, and their names in that order."""
    names = tuple(dict.fromkeys(_NAMED.findall(sql)))
    numbers = {name: f"${number}" for number, name in enumerate(names, 1)}
    return _NAMED.sub(lambda found: numbers[found[1]], sql).replace("%%", "%").encode(), names


def array(ids: Iterable[int | UUID]) -> str:
    """Row numbers as the text of a bigint[], ids as that of a uuid[]. A list would be looked through for the
    narrowest type that holds them all, and a statement prepared for each."""
    return f"{{{','.join(map(str, ids))}}}"


def execute(sql: str, params: dict[str, Any], *, form: Format = Format.TEXT) -> list[tuple[Any, ...]]:
    """Runs one statement and returns its rows (none when it returns nothing). In the binary form bytes
    come as they are; as text they come in hexadecimal digits."""
    return _run(sql, params, form)[0]


def _run(sql: str, params: dict[str, Any], form: Format = Format.TEXT) -> tuple[list[tuple[Any, ...]], int]:
    kept = connections[DEFAULT_DB_ALIAS]  # asked once: each look at `connection` finds the thread's own anew
    # Who counts statements gets a cursor that counts.
    run: Any = _by_cursor if kept.queries_logged else _by_plan
    for wrapper in reversed(kept.execute_wrappers):
        run = partial(wrapper, run)
    return cast(
        tuple[list[tuple[Any, ...]], int], run(sql, params, False, {"connection": kept, "form": form})
    )


def _by_plan(sql: str, params: Any, many: bool, context: Any) -> tuple[list[tuple[Any, ...]], int]:
    kept = context["connection"]
    if kept.connection is None:
        kept.ensure_connection()
    own = kept.connection.__dict__
    plans = own.get("bulk_plans")
    if plans is None:
        with kept.cursor() as cursor:
            plans = own["bulk_plans"] = _Plans(cursor.cursor)
    kept.validate_no_broken_transaction()
    with kept.wrap_database_errors:
        begins = not kept.connection.autocommit
        return cast(tuple[list[tuple[Any, ...]], int], plans.run(sql, params, context["form"], begins=begins))


def _by_cursor(sql: str, params: Any, many: bool, context: Any) -> tuple[list[tuple[Any, ...]], int]:
    with context["connection"].cursor() as cursor:
        cursor.cursor.format = context["form"]
        cursor.execute(sql, params)
        return (cursor.fetchall() if cursor.description else []), cursor.rowcount


def execute_whole(sql: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The same for one statement that is a transaction of its own, or a savepoint of the caller's. Raced
    when another transaction took an id that was to be new: nothing is written then.

    Its first value says whether it did what it should. When not, the locks that it took go with it: kept in
    the caller's transaction, they would be taken out of order.
    """
    try:
        if _together.get() or not connection.in_atomic_block:
            return execute(sql, params)
        with Part() as part:
            rows = execute(sql, params)
            if not rows[0][0]:
                part.drop()
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
    _, written = _run(
        f"INSERT INTO {table} ({names}) SELECT {names} "  # noqa: S608 - table and columns are literals
        f"FROM json_to_recordset(%(rows)s::json) AS given({types}) {on_conflict}",
        {"rows": rows_of(rows)},
    )
    return written


def update(
    table: str, columns: dict[str, str], rows: Sequence[dict[str, Any]], *, same: dict[str, str] | None = None
) -> int:
    """Updates rows by `id` where `revision` is still `seen`, in one statement; returns how many it found.

    With `same`, only those where these columns, too, still hold what is given.
    """
    same = same or {}
    names = ", ".join(f"{name} = given.{name}" for name in columns)
    given = {**columns, **same, "id": "uuid", "seen": "bigint"}
    types = ", ".join(f"{name} {kind}" for name, kind in given.items())
    still = "".join(f" AND kept.{name} = given.{name}" for name in same)
    _, found = _run(
        f"UPDATE {table} kept SET {names} "  # noqa: S608 - table and columns are literals
        f"FROM json_to_recordset(%(rows)s::json) AS given({types}) "
        f"WHERE kept.id = given.id AND kept.revision = given.seen{still}",
        {"rows": rows_of(rows)},
    )
    return found
