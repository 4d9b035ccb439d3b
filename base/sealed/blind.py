"""What can be compared without being read: blind indexes, and fingerprints under a veil.

A blind index (HMAC-SHA-256) finds who has a number without anybody knowing the number; without the key
nobody can try out all numbers. It is nested: a new key is put round the index, not round the number, so that
rows are brought up to date without opening anything, and the keys before stay in use below it.

A fingerprint of what was said would tell a guesser when he has guessed a phone in it. One block of AES, under
a key outside the database, hides it; a block is as long as a fingerprint, and with the key it is had back.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from threading import local
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from django.conf import settings
from django.db import models

from base.sealed.fields import broken
from base.sealed.keys import index_keys, sealing_keys

_ID, _BLOCK = 4, 16
_USE = b"fingerprints"


class IndexField(models.BinaryField):  # type: ignore[type-arg]
    """A blind index: how many keys it is nested in, and 32 bytes; None for no value. `of`: what is indexed,
    so that one number has another index in each column."""

    def __init__(self, *args: Any, of: str = "", **kwargs: Any) -> None:
        self.of = of
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"of": self.of}

    def stale(self) -> tuple[str, dict[str, Any]]:
        """SQL for the rows whose index is not under all keys, with its parameters."""
        return f"get_byte({self.column}, 0) < %(today)s", {"today": len(index_keys())}

    def renewed(self, row: object, kept: bytes) -> str:
        """The index under all keys, as PostgreSQL reads it."""
        return hexadecimal(self.nested(kept))

    def index(self, text: str) -> bytes | None:
        """The index under all keys."""
        return self.indexes(text)[-1] if text else None

    def indexes(self, text: str) -> list[bytes]:
        """What a row may have that was not brought up to date: the index under each number of keys."""
        found: list[bytes] = []
        inner = text.encode()
        for version, key in enumerate(index_keys(), start=1):
            inner = blind(key, self.of, version, inner)
            found.append(bytes([version]) + inner)
        return found

    def nested(self, kept: bytes) -> bytes:
        """An index under fewer keys as it is under all."""
        version, inner = kept[0], bytes(kept[1:])
        for number, key in enumerate(index_keys()[version:], start=version + 1):
            inner = blind(key, self.of, number, inner)
        return bytes([len(index_keys())]) + inner


def blind(key: bytes, of: str, version: int, value: bytes) -> bytes:
    """HMAC-SHA-256 of a value (or of the index that it had under the keys before) for one column."""
    return hmac.digest(key, f"{of}:v{version}:".encode() + value, "sha256")


class VeiledField(models.BinaryField):  # type: ignore[type-arg]
    """A fingerprint of 16 bytes that nobody can try guesses on: the id of a key, and one block under it."""

    def stale(self) -> tuple[str, dict[str, Any]]:
        """SQL for the rows that are not under the key of today, with its parameters."""
        return f"substring({self.column}, 1, {_ID}) <> %(today)s", {"today": veil_of_today()}

    def renewed(self, row: object, kept: bytes) -> str:
        """The same under the key of today, as PostgreSQL reads it; raises SealBroken."""
        fingerprint = unveiled(kept)
        if not fingerprint:
            raise broken(f"{self.model._meta.db_table}.{self.column}", row)
        return hexadecimal(veiled(fingerprint))


def hexadecimal(value: bytes) -> str:
    """Bytes as PostgreSQL reads them in a JSON text."""
    return f"\\x{value.hex()}"


def veiled(fingerprint: bytes) -> bytes:
    """A fingerprint as it is stored."""
    key_id, veil, _ = next(iter(_veils()))
    return key_id + veil.update(fingerprint)


def unveiled(kept: bytes) -> bytes:
    """The fingerprint; nothing, which equals none, where the key is gone."""
    kept = bytes(kept)
    return next((un.update(kept[_ID:]) for key_id, _, un in _veils() if kept.startswith(key_id)), b"")


def veil_of_today() -> bytes:
    """How every fingerprint begins that is veiled under the key of today."""
    return sealing_keys(_USE, _ID)[0][0]


class _Kept(local):
    """The ciphers of this thread: to begin one takes ten times as long as a block does."""

    secrets: tuple[str, ...] = ()
    veils: Sequence[tuple[bytes, CipherContext, CipherContext]] = ()


_kept = _Kept()


def _veils() -> Sequence[tuple[bytes, CipherContext, CipherContext]]:
    """By key: its id, and both ways."""
    secrets = tuple(settings.SEALING_KEYS)
    if _kept.secrets != secrets:
        # One block, a permutation and nothing more: there is no second block whose sameness could show.
        both = [(key_id, Cipher(AES(key), ECB())) for key_id, key in sealing_keys(_USE, _ID)]  # noqa: S305
        _kept.veils = [(key_id, cipher.encryptor(), cipher.decryptor()) for key_id, cipher in both]
        _kept.secrets = secrets
    return _kept.veils
