"""Indicators: one row for each area, with the columns that provinces report."""

from __future__ import annotations

from base.models import Asker
from reports.queries.indicators import Row, indicators
from reports.rules import Cell, Column, Cut, Figure, Kind, Sheet, rate
from reports.rules.notes import DUE, EVIDENCE, TEAMS, unconverted
from reports.tables import Table


def _read(by: Asker, cut: Cut, language: str) -> Sheet:
    found = indicators(by, area=cut.area, on=cut.on, as_of=cut.as_of)
    rows = [_line(row) for row in found.rows]
    notes = [DUE, EVIDENCE, TEAMS, *unconverted(found.parts.unconverted)]
    return Sheet(found.parts.whole, cut.on, None, ENTRY.columns, rows, len(rows), [_line(found.whole)], notes)


def _line(row: Row) -> list[Cell]:
    due = [row.items[code].due for code in ("identity", "payment", "signature")]
    homes = row.homes["households"]
    people: list[Cell] = [row.code, row.name, row.persons, *due, homes, homes - row.homes["not_visited"]]
    teams = [row.teams, row.members, rate(row.members, row.persons)]
    return [*people, *_items(row), row.items["smartphone"].ready, row.items["safety"].ready, *teams]


def _items(row: Row) -> list[Cell]:
    identity, portal, four = row.items["identity"], row.items["service_account"], row.all_four
    states = [identity.states.get(state, 0) for state in ("level1", "level2_granted")]
    return [
        *states,
        *_share(identity),
        *_share(row.items["payment"]),
        *_share(row.items["signature"]),
        *_share(portal),
        portal.states.get("submitted", 0),
        *_share(four),
    ]


def _share(figure: Figure) -> list[Cell]:
    return [figure.ready, rate(figure.ready, figure.due), figure.evidence.get("verified", 0)]


_PERSONS = ("Số người đã đăng ký", "Registered persons")
_HOMES = ("Hộ gia đình", "Households")
_IDENTITY = ("Định danh điện tử VNeID (từ 14 tuổi)", "VNeID identity (from 14)")
_PAYMENT = ("Tài khoản thanh toán (từ 15 tuổi)", "Payment account (from 15)")
_SIGNATURE = ("Chữ ký số còn hạn (từ 18 tuổi)", "Valid digital signature (from 18)")
_PORTAL = ("Dịch vụ công trực tuyến (từ 18 tuổi)", "Online public services (from 18)")
_FOUR = ("Đủ cả bốn mục (từ 18 tuổi)", "All four (from 18)")
_TEAM = ("Tổ công nghệ số cộng đồng", "Community digital technology teams")
_NUMBER, _RATE = ("Số người", "Persons"), ("Tỷ lệ %", "Rate %")
_VERIFIED = ("Hệ thống xác nhận", "Verified by a system")
_PER_100 = ("Thành viên trên 100 người", "Members per 100 persons")

ENTRY = Table(
    code="indicators",
    title_vi="Biểu tổng hợp chỉ số",
    title_en="Indicators",
    verb="report",
    columns=(
        Column("key", "Mã", "Code"),
        Column("name", "Tên", "Name"),
        Column("persons", "Tất cả", "All", Kind.COUNT, *_PERSONS),
        Column("from14", "Từ 14 tuổi", "14 and over", Kind.COUNT, *_PERSONS),
        Column("from15", "Từ 15 tuổi", "15 and over", Kind.COUNT, *_PERSONS),
        Column("from18", "Từ 18 tuổi", "18 and over", Kind.COUNT, *_PERSONS),
        Column("households", "Số hộ", "Number of households", Kind.COUNT, *_HOMES),
        Column("visited", "Đã đến", "Visited", Kind.COUNT, *_HOMES),
        Column("level1", "Mức 1", "Level 1", Kind.COUNT, *_IDENTITY),
        Column("level2_granted", "Mức 2, chưa kích hoạt", "Level 2, not active", Kind.COUNT, *_IDENTITY),
        Column("level2_active", "Mức 2, đã kích hoạt", "Level 2, active", Kind.COUNT, *_IDENTITY),
        Column("identity_rate", *_RATE, Kind.RATE, *_IDENTITY, of=("level2_active", "from14")),
        Column("identity_verified", *_VERIFIED, Kind.COUNT, *_IDENTITY),
        Column("payment", *_NUMBER, Kind.COUNT, *_PAYMENT),
        Column("payment_rate", *_RATE, Kind.RATE, *_PAYMENT, of=("payment", "from15")),
        Column("payment_verified", *_VERIFIED, Kind.COUNT, *_PAYMENT),
        Column("signature", *_NUMBER, Kind.COUNT, *_SIGNATURE),
        Column("signature_rate", *_RATE, Kind.RATE, *_SIGNATURE, of=("signature", "from18")),
        Column("signature_verified", *_VERIFIED, Kind.COUNT, *_SIGNATURE),
        Column("portal", "Đã đăng nhập", "Logged in", Kind.COUNT, *_PORTAL),
        Column("portal_rate", *_RATE, Kind.RATE, *_PORTAL, of=("portal", "from18")),
        Column("portal_verified", *_VERIFIED, Kind.COUNT, *_PORTAL),
        Column("submitted", "Đã nộp hồ sơ", "Submitted a file", Kind.COUNT, *_PORTAL),
        Column("all_four", *_NUMBER, Kind.COUNT, *_FOUR),
        Column("all_four_rate", *_RATE, Kind.RATE, *_FOUR, of=("all_four", "from18")),
        Column("verified", *_VERIFIED, Kind.COUNT, *_FOUR),
        Column("smartphone", "Dùng được điện thoại thông minh", "Has the use of a smartphone", Kind.COUNT),
        Column("safety", "Đã được dặn về lừa đảo", "Briefed against scams", Kind.COUNT),
        Column("teams", "Số Tổ", "Teams", Kind.COUNT, *_TEAM),
        Column("members", "Số thành viên", "Members", Kind.COUNT, *_TEAM),
        Column("per_100", *_PER_100, Kind.RATE, *_TEAM, of=("members", "persons")),
    ),
    read=_read,
)
