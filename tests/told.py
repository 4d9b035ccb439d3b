"""The rows of the village, told by PostgreSQL and put back, table by table."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection, transaction

# Made by the migrations, and of no story.
FIXED = {"django_content_type", "django_migrations", "auth_permission", "sync_epoch"}


def tables() -> dict[str, str]:
    """Every table that a story may change, and which of its rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1")
        found = [table for (table,) in cursor.fetchall()]
    areas = {"areas_area": "level = 'hamlet'", "areas_feed": "true", "areas_basis": "true"}
    changing = {table: "true" for table in found if not table.startswith("areas_") and table not in FIXED}
    return {**areas, **changing}


def rows() -> dict[str, bytes]:
    """The rows of the village as PostgreSQL writes them down, table by table."""
    found = {}
    with connection.cursor() as cursor:
        for table, which in tables().items():
            with cursor.copy(f"COPY (SELECT * FROM {table} WHERE {which}) TO STDOUT") as text:
                found[table] = b"".join(text)
    return found


def put_back(kept: Mapping[str, bytes]) -> None:
    """The rows as they were: a tenth of what it costs to build the village anew."""
    assert connection.settings_dict["NAME"].startswith("test_"), "only a test database is ever razed"
    which = tables()
    with transaction.atomic(), connection.cursor() as cursor:
        # Whoever still writes is awaited; the log of access refuses it, to the owner too: only who may put
        # all triggers aside can.
        cursor.execute(f"LOCK TABLE {', '.join(which)}; SET LOCAL session_replication_role = replica")
        cursor.execute("; ".join(f"DELETE FROM {table} WHERE {those}" for table, those in which.items()))
        for table, text in kept.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as into:
                into.write(text)
