"""Gives the role that serves what it needs, and nothing else; run by the owner after each migration."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from psycopg import sql

_ROLE = "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = %s"
# Roles are of the whole server: somebody may make it for another database at this moment.
_MAKE = """
DO $$ BEGIN CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
"""
_OWNED = """
SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace
    AND pg_has_role(%s, relowner, 'MEMBER') LIMIT 1
"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
# Who migrates reads and writes it; who serves only looks whether all is applied.
_LOOKED_AT = {"django_migrations"}


class Command(BaseCommand):
    help = (
        "Cấp quyền cho vai trò chạy dịch vụ (không phải chủ sở hữu). / "
        "Grants the role that serves (never the owner) what it needs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", nargs="?", default="", help="by default the user of DATABASE_URL")

    def handle(self, *args: Any, **options: Any) -> None:
        role = options["role"] or settings.APPLICATION_ROLE
        if not role:
            raise CommandError("Name the role, or give both DATABASE_URL and DATABASE_OWNER_URL.")
        with transaction.atomic(), connection.cursor() as cursor:
            # Two that grant at once would write the same rows of the catalogue.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('grant_application', 0))")
            make_role(cursor, role)
            for statement in grants(cursor, role):
                cursor.execute(statement)


def make_role(cursor: Any, role: str) -> None:
    """Makes the role where there is none; refuses one for which the walls are not there."""
    cursor.execute(_ROLE, [role])
    found = cursor.fetchone()
    if found is None:
        name = sql.Identifier(role)
        cursor.execute(sql.SQL(_MAKE).format(name))
        return
    cursor.execute(_OWNED, [role])
    if any(found) or cursor.fetchone():
        raise CommandError(f"{role} owns tables or is above the rules of rows: it may not serve.")


def grants(cursor: Any, role: str) -> list[sql.Composed]:
    """The statements, from nothing on: what was given before and is not named here is taken back."""
    cursor.execute("SELECT current_database(), current_schema()")
    database, schema = cursor.fetchone()
    cursor.execute(_TABLES)
    tables = [table for (table,) in cursor.fetchall()]
    names = {name: sql.Identifier(name) for name in (role, database, schema, *tables)}
    whole = [
        "REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC",
        "REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC",
        "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}",
        "GRANT CONNECT ON DATABASE {database} TO {role}",
        "GRANT USAGE ON SCHEMA {schema} TO {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
        # The one way to drop notes: of those past their two years.
        "GRANT EXECUTE ON FUNCTION accounts_drop_notes(bigint, bigint) TO {role}",
    ]
    shared = {"role": names[role], "database": names[database], "schema": names[schema]}
    statements = [sql.SQL(one).format(**shared) for one in whole]
    for table in tables:
        rights = sql.SQL(rights_on(table)).format()
        statements.append(sql.SQL("GRANT {} ON {} TO {}").format(rights, names[table], names[role]))
    return statements


def rights_on(table: str) -> str:
    """What may be done with a table: TRUNCATE never, and of what only grows nothing is deleted,
    and nothing changed but the columns that are named."""
    if table in _LOOKED_AT:
        return "SELECT"
    delete = "" if table in settings.ONLY_GROW else ", DELETE"
    if columns := settings.CHANGED_ONLY_IN.get(table):
        return f"SELECT, INSERT{delete}, UPDATE ({', '.join(columns)})"
    return "SELECT, INSERT" if not delete else "SELECT, INSERT, UPDATE, DELETE"
