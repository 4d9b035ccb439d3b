"""The doors of pictures: what a sheet looks like, as SVG or PNG, with the same in words."""

from __future__ import annotations

from typing import ClassVar

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from base.api import Door, Strict, language_of
from base.days import day_of
from checklist.items import ITEMS
from reports.api.tables import MapOf, map_day
from reports.formats import drawn
from reports.rules.cuts import told
from reports.rules.pictures import chart_of
from reports.rules.sheets import Cut
from reports.tables import TABLES, table_for


class ChartQuery(Strict):
    area = serializers.CharField(max_length=16)
    item = serializers.ChoiceField(choices=sorted(ITEMS), default="identity")
    on = serializers.DateField(required=False, help_text="The day; today unless given")
    as_of = MapOf(required=False)


class TrendChartQuery(ChartQuery):
    since = serializers.DateField(required=False, help_text="The first day; twelve weeks before the last")


class Chart(Door):
    """What both pictures have in common."""

    expensive = True

    whole = False
    table: ClassVar[str]

    form: ClassVar[str] = "svg"

    def draw(self, request: Request) -> HttpResponse:
        """The picture of one item of the table's sheet."""
        table, today, language = TABLES[self.table], day_of(self.at), language_of(request)
        self.by.must(table.verb)
        on = self.asked.get("on") or today
        as_of = map_day(self.asked.get("as_of"), on)
        cut = Cut(self.asked["area"], on, self.asked.get("since"), as_of)
        table_for(self.table, cut, today=today)
        sheet = table.read(self.by, cut, language)
        item = [column.code for column in sheet.columns].index("item")
        rows = [row for row in sheet.rows if row[item] == self.asked["item"]]
        days = " - ".join(told(day) for day in (sheet.since, on) if day)
        chart = chart_of(sheet, rows, f"{table.title(language)}, {sheet.place.name}, {days}", language)
        if self.form == "png":
            answer = HttpResponse(drawn(chart.svg, chart.alt), content_type="image/png")
        else:
            answer = HttpResponse(chart.svg, content_type="image/svg+xml; charset=utf-8")
        # A picture runs nothing, wherever it is opened.
        answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer


_SVG = {(200, "image/svg+xml"): OpenApiTypes.STR}
_PNG = {(200, "image/png"): OpenApiTypes.BINARY}


class CoverageChart(Chart):
    asks = ChartQuery
    table = "coverage"

    @extend_schema(operation_id="coverage_chart", parameters=[ChartQuery], responses=_SVG)
    def get(self, request: Request) -> HttpResponse:
        """Biểu đồ mức độ bao phủ theo địa bàn con (SVG, có lời mô tả)."""
        return self.draw(request)


class CoveragePicture(Chart):
    asks = ChartQuery
    table, form = "coverage", "png"

    @extend_schema(operation_id="coverage_picture", parameters=[ChartQuery], responses=_PNG)
    def get(self, request: Request) -> HttpResponse:
        """Biểu đồ mức độ bao phủ theo địa bàn con (PNG, có lời mô tả)."""
        return self.draw(request)


class TrendChart(Chart):
    asks = TrendChartQuery
    table = "trend"

    @extend_schema(operation_id="trend_chart", parameters=[TrendChartQuery], responses=_SVG)
    def get(self, request: Request) -> HttpResponse:
        """Biểu đồ xu hướng của một tiêu chí (SVG, có lời mô tả)."""
        return self.draw(request)


class TrendPicture(Chart):
    asks = TrendChartQuery
    table, form = "trend", "png"

    @extend_schema(operation_id="trend_picture", parameters=[TrendChartQuery], responses=_PNG)
    def get(self, request: Request) -> HttpResponse:
        """Biểu đồ xu hướng của một tiêu chí (PNG, có lời mô tả)."""
        return self.draw(request)
