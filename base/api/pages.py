"""Lists page by keyset: the cursor says after which row to go on, never an offset or a count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet

from base.errors import BadCursor

PAGE = 100


@dataclass(frozen=True)
class Page:
    """Rows and the cursor of the next page ("" at the end)."""

    rows: list[Any]
    next: str

    def answer(self, show: Callable[[Any], Any]) -> dict[str, Any]:
        """The body of a list: results and next."""
        return {"results": [show(row) for row in self.rows], "next": self.next or None}


def page_of(found: QuerySet[Any], order: tuple[str, ...], cursor: str = "", limit: int = PAGE) -> Page:
    """One page of `found` in the order of these columns, the last of which must be unique.

    A cursor is signed for its list: one of another list is refused like one that was tampered with.
    """
    salt = f"page of {found.model.__name__} by {', '.join(order)}"
    if cursor:
        found = found.filter(_after(order, values_of(cursor, salt)))
    rows = list(found.order_by(*order)[: limit + 1])
    more = len(rows) > limit
    last = [_value(rows[limit - 1], name) for name in order] if more else []
    return Page(rows[:limit], cursor_of(last, salt) if more else "")


def cursor_of(values: list[Any], salt: str) -> str:
    """The signed cursor of a list (`salt`) that goes on after these values."""
    return signing.dumps(values, salt=salt, compress=True)


def values_of(cursor: str, salt: str) -> list[Any]:
    """What `cursor_of` was given; BadCursor for one of another list, or one that was tampered with."""
    try:
        return list(signing.loads(cursor, salt=salt))
    except signing.BadSignature:
        raise BadCursor(path="cursor") from None


def _after(order: tuple[str, ...], values: list[Any]) -> Q:
    """(a, b) > (x, y), spelled so that an index on (a, b) serves it."""
    condition = Q()
    for number, name in enumerate(order):
        equal = {before: values[n] for n, before in enumerate(order[:number])}
        condition |= Q(**equal, **{f"{name}__gt": values[number]})
    return Q(**{f"{order[0]}__gte": values[0]}) & condition


def _value(row: Any, name: str) -> Any:
    value = row[name] if isinstance(row, dict) else getattr(row, name)
    return value if isinstance(value, str | int) else str(value)
