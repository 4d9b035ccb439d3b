"""The doors of the timetable of reports."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules import Role
from base.api import Door, Strict, Text, language_of, page_of
from base.days import day_of
from base.models import new_id
from reports import actions
from reports.models import Schedule
from reports.queries.schedules import list_schedules
from reports.rules.sheets import Cut
from reports.rules.timetable import Every

_EVERY = [every.value for every in Every]
_ROLES = [Role.TEAM_LEAD.value, Role.AREA_ADMIN.value]


class ScheduleBody(Strict):
    id = serializers.UUIDField(required=False, help_text="Your own: sent twice, it is one")
    table = Text(max_length=40)
    format = Text(max_length=8)
    area = Text(max_length=16)
    every = serializers.ChoiceField(choices=_EVERY)
    by = Text(required=False, max_length=20)
    filters = serializers.DictField(child=Text(max_length=40), required=False)
    roles = serializers.ListField(
        child=serializers.ChoiceField(choices=_ROLES), required=False, help_text="Who else gets it there"
    )


class ScheduleShape(Strict):
    id = serializers.UUIDField()
    table = serializers.CharField()
    format = serializers.CharField()
    area = serializers.CharField()
    every = serializers.ChoiceField(choices=_EVERY)
    roles = serializers.ListField(child=serializers.CharField())
    last_on = serializers.DateField(help_text="What ended by this day was asked for, or is not")


class SchedulesQuery(Strict):
    cursor = serializers.CharField(required=False, max_length=300)


class SchedulePage(Strict):
    results = ScheduleShape(many=True)
    next = serializers.CharField(allow_null=True)


class Schedules(Door):
    whole = False
    asks = SchedulesQuery

    @extend_schema(operation_id="list_schedules", parameters=[SchedulesQuery], responses={200: SchedulePage})
    def get(self, request: Request) -> Response:
        """Các báo cáo định kỳ của tôi."""
        self.by.must("export")
        return Response(page_of(list_schedules(self.by), ("id",), **self.asked).answer(_show))

    @extend_schema(operation_id="set_schedule", request=ScheduleBody, responses={201: ScheduleShape})
    def post(self, request: Request) -> Response:
        """Đặt một báo cáo lập mỗi tuần hoặc mỗi tháng."""
        self.by.must("export")
        given = self.body(ScheduleBody, request)
        at = self.at
        cut = Cut(given["area"], day_of(at), None, None, given.get("by", ""), given.get("filters", {}))
        schedule = actions.set_schedule(
            by=self.by,
            schedule_id=given.get("id") or new_id(),
            table=given["table"],
            form=given["format"],
            cut=cut,
            every=given["every"],
            roles=[Role(role) for role in given.get("roles", [])],
            language=language_of(request),
            at=at,
        )
        return Response(_show(schedule), status=status.HTTP_201_CREATED)


class OneSchedule(Door):
    whole = False

    @extend_schema(operation_id="end_schedule", request=None, responses={204: None})
    def delete(self, request: Request, schedule_id: UUID) -> Response:
        """Thôi lập một báo cáo định kỳ."""
        actions.end_schedule(by=self.by, schedule_id=schedule_id, at=self.at)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _show(schedule: Schedule) -> dict[str, Any]:
    return {
        "id": schedule.pk,
        "table": schedule.table,
        "format": schedule.format,
        "area": schedule.area.code,
        "every": schedule.every,
        "roles": schedule.roles,
        "last_on": schedule.last_on,
    }
