"""The bytes that phones send: unpacked within bounds, and the whole of them."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import zstandard

from base.errors import Refusal
from sync.rules.limits import MOST_BYTES, MOST_RATIO, PushTooLarge

# More would be memory that the sender chooses and we pay.
_WINDOW = 8 * 1024 * 1024


class Incomplete(Refusal):
    code = "push.incomplete"
    vi = "Nội dung gửi lên bị cắt ngang hoặc nén sai; chưa có gì được lưu."
    en = "The body ends too early or is not packed as it says; nothing was stored."
    status = 400


class BadCoding(Refusal):
    code = "push.coding"
    vi = "Content-Encoding chỉ nhận gzip hoặc zstd."
    en = "Content-Encoding takes gzip or zstd only."
    status = 415


def read_body(stream: Any, meta: dict[str, Any]) -> bytes:
    """The body as it was meant; refuses what ends before its Content-Length, what is larger than the limits,
    and what is packed more tightly than anybody packs."""
    try:
        body: bytes = stream.read(MOST_BYTES + 1)
    except OSError:  # the phone has gone
        raise Incomplete() from None
    if len(body) > MOST_BYTES:
        raise PushTooLarge()
    if len(body) < int(meta.get("CONTENT_LENGTH") or 0):
        raise Incomplete()
    coding = meta.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    if coding in ("", "identity"):
        return body
    unpack = _CODINGS.get(coding)
    if unpack is None:
        raise BadCoding()
    try:
        found = unpack(body)
    except (zlib.error, zstandard.ZstdError):
        raise Incomplete() from None
    if len(found) > MOST_RATIO * len(body):
        raise PushTooLarge()
    return found


def _gunzip(body: bytes) -> bytes:
    unpacking = zlib.decompressobj(31)
    found = unpacking.decompress(body, MOST_BYTES + 1)
    if len(found) > MOST_BYTES:
        raise PushTooLarge()
    return _ended(found, unpacking)


def _unzstd(body: bytes) -> bytes:
    known = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    if len(known.stream_reader(body).read(MOST_BYTES + 1)) > MOST_BYTES:
        raise PushTooLarge()
    unpacking = known.decompressobj()  # only this one tells whether the frame came to its end
    return _ended(unpacking.decompress(body), unpacking)


def _ended(found: bytes, unpacking: Any) -> bytes:
    if not unpacking.eof or unpacking.unused_data:
        raise Incomplete()
    return found


_CODINGS: dict[str, Callable[[bytes], bytes]] = {"gzip": _gunzip, "x-gzip": _gunzip, "zstd": _unzstd}
