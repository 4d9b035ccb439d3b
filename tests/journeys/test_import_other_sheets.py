"""One sheet of a file is read; another that looks like a roster is named, so that no row is lost unseen."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from tests.village import COMMUNE, calling

HEAD = ["STT", "Thôn", "Hộ số", "Họ và tên", "Quan hệ", "Năm sinh", "VNeID"]


def workbook(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in [HEAD, *rows]:
            sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.django_db
def test_the_other_hamlet_on_the_other_sheet_is_named() -> None:
    one = [[1, "Thôn Thượng", 1, "Lê Văn Một", "Chủ hộ", 1980, "x"]]
    two = [[1, "Thôn Hạ", 1, "Lê Văn Hai", "Chủ hộ", 1981, "x"]]
    staged = calling("dung").upload(
        "people/imports", "a.xlsx", workbook(**{"Thôn Thượng": one, "Thôn Hạ": two}), area=COMMUNE
    )
    assert (staged.status, staged.json["counts"]["persons"]) == (201, 1)
    assert len(staged.json["unread_sheets"]) == 1
    alone = calling("dung").upload("people/imports", "b.xlsx", workbook(Một=one), area=COMMUNE)
    assert alone.json["unread_sheets"] == []
