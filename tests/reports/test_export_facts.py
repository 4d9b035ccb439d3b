"""Whatever its type, a file says what it is: of where, when and what, for whom, how many rows, its seal."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import openpyxl
import pypdfium2
import pytest
from docx import Document

from reports.actions import building, paper
from reports.actions.periods import close_period
from reports.formats import FORMATS
from reports.models import Export
from reports.rules.decree import EVIDENCE, MOTTO
from reports.rules.papers import local
from reports.tables import TABLES
from tests.reports.exporting import folder, made
from tests.village import AT, COMMUNE, actor, calling

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
__all__ = ["folder"]
REASON = "Lập danh sách mời dự tập huấn"
MONTH = {"since": "2026-10-01", "on": "2026-10-31"}


def words_of(body: bytes, form: str) -> str:
    """All that a file says, in one line; where a page breaks a line there is a blank, or nothing."""
    if form == "csv":
        text = body.decode("utf-8-sig").replace(";", " ")
    elif form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(body))
        text = " ".join(str(cell.value) for sheet in book for row in sheet for cell in row if cell.value)
    elif form == "docx":
        text = " ".join(Document(io.BytesIO(body)).element.body.itertext())
    else:
        pages = pypdfium2.PdfDocument(body)
        text = " ".join(page.get_textpage().get_text_range() for page in pages)
    return re.sub(r"\s+", "", text)


def missing(told: dict[str, Any], body: bytes, form: str, *more: str) -> list[str]:
    """What a file should say of itself and does not."""
    export = Export.objects.get(pk=told["id"])
    assert export.snapshot_at is not None
    moments = [local(at).strftime("%d/%m/%Y %H:%M:%S") for at in (export.asked_at, export.snapshot_at)]
    wanted = ["Xã Đông Anh (00454)", "Dung", *moments, told["serial"], told["content_sha256"]]
    wanted += [f"Số dòng{':' if form in ('pdf', 'docx') else ''} {told['rows']}", *more]
    said = words_of(body, form)
    return [one for one in wanted if re.sub(r"\s+", "", one) not in said]


def of_a_month(form: str) -> tuple[dict[str, Any], bytes]:
    return made(calling("dung"), table="team_activity", format=form, **MONTH)


@pytest.mark.parametrize("form", list(FORMATS))
def test_a_file_says_where_when_who_how_many_and_its_seal(form: str) -> None:
    assert missing(*of_a_month(form), form, "01/10/2026 - 31/10/2026", "Hoạt động của các Tổ") == []


@pytest.mark.parametrize("form", list(FORMATS))
def test_a_file_says_by_what_it_was_narrowed_and_on_whose_map(form: str) -> None:
    more: dict[str, Any] = {"by": "item", "filters": {"item": "payment"}, "as_of": "2026-11-01"}
    told, body = made(calling("dung"), table="bottlenecks", format=form, **more)
    colon = ":" if form in ("pdf", "docx") else ""
    facts = [f"Tiêu chí{colon} Tài khoản thanh toán số", f"Dòng theo{colon} Tiêu chí"]
    assert missing(told, body, form, *facts, f"Theo địa giới ngày{colon} 01/11/2026") == []


@pytest.mark.parametrize("form", list(FORMATS))
def test_control_a_file_that_keeps_something_to_itself_is_found(
    form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "_facts", lambda *given: [("Địa bàn", "Xã Đông Anh (00454)")])
    lacking = missing(*of_a_month(form), form, "01/10/2026 - 31/10/2026")
    assert {"Dung", "01/10/2026 - 31/10/2026"} <= set(lacking)


@pytest.mark.parametrize("form", ["pdf", "docx"])
@pytest.mark.parametrize("code", TABLES)
def test_every_table_is_a_report_that_an_office_can_sign(
    code: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """National motto, issuing body, number, place and day, title, whose word the figures are, signature."""
    monkeypatch.setattr(building, "MOST_ON_ONE_WORD", 100)
    more: dict[str, Any] = {"reason": REASON} if TABLES[code].is_personal else {}
    if code == "adjustments":
        october = {"first_on": AT.date().replace(month=10, day=1), "last_on": AT.date() - timedelta(days=2)}
        close_period(by=actor("dung"), area=COMMUNE, at=AT, **october)
        more = MONTH
    _, body = made(calling("dung"), table=code, format=form, **more)
    said = words_of(body, form)
    parts = [*MOTTO, "ỦY BAN NHÂN DÂN", "XÃ ĐÔNG ANH", "Số: /BC", "Đông Anh, ngày", "BÁO CÁO"]
    parts += [TABLES[code].title_vi, EVIDENCE[0], "Nơi nhận:", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"]
    assert [part for part in parts if re.sub(r"\s+", "", part) not in said] == []
