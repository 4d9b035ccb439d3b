"""What the stories of guides share: files that are as they should be, and editors."""

from __future__ import annotations

import struct
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from accounts.actions import appoint, open_account
from accounts.actor import Actor
from accounts.queries import actor_of
from accounts.rules import Role
from base.models import SYSTEM
from guides.actions.content import CONTENT
from guides.models import Guide
from guides.rules import GuideText, read_guide
from tests.village import AT, COMMUNE, PASSWORD

HEAD = """+++
version = 1
item = "identity"
kind = ""
ways = ["activate"]
audience = "citizen"
title = "Một hướng dẫn"
summary = "Làm một việc."
source = ["Nghị định 69/2024/NĐ-CP"]
checked_on = 2026-11-22
valid_until = 2027-06-30
+++
"""
BODY = "\n## Mở điện thoại.\n\nBấm nút bên cạnh.\n\n> [!SEE] Màn hình sáng lên.\n"
# The line of the file at which BODY begins.
FIRST = HEAD.count("\n") + 1


def guide(body: str = BODY, name: str = "mot-viec.vi.md", media: Any = None, **changed: Any) -> GuideText:
    """A guide as it is read from a file; `changed` are lines of its head."""
    head = HEAD
    for field, value in changed.items():
        lines = [
            f"{field} = {value}" if line.startswith(f"{field} =") else line for line in head.splitlines()
        ]
        head = "\n".join(lines) + "\n"
    return read_guide(name, head + body, media)


@cache
def shipped() -> dict[str, GuideText]:
    """The guides that ship with the house, by file name."""
    return {
        path.name: read_guide(path.name, path.read_text("utf-8"), drawings())
        for path in sorted(CONTENT.glob("*.md"))
    }


def drawings() -> dict[str, bytes]:
    """The pictures that ship with the house, by file name."""
    return {path.name: path.read_bytes() for path in sorted((CONTENT / "media").glob("*"))}


def folder_with(folder: Path, **files: str | bytes) -> Path:
    """A folder of content; `__` in a name is a dot, `_` a hyphen, and bytes are media."""
    (folder / "media").mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        file = name.replace("__", ".").replace("_", "-")
        if isinstance(content, bytes):
            (folder / "media" / file).write_bytes(content)
        else:
            (folder / file).write_text(content, "utf-8")
    return folder


def webp(width: int = 2, height: int = 2, extra: bytes = b"", padding: int = 0) -> bytes:
    """The frame of a lossless WebP picture; what it shows does not matter here."""
    bits = (width - 1) | (height - 1) << 14
    image = b"\x2f" + bits.to_bytes(4, "little") + b"\0" * (padding + 9)
    chunks = b"WEBP" + b"VP8L" + struct.pack("<I", len(image)) + image + b"\0" * (len(image) % 2) + extra
    return b"RIFF" + struct.pack("<I", len(chunks)) + chunks


def editor(phone: str, name: str) -> Actor:
    """One more editor, appointed as everybody is."""
    user = open_account(by=SYSTEM, phone=phone, full_name=name, password=PASSWORD)
    appoint(by=SYSTEM, user_id=user.pk, role=Role.EDITOR, area=COMMUNE, at=AT - timedelta(days=1))
    return actor_of(user.pk, AT)


def newest(slug: str, language: str = "vi") -> Guide:
    """The newest version of a guide, whatever its state."""
    return Guide.objects.filter(slug=slug, language=language).order_by("-version")[0]
