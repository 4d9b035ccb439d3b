"""The door of the public: the week's figures, without a small cell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from base.api import PublicDoor, Strict, etag_of, language_of
from checklist.items import ITEMS
from reports.formats import ON_SCREEN
from reports.queries.public import public_figures, public_manifest

_HEAD = {
    "vi": ("Mã", "Tên", "Tiêu chí", "Đã sẵn sàng", "Số người thuộc diện", "Tỷ lệ %", "Ngày"),
    "en": ("Code", "Name", "Item", "Ready (persons)", "Due (persons)", "Rate %", "Day"),
}
_HIDDEN = {"vi": "không công bố", "en": "not told"}


class PublicQuery(Strict):
    area = serializers.RegexField(r"^(\d{2}|\d{5})$", help_text="A province, or a commune")
    format = serializers.ChoiceField(choices=["json", *ON_SCREEN], default="json")


class PublicFigure(Strict):
    item = serializers.CharField()
    ready = serializers.IntegerField(allow_null=True)
    due = serializers.IntegerField(allow_null=True)
    rate = serializers.FloatField(allow_null=True, help_text="Per cent of due")
    hidden = serializers.BooleanField(
        help_text="So few persons that it is not told, or gives such a one away"
    )


class PublicPlace(Strict):
    code = serializers.CharField()
    name = serializers.CharField()


class PublicRow(PublicPlace):
    figures = PublicFigure(many=True)


class PublicShape(Strict):
    area = PublicPlace()
    on = serializers.DateField(help_text="The last day of the week that the figures are of")
    totals = PublicFigure(many=True)
    rows = PublicRow(many=True)


class PublicManifestQuery(Strict):
    area = serializers.RegexField(
        r"^(\d{2}|\d{5})$", help_text="A province, or a commune: that of its province"
    )


class PublicManifestWords(Strict):
    release = serializers.CharField()
    area = serializers.CharField()
    on = serializers.DateField()
    made_at = serializers.DateTimeField()
    figures_sha256 = serializers.CharField(
        help_text="Of the province's figures as JSON with sorted names and without spaces, in UTF-8"
    )
    method = serializers.CharField(help_text="reported/1: as volunteers and offices reported, not estimated")
    interval = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    small_cells = serializers.CharField(help_text="The version of the rule by which cells are hidden")
    audit_head = serializers.CharField(allow_blank=True, help_text="Where the log of access ended")


class PublicManifestShape(Strict):
    manifest = PublicManifestWords()
    signature = serializers.CharField(
        help_text="Ed25519, hexadecimal, under the bytes `san-sang-so words|` and the manifest as sorted JSON"
    )
    keys = serializers.ListField(child=serializers.CharField(), help_text="Today's key and the one before")


class PublicManifest(PublicDoor):
    asks = PublicManifestQuery

    @extend_schema(
        operation_id="public_manifest", parameters=[PublicManifestQuery], responses={200: PublicManifestShape}
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Bản kê có chữ ký của số liệu đã công bố: ngày, phương pháp, mã kiểm tra, điểm cuối của nhật ký."""
        return self.cached(request, public_manifest(self.asked["area"]))  # type: ignore[no-any-return]


class PublicCoverage(PublicDoor):
    asks = PublicQuery

    @extend_schema(
        operation_id="public_coverage",
        parameters=[PublicQuery],
        responses={(200, "application/json"): PublicShape, (200, "text/csv"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Mức độ bao phủ của tỉnh theo xã, hoặc của một xã: công bố mỗi tuần, ô nhỏ được che."""
        told = public_figures(self.asked["area"])
        if self.asked["format"] == "json":
            return self.cached(request, told)  # type: ignore[no-any-return]
        language = language_of(request)
        body = ON_SCREEN[self.asked["format"]](_HEAD[language], _lines(told, language), language)
        etag = f'"{etag_of(body)}"'
        answer = HttpResponse(body, content_type="text/csv; charset=utf-8")
        name = f"public-{told['area']['code']}-{told['on']}.csv"
        for header, value in {
            "ETag": etag,
            "Cache-Control": self.fresh,
            "Vary": "Accept-Language",
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        }.items():
            answer.headers[header] = value
        return get_conditional_response(request, etag, response=answer) or answer


def _lines(told: dict[str, Any], language: str) -> Iterator[list[Any]]:
    """A line for each place and item, the whole area last."""
    on = date.fromisoformat(told["on"])
    whole = {**told["area"], "figures": told["totals"]}
    for place in (*told["rows"], whole):
        for figure in place["figures"]:
            item = ITEMS[figure["item"]]
            title = item.title_en if language == "en" else item.title_vi
            numbers = [figure["ready"], figure["due"], figure["rate"]]
            shown = [_HIDDEN[language]] * 3 if figure["hidden"] else numbers
            yield [place["code"], place["name"], title, *shown, on]
