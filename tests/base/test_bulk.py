"""The statements of the house are prepared once a connection, and behave as any other."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from django.db import DataError, IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from psycopg.pq import Format

from base import bulk
from base.api.doors import WriteInRead, _no_writing
from base.bulk import execute

ASKED = "SELECT %(word)s::text || ' 100 %%', %(n)s::bigint + %(n)s::bigint"


def prepared(like: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", [f"%{like}%"])
        return int(cursor.fetchall()[0][0])


@pytest.mark.django_db
def test_a_statement_is_prepared_once_and_its_parameters_are_named() -> None:
    told = []
    for n in (1, 2, 3):
        assert execute(ASKED, {"word": "Xã", "n": n, "unused": None}) == [("Xã 100 %", 2 * n)]
        told.append(prepared("|| ' 100 %'"))
    assert told[0] > 0
    assert told == told[:1] * 3


@pytest.mark.django_db
def test_a_transaction_that_is_rolled_back_takes_no_prepared_statement_with_it() -> None:
    with suppress(ZeroDivisionError), transaction.atomic():
        execute(ASKED, {"word": "", "n": 1})
        raise ZeroDivisionError
    assert execute(ASKED, {"word": "", "n": 2}) == [(" 100 %", 4)]


def test_a_real_rollback_neither(committed: None) -> None:
    for _ in range(3):
        with suppress(ZeroDivisionError), transaction.atomic():
            execute(ASKED, {"word": "", "n": 1})
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            raise ZeroDivisionError
        assert execute(ASKED, {"word": "", "n": 2}) == [(" 100 %", 4)]


def test_the_first_statement_of_a_transaction_begins_it(committed: None) -> None:
    execute("CREATE TEMPORARY TABLE stays (n int)", {})
    with suppress(ZeroDivisionError), transaction.atomic():
        execute("INSERT INTO stays VALUES (%(n)s)", {"n": 1})
        raise ZeroDivisionError
    assert execute("SELECT count(*) FROM stays", {}) == [(0,)]
    with transaction.atomic():
        execute("INSERT INTO stays VALUES (%(n)s)", {"n": 1})
    assert execute("SELECT count(*) FROM stays", {}) == [(1,)]
    execute("DROP TABLE stays", {})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("SELECT 1 / %(n)s::integer", DataError),
        ("SELECT nothing FROM nowhere WHERE %(n)s::integer = 0", ProgrammingError),
        ("INSERT INTO sync_epoch (id) VALUES (NULL) RETURNING %(n)s::integer", IntegrityError),
    ],
)
def test_what_postgresql_refuses_is_an_error_as_django_names_it(statement: str, error: Any) -> None:
    with pytest.raises(error), transaction.atomic():
        execute(statement, {"n": 0})
    assert execute("SELECT 1", {}) == [(1,)]


@pytest.mark.django_db
def test_beyond_its_bound_the_oldest_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST_PLANS", 3)
    connection.connection.__dict__.pop("bulk_plans", None)
    for n in range(6):
        assert execute(f"SELECT {n}, 'of many'", {}) == [(n, "of many")]
    assert prepared("'of many'") == 3
    assert execute("SELECT 0, 'of many'", {}) == [(0, "of many")]


@pytest.mark.django_db
def test_who_counts_statements_counts_these() -> None:
    with CaptureQueriesContext(connection) as captured:
        assert execute(ASKED, {"word": "", "n": 1}) == [(" 100 %", 2)]
    assert len(captured.captured_queries) == 1


@pytest.mark.django_db
def test_a_door_that_reads_cannot_write_by_them() -> None:
    with connection.execute_wrapper(_no_writing):
        assert execute("SELECT 1", {}) == [(1,)]
        with pytest.raises(WriteInRead):
            execute("WITH gone AS (DELETE FROM sync_epoch RETURNING 1) SELECT 1", {})


@pytest.mark.django_db
def test_bytes_come_as_they_are() -> None:
    assert execute("SELECT convert_to(%(word)s, 'UTF8')", {"word": "Ấp"}, form=Format.BINARY) == [
        ("Ấp".encode(),)
    ]


@pytest.mark.django_db
def test_row_numbers_are_an_array() -> None:
    assert execute("SELECT %(ids)s::bigint[]", {"ids": bulk.array([1, 2**40])}) == [([1, 2**40],)]
