"""The doors of files: asked for, looked after, taken by a link."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from base.api import Door, Strict, Text, language_of, page_of
from base.days import day_of
from base.errors import NotFound
from base.models import new_id
from base.sealed import CHUNK
from reports import actions
from reports.api.tables import MapOf, map_day
from reports.models import Export
from reports.queries.exports import find_export, list_exports
from reports.rules.sheets import Cut

STATES = ("waiting", "building", "ready", "failed", "expired")


class ExportBody(Strict):
    id = serializers.UUIDField(required=False, help_text="Your own: asked twice, it is one export")
    table = Text(max_length=40)
    format = Text(max_length=8, help_text="csv, xlsx, pdf or docx")
    area = Text(max_length=16)
    on = serializers.DateField(required=False, help_text="The day, or the last one of a period; today")
    since = serializers.DateField(required=False, help_text="The first day of a period")
    as_of = MapOf(required=False)
    by = Text(required=False, max_length=20, help_text="What the rows stand for")
    filters = serializers.DictField(child=Text(max_length=40), required=False)
    reason = Text(required=False, max_length=300, help_text="Needed where the rows name persons")


class ProgressShape(Strict):
    done = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True)


class FailureShape(Strict):
    code = serializers.CharField()
    title = serializers.CharField()


class ExportShape(Strict):
    id = serializers.UUIDField()
    serial = serializers.CharField()
    table = serializers.CharField()
    format = serializers.CharField()
    area = serializers.CharField()
    state = serializers.ChoiceField(choices=STATES)
    for_approval = serializers.BooleanField(help_text="Waits until a second person agrees")
    progress = ProgressShape()
    rows = serializers.IntegerField(allow_null=True)
    bytes = serializers.IntegerField(allow_null=True)
    sha256 = serializers.CharField(help_text="Of the file")
    content_sha256 = serializers.CharField(help_text="Of headings and rows: the same in every format")
    asked_at = serializers.DateTimeField()
    snapshot_at = serializers.DateTimeField(allow_null=True, help_text="The moment of its figures")
    expires_at = serializers.DateTimeField(allow_null=True)
    failure = FailureShape(allow_null=True)
    reason = serializers.CharField()
    file = serializers.CharField(
        allow_null=True, help_text="Opens once, for you at this device, within ten minutes"
    )


class ExportsQuery(Strict):
    cursor = serializers.CharField(required=False, max_length=300)


class ExportPage(Strict):
    results = ExportShape(many=True)
    next = serializers.CharField(allow_null=True)


class FileQuery(Strict):
    key = serializers.CharField(max_length=100)


class Exports(Door):
    asks = ExportsQuery

    @extend_schema(operation_id="list_exports", parameters=[ExportsQuery], responses={200: ExportPage})
    def get(self, request: Request) -> Response:
        """Các tệp tôi đã yêu cầu."""
        self.by.must("export")
        page = page_of(list_exports(self.by), ("asked_at", "id"), **self.asked)
        return Response(page.answer(lambda export: _show(export, None)))

    @extend_schema(operation_id="request_export", request=ExportBody, responses={202: ExportShape})
    def post(self, request: Request) -> Response:
        """Yêu cầu lập một tệp báo cáo; tệp có sau ít phút."""
        self.by.must("export")
        given = self.body(ExportBody, request)
        at = self.at
        on = given.get("on") or day_of(at)
        asked = {name: given[name] for name in ("area", "since", "by", "filters") if name in given}
        cut = Cut(on=on, as_of=map_day(given.get("as_of"), on), **asked)
        export = actions.request_export(
            by=self.by,
            export_id=given.get("id") or new_id(),
            table=given["table"],
            form=given["format"],
            cut=cut,
            language=language_of(request),
            reason=given.get("reason", ""),
            at=at,
        )
        return Response(_show(export, None), status=status.HTTP_202_ACCEPTED)


class OneExport(Door):
    @extend_schema(operation_id="find_export", responses={200: ExportShape})
    def get(self, request: Request, export_id: UUID) -> Response:
        """Một tệp: đang chờ, đang lập, đã có (kèm đường dẫn dùng một lần), không lập được hay đã xóa."""
        self.by.must("export")
        export = find_export(self.by, export_id)
        if export is None:
            raise NotFound()
        key = actions.link_of(by=self.by, export=export, at=self.at)
        return Response(_show(export, key))


class ApproveExport(Door):
    @extend_schema(operation_id="approve_export", request=None, responses={200: ExportShape})
    def post(self, request: Request, export_id: UUID) -> Response:
        """Người thứ hai đồng ý lập tệp có tên người dân."""
        self.nothing(request)
        return Response(_show(actions.approve_export(by=self.by, export_id=export_id, at=self.at), None))


class RefuseExport(Door):
    @extend_schema(operation_id="refuse_export", request=None, responses={200: ExportShape})
    def post(self, request: Request, export_id: UUID) -> Response:
        """Người thứ hai không đồng ý lập tệp có tên người dân."""
        self.nothing(request)
        return Response(_show(actions.refuse_export(by=self.by, export_id=export_id, at=self.at), None))


class ExportFile(Door):
    expensive = True
    asks = FileQuery
    notes_reading = True  # who took which file is kept, and a link opens once

    @extend_schema(
        operation_id="open_export_file",
        parameters=[FileQuery],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, export_id: UUID) -> HttpResponseBase:
        """Tải tệp bằng đường dẫn dùng một lần."""
        opened = actions.open_file(by=self.by, export_id=export_id, key=self.asked["key"], at=self.at)
        answer = FileResponse(opened.file, content_type=opened.media_type)
        answer.block_size = CHUNK
        answer.headers["Content-Disposition"] = f'attachment; filename="{opened.name}"'
        answer.headers["Content-Length"] = str(opened.bytes)
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer


def _show(export: Export, key: str | None) -> dict[str, Any]:
    failure = {"code": export.failure, "title": export.failure_text} if export.failure else None
    return {
        "id": export.pk,
        "serial": export.serial,
        "table": export.table,
        "format": export.format,
        "area": export.cut["area"],
        "state": export.state,
        "for_approval": export.for_approval,
        "progress": {"done": export.done, "total": export.total},
        "rows": export.rows,
        "bytes": export.bytes,
        "sha256": export.sha256,
        "content_sha256": export.content_sha256,
        "asked_at": export.asked_at,
        "snapshot_at": export.snapshot_at,
        "expires_at": export.expires_at,
        "failure": failure,
        "reason": export.reason,
        "file": f"/api/v1/reports/exports/{export.pk}/file?key={key}" if key else None,
    }
