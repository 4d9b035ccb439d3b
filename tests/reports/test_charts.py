"""Pictures: drawn here, readable in Vietnamese, with the same in words, and harmless."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from areas.actions import add_hamlets
from base.models import SYSTEM
from checklist.actions import record_observations
from reports.rules.charts import MOST_BARS, Bar, bars, charts_of, trend
from reports.rules.sheets import Cell, Column, Kind
from tests.make import observation
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


def test_long_names_of_one_place_stay_apart() -> None:
    names = [f"Tổ dân phố Khu tái định cư Đường Nguyễn Huệ số {n}" for n in (11, 12)]
    words = words_of(bars("Xã", [Bar(name, 1.0) for name in names], "vi").svg)
    assert len({words[1], words[3]}) == 2
    assert all(len(word) <= 30 and "…" in word for word in (words[1], words[3]))


def test_items_of_a_single_place_are_told_apart_and_a_rate_is_named() -> None:
    place, item = Column("name", "Tên", "Name"), Column("item_title", "Tiêu chí", "Item")
    rate = Column("rate", "Tỷ lệ %", "Rate %", Kind.RATE, "VNeID", "VNeID")
    [chart] = charts_of([place, item, rate], [["Thôn", "A", 0.0], ["Thôn", "B", 100.0]], "T", "vi")
    assert words_of(chart.svg)[1::2] == ["A", "B"]
    [chart] = charts_of([place, rate], [["Thôn", 0.0], ["Xóm", 100.0]], "T", "vi")
    assert words_of(chart.svg)[:2] == ["T: VNeID: Tỷ lệ %", "Thôn"]


def test_the_day_by_which_a_target_is_due_makes_no_trend() -> None:
    columns = [Column("name", "Tên", "Name"), Column("last_on", "Đến ngày", "To", Kind.DAY)]
    columns += [Column("share", "Giao", "Set", Kind.RATE), Column("of_target", "%", "%", Kind.RATE)]
    rows: list[list[Cell]] = [["Xã", DAY, 80.0, 50.0], ["Xã", DAY + timedelta(1), 90.0, 25.0]]
    [chart] = charts_of(columns, rows, "T", "vi")
    assert words_of(chart.svg)[1:] == ["Xã: 02/11/2026", "50,0 %", "Xã: 03/11/2026", "25,0 %"]


def test_lines_are_told_apart_without_colour_and_one_day_has_its_label_below() -> None:
    some = [(str(n), [(DAY, 1.0)]) for n in range(4)]
    svg = ElementTree.fromstring(trend("T", some, "vi").svg)
    assert len({line.get("stroke-dasharray") for line in svg.iter(f"{SVG}polyline")}) == 4
    [label] = [text for text in svg.iter(f"{SVG}text") if text.text == "02/11/2026"]
    [spot, *_] = svg.iter(f"{SVG}circle")
    assert (label.get("x"), spot.get("cx")) == ("60", "60.0")


def test_I_15_a_name_is_never_markup() -> None:
    evil = '<script>alert("x")</script>&'
    chart = bars(evil, [Bar(evil, 1.0)], "vi")
    assert "<script" not in chart.svg
    assert evil in words_of(chart.svg)[0]


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
def test_the_trend_has_a_picture_too() -> None:
    reply = calling("dung").get("reports/trend/chart.svg", area=COMMUNE, since="2026-11-02", on="2026-11-22")
    assert reply.status == 200
    assert "polyline" in reply.body.decode()
