"""The tree over HTTP: public to read, since a unit is public knowledge and a phone caches it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from areas.actions import add_hamlets, set_hotline
from areas.queries import find_area, hotline_at, list_areas
from areas.rules import MAX_NAME, HamletKind, Level, UnknownArea
from base.api import Door, PublicDoor, Strict, Text, page_of


class Day(Strict):
    as_of = serializers.DateField(required=False, help_text="A unit not in force now needs a day.")


class AreaQuery(Day):
    parent = Text(  # type: ignore[assignment]  # a field of ours, not DRF's attribute
        required=False, max_length=16, help_text="Code of the unit above."
    )
    q = Text(
        required=False, max_length=MAX_NAME, help_text="Beginning of a word of the name, accents or none."
    )
    level = serializers.ChoiceField([word.value for word in Level], required=False)
    cursor = Text(required=False, max_length=2000)


class AreaShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    level = serializers.ChoiceField([word.value for word in Level])
    kind = serializers.CharField()
    parent = serializers.CharField(  # type: ignore[assignment]
        allow_null=True, help_text="Code of the unit above; null for a province."
    )
    open_from = serializers.DateField()
    closed_on = serializers.DateField(allow_null=True, help_text="The last day in force.")


class OneAreaShape(AreaShape):
    hotline = serializers.CharField(
        allow_null=True, help_text="Of the commune's office, as it is written; digits and blanks."
    )


class HotlineBody(Strict):
    phone = Text(
        max_length=30,
        allow_blank=True,
        help_text='"024 3733 1234" or a short code; blank: no number any more.',
    )


class AreaPage(serializers.Serializer[Any]):
    results = AreaShape(many=True)
    next = serializers.CharField(allow_null=True)


class NewHamlet(Strict):
    name = Text(max_length=MAX_NAME, trim_whitespace=False)
    kind = serializers.ChoiceField([word.value for word in HamletKind])


def show(area: Any) -> dict[str, Any]:
    """An area as every door shows it; the name is that of the day asked for."""
    return {
        "code": area.code,
        "name": getattr(area, "shown_name", area.name),
        "level": area.level,
        "kind": getattr(area, "shown_kind", area.kind),
        "parent": area.parent.code if area.parent else None,
        "open_from": area.open_from,
        "closed_on": area.closed_on,
    }


class Areas(PublicDoor):
    asks = AreaQuery

    @extend_schema(operation_id="areas_list", parameters=[AreaQuery], responses=AreaPage, tags=["areas"])
    def get(self, request: Request) -> Any:
        """Các địa bàn đang có hiệu lực (hoặc vào ngày as_of), xếp theo thứ tự tiếng Việt."""
        asked = self.asked
        cursor = asked.pop("cursor", "")
        return self.cached(request, page_of(list_areas(**asked), ("sort_key", "id"), cursor).answer(show))


class OneArea(PublicDoor):
    asks = Day

    @extend_schema(
        operation_id="areas_read",
        parameters=[Day, OpenApiParameter("code", str, OpenApiParameter.PATH)],
        responses=OneAreaShape,
        tags=["areas"],
    )
    def get(self, request: Request, code: str) -> Any:
        """Một địa bàn, theo mã."""
        area = find_area(code, **self.asked)
        if area is None:
            raise UnknownArea()
        return self.cached(request, {**show(area), "hotline": hotline_at([area.pk]) or None})


class Hamlets(Door):
    whole = False

    @extend_schema(
        operation_id="hamlets_add",
        parameters=[OpenApiParameter("code", str, OpenApiParameter.PATH, description="Code of the commune.")],
        request=NewHamlet,
        responses={201: AreaShape},
        tags=["areas"],
    )
    def post(self, request: Request, code: str) -> Response:
        """Thêm một thôn, tổ dân phố vào xã; mã là mã xã kèm số thứ tự tiếp theo."""
        asked = self.body(NewHamlet, request)
        wanted = [(asked["name"], asked["kind"])]
        [hamlet] = add_hamlets(by=self.by, commune=code, hamlets=wanted, at=self.at)
        return Response(show(hamlet), status=201)


class OfficeHotline(Door):
    whole = False

    @extend_schema(
        operation_id="set_hotline",
        parameters=[OpenApiParameter("code", str, OpenApiParameter.PATH, description="Code of the commune.")],
        request=HotlineBody,
        responses={200: HotlineBody},
        tags=["areas"],
    )
    def put(self, request: Request, code: str) -> Response:
        """Đặt hoặc xóa số điện thoại của Ủy ban nhân dân xã, phường; ai cũng xem được."""
        given = self.body(HotlineBody, request)
        phone = set_hotline(by=self.by, commune=code, phone=given["phone"], at=self.at)
        return Response({"phone": phone})
