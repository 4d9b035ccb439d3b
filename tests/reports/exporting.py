"""Asking for files and having them made, as the stories of exports do it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from base import sealed
from base.models import SYSTEM
from reports.actions import build_export
from reports.models import Export
from reports.queries.exports import due_exports
from reports.rules.sheets import Cell, Column, Cut, Kind, Place, Sheet
from reports.tables import TABLES, Table
from tests.village import COMMUNE, UPPER, Caller, an_id


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """Where the files of this story lie."""
    settings.EXPORTS_DIR = tmp_path / "exports"
    return tmp_path / "exports"


def ask(who: Caller, **more: Any) -> Any:
    """A request for the coverage of the commune as CSV, unless said otherwise."""
    body = {"table": "coverage", "format": "csv", "area": COMMUNE, "on": "2026-11-02", **more}
    return who.post("reports/exports", body)


def build_all(at: datetime | None = None) -> list[bool]:
    """What a worker does that comes at `at`; as early as it may, unless said otherwise."""
    at = at or Export.objects.order_by("-due_at").values_list("due_at", flat=True)[0]
    return [build_export(by=SYSTEM, export_id=each, at=at) for each in due_exports(at)]


def made(who: Caller, **more: Any) -> tuple[dict[str, Any], bytes]:
    """What is told of a file that was asked for and made, and its bytes."""
    asked = ask(who, **more)
    assert asked.status == 202, asked.json
    assert build_all() == [True]
    told = who.get(f"reports/exports/{asked.json['id']}").json
    assert told["state"] == "ready", told
    return told, who.get(told["file"]).body


def plain(file: Path) -> bytes:
    """What a file in the folder says to the house."""
    with file.open("rb") as disk:
        return sealed.reopen(disk, file.name).read() or b""


COLUMNS = (
    Column("hamlet", "Mã thôn, tổ", "Hamlet", is_code=True),
    Column("person", "Mã người", "Person", is_code=True),
    Column("full_name", "Họ và tên", "Full name"),
    Column("born", "Năm sinh", "Born", Kind.COUNT),
)


def row_of(n: int) -> list[Cell]:
    return [UPPER, str(an_id(f"p{n}")), f"=Người {n}", 1950 + n % 50]


@contextmanager
def table_of(rows: int, pace: Any = list, **more: Any) -> Iterator[Table]:
    """A table of so many persons, for the time of the block; `pace` hands its rows out."""

    def read(by: Any, cut: Cut, language: str) -> Sheet:
        found: list[list[Cell]] = [row_of(n) for n in range(rows)]
        return Sheet(Place(1, cut.area, "Xã Thử"), date(2026, 11, 2), None, COLUMNS, pace(found), rows)

    words: dict[str, Any] = {"code": "people_here", "title_vi": "Danh sách", "title_en": "List"}
    given = {**words, "verb": "see", "is_personal": True, "columns": COLUMNS, "read": read, **more}
    table = replace(TABLES["coverage"], **given)
    with patch.dict(TABLES, {table.code: table}):
        yield table
