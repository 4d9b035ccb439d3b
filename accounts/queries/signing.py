"""The house's signature under the ends of the chains, and under what the public is told: made with a key that
the database never has."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from accounts.models import AccessLink
from accounts.rules.audit import head_text, printed_head
from areas.queries import find_area
from areas.queries.codes import top_of

WORDS = b"san-sang-so words|"


@lru_cache(maxsize=8)
def _key(secret: str) -> Ed25519PrivateKey:
    seed = HKDF(SHA256(), 32, salt=None, info=b"audit heads").derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(seed)


def sign_head(province: int, seq: int, link: bytes, at: datetime) -> bytes:
    """The signature (Ed25519, 64 bytes) under the end of a chain."""
    return _key(settings.AUDIT_KEYS[0]).sign(head_text(province, seq, link, at))


def is_signed(province: int, seq: int, link: bytes, at: datetime, signature: bytes | None) -> bool:
    """True when the house signed just this, with its key of today or the one before."""
    text = head_text(province, seq, link, at)
    return bool(signature) and any(_is_by(key, text, signature or b"") for key in settings.AUDIT_KEYS)


def sign_words(words: bytes) -> bytes:
    """The same signature under other words, which never pass for the end of a chain."""
    return _key(settings.AUDIT_KEYS[0]).sign(WORDS + words)


def are_signed(words: bytes, signature: bytes) -> bool:
    """True when the house signed just these words, with its key of today or the one before."""
    return any(_is_by(key, WORDS + words, signature) for key in settings.AUDIT_KEYS)


def _is_by(secret: str, text: bytes, signature: bytes) -> bool:
    try:
        _key(secret).public_key().verify(signature, text)
    except InvalidSignature:
        return False
    return True


def public_keys() -> list[str]:
    """The keys (hexadecimal) by which anybody can check a head."""
    return [_key(secret).public_key().public_bytes_raw().hex() for secret in settings.AUDIT_KEYS]


def head_of(area: Any) -> str:
    """The last signed head of the chain of an area's province, as papers bear it; "" while it has none."""
    province = top_of(area)
    signed = AccessLink.objects.filter(province=province.pk, signature__isnull=False).order_by("-seq")
    found = signed.values_list("seq", "hash").first()
    return printed_head(province.code, found[0], bytes(found[1])) if found else ""


def is_in_chain(printed: str) -> bool:
    """True when a head that was printed on a paper is in the chain; no more once its entry was dropped."""
    code, _, rest = printed.partition("-")
    number = rest.partition("-")[0]
    province = find_area(code)
    if province is None or not (number.isascii() and number.isdigit() and len(number) < 19):
        return False
    links = AccessLink.objects.filter(province=province.pk, seq=int(number)).values_list("seq", "hash")
    return any(printed_head(province.code, seq, bytes(link)) == printed for seq, link in links)
