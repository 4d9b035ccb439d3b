"""Targets: what was to be reached, what is, and when it will be at the present pace."""

from __future__ import annotations

from datetime import timedelta

from base.models import Asker
from checklist.items import ITEMS
from checklist.rules import Evidence
from checklist.rules.tallies import FIRST_DAY
from reports.queries.targets import Reached, targets
from reports.rules import By, Cell, Column, Cut, Kind, Sheet, rate
from reports.rules.notes import DUE, EVIDENCE, FORECAST, met, unconverted
from reports.rules.targets import OF_TITLES, OUTLOOK_TITLES, Outlook
from reports.tables import Table

_WEEK = timedelta(days=6)


def _read(by: Asker, cut: Cut, language: str) -> Sheet:
    """The change is that from `since` on; of the last seven days unless said otherwise."""
    since = cut.since or max(cut.on - _WEEK, FIRST_DAY)
    each = cut.by == By.AREA
    found = targets(by, area=cut.area, on=cut.on, since=since, each=each, as_of=cut.as_of)
    rows = [_line(one, language) for one in found.rows]
    reached = sum(one.outlook is Outlook.MET for one in found.rows)
    notes = [DUE, FORECAST, EVIDENCE, met(reached, len(rows)), *unconverted(found.parts.unconverted)]
    return Sheet(found.parts.whole, cut.on, since, ENTRY.columns, rows, len(rows), (), notes)


def _line(one: Reached, language: str) -> list[Cell]:
    goal, figure, english = one.goal, one.figure, language == "en"
    item = ITEMS[goal.item]
    return [
        one.place.code,
        one.place.name,
        goal.item,
        item.title_en if english else item.title_vi,
        goal.first_on,
        goal.last_on,
        goal.of.value,
        OF_TITLES[goal.of][english],
        one.base,
        float(goal.share) if goal.share is not None else None,
        one.wanted,
        figure.ready,
        rate(figure.ready, one.wanted),
        rate(figure.ready, one.base),
        one.gained,
        *(figure.evidence.get(level.code, 0) for level in Evidence),
        one.reached_on,
        one.outlook.value,
        OUTLOOK_TITLES[one.outlook][english],
        goal.document,
    ]


_GOAL = ("Chỉ tiêu", "Target")
_REACHED = ("Thực hiện", "Achieved")

ENTRY = Table(
    code="targets",
    title_vi="Thực hiện chỉ tiêu",
    title_en="Targets",
    verb="report",
    has_period=True,
    columns=(
        Column("key", "Mã", "Code"),
        Column("name", "Tên", "Name"),
        Column("item", "Mã tiêu chí", "Item code", is_code=True),
        Column("item_title", "Tiêu chí", "Item"),
        Column("first_on", "Từ ngày", "From", Kind.DAY, *_GOAL),
        Column("last_on", "Đến ngày", "To", Kind.DAY, *_GOAL),
        Column("of", "Mã mẫu số", "Denominator code", is_code=True),
        Column("of_title", "Mẫu số", "Denominator", Kind.TEXT, *_GOAL),
        Column("base", "Số người của mẫu số", "Persons of the denominator", Kind.COUNT, *_GOAL),
        Column("share", "Tỷ lệ % giao", "Share % set", Kind.RATE, *_GOAL),
        Column("wanted", "Số người cần đạt", "Persons wanted", Kind.COUNT, *_GOAL),
        Column("ready", "Đã sẵn sàng", "Ready (persons)", Kind.COUNT, *_REACHED),
        Column("of_target", "% chỉ tiêu", "% of target", Kind.RATE, *_REACHED, of=("ready", "wanted")),
        Column("of_base", "% mẫu số", "% of the denominator", Kind.RATE, *_REACHED, of=("ready", "base")),
        Column("change", "Thay đổi trong kỳ", "Change in the period", Kind.COUNT, *_REACHED),
        *(
            Column(level.code, level.title_vi, level.title_en, Kind.COUNT, "Trong đó", "Of which")
            for level in Evidence
        ),
        Column("reached_on", "Dự báo đạt ngày", "Forecast date", Kind.DAY),
        Column("outlook", "Mã đánh giá", "Outlook code", is_code=True),
        Column("outlook_title", "Đánh giá", "Outlook"),
        Column("document", "Văn bản", "Document"),
    ),
    bys=(By.ITEM.value, By.AREA.value),
    read=_read,
)
