"""The tree over HTTP: public to read, since a unit is public knowledge and a phone caches it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from areas.actions import add_hamlets, decide_basis, end_basis, set_hotline
from areas.queries import find_area, hotline_at, list_areas, path_of
from areas.queries.bases import bases_over
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


class BasisBody(Strict):
    """The decision by which an authority processes the data of its area."""

    number = Text(max_length=60, help_text='"12/QĐ-UBND"')
    decided_on = serializers.DateField()
    issued_by = Text(max_length=200)
    purpose = Text(max_length=500)


class BasisShape(BasisBody):
    id = serializers.IntegerField()
    area = serializers.CharField(help_text="Code of the area that it was recorded for.")
    recorded_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class BasesShape(Strict):
    results = BasisShape(many=True)


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


def show_basis(basis: Any) -> dict[str, Any]:
    """A decision as it is told; it is public, like the decision itself."""
    told = {name: getattr(basis, name) for name in ("number", "decided_on", "issued_by", "purpose")}
    when = {"recorded_at": basis.recorded_at, "ended_at": basis.ended_at}
    return {"id": basis.pk, "area": basis.area.code, **told, **when}


class Bases(PublicDoor):
    @extend_schema(operation_id="list_bases", responses={200: BasesShape}, tags=["areas"])
    def get(self, request: Request, code: str) -> Response:
        """Các quyết định đang là căn cứ xử lý dữ liệu của địa bàn, kể cả của cấp trên."""
        area = find_area(code)
        if area is None:
            raise UnknownArea()
        return Response({"results": [show_basis(basis) for basis in bases_over(path_of(area))]})


class Decisions(Door):
    @extend_schema(
        operation_id="decide_basis", request=BasisBody, responses={201: BasisShape}, tags=["areas"]
    )
    def post(self, request: Request, code: str) -> Response:
        """Ghi quyết định của cơ quan có thẩm quyền làm căn cứ xử lý dữ liệu trên địa bàn."""
        basis = decide_basis(by=self.by, area=code, at=self.at, **self.body(BasisBody, request))
        return Response(show_basis(basis), status=201)


class OneDecision(Door):
    @extend_schema(operation_id="end_basis", responses={200: BasisShape}, tags=["areas"])
    def delete(self, request: Request, code: str, basis_id: int) -> Response:
        """Quyết định hết hiệu lực: từ nay không ghi thêm gì dựa trên nó; những gì đã ghi vẫn còn."""
        return Response(show_basis(end_basis(by=self.by, area=code, basis_id=basis_id, at=self.at)))
