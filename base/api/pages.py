"""Lists page by keyset: the cursor says after which row to go on, never an offset or a count."""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha512
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
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

    A cursor is sealed for its list: one of another list is refused like one that was tampered with.
    """
    salt = f"page of {found.model.__name__} by {', '.join(order)}"
    if cursor:
        found = found.filter(_after(order, values_of(cursor, salt)))
    rows = list(found.order_by(*order)[: limit + 1])
    more = len(rows) > limit
    last = [_value(rows[limit - 1], name) for name in order] if more else []
    return Page(rows[:limit], cursor_of(last, salt) if more else "")


def cursor_of(values: list[Any], salt: str) -> str:
    """The cursor of a list (`salt`) that goes on after these values. It travels in addresses, and the values
    may be a name: it is sealed and not only signed. The same values give the same cursor."""
    sealed = _seal(settings.SECRET_KEY).encrypt(zlib.compress(json.dumps(values).encode()), [salt.encode()])
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def values_of(cursor: str, salt: str) -> list[Any]:
    """What `cursor_of` was given; BadCursor for one of another list, or one that was tampered with."""
    try:
        sealed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return list(json.loads(zlib.decompress(_seal(settings.SECRET_KEY).decrypt(sealed, [salt.encode()]))))
    except (ValueError, InvalidTag):
        raise BadCursor(path="cursor") from None


@lru_cache(maxsize=2)
def _seal(secret: str) -> AESSIV:
    return AESSIV(sha512(b"cursors of lists" + secret.encode()).digest())


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
