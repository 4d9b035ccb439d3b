"""The keys of the house, each for one use, made from the secrets that the environment gives.

A secret is never used itself: what is derived for one use (HKDF-SHA-256) tells nothing of what is derived for
another.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

Keys = list[tuple[bytes, bytes]]


def derived(secret: bytes, salt: bytes | None, use: bytes, length: int) -> bytes:
    """So many bytes for this use alone."""
    return HKDF(SHA256(), length, salt, use).derive(secret)


def sealing_keys(use: bytes, id_length: int) -> Keys:
    """The id that stands beside what is sealed, and the key, of each sealing secret; that of today first."""
    return _sealing_keys(tuple(settings.SEALING_KEYS), use, id_length)


@lru_cache(maxsize=64)
def _sealing_keys(secrets: Sequence[str], use: bytes, id_length: int) -> Keys:
    keys = [derived(secret.encode(), None, use, 32) for secret in secrets]
    return [(derived(key, None, b"id", id_length), key) for key in keys]


def index_keys() -> list[bytes]:
    """The keys of the blind indexes, 32 bytes each, the oldest first: an index is nested in all of them."""
    return _index_keys(tuple(settings.INDEX_KEYS))


@lru_cache(maxsize=8)
def _index_keys(secrets: Sequence[str]) -> list[bytes]:
    return [derived(secret.encode(), None, b"blind indexes", 32) for secret in secrets]
