"""Rosters for the stories: the two sample communes, and small ones written on the spot."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.village import COMMUNE, OTHER_COMMUNE, UPPER, Reply, calling

_FOLDER = Path(__file__).parents[1] / "data" / "rosters"
# Which sample goes into which commune, and who sends it.
COMMUNES = {"xa-dong": (COMMUNE, "dung"), "phuong-ba-dinh": (OTHER_COMMUNE, "hai")}
HEADER = ("Thôn", "Hộ số", "Họ và tên", "Quan hệ", "Năm sinh", "Giới tính", "Điện thoại", "VNeID", "CKS")


@cache
def sample(name: str) -> bytes:
    return (_FOLDER / f"{name}.xlsx").read_bytes()


@cache
def truth(name: str) -> dict[str, Any]:
    return dict(json.loads((_FOLDER / f"{name}.truth.json").read_text("utf-8")))


def row(name: str, *, hamlet: str = "Thôn Thượng", house: int = 1, **more: str) -> tuple[str, ...]:
    """One line of a small roster; `relation`, `born`, `sex`, `phone`, `vneid`, `cks` as a commune writes."""
    given = {"relation": "Chủ hộ", "born": "1970", "sex": "Nữ", "phone": "", "vneid": "", "cks": "", **more}
    return (
        hamlet,
        str(house),
        name,
        *(given[key] for key in ("relation", "born", "sex", "phone", "vneid", "cks")),
    )


def csv(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> bytes:
    return "\n".join(";".join(cells) for cells in (header, *rows)).encode("utf-8-sig")


def staging(data: bytes, *, area: str = COMMUNE, who: str = "dung", language: str | None = None) -> Reply:
    return calling(who, language).upload("people/imports", "danh-sach", data, area=area)


def staged(data: bytes, *, area: str = COMMUNE, who: str = "dung") -> dict[str, Any]:
    reply = staging(data, area=area, who=who)
    assert reply.status == 201, reply.json
    return dict(reply.json)


def applying(import_id: str, who: str = "dung") -> Reply:
    return calling(who).post(f"people/imports/{import_id}/apply")


def undoing(import_id: str, who: str = "dung") -> Reply:
    return calling(who).post(f"people/imports/{import_id}/undo")


def applied(data: bytes, *, area: str = COMMUNE, who: str = "dung") -> dict[str, Any]:
    """Staged and applied."""
    reply = applying(staged(data, area=area, who=who)["id"], who)
    assert reply.status == 200, reply.json
    return dict(reply.json)


def into_upper(*rows: tuple[str, ...]) -> dict[str, Any]:
    """A small roster applied to the upper hamlet itself."""
    return applied(csv(*rows), area=UPPER)
