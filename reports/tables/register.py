"""Register: everybody in the books of an area and what they hold, for who has the right and a reason."""

from __future__ import annotations

from base.models import Asker
from checklist.items import ITEMS
from reports.queries.persons import read_rows, register_query
from reports.queries.places import find_parts
from reports.rules import Column, Cut, Kind, Sheet
from reports.rules.notes import EVIDENCE, REGISTER, unconverted
from reports.tables import Table


def _read(by: Asker, cut: Cut, language: str) -> Sheet:
    parts = find_parts(by, ENTRY.verb, cut.area, cut.as_of)
    query = register_query(parts.counted_sources, cut, language)
    notes = [REGISTER, EVIDENCE, *unconverted(parts.unconverted)]
    return Sheet(parts.whole, cut.on, None, ENTRY.columns, read_rows(query), None, (), notes, query)


_STATES = ("Tình trạng theo tiêu chí", "Standing by item")

ENTRY = Table(
    code="register",
    title_vi="Danh sách người dân",
    title_en="Register of persons",
    verb="export",
    is_personal=True,
    key=("hamlet", "household", "person"),
    columns=(
        Column("hamlet", "Mã thôn, tổ", "Hamlet code"),
        Column("hamlet_name", "Thôn, tổ dân phố", "Hamlet"),
        Column("household", "Mã hộ", "Household id", is_code=True),
        Column("person", "Mã người", "Person id", is_code=True),
        Column("address", "Địa chỉ", "Address"),
        Column("full_name", "Họ và tên", "Full name"),
        Column("born", "Năm sinh", "Year of birth", Kind.COUNT),
        Column("sex", "Giới tính", "Sex"),
        Column("relation", "Quan hệ với chủ hộ", "Relation to the head"),
        Column("residence", "Cư trú", "Residence"),
        Column("presence", "Hiện diện", "Presence"),
        *(Column(item.code, item.title_vi, item.title_en, Kind.TEXT, *_STATES) for item in ITEMS.values()),
        Column("stage", "Số mục có trong bốn mục", "How many of the four", Kind.COUNT),
        Column("evidence", "Chứng thực yếu nhất", "Weakest evidence"),
        Column("last_at", "Ghi nhận gần nhất", "Last observed", Kind.INSTANT),
    ),
    read=_read,
)
