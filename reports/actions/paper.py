"""What a file says of itself: area, period, filters, moment, who, when, its number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings

from areas.rules import Level
from checklist.items import ITEMS
from reports.formats import FORMATS
from reports.models import Export
from reports.queries.copying import copied
from reports.rules.exports import mark_of
from reports.rules.papers import Named, Office, Paper, local
from reports.rules.sheets import Cell, Column, Cut, Sheet
from reports.rules.words import BYS, FILTERS, Words
from reports.tables import Table

MARK = Column("mark", "Mã dấu", "Mark")
_WORDS = {
    "title": ("Báo cáo", "Report"),
    "area": ("Địa bàn", "Area"),
    "day": ("Ngày", "Day"),
    "period": ("Kỳ", "Period"),
    "map": ("Theo địa giới ngày", "By the map of"),
    "by": ("Dòng theo", "Rows by"),
    "moment": ("Số liệu tại thời điểm", "Figures as of"),
    "who": ("Người yêu cầu", "Asked by"),
    "when": ("Yêu cầu lúc", "Asked at"),
    "approver": ("Người duyệt", "Approved by"),
    "reason": ("Lý do", "Reason"),
    "serial": ("Số tệp", "Serial"),
    "head": ("Nhật ký truy cập đến", "Log of access up to"),
    "to": ("đến", "to"),
}


def paper_of(
    export: Export,
    table: Table,
    sheet: Sheet,
    rows: int | None,
    at: datetime,
    tell: Callable[[int], None],
    named: Named | None = None,
) -> Paper:
    """The paper of an export over a sheet of so many rows that was read at `at`; whom it names comes into
    `named` as the rows pass."""
    marked = _marked(export, sheet, named or Named()) if table.is_personal else sheet
    shown = marked.for_files()
    return Paper(
        title=table.title(export.language),
        serial=export.serial,
        language=export.language,
        at=at,
        facts=_facts(export, table, sheet, at),
        sheet=shown,
        office=_office(export),
        expected=rows,
        # What is printed is short, and read once.
        copy=copied if shown.query and not FORMATS[export.format].most else None,
        told=tell,
    )


def _facts(export: Export, table: Table, sheet: Sheet, at: datetime) -> list[tuple[str, str]]:
    cut, n = Cut.of_json(export.cut), int(export.language == "en")
    found = {
        "title": table.title(export.language),
        "area": f"{sheet.place.name} ({sheet.place.code})",
        "day": "" if sheet.since else f"{sheet.on:%d/%m/%Y}",
        "period": f"{sheet.since:%d/%m/%Y} - {sheet.on:%d/%m/%Y}" if sheet.since else "",
        "map": f"{cut.as_of:%d/%m/%Y}" if cut.as_of else "",
        "by": _word(BYS, cut.by or table.bys[0], n) if len(table.bys) > 1 else "",
        "moment": _told(at),
        "who": export.asker.full_name,
        "when": _told(export.asked_at),
        "approver": export.approver.full_name if export.approver else "",
        "reason": export.reason,
        "serial": export.serial,
        "head": export.audit_head,
    }
    return [
        *((_WORDS[name][n], text) for name, text in found.items() if text),
        *((_word(FILTERS, name, n), _value(name, value, n)) for name, value in sorted(cut.filters.items())),
    ]


def _word(words: Words, code: str, n: int) -> str:
    """What people call it; the code itself where nobody gave it a name."""
    return words[code][n] if code in words else code


def _value(name: str, value: str, n: int) -> str:
    """What a filter was set to."""
    if name == "item" and value in ITEMS:
        return ITEMS[value].title_en if n else ITEMS[value].title_vi
    return value


def _told(instant: datetime) -> str:
    return local(instant).strftime("%d/%m/%Y %H:%M:%S")


def _office(export: Export) -> Office:
    """The People's Committee of a province or commune; the team of a hamlet."""
    area = export.area
    if area.level == Level.HAMLET:
        body = ("TỔ CÔNG NGHỆ SỐ CỘNG ĐỒNG", area.name.upper())
        return Office(body, area.parent.name if area.parent else area.name, ("TỔ TRƯỞNG",))
    body = ("ỦY BAN NHÂN DÂN", area.name.upper())
    return Office(body, _short(area.name), ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"))


def _short(name: str) -> str:
    """The name without its kind, as it stands before a date: "Sóc Sơn" of "Xã Sóc Sơn"."""
    for kind in ("Thành phố ", "Tỉnh ", "Xã ", "Phường ", "Đặc khu ", "Quận ", "Huyện ", "Thị xã "):
        if name.startswith(kind):
            return name.removeprefix(kind)
    return name


def _marked(export: Export, sheet: Sheet, named: Named) -> Sheet:
    """The same with a mark in each row, by which a row found elsewhere names the export it left by."""
    key = settings.SECRET_KEY.encode()
    codes = [column.code for column in sheet.columns]
    hamlet, person = codes.index("hamlet"), codes.index("person")

    def mark(place: str, who: str) -> str:
        if place:
            named.take(place, who)
        return mark_of(key, export.pk, who)

    def marked(rows: Iterable[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
        for row in rows:
            yield [*row, mark(str(row[hamlet]), str(row[person]))]

    query = sheet.query and not hamlet and sheet.query.marked(person, len(codes), mark)
    return replace(
        sheet, columns=[*sheet.columns, MARK], rows=marked(sheet.rows), query=query or None, totals=()
    )
