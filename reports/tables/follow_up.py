"""Follow-up: whom to see next, and why; names, so only for whoever may see them."""

from __future__ import annotations

from base.models import Asker
from reports.queries.persons import follow_up_query, read_rows
from reports.queries.places import find_parts
from reports.rules import Column, Cut, Kind, Sheet
from reports.rules.notes import FOLLOW_UP, unconverted
from reports.tables import Table


def _read(by: Asker, cut: Cut, language: str) -> Sheet:
    find_parts(by, "see", cut.area, cut.as_of)
    parts = find_parts(by, ENTRY.verb, cut.area, cut.as_of)
    query = follow_up_query(parts.counted_sources, cut, language)
    notes = [FOLLOW_UP, *unconverted(parts.unconverted)]
    return Sheet(parts.whole, cut.on, None, ENTRY.columns, read_rows(query), None, (), notes, query)


ENTRY = Table(
    code="follow_up",
    title_vi="Cần đến tiếp",
    title_en="To be seen next",
    verb="report",
    is_personal=True,
    key=("hamlet", "urgency", "household", "person"),
    columns=(
        Column("hamlet", "Mã thôn, tổ", "Hamlet code"),
        Column("hamlet_name", "Thôn, tổ dân phố", "Hamlet"),
        Column("urgency", "Thứ tự ưu tiên", "Order of urgency", Kind.COUNT),
        Column("household", "Mã hộ", "Household id", is_code=True),
        Column("person", "Mã người", "Person id", is_code=True),
        Column("address", "Địa chỉ", "Address"),
        Column("full_name", "Họ và tên", "Full name"),
        Column("born", "Năm sinh", "Year of birth", Kind.COUNT),
        Column("why", "Còn thiếu gì", "What is lacking"),
        Column("hindered", "Vướng mắc", "What is in the way"),
        Column("visited_at", "Lượt đến gần nhất", "Last visit", Kind.INSTANT),
        Column("outcome", "Kết quả lượt đó", "What it came to"),
    ),
    read=_read,
)
