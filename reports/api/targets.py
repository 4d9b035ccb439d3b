"""The doors of targets: how far they are met, setting one, and a spreadsheet of them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from base.api import Door, Strict, Text, Upload, language_of
from base.errors import Receipt
from reports.actions.targets import import_targets, set_targets
from reports.api.tables import door_of
from reports.rules.targets import NewTarget, Of
from reports.tables import TABLES


class TargetBody(Strict):
    area = Text(max_length=16)
    item = Text(max_length=20)
    first_on = serializers.DateField()
    last_on = serializers.DateField()
    denominator = serializers.ChoiceField(choices=[of.value for of in Of])
    share = serializers.DecimalField(5, 2, required=False, allow_null=True, help_text="Per cent")
    number = serializers.IntegerField(required=False, allow_null=True, max_value=999_999_999)
    document = Text(max_length=200, help_text="Number, day and body of the document that sets it")


class TargetReceipt(Strict):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=["applied", "duplicate"])


class TargetFile(Strict):
    file = serializers.FileField(help_text="xlsx, with the headings of the sheet of targets")


class RowShape(Strict):
    row = serializers.IntegerField(help_text="As the spreadsheet counts")
    state = serializers.ChoiceField(choices=["applied", "duplicate", "refused"])
    column = serializers.CharField(allow_null=True)
    code = serializers.CharField(allow_null=True)
    message = serializers.CharField(allow_null=True)


class ImportedShape(Strict):
    applied = serializers.IntegerField()
    duplicate = serializers.IntegerField()
    refused = serializers.IntegerField()
    rows = RowShape(many=True)


class TargetsDoor(door_of(TABLES["targets"])):  # type: ignore[misc]
    @extend_schema(operation_id="set_target", request=TargetBody, responses={201: TargetReceipt})
    def post(self, request: Request) -> Response:
        """Giao một chỉ tiêu cho một địa bàn trong phạm vi của mình (set a target inside one's area)."""
        self.by.must("set_target")
        given = {"share": None, "number": None, **self.body(TargetBody, request)}
        [receipt] = set_targets(by=self.by, targets=[NewTarget(**given)], at=self.at)
        if receipt.refusal:
            raise receipt.refusal
        done = status.HTTP_201_CREATED if receipt.state == "applied" else status.HTTP_200_OK
        return Response({"id": receipt.id, "state": receipt.state}, status=done)


class TargetImportDoor(Door):
    expensive = True
    whole = False
    parser_classes = [Upload]

    @extend_schema(
        operation_id="import_targets",
        request={"multipart/form-data": TargetFile},
        responses={200: ImportedShape},
    )
    def post(self, request: Request) -> Response:
        """Nhập chỉ tiêu từ bảng tính; dòng sai bị từ chối từng dòng (each wrong row is refused alone)."""
        self.by.must("set_target")
        given = self.body(TargetFile, request)
        rows = import_targets(by=self.by, data=given["file"].read(), at=self.at)
        language = language_of(request)
        states = [receipt.state for _, receipt in rows]
        counts = {state: states.count(state) for state in ("applied", "duplicate", "refused")}
        return Response({**counts, "rows": [_row(number, one, language) for number, one in rows]})


def _row(number: int, receipt: Receipt, language: str) -> dict[str, Any]:
    refusal = receipt.refusal
    return {
        "row": number,
        "state": receipt.state,
        "column": refusal.path if refusal else None,
        "code": refusal.code if refusal else None,
        "message": refusal.message(language) if refusal else None,
    }
