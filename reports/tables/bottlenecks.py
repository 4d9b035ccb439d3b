"""Bottlenecks: the states short of ready and what is in the way: where people are stuck, and how many."""

from __future__ import annotations

from collections.abc import Iterator

from base.models import Asker
from checklist.items import ITEMS
from checklist.rules import BLOCKERS, Evidence
from reports.queries.bottlenecks import Reasons, bottlenecks, reasons_of
from reports.rules import By, Cell, Column, Cut, Kind, Sheet, rate
from reports.rules.notes import DUE, EVIDENCE, OVERLAPPING, unconverted
from reports.tables import Table

_REASONS = {
    "unrecorded": ("Chưa ghi nhận lần nào", "Never recorded"),
    "expired": ("Đã có, nay hết hạn", "Had it, and it has expired"),
    "contested": ("Thông tin trái nhau, cần đến lại", "Contested: needs a visit"),
    "stale": ("Ghi nhận đã cũ, cần xác nhận lại", "Stale: to be confirmed again"),
}


def _read(by: Asker, cut: Cut, language: str) -> Sheet:
    found = bottlenecks(by, area=cut.area, on=cut.on, as_of=cut.as_of)
    items = [cut.filters["item"]] if cut.filters.get("item") else list(ITEMS)
    whole = found.parts.whole
    totals = list(_lines(whole.code, whole.name, found.whole, items, language))
    rows = totals
    if cut.by != By.ITEM:
        rows = [
            line
            for place, reasons in found.rows
            for line in _lines(place.code, place.name, reasons, items, language)
        ]
    notes = [DUE, OVERLAPPING, EVIDENCE, *unconverted(found.parts.unconverted)]
    return Sheet(whole, cut.on, None, ENTRY.columns, rows, len(rows), [] if rows is totals else totals, notes)


def _lines(code: str, name: str, found: Reasons, items: list[str], language: str) -> Iterator[list[Cell]]:
    """One line for each reason that holds somebody up."""
    for item in items:
        due = found[item]["due"].persons
        for reason in reasons_of(item):
            stuck = found[item].get(reason)
            if stuck is None or not stuck.persons:
                continue
            levels = [stuck.evidence.get(level.code, 0) for level in Evidence]
            title = ITEMS[item].title_en if language == "en" else ITEMS[item].title_vi
            words = [code, name, item, title, reason, _title(item, reason)[language == "en"]]
            yield [*words, stuck.persons, due, rate(stuck.persons, due), *levels]


def _title(item: str, reason: str) -> tuple[str, str]:
    kind, _, code = reason.partition(":")
    if kind == "state":
        state = next(state for state in ITEMS[item].states if state.code == code)
        return state.title_vi, state.title_en
    return BLOCKERS[code] if kind == "blocker" else _REASONS[reason]


ENTRY = Table(
    code="bottlenecks",
    title_vi="Điểm nghẽn",
    title_en="Bottlenecks",
    verb="report",
    columns=(
        Column("key", "Mã", "Code"),
        Column("name", "Tên", "Name"),
        Column("item", "Mã tiêu chí", "Item code", is_code=True),
        Column("item_title", "Tiêu chí", "Item"),
        Column("reason", "Mã vướng mắc", "Reason code", is_code=True),
        Column("reason_title", "Đang ở đâu, vướng gì", "Where they are, what is in the way"),
        Column("persons", "Số người", "Persons", Kind.COUNT),
        Column("due", "Số người thuộc diện", "Due (persons)", Kind.COUNT),
        Column("rate", "Tỷ lệ %", "Rate %", Kind.RATE, of=("persons", "due")),
        *(
            Column(level.code, level.title_vi, level.title_en, Kind.COUNT, "Trong đó", "Of which")
            for level in Evidence
        ),
    ),
    bys=(By.AREA.value, By.ITEM.value),
    filters={"item": tuple(ITEMS)},
    read=_read,
)
