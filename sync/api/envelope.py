"""What is round the commands of a batch: read once, and one command that is poison spoils no other."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from base.api import BodyTooLarge, Documents
from base.errors import Refusal, shaped
from sync.actions import Pushed, Spoken
from sync.api.packed import read_body
from sync.rules.limits import MOST_COMMANDS, PushTooLarge

# A NUL or a surrogate, written so that JSON takes it: rare, and read with more care.
_UNUSUAL = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_PRINTABLE = re.compile(r"[\x20-\x7e]{1,40}")


class Envelope(Struct, forbid_unknown_fields=True):
    """A command as it is sent."""

    id: UUID
    kind: str
    data: dict[str, Any]


class Sending(Struct, forbid_unknown_fields=True):
    """A batch as it is sent."""

    batch: UUID
    sent_at: Annotated[datetime, Meta(tz=True)]
    commands: list[Any]


class Unread(Struct):
    """A command that is no JSON that can be stored."""

    piece: bytes
    refusal: Refusal


class Push(Documents):
    """application/json, also packed with gzip or zstd."""

    member = "commands"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        began = time.perf_counter()
        meta = parser_context["request"].META
        body = read_body(stream, meta)
        sending: Sending = shaped(self._read(body), Sending)
        if len(sending.commands) > MOST_COMMANDS:
            raise PushTooLarge()
        version = meta.get("HTTP_X_APP_VERSION", "")
        return Pushed(
            batch=sending.batch,
            sent_at=sending.sent_at,
            commands=_spoken(sending.commands),
            bytes=len(body),
            app_version=version if _PRINTABLE.fullmatch(version) else "",
            elapsed=lambda: round((time.perf_counter() - began) * 1000),
        )

    def _read(self, body: bytes) -> Any:
        if not _UNUSUAL.search(body):
            try:
                return json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
            except (ValueError, RecursionError):
                pass
        try:
            return super().parse(BytesIO(body))
        except BodyTooLarge:
            raise PushTooLarge() from None

    def unread(self, piece: bytes, refusal: Refusal) -> Any:
        return Unread(piece, refusal)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field is given twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _spoken(documents: Sequence[Any]) -> list[Spoken]:
    """The commands in order; when one is not as it should be, each is looked at by itself."""
    try:
        told = msgspec.convert(documents, list[Envelope])
    except (msgspec.ValidationError, OverflowError):
        return [_one(document) for document in documents]
    return [Spoken(one.id, one.kind, one.data) for one in told]


def _one(document: Any) -> Spoken:
    if isinstance(document, Unread):
        salvaged = _salvaged(document.piece)
        return Spoken(_id_of(salvaged), _kind_of(salvaged), document.piece, document.refusal)
    try:
        told = shaped(document, Envelope)
    except Refusal as refusal:
        return Spoken(_id_of(document), _kind_of(document), document, refusal)
    return Spoken(told.id, told.kind, told.data)


def _salvaged(piece: bytes) -> Any:
    """As much of it as can be understood, so that its sender knows which command is meant."""
    try:
        return json.loads(piece.decode("utf-8", "replace"), strict=False, parse_int=str)
    except (ValueError, RecursionError):
        return None


def _id_of(document: Any) -> UUID | None:
    given = document.get("id") if isinstance(document, dict) else None
    try:
        return UUID(given) if isinstance(given, str) and len(given) == 36 else None
    except ValueError:
        return None


def _kind_of(document: Any) -> str:
    given = document.get("kind") if isinstance(document, dict) else None
    known = isinstance(given, str) and re.fullmatch(r"[a-z_.]{1,40}", given)
    return str(given) if known else ""
