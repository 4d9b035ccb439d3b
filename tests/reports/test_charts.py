"""Pictures: drawn here, readable in Vietnamese, with the same in words, and harmless."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from xml.etree import ElementTree
from zlib import crc32

import pytest

from areas.actions import add_hamlets
from base.models import SYSTEM
from checklist.actions import record_observations
from reports.actions.snapshots import take_snapshots
from reports.formats import drawn
from reports.rules import charts
from reports.rules.charts import MOST_BARS, Bar, bars, trend
from reports.rules.pictures import charts_of
from reports.rules.sheets import Cell, Column, Kind
from tests.make import observation
from tests.reports.figures import tell
from tests.reports.test_snapshots import NIGHT
from tests.village import AT, COMMUNE, an_id, calling

SVG = "{http://www.w3.org/2000/svg}"
DAY = date(2026, 11, 2)


def words_of(svg: str) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def rects_of(svg: str) -> list[float]:
    rects = ElementTree.fromstring(svg).iter(f"{SVG}rect")
    return [float(rect.get("width", "0")) for rect in rects][2::2]


def test_a_bar_is_as_long_as_its_rate_and_tells_its_denominator() -> None:
    found = [Bar("Thôn Thượng", 50.0, 1, 2), Bar("Thôn Hạ", 100.0, 1, 1), Bar("Thôn Vắng", None)]
    chart = bars("Tài khoản VNeID", found, "vi")
    half, whole, none = rects_of(chart.svg)
    assert (half * 2, none) == (whole, 0)
    assert words_of(chart.svg) == [
        *("Tài khoản VNeID", "Thôn Thượng", "50,0 % (1/2)", "Thôn Hạ", "100,0 % (1/1)", "Thôn Vắng", "-"),
    ]
    assert chart.alt == "Tài khoản VNeID: Thôn Thượng 50,0 % (1/2); Thôn Hạ 100,0 % (1/1); Thôn Vắng -."
    assert ElementTree.fromstring(chart.svg).get("role") == "img"
    assert ElementTree.fromstring(chart.svg).findtext(f"{SVG}desc") == chart.alt


def test_what_is_left_out_is_said() -> None:
    chart = bars("Xã", [Bar(f"Thôn {n}", 1.0) for n in range(MOST_BARS + 3)], "vi")
    assert words_of(chart.svg)[0] == "Xã (còn 3 dòng không vẽ)"
    assert len(rects_of(chart.svg)) == MOST_BARS


def long_labels() -> list[str]:
    names = [f"Tổ dân phố Khu tái định cư Đường Nguyễn Huệ số {n}" for n in (11, 12)]
    words = words_of(bars("Xã", [Bar(name, 1.0) for name in names], "vi").svg)
    return [words[1], words[3]]


def test_long_names_of_one_place_stay_apart() -> None:
    assert len(set(long_labels())) == 2
    assert all(len(word) <= 30 and "…" in word for word in long_labels())


def test_control_names_cut_at_their_end_would_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "_short", lambda label: label[:30])
    assert len(set(long_labels())) == 1


def test_items_of_a_single_place_are_told_apart_and_a_rate_is_named() -> None:
    place, item = Column("name", "Tên", "Name"), Column("item_title", "Tiêu chí", "Item")
    rate = Column("rate", "Tỷ lệ %", "Rate %", Kind.RATE, "VNeID", "VNeID")
    [chart] = charts_of([place, item, rate], [["Thôn", "A", 0.0], ["Thôn", "B", 100.0]], "T", "vi")
    assert words_of(chart.svg)[1::2] == ["A", "B"]
    [chart] = charts_of([place, rate], [["Thôn", 0.0], ["Xóm", 100.0]], "T", "vi")
    assert words_of(chart.svg)[:2] == ["T: VNeID: Tỷ lệ %", "Thôn"]


REASONS = [
    Column("name", "Tên", "Name"),
    Column("item_title", "Tiêu chí", "Item"),
    Column("reason_title", "Vướng gì", "What"),
    Column("persons", "Số người", "Persons", Kind.COUNT),
    Column("due", "Thuộc diện", "Due", Kind.COUNT),
    Column("rate", "Tỷ lệ %", "Rate %", Kind.RATE, of=("persons", "due")),
]


def test_what_is_in_the_way_is_drawn_for_the_whole_area_where_there_are_many_places() -> None:
    rows: list[list[Cell]] = [["Thôn", item, "Không có máy", 1, 4, 25.0] for item in "AB"]
    totals: list[list[Cell]] = [
        ["Xã", item, why, n, 1200, n / 12] for item in "AB" for n, why in ((300, "Không có máy"), (600, "Xa"))
    ]
    first, second = charts_of(REASONS, rows, "T", "vi", totals)
    assert words_of(first.svg) == ["A", "Không có máy", "25,0 % (300/1.200)", "Xa", "50,0 % (600/1.200)"]
    assert words_of(second.svg)[0] == "B"


def test_many_bars_stand_beside_each_other_on_a_page_that_lies() -> None:
    columns = [Column("name", "Tên", "Name"), Column("rate", "Tỷ lệ %", "Rate %", Kind.RATE)]
    rows: list[list[Cell]] = [[f"Xã {n}", 1.0] for n in range(45)]
    first, second = charts_of(columns, rows, "T", "vi", split=20)
    assert (words_of(first.svg)[0], words_of(second.svg)[0]) == (
        "T: Tỷ lệ %",
        "T: Tỷ lệ % (tiếp) (còn 5 dòng không vẽ)",
    )
    told = [*words_of(first.svg)[1::2], *words_of(second.svg)[1::2]]
    assert told == [f"Xã {n}" for n in range(40)]
    assert len(charts_of(columns, rows, "T", "vi")) == 1


def test_a_long_title_goes_on_in_a_second_line() -> None:
    title = "Mức độ bao phủ, " + "Phường Văn Miếu - Quốc Tử Giám, " * 3
    first, second, label, _ = words_of(bars(title, [Bar("Thôn", 1.0)], "vi").svg)
    assert f"{first} {second}" == title.strip()
    assert (max(len(first), len(second)) < 80, label) == (True, "Thôn")


def test_the_day_by_which_a_target_is_due_makes_no_trend() -> None:
    columns = [Column("name", "Tên", "Name"), Column("last_on", "Đến ngày", "To", Kind.DAY)]
    columns += [Column("share", "Giao", "Set", Kind.RATE), Column("of_target", "%", "%", Kind.RATE)]
    rows: list[list[Cell]] = [["Xã", DAY, 80.0, 50.0], ["Xã", DAY + timedelta(1), 90.0, 25.0]]
    [chart] = charts_of(columns, rows, "T", "vi")
    assert words_of(chart.svg)[1:] == ["Xã: 02/11/2026", "50,0 %", "Xã: 03/11/2026", "25,0 %"]


def dashes() -> set[str | None]:
    some = [(str(n), [(DAY, 1.0)]) for n in range(4)]
    svg = ElementTree.fromstring(trend("T", some, "vi").svg)
    return {line.get("stroke-dasharray") for line in svg.iter(f"{SVG}polyline")}


def test_lines_are_told_apart_without_colour() -> None:
    assert len(dashes()) == 4


def test_control_lines_of_one_kind_would_be_one_in_grey(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "_DASHES", ("",) * 4)
    assert len(dashes()) == 1


TREND = [
    Column("item_title", "Tiêu chí", "Item"),
    Column("day", "Ngày", "Day", Kind.DAY),
    Column("ready", "Sẵn sàng", "Ready", Kind.COUNT),
    Column("due", "Thuộc diện", "Due", Kind.COUNT),
    Column("rate", "Tỷ lệ %", "Rate %", Kind.RATE, of=("ready", "due")),
]


def test_a_single_day_has_bars_with_their_denominators_and_two_days_have_lines() -> None:
    rows: list[list[Cell]] = [["A", DAY, 1, 2, 50.0], ["B", DAY, 0, 2, 0.0]]
    [one] = charts_of(TREND, rows, "T", "vi")
    assert words_of(one.svg) == ["T", "A", "50,0 % (1/2)", "B", "0,0 % (0/2)"]
    [two] = charts_of(TREND, [*rows, ["A", DAY + timedelta(1), 2, 2, 100.0]], "T", "vi")
    assert "polyline" in two.svg
    assert "polyline" not in one.svg


def test_I_15_a_name_is_never_markup() -> None:
    evil = '<script>alert("x")</script>&'
    chart = bars(evil, [Bar(evil, 1.0)], "vi")
    assert "<script" not in chart.svg
    assert evil in words_of(chart.svg)[0]


def test_I_15_control_a_picture_that_escapes_nothing_would_hold_a_script(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(charts, "escape", str)
    assert "<script" in bars('<script>alert("x")</script>', [], "vi").svg


def test_a_trend_runs_from_the_first_day_to_the_last() -> None:
    points = [(DAY + timedelta(days=7 * n), 10.0 * n) for n in range(5)]
    chart = trend("VNeID", [("Xã Đông Anh", points)], "vi")
    line = ElementTree.fromstring(chart.svg).find(f"{SVG}polyline")
    assert line is not None
    spots = [tuple(map(float, spot.split(","))) for spot in (line.get("points") or "").split()]
    assert [x for x, _ in spots] == sorted(x for x, _ in spots)
    assert [y for _, y in spots] == sorted((y for _, y in spots), reverse=True), "more is higher"
    assert chart.alt == "VNeID: Xã Đông Anh từ 0,0 % ngày 02/11/2026 đến 40,0 % ngày 30/11/2026."


def test_a_chart_of_nothing_is_still_a_picture() -> None:
    assert ElementTree.fromstring(trend("T", [], "en").svg).tag == f"{SVG}svg"
    assert ElementTree.fromstring(bars("T", [], "en").svg).tag == f"{SVG}svg"


@pytest.mark.django_db
def test_the_door_draws_what_the_table_tells() -> None:
    lan = observation(an_id("lan"), "identity", "level2_active")
    record_observations(by=SYSTEM, observations=[lan], at=AT)
    add_hamlets(by=SYSTEM, commune=COMMUNE, hamlets=[("<b>Thôn</b> Ác", "village")], at=AT)
    reply = calling("dung").get("reports/coverage/chart.svg", area=COMMUNE, on="2026-11-02")
    assert reply.raw.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert "default-src 'none'" in reply.raw.headers["Content-Security-Policy"]
    words = words_of(reply.body.decode())
    assert words[words.index("Thôn Thượng") + 1] == "33,3 % (1/3)"
    assert "<b>Thôn</b> Ác" in words
    assert calling("hai").get("reports/coverage/chart.svg", area=COMMUNE).status == 404
    assert calling("an").get("reports/coverage/chart.svg", area=COMMUNE).status == 403
    assert calling("dung").get("reports/coverage/chart.svg", area=COMMUNE, item="moon").status == 400


@pytest.mark.django_db
def test_every_bar_of_the_picture_is_the_figure_of_the_table() -> None:
    tell(("lan", "identity", "level2_active", {}), ("tam", "safety", "briefed", {}))
    table = calling("dung").get("reports/coverage", area=COMMUNE, on="2026-11-02").json["rows"]
    for item in ("identity", "safety", "payment"):
        reply = calling("dung").get("reports/coverage/chart.svg", area=COMMUNE, on="2026-11-02", item=item)
        title, *words = words_of(reply.body.decode())
        rows = [row for row in table if row["item"] == item]
        assert words[::2] == [row["name"] for row in rows]
        assert words[1::2] == [
            f"{row['rate']} % ({row['ready']}/{row['due']})".replace(".", ",") for row in rows
        ]
        assert title.startswith("Mức độ bao phủ, Xã Đông Anh, 02/11/2026: ")


@pytest.mark.django_db
def test_the_trend_has_a_picture_too() -> None:
    take_snapshots(by=SYSTEM, at=NIGHT)
    days = {"since": "2026-11-02", "on": "2026-11-09"}
    reply = calling("dung").get("reports/trend/chart.svg", area=COMMUNE, **days)
    assert reply.status == 200
    assert "polyline" in reply.body.decode()
    assert words_of(reply.body.decode())[0] == "Xu hướng, Xã Đông Anh, 02/11/2026 - 09/11/2026"
    gap = calling("dung").get("reports/trend/chart.svg", area=COMMUNE, on="2026-01-01")
    assert (gap.status, "<rect" in gap.body.decode()) == (200, True), "no fault of the area"


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["coverage", "trend"])
def test_who_cannot_show_svg_gets_the_same_picture_as_png_with_its_words(table: str) -> None:
    given = {"area": COMMUNE, "on": "2026-11-02"}
    svg = calling("dung").get(f"reports/{table}/chart.svg", **given).body.decode()
    reply = calling("dung").get(f"reports/{table}/chart.png", **given)
    assert reply.raw.headers["Content-Type"] == "image/png"
    words = str(ElementTree.fromstring(svg).findtext(f"{SVG}desc"))
    assert reply.body == drawn(svg, words)
    chunks = list(chunks_of(reply.body))
    assert [kind for kind, _ in chunks][:2] == [b"IHDR", b"iTXt"]
    assert chunks[1][1] == b"Description\0\0\0\0\0" + words.encode()
    assert calling("hai").get(f"reports/{table}/chart.png", area=COMMUNE).status == 404


def chunks_of(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG, each with a checksum that is right."""
    at = 8
    while at < len(png):
        size = int.from_bytes(png[at : at + 4])
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        assert int.from_bytes(png[at + 8 + size : at + 12 + size]) == crc32(kind + data)
        yield kind, data
        at += 12 + size
