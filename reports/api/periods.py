"""The door of closed periods."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from base.api import Door, Strict, Text, page_of
from reports.actions.periods import close_period
from reports.api.tables import PlaceShape
from reports.models import Period
from reports.queries.periods import list_periods


class PeriodsQuery(Strict):
    area = serializers.CharField(max_length=16)
    cursor = serializers.CharField(required=False, max_length=1000)


class PeriodBody(Strict):
    area = Text(max_length=16)
    first_on = serializers.DateField()
    last_on = serializers.DateField()


class PeriodShape(Strict):
    area = PlaceShape()
    first_on = serializers.DateField()
    last_on = serializers.DateField()
    closed_at = serializers.DateTimeField()


class PeriodList(Strict):
    results = PeriodShape(many=True)
    next = serializers.CharField(allow_null=True)


class PeriodsDoor(Door):
    expensive = True
    whole = False
    asks = PeriodsQuery

    @extend_schema(operation_id="list_periods", parameters=[PeriodsQuery], responses={200: PeriodList})
    def get(self, request: Request) -> Response:
        """Các kỳ đã chốt của một địa bàn và của cấp trên (closed periods of an area and of those above)."""
        self.by.must("report")
        found = list_periods(self.by, self.asked["area"])
        page = page_of(found, ("last_on", "id"), self.asked.get("cursor", ""))
        return Response(page.answer(_show))

    @extend_schema(operation_id="close_period", request=PeriodBody, responses={201: PeriodShape})
    def post(self, request: Request) -> Response:
        """Chốt một kỳ đã kết thúc: số liệu không bao giờ đổi nữa (close a period for good)."""
        given = self.body(PeriodBody, request)
        period = close_period(by=self.by, at=self.at, **given)
        return Response(_show(period), status=status.HTTP_201_CREATED)


def _show(period: Period) -> dict[str, Any]:
    return {
        "area": {"code": period.area.code, "name": period.area.name},
        "first_on": period.first_on,
        "last_on": period.last_on,
        "closed_at": period.closed_at,
    }
