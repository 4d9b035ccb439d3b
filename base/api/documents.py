"""A list of documents is read one by one: one that cannot be read does not fail its neighbours."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any, ClassVar

from base.api.doors import MAX_BODY, StrictJSON
from base.api.problems import BodyTooLarge
from base.api.strict import read_json
from base.errors import Refusal

MOST = 500
# Texts as a whole, so that no bracket inside one is counted; a quote alone is a text without an end.
_MARKS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|["\[\]{},]', re.DOTALL)
_DEEPER = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}
_LIST = re.compile(rb"[ \t\r\n]*:[ \t\r\n]*(?=\[)")


class Documents(StrictJSON):
    """application/json: one document or a list of at most 500; or, with `member`, an object that has the
    list under this name.

    In a list, the Refusal itself stands in the place of a document that cannot be read (NUL, a field given
    twice, NaN, too deep); a list without its end is refused as a whole, and so is what stands round it.
    """

    member: ClassVar[str] = ""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        body = stream.read(MAX_BODY + 1)
        try:
            found = super().parse(BytesIO(body), media_type, parser_context)
        except BodyTooLarge:
            raise
        except Refusal:
            apart = self._one_by_one(body.strip())
            if apart is None:
                raise
            return apart
        documents = found.get(self.member) if self.member and isinstance(found, dict) else found
        if isinstance(documents, list) and len(documents) > MOST:
            raise BodyTooLarge()
        return found

    def _one_by_one(self, body: bytes) -> Any:
        """What could not be read as a whole; None where no list can be told from what is round it."""
        start = _start_under(body, self.member) if self.member else 0
        split = _split(body, start)
        if split is None:
            return None
        pieces, end = split
        if not self.member:
            return [self._document(piece) for piece in pieces] if end == len(body) else None
        return {
            **read_json(body[:start] + b"[]" + body[end:]),
            self.member: [self._document(piece) for piece in pieces],
        }

    def _document(self, piece: bytes) -> Any:
        found = _read(piece)
        return self.unread(piece, found) if isinstance(found, Refusal) else found

    def unread(self, piece: bytes, refusal: Refusal) -> Any:
        """What stands in the place of a document that cannot be read."""
        return refusal


def _start_under(body: bytes, member: str) -> int:
    """Where the list under this member of an object begins; -1 when there is none."""
    depth, before = 0, b""
    for mark in _MARKS.finditer(body):
        sign = mark[0]
        depth += _DEEPER.get(sign, 0)
        if depth == 1 and sign[:1] == b'"' and before in (b"{", b",") and _read(sign) == member:
            begins = _LIST.match(body, mark.end())
            return begins.end() if begins else -1
        before = sign
    return -1


def _split(body: bytes, start: int) -> tuple[list[bytes], int] | None:
    """The documents of the list that begins there, as they were sent, and where it ends; None when no list
    begins there, or it has no end."""
    if start < 0 or body[start : start + 1] != b"[":
        return None
    pieces: list[bytes] = []
    depth, begins = 0, start + 1
    for mark in _MARKS.finditer(body, start):
        sign = mark[0]
        depth += _DEEPER.get(sign, 0)
        if sign == b'"':
            return None
        if depth == 0 or (sign == b"," and depth == 1):
            pieces.append(body[begins : mark.start()])
            begins = mark.end()
        if len(pieces) > MOST:
            raise BodyTooLarge()
        if depth == 0:
            return pieces, mark.end()
    return None


def _read(piece: bytes) -> Any:
    try:
        return read_json(piece)
    except Refusal as refusal:
        return refusal
