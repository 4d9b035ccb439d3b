"""A workbook that Excel opens without repair, whose columns and rows are as broad and high as their words."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import openpyxl
import pytest

from base.models import SYSTEM
from reports.actions.targets import load_targets
from reports.formats import xlsx
from reports.rules.workbooks import height, widths
from reports.tables import TABLES
from tests.reports.exporting import folder, made
from tests.reports.figures import tell
from tests.village import AT, calling

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
__all__ = ["folder"]
REASON = "Lập danh sách mời dự tập huấn"
TABLE_CODES = [code for code in TABLES if code != "adjustments"]


def book_of(code: str) -> bytes:
    """The workbook of a table of the commune."""
    load_targets(by=SYSTEM, at=AT)
    tell(("lan", "identity", "level2_granted", {"blocker": "no_phone"}))
    more: dict[str, Any] = {"reason": REASON} if TABLES[code].is_personal else {}
    return made(calling("dung"), table=code, format="xlsx", **more)[1]


def sheets_of(body: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        for name in parts.namelist():
            if name.startswith("xl/worksheets/sheet"):
                yield parts.read(name).decode()


def torn(body: bytes) -> bool:
    """Whether a sheet has a row twice, or rows in no order: Excel repairs such a file, or refuses it."""
    rows = [[int(row) for row in re.findall(r'<row r="(\d+)"', sheet)] for sheet in sheets_of(body)]
    assert all(rows)
    return any(after <= before for numbers in rows for before, after in pairwise(numbers))


@pytest.mark.parametrize("code", TABLE_CODES)
def test_every_row_of_every_sheet_stands_there_once(code: str) -> None:
    assert not torn(book_of(code))


def test_control_a_row_with_a_height_that_is_written_at_once_comes_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(xlsx, "_buffered", lambda names, small: {})
    assert torn(book_of("targets"))


@pytest.mark.parametrize("code", TABLE_CODES)
def test_no_word_is_cut_off(code: str) -> None:
    """Each text is as broad as its column, or broken into the lines that its row has room for."""
    for sheet in openpyxl.load_workbook(io.BytesIO(book_of(code))):
        spans = {str(one).split(":")[0]: one for one in sheet.merged_cells.ranges}
        for row in sheet.iter_rows():
            for cell in row:
                if not isinstance(cell.value, str) or cell.coordinate in spans:
                    continue
                room = sheet.column_dimensions[cell.column_letter].width
                lines = (sheet.row_dimensions[cell.row].height or 15) // 15
                assert len(cell.value) <= room * lines, (code, sheet.title, cell.coordinate, cell.value)
                assert lines == 1 or cell.alignment.wrap_text or len(cell.value) <= room


def test_a_column_is_as_broad_as_its_heading_and_its_texts_up_to_fifty_letters() -> None:
    kinds = [column.kind for column in TABLES["coverage"].columns[:5]]
    broad = widths(["Mã", "Tên", "Mã", "Tiêu", "Số người"], kinds, [["00454", "x" * 30, "", "x" * 80, "1"]])
    assert broad == [8.0, 32.0, 8.0, 50.0, 8.0]
    assert height(["", "một hai ba"], [9.0, 5.0]) == 45.0


def test_rows_that_postgresql_writes_are_as_high_as_their_words() -> None:
    body = book_of("follow_up")
    [sheet, *_] = openpyxl.load_workbook(io.BytesIO(body))
    why = [str(row[6].value) for row in sheet.iter_rows(min_row=2)]
    high = [sheet.row_dimensions[n].height for n in range(2, len(why) + 2)]
    assert max(map(len, why)) > 50, "something is broken into lines"
    assert high == [15.0 * (len(text) // 48 + 1) if len(text) >= 48 else None for text in why]
