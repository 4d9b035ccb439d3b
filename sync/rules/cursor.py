"""The cursor of a phone: how far it has read the feed of each hamlet, signed, in few characters.

It is opaque to the phone. What it says is judged anew with every pull: a hamlet that is no longer in the
asker's scope is told as removed, whatever the cursor says of it.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from hmac import compare_digest
from uuid import UUID

# A cursor remembers its kinds by their place here: new ones are added at the end, none is ever taken out.
KINDS = ("household", "person", "consent", "standing", "visit", "observation")
# The facts themselves are asked for by name: a phone shows what holds, and that are the standings.
USUAL = frozenset(KINDS) - {"observation"}

_EPOCH, _SEAL = 8, 9
_FOR = b"cursor, form 1"


class NotOurs(ValueError):
    """The text is no cursor that this house wrote."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Read so far: in which epoch, which kinds of change, and each hamlet's feed (by id) up to which
    revision."""

    epoch: bytes
    kinds: frozenset[str]
    seen: Mapping[int, int]


def epoch_mark(epoch: UUID) -> bytes:
    """The part of an epoch's id that a cursor carries."""
    return epoch.bytes[-_EPOCH:]


def write_cursor(cursor: Cursor, key: bytes) -> str:
    """The cursor as text for a URL: three to seven characters a hamlet, about thirty in all for one."""
    kinds = sum(1 << place for place, kind in enumerate(KINDS) if kind in cursor.kinds)
    said = cursor.epoch + bytes(_numbers([kinds, *_steps(cursor.seen)]))
    return urlsafe_b64encode(said + _seal(said, key)).rstrip(b"=").decode()


def read_cursor(text: str, key: bytes) -> Cursor:
    """What a cursor says; NotOurs when it was tampered with, cut off, or written with another key."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise NotOurs from None
    said, seal = raw[:-_SEAL], raw[-_SEAL:]
    # Python's decoder skips what is not in its alphabet: only the one way to write it is taken.
    same = urlsafe_b64encode(raw).rstrip(b"=") == text.encode()
    if not same or not compare_digest(seal, _seal(said, key)):
        raise NotOurs
    kinds, *steps = _read_numbers(said[_EPOCH:])
    seen: dict[int, int] = {}
    hamlet = 0
    for step, revision in zip(steps[::2], steps[1::2], strict=True):
        hamlet += step
        seen[hamlet] = revision
    known = frozenset(kind for place, kind in enumerate(KINDS) if kinds >> place & 1)
    return Cursor(said[:_EPOCH], known, seen)


def _seal(said: bytes, key: bytes) -> bytes:
    return blake2b(said, digest_size=_SEAL, key=key, person=_FOR).digest()


def _steps(seen: Mapping[int, int]) -> Iterator[int]:
    """Hamlets of one commune have neighbouring ids: the step from one to the next is a small number."""
    before = 0
    for hamlet, revision in sorted(seen.items()):
        yield hamlet - before
        yield revision
        before = hamlet


def _numbers(numbers: Iterable[int]) -> Iterator[int]:
    """Each number in as few bytes as it needs, seven bits a byte; the last byte of a number is below 128."""
    for number in numbers:
        while number > 127:
            yield number & 127 | 128
            number >>= 7
        yield number


def _read_numbers(data: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in data:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield number
            number = shift = 0
