"""The doors of reports."""

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
from reports import queries
from reports.formats import FORMATS
from reports.rules import By
from reports.tables import TABLES, Coverage
from reports.tables.coverage import rows_of


class CoverageQuery(Strict):
    area = serializers.CharField(max_length=16)
    by = serializers.ChoiceField(choices=[by.value for by in By], default=By.AREA.value)
    on = serializers.DateField(required=False, help_text="The day; today unless given")
    as_of = serializers.DateField(required=False, help_text="For a closed unit: a day it was in force")
    format = serializers.ChoiceField(choices=["json", *FORMATS], default="json")


class PlaceShape(Strict):
    code = serializers.CharField()
    name = serializers.CharField()


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
    by = serializers.CharField()
    denominators = DenominatorsShape()
    rows = CoverageRow(many=True)
    totals = CoverageRow(many=True)
    unconverted = UnconvertedShape(many=True)


class CoverageDoor(Door):
    asks = CoverageQuery

    @extend_schema(
        operation_id="coverage",
        parameters=[CoverageQuery],
        responses={(200, "application/json"): CoverageShape, (200, "text/csv"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request) -> HttpResponse:
        """Mức độ bao phủ của một địa bàn theo địa bàn con, tiêu chí hoặc mức chứng thực."""
        self.by.must("report")
        given = self.asked
        by, form = given.pop("by"), given.pop("format")
        given.setdefault("on", day_of(self.at))
        found = queries.coverage(self.by, **given)
        language = language_of(request)
        if form == "json":
            return Response(_show(found, by, language))
        return _file(found, by, form, language)


def _show(found: Coverage, by: str, language: str) -> dict[str, Any]:
    return {
        "area": {"code": found.area.code, "name": found.area.name},
        "on": found.on,
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
    headings = [column.title_en if language == "en" else column.title_vi for column in table.columns]
    body = kind.write(headings, table.lines(found, by, language), language)
    answer = HttpResponse(body, content_type=f"{kind.media_type}; charset=utf-8")
    name = f"{table.code}-{found.area.code}-{found.on.isoformat()}.{kind.code}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
