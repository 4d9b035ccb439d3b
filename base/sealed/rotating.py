"""New keys for what is stored: every sealed column of every table, batch by batch, while the house works.

A value tells under which key it is, so a run that was killed is simply begun again, and both keys open
meanwhile. Nobody waits longer than for one batch, and a batch waits for nobody: rows that are being written
are left for the end, one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from base import bulk
from base.sealed.blind import IndexField, VeiledField
from base.sealed.fields import SealBroken, SealedField, SealedLeavesField

AT_ONCE = 500
SORTS = (SealedField, SealedLeavesField, IndexField, VeiledField)


@dataclass(frozen=True, slots=True)
class Renewed:
    """How many values of a column are under the key of today now, and how many do not open at all."""

    column: str
    done: int
    broken: int


def sealed_columns() -> Iterator[Any]:
    """The field of every column that has something to do with keys."""
    for model in apps.get_models():
        yield from (field for field in model._meta.concrete_fields if isinstance(field, SORTS))


def rotate(told: Callable[[str, int], None] = lambda column, done: None) -> list[Renewed]:
    """Brings all columns under the keys of today; `told` hears of each batch when it is committed."""
    return [_rotate_column(field, told) for field in sealed_columns()]


def _rotate_column(field: Any, told: Callable[[str, int], None]) -> Renewed:
    name = f"{field.model._meta.db_table}.{field.column}"
    stale, params = field.stale()

    def turned(row: Any, kept: Any) -> dict[str, Any] | None:
        try:
            return {field.column: field.renewed(row, kept)}
        except SealBroken:
            return None

    done = broken = 0
    for most, patience in ((AT_ONCE, "SKIP LOCKED"), (1, "")):
        broken = 0
        for rows, renewed in rewrite(field.model, [field], stale, params, turned, most, patience):
            done, broken = done + renewed, broken + rows - renewed
            told(name, done)
    return Renewed(name, done, broken)


def rewrite(
    model: Any,
    fields: Sequence[Any],
    where: str,
    params: dict[str, Any],
    turn: Callable[..., dict[str, Any] | None],
    most: int = AT_ONCE,
    patience: str = "",
) -> Iterator[tuple[int, int]]:
    """Rewrites columns of the rows that are so, batch by batch, each committed: how many were found in it,
    and how many rewritten. `turn` gets the key of a row and what is kept in the columns; it gives the new
    values by column, or None to leave the row."""
    table, key = model._meta.db_table, model._meta.pk
    names = {field.column: field.db_type(connection) for field in fields}
    read = ", ".join(_as_read(field) for field in fields)
    types = ", ".join(f"{name} {kind}" for name, kind in names.items())
    update = (
        f"UPDATE {table} SET {', '.join(f'{name} = given.{name}' for name in names)} "  # noqa: S608 - our names
        f"FROM json_to_recordset(%(rows)s::json) AS given(row_key {key.rel_db_type(connection)}, {types}) "
        f"WHERE {key.column} = given.row_key"
    )
    after: Any = None
    while True:
        beyond = "" if after is None else f"AND {key.column} > %(after)s"
        with transaction.atomic():
            found = bulk.execute(
                f"SELECT {key.column}, {read} FROM {table} WHERE {where} {beyond} "  # noqa: S608 - our names
                f"ORDER BY {key.column} LIMIT {most} FOR NO KEY UPDATE {patience}",
                params if after is None else {**params, "after": after},
            )
            rows = [{"row_key": row[0], **new} for row in found if (new := turn(*row)) is not None]
            bulk.execute(update, {"rows": bulk.rows_of(rows)})
        if not found:
            return
        after = found[-1][0]
        yield len(found), len(rows)


def _as_read(field: Any) -> str:
    return f"{field.column}::text" if isinstance(field, SealedLeavesField) else str(field.column)
