"""The door of the coverage."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from base.api import Door, Strict, language_of
from base.days import day_of
from reports.api.tables import MapOf, PlaceShape, cut_of
from reports.formats import FORMATS, ON_SCREEN
from reports.queries import Coverage
from reports.rules import By
from reports.tables import TABLES, table_for
from reports.tables.coverage import coverage_of, rows_of, sheet_of


class CoverageQuery(Strict):
    area = serializers.CharField(max_length=16)
    by = serializers.ChoiceField(choices=[by.value for by in By], default=By.AREA.value)
    on = serializers.DateField(required=False, help_text="The day; today unless given")
    since = serializers.DateField(required=False, help_text="With `on` a period; a closed one is frozen")
    as_of = MapOf(required=False)
    format = serializers.ChoiceField(choices=["json", *ON_SCREEN], default="json")


class UnconvertedShape(PlaceShape):
    reason = serializers.CharField(help_text="area.straddles: made of parts of several old units")


class CoverageRow(Strict):
    key = serializers.CharField()
    name = serializers.CharField()
    item = serializers.CharField()
    due = serializers.IntegerField(help_text="Registered persons for whom the item is due")
    ready = serializers.IntegerField()
    rate = serializers.FloatField(allow_null=True, help_text="Per cent of due; null where nobody is due")
    expired = serializers.IntegerField()
    states = serializers.DictField(child=serializers.IntegerField())
    evidence = serializers.DictField(child=serializers.IntegerField(), help_text="Of the ready ones")
    unconverted = serializers.CharField(allow_null=True, required=False)


class DenominatorsShape(Strict):
    registered_due = serializers.DictField(child=serializers.IntegerField())
    unknown_age = serializers.IntegerField(help_text="Registered persons in no rate: year of birth unknown")


class CoverageShape(Strict):
    area = PlaceShape()
    on = serializers.DateField()
    closed_at = serializers.DateTimeField(allow_null=True, help_text="When the period was closed")
    by = serializers.CharField()
    denominators = DenominatorsShape()
    rows = CoverageRow(many=True)
    totals = CoverageRow(many=True)
    unconverted = UnconvertedShape(many=True)


class CoverageDoor(Door):
    expensive = True
    whole = False
    asks = CoverageQuery

    @extend_schema(
        operation_id="coverage",
        parameters=[CoverageQuery],
        responses={(200, "application/json"): CoverageShape, (200, "text/csv"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request) -> HttpResponse:
        """Mức độ bao phủ của một địa bàn theo địa bàn con, tiêu chí hoặc mức chứng thực."""
        self.by.must("report")
        by, form, today = self.asked["by"], self.asked["format"], day_of(self.at)
        cut = cut_of(TABLES["coverage"], self.asked, today)
        table_for("coverage", cut, today=today)
        found = coverage_of(self.by, cut)
        language = language_of(request)
        if form == "json":
            return Response(_show(found, by, language))
        return _file(found, by, form, language)


def _show(found: Coverage, by: str, language: str) -> dict[str, Any]:
    return {
        "area": {"code": found.area.code, "name": found.area.name},
        "on": found.on,
        "closed_at": found.closed_at,
        "by": by,
        "denominators": {
            "registered_due": found.denominators.due,
            "unknown_age": found.denominators.unknown_age,
        },
        "rows": rows_of(found, by, language),
        "totals": rows_of(found, By.ITEM, language),
        "unconverted": [
            {"code": place.code, "name": place.name, "reason": place.reason} for place in found.unconverted
        ],
    }


def _file(found: Coverage, by: str, form: str, language: str) -> HttpResponse:
    table, kind = TABLES["coverage"], FORMATS[form]
    sheet = sheet_of(found, by, language).for_files()
    body = ON_SCREEN[form]([column.heading(language) for column in sheet.columns], sheet.rows, language)
    answer = HttpResponse(body, content_type=f"{kind.media_type}; charset=utf-8")
    name = f"{table.code}-{found.area.code}-{found.on.isoformat()}.{kind.code}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
