"""The doors of rosters."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from base.api import Door, Upload, language_of
from base.errors import NotFound
from base.models import new_id
from people import actions, queries
from people.api.shapes import ImportBody, ImportShape, UndoneShape
from people.models import Import


class Imports(Door):
    expensive = True
    parser_classes = [Upload]

    @extend_schema(
        operation_id="stage_import", request={"multipart/form-data": ImportBody}, responses={201: ImportShape}
    )
    def post(self, request: Request) -> Response:
        """Đọc thử một danh sách hộ (xlsx hoặc csv): chưa ghi gì, chỉ cho biết sẽ ghi gì."""
        given = self.body(ImportBody, request)
        roster = actions.stage_import(
            by=self.by, import_id=new_id(), area=given["area"], data=given["file"].read(), at=self.at
        )
        return Response(_show_import(roster, request), status=status.HTTP_201_CREATED)


class OneImport(Door):
    @extend_schema(operation_id="get_import", responses={200: ImportShape})
    def get(self, request: Request, import_id: Any) -> Response:
        """Một danh sách đã đọc: các cột, số liệu và từng dòng có vấn đề."""
        self.by.must("import")
        roster = queries.find_import(self.by, import_id)
        if roster is None:
            raise NotFound()
        return Response(_show_import(roster, request))


class ApplyImport(Door):
    expensive = True

    @extend_schema(operation_id="apply_import", request=None, responses={200: ImportShape})
    def post(self, request: Request, import_id: Any) -> Response:
        """Nhập danh sách: tất cả hoặc không gì cả, và chỉ một lần."""
        self.nothing(request)
        roster = actions.apply_import(by=self.by, import_id=import_id, at=self.at)
        return Response(_show_import(roster, request))


class UndoImport(Door):
    expensive = True

    @extend_schema(operation_id="undo_import", request=None, responses={200: UndoneShape})
    def post(self, request: Request, import_id: Any) -> Response:
        """Hoàn tác cả danh sách; người đã được sửa hay ghi nhận thêm thì giữ lại."""
        self.nothing(request)
        roster, undone = actions.undo_import(by=self.by, import_id=import_id, at=self.at)
        body = {**_show_import(roster, request), "removed": undone.removed, "kept": undone.kept}
        return Response(body)


def _show_import(roster: Import, request: Request) -> dict[str, Any]:
    language = language_of(request)
    return {
        "id": roster.pk,
        "area": roster.area.code,
        "state": roster.state,
        "columns": roster.columns,
        "ignored": roster.ignored,
        "hamlets": roster.hamlets,
        "counts": roster.counts,
        "unread_sheets": roster.unread,
        "problems": [
            {
                "row": problem["row"],
                "column": problem["column"],
                "code": problem["code"],
                "message": problem[language],
                "refused": problem["refused"],
            }
            for problem in roster.problems
        ],
    }
