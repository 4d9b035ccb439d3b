"""Pictures and sounds of a guide: WebP and Ogg by their first bytes, small, with nothing hidden in them."""

from __future__ import annotations

import struct
from hashlib import sha256

from guides.rules.texts import refuse

MAX_BYTES, MAX_SIDE = 200_000, 1280
_HIDING = (b"EXIF", b"XMP ", b"ANIM", b"ANMF")


def kept_name(name: str, data: bytes, file: str, line: int) -> str:
    """The name under which the file is kept: its content hash. Refuses what is no small WebP or Ogg."""
    if len(data) > MAX_BYTES:
        kilobytes = MAX_BYTES // 1000
        refuse(file, line, f"{name} lớn hơn {kilobytes} kB", f"{name} is larger than {kilobytes} kB")
    ending = name.rpartition(".")[2]
    if ending == "webp":
        _check_webp(name, data, file, line)
    elif ending != "ogg" or data[:4] != b"OggS":
        refuse(file, line, f"{name} không phải ảnh WebP hay tiếng Ogg", f"{name} is neither WebP nor Ogg")
    return f"{sha256(data).hexdigest()[:32]}.{ending}"


def _check_webp(name: str, data: bytes, file: str, line: int) -> None:
    size = webp_size(data)
    if size is None:
        refuse(file, line, f"{name} không phải ảnh WebP nguyên vẹn", f"{name} is no sound WebP picture")
    if max(size) > MAX_SIDE:
        refuse(file, line, f"{name} rộng hơn {MAX_SIDE} điểm", f"{name} is wider than {MAX_SIDE} pixels")


def webp_size(data: bytes) -> tuple[int, int] | None:
    """Width and height; None when it is not one still WebP picture from its first byte to its last.

    Metadata (where it was taken, by whom) and bytes behind the end count as unsound.
    """
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 30:
        return None
    if struct.unpack("<I", data[4:8])[0] + 8 != len(data):
        return None
    at, size = 12, None
    while at + 8 <= len(data):
        kind, length = data[at : at + 4], struct.unpack("<I", data[at + 4 : at + 8])[0]
        if kind in _HIDING:
            return None
        size = size or _size_in(kind, data[at + 8 : at + 18])
        at += 8 + length + length % 2
    return size if at == len(data) else None


def _size_in(kind: bytes, head: bytes) -> tuple[int, int] | None:
    if len(head) < 10:
        return None
    if kind == b"VP8X":
        return 1 + int.from_bytes(head[4:7], "little"), 1 + int.from_bytes(head[7:10], "little")
    if kind == b"VP8L" and head[0] == 0x2F:
        bits = int.from_bytes(head[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and head[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", head[6:10])
        return width & 0x3FFF, height & 0x3FFF
    return None
