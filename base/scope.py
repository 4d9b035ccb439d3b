"""The second wall: PostgreSQL itself shows no row outside the scope of the transaction, whatever is asked.

accounts.auth sets the scope with the token; without one no guarded row is there. The house itself (workers,
the command line) has `app.house` from its connection's options (config/database.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.migrations import RunSQL

# Each is looked up once for a statement, not for each row: hence the SELECTs. All areas in scope come with
# the token: what a policy asks of the tree is planned, and asked, for every statement and table behind it.
_GIVEN = "(SELECT nullif(current_setting('{}', true), '')::{})"
_AREAS, _ASKER = _GIVEN.format("app.areas", "bigint[]"), _GIVEN.format("app.asker", "uuid")
_HOUSE = "(SELECT current_setting('app.house', true)) = 'on'"


def within(column: str) -> str:
    """The condition that the area in `column` is in the scope of the transaction."""
    return f"({column} = ANY({_AREAS}::bigint[]) OR {_HOUSE})"


def _condition(column: str, owned_by: str) -> str:
    return within(column) + (f" OR {owned_by} = {_ASKER}" if owned_by else "")


def guard(table: str, column: str, *, owned_by: str = "") -> RunSQL:
    """A migration that puts a table behind the wall: rows of areas in scope, or (`owned_by`) one's own."""
    return RunSQL(
        [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY in_scope ON {table} USING ({_condition(column, owned_by)})",
        ],
        [f"DROP POLICY in_scope ON {table}", f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"],
    )


def guard_anew(table: str, column: str, *, owned_by: str = "") -> RunSQL:
    """A migration that gives a table behind the wall the condition of today."""
    return RunSQL(f"ALTER POLICY in_scope ON {table} USING ({_condition(column, owned_by)})", RunSQL.noop)


@dataclass(slots=True)
class Whole:
    """The transaction of a request, and the scope that it was given."""

    given: tuple[str, str, str] = ("", "", "")  # asker, areas, device
    depth: int = 0
    wide: bool = False
    written: bool = False

    def is_new(self) -> bool:
        """Whether nothing was written, and no savepoint begun."""
        return not self.written and connection.in_atomic_block and len(connection.savepoint_ids) == self.depth

    def restart(self) -> None:
        """Takes back all that was written, locks too, and goes on in the same scope."""
        if connection.savepoint_ids:
            connection.savepoint_rollback(connection.savepoint_ids[-1])
        else:
            connection.connection.rollback()
            connection.run_on_commit = []
        connection.needs_rollback = False
        self.written = False
        with connection.cursor() as cursor:
            cursor.execute(_AGAIN, [*self.given, "on" if self.wide else "off"])


_AGAIN = """
SELECT set_config('app.asker', %s, true), set_config('app.areas', %s, true),
    set_config('app.device', %s, true), set_config('app.house', %s, true)
"""
_whole: ContextVar[Whole | None] = ContextVar("whole", default=None)


@contextmanager
def request() -> Iterator[None]:
    """Within it the transaction is that of a request, to be given a scope."""
    before = _whole.set(Whole(depth=len(connection.savepoint_ids)))
    try:
        yield
    finally:
        _whole.reset(before)


def given(asker: str, areas: str, device: str) -> None:
    """Remembers the scope that the transaction has from its token."""
    if whole := _whole.get():
        whole.given = (asker, areas, device)


def enter(areas: Iterable[int]) -> None:
    """Gives the rest of a request's transaction the sight of these areas, too: to who has no account and came
    with a proof of his own, and of what the request itself has made."""
    if whole := _whole.get():
        asker, before, device = whole.given
        all_of_them = ",".join([*filter(None, [before.strip("{}")]), *map(str, areas)])
        given(asker, f"{{{all_of_them}}}", device)
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.areas', %s, true)", [whole.given[1]])


class Part:
    """A part of a transaction that can be taken back: a savepoint, but for the first part of a request that
    writes. Before it nothing was written, so that to begin the transaction again is the same, and costs
    nothing as long as all goes well."""

    def __enter__(self) -> Part:
        whole = _whole.get()
        self.first = whole if whole and whole.is_new() else None
        self.inner = None if self.first else transaction.atomic()
        self.dropped = False
        if self.first:
            self.first.written = True
        elif self.inner:
            self.inner.__enter__()
        return self

    def drop(self) -> None:
        """Takes the part back when it ends."""
        self.dropped = True

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if self.inner:
            if self.dropped:
                transaction.set_rollback(True)
            self.inner.__exit__(kind, error, trace)
        elif self.first and (self.dropped or error is not None):
            self.first.restart()


@contextmanager
def widened() -> Iterator[None]:
    """Within it the rest of the transaction has the sight of the house: for the few questions of an action
    that reach beyond the asker's places, and judge the right themselves."""
    whole = _whole.get()
    if whole is None or whole.wide:
        yield
        return
    _say("on")
    whole.wide = True
    try:
        yield
    except DatabaseError:  # who catches it goes back to a savepoint, which takes this sight with it
        raise
    except BaseException:
        _say("off")
        raise
    else:
        _say("off")
    finally:
        whole.wide = False


def _say(word: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.house', %s, true)", [word])
