"""A list of documents is read one by one: one that cannot be read does not fail its neighbours."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from base.api import BodyTooLarge, StrictJSON, read_json
from base.errors import Refusal

MOST = 500
# More than any body may have: the parser itself says what is too large.
_ENOUGH = 2 * 1024 * 1024
# Texts as a whole, so that no bracket inside one is counted; a quote alone is a text without an end.
_MARKS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|["\[\]{},]', re.DOTALL)
_DEEPER = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}


class Documents(StrictJSON):
    """application/json, one document or a list of at most 500.

    In a list, the Refusal itself stands in the place of a document that cannot be read (NUL, a field given
    twice, NaN, too deep); a list without its end is refused as a whole.
    """

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        body = stream.read(_ENOUGH)
        try:
            found = super().parse(BytesIO(body), media_type, parser_context)
        except BodyTooLarge:
            raise
        except Refusal:
            pieces = _split(body.strip())
            if pieces is None:
                raise
            return [_read(piece) for piece in pieces]
        if isinstance(found, list) and len(found) > MOST:
            raise BodyTooLarge()
        return found


def _split(body: bytes) -> list[bytes] | None:
    """The documents of a list as they were sent; None when this is no list or not the whole of it."""
    if not body.startswith(b"["):
        return None
    pieces: list[bytes] = []
    depth, start = 0, 1
    for mark in _MARKS.finditer(body):
        sign = mark[0]
        depth += _DEEPER.get(sign, 0)
        ends = depth == 0
        if sign == b'"' or (ends and mark.end() != len(body)):
            return None
        if ends or (sign == b"," and depth == 1):
            pieces.append(body[start : mark.start()])
            start = mark.end()
        if len(pieces) > MOST:
            raise BodyTooLarge()
    return pieces if depth == 0 else None


def _read(piece: bytes) -> Any:
    try:
        return read_json(piece)
    except Refusal as refusal:
        return refusal
