"""The file types in which communes send their rosters; one file each."""

from __future__ import annotations

from base.registry import entries
from people.rules.roster_refusals import Empty, NotATable, TooLarge
from people.rules.roster_sheet import MAX_BYTES, Cell, Format, Sheet

__all__ = ["FORMATS", "Cell", "Format", "Sheet", "read_table"]

FORMATS = entries("people.formats", Format)


def read_table(data: bytes) -> list[Sheet]:
    """The visible sheets of a file, whatever its type; its name is never trusted.

    Refused: TooLarge, Empty, NotATable, Encrypted, Unsafe, TooManyRows, WrongEncoding.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge()
    if not data.strip():
        raise Empty()
    for kind in FORMATS.values():
        if kind.sniff(data):
            return kind.read(data)
    raise NotATable()
