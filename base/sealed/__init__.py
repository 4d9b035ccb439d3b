"""What the house alone can read: files, columns; and what it can compare without reading."""

from base.sealed.blind import IndexField, VeiledField, unveiled, veiled
from base.sealed.fields import HIDDEN, MARK, SealBroken, SealedField, SealedLeavesField, opened, opened_text
from base.sealed.files import CHUNK, NotWhole, Sealed, create, reopen

__all__ = [
    "CHUNK",
    "HIDDEN",
    "MARK",
    "IndexField",
    "NotWhole",
    "SealBroken",
    "Sealed",
    "SealedField",
    "SealedLeavesField",
    "VeiledField",
    "create",
    "opened",
    "opened_text",
    "reopen",
    "unveiled",
    "veiled",
]
