"""Columns that the house alone can read: AES-256-GCM, bound to table, column and row.

A sealed value is text: MARK, then in base64 the id of its key, a nonce of 96 random bits, and what AES-GCM
made. Each column has a key of its own, so the bound of 2^32 values for a key with random nonces (NIST SP
800-38D) is that of a column. Nothing ("") stays nothing. What does not open is an alarm, never a value: a
reader gets HIDDEN or a Refusal, and the log the column and the row.
"""

from __future__ import annotations

import logging
import os
import re
from binascii import Error, a2b_base64, b2a_base64
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models
from msgspec import json

from base.errors import Refusal
from base.sealed.keys import sealing_keys

MARK, HIDDEN = "~1", "•••"
_ID, _NONCE = 6, 12
_BODY = _ID + _NONCE
# In base64 the id fills eight characters: a statement can tell under which key a value is.
HEAD = len(MARK) + _ID * 4 // 3
_NOT_OURS = (Error, KeyError, InvalidTag, ValueError)
log = logging.getLogger("alarm")


class SealBroken(Refusal):
    """Changed, moved from another row, under a key that is gone, or never sealed: an alarm was given."""

    code = "seal.broken"
    vi = "Không mở được dữ liệu đã niêm phong này; người vận hành đã được báo."
    en = "This sealed value cannot be opened; who keeps the system has been told."
    status = 409


def broken(column: str, row: object) -> SealBroken:
    """What to raise, after the alarm."""
    log.error("a sealed value does not open: %s of row %s", column, row)
    return SealBroken()


def _about(field: Any, row: object, leaf: str = "") -> bytes:
    """What a value of a row is bound to."""
    return f"{field.model._meta.db_table}.{field.column}{leaf and f'/{leaf}'} {row}".encode()


class SealedField(models.TextField):  # type: ignore[type-arg]
    """Text that is sealed. `only`: a condition (SQL) on the rows in which it is, where it is not in all."""

    def __init__(self, *args: Any, only: str = "", **kwargs: Any) -> None:
        self.only = only
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | ({"only": self.only} if self.only else {})

    def stale(self) -> tuple[str, dict[str, str]]:
        """SQL for the rows that are not under the key of today, with its parameters."""
        only = f" AND {self.only}" if self.only else ""
        return f"{self.column} <> '' AND left({self.column}, {HEAD}) <> %(today)s{only}", {
            "today": head_of_today()
        }

    def renewed(self, row: object, kept: str) -> str:
        """The same under the key of today; raises SealBroken."""
        return self.seal(row, self.open(row, kept))

    def seal(self, row: object, text: str) -> str:
        """The text as it is stored in that row."""
        return _sealed(_about(self, row), text)

    def open(self, row: object, kept: str) -> str:
        """The text of that row; raises SealBroken."""
        return _opened(_about(self, row), kept)

    def shown(self, row: object, kept: str) -> str:
        """The same for a list, which one broken seal does not stop: HIDDEN in its place."""
        try:
            return self.open(row, kept)
        except SealBroken:
            return HIDDEN

    def marked(self, row: str, kept: str, nothing: str = "") -> str:
        """SQL for the sealed value as `opened` finds it in a text; `row` and `kept` are columns."""
        some = f"'{_EDGE}{_about(self, '').decode()}' || {row} || ' ' || {kept} || '{_EDGE}'"
        return f"CASE WHEN {kept} = '' THEN '{nothing}' ELSE {some} END"


class SealedLeavesField(models.JSONField):
    """A JSON document in which the texts of some names are sealed, wherever they stand in it."""

    def __init__(self, *args: Any, leaves: Sequence[str] = (), **kwargs: Any) -> None:
        self.leaves = tuple(leaves)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"leaves": list(self.leaves)}

    def stale(self) -> tuple[str, dict[str, str]]:
        """As that of a SealedField; a quotation mark inside a text is escaped, so only a leaf matches."""
        leaf = f'"({"|".join(self.leaves)})": "{MARK}(?!{re.escape(head_of_today()[len(MARK) :])})'
        return f"{self.column}::text ~ %(today)s", {"today": leaf}

    def renewed(self, row: object, kept: str) -> Any:
        """The document, of which `kept` is the JSON, sealed under the key of today; raises SealBroken."""
        return self.seal(row, self.open(row, json.decode(kept)))

    def seal(self, row: object, document: Any) -> Any:
        """The document as it is stored in that row."""
        return self.turned(row, document, _sealed)

    def open(self, row: object, document: Any) -> Any:
        """The document as it was; raises SealBroken."""
        return self.turned(row, document, _opened)

    def turned(self, row: object, document: Any, turn: Callable[[bytes, str], str]) -> Any:
        """The document with every leaf turned."""
        if isinstance(document, Mapping):
            return {
                name: turn(_about(self, row, name), value)
                if name in self.leaves and isinstance(value, str)
                else self.turned(row, value, turn)
                for name, value in document.items()
            }
        if isinstance(document, list | tuple):
            return [self.turned(row, value, turn) for value in document]
        return document


def head_of_today() -> str:
    """How every value begins that is sealed under the key of today."""
    return MARK + b2a_base64(_todays()[0], newline=False).decode()


def _todays() -> tuple[bytes, bytes]:
    return sealing_keys(b"fields at rest", _ID)[0]


def _sealed(about: bytes, text: str) -> str:
    if not text:
        return ""
    key_id, ciphers = _ciphers(tuple(settings.SEALING_KEYS), about[: about.index(b" ")])
    nonce = os.urandom(_NONCE)
    sealed = ciphers[key_id].encrypt(nonce, text.encode(), about)
    return MARK + b2a_base64(key_id + nonce + sealed, newline=False).decode()


def _opened(about: bytes, kept: str) -> str:
    if not kept:
        return ""
    ciphers = _ciphers(tuple(settings.SEALING_KEYS), about[: about.index(b" ")])[1]
    return _open(ciphers, about, kept.encode()).decode()


def _open(ciphers: dict[bytes, AESGCM], about: bytes, kept: bytes) -> bytes:
    try:
        raw = a2b_base64(kept[len(MARK) :])
        return ciphers[raw[:_ID]].decrypt(raw[_ID:_BODY], raw[_BODY:], about)
    except _NOT_OURS:
        column, _, row = about.decode().partition(" ")
        raise broken(column, row) from None


@lru_cache(maxsize=128)
def _ciphers(secrets: Sequence[str], column: bytes) -> tuple[bytes, dict[bytes, AESGCM]]:
    """The id of the key of today, and the ciphers of a column by the id of their key."""
    ids = [key_id for key_id, _ in sealing_keys(b"fields at rest", _ID)]
    keys = [key for _, key in sealing_keys(b"field at rest: " + column, _ID)]
    return ids[0], {key_id: AESGCM(key) for key_id, key in zip(ids, keys, strict=True)}


# No text of ours or of anybody has this character: JSON escapes it, and names and addresses refuse it.
_EDGE = "\x01"
_MARKED = re.compile(rb"\x01([^ \x01]*) ([^ \x01]*) ([^\x01]*)\x01")


def opened(page: bytes, quoted: Callable[[str], bytes]) -> bytes:
    """A text that PostgreSQL wrote, with every `marked` value opened and quoted as it needs to be there. One
    that does not open is HIDDEN."""
    parts = page.split(_EDGE.encode())
    before, text, column = b"", b"", b"\0"
    ciphers: dict[bytes, AESGCM] = {}
    # Without a call for each: a page of a phone has hundreds.
    for place in range(1, len(parts), 2):
        about, _, kept = parts[place].rpartition(b" ")
        if kept != before:  # neighbours are often of one household
            before = kept
            if not about.startswith(column):
                column = about[: about.index(b" ") + 1]
                ciphers = _ciphers(tuple(settings.SEALING_KEYS), column[:-1])[1]
            try:
                raw = a2b_base64(kept[len(MARK) :])
                text = quoted(ciphers[raw[:_ID]].decrypt(raw[_ID:_BODY], raw[_BODY:], about).decode())
            except _NOT_OURS:
                text = quoted(_or_hidden(ciphers, about, kept))
        parts[place] = text
    return b"".join(parts)


def opened_text(cell: str) -> str:
    """The same for one value by itself."""
    found = _MARKED.fullmatch(cell.encode()) if cell else None
    if found is None:
        return cell
    ciphers = _ciphers(tuple(settings.SEALING_KEYS), found[1])[1]
    return _or_hidden(ciphers, b"%b %b" % (found[1], found[2]), found[3])


def _or_hidden(ciphers: dict[bytes, AESGCM], about: bytes, kept: bytes) -> str:
    try:
        return _open(ciphers, about, kept).decode()
    except SealBroken:
        return HIDDEN
