"""The door that tells who looked."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules.audit import ACTS
from base.api import Door, Strict, language_of, page_of
from base.errors import NotFound
from people.api.shapes import ConsentsQuery
from people.queries.readers import list_readers


class WhoShape(Strict):
    id = serializers.UUIDField()
    full_name = serializers.CharField()


class ReaderShape(Strict):
    at = serializers.DateTimeField()
    act = serializers.CharField(help_text="Code of what was done")
    title = serializers.CharField()
    by = WhoShape(allow_null=True, help_text="null: the house itself")
    device = serializers.IntegerField(allow_null=True)
    area = serializers.CharField(allow_null=True, help_text="Code of the place where the person lived then")
    purpose = serializers.CharField(allow_blank=True)


class ReadersShape(Strict):
    results = ReaderShape(many=True)
    next = serializers.CharField(allow_null=True)


class Readers(Door):
    asks = ConsentsQuery

    @extend_schema(operation_id="list_readers", parameters=[ConsentsQuery], responses={200: ReadersShape})
    def get(self, request: Request, person_id: Any) -> Response:
        """Ai đã xem hoặc sửa dữ liệu của một người, cũ trước mới sau; lần hỏi này cũng được ghi."""
        self.by.must("see_readers")
        found = list_readers(self.by, person_id)
        if found is None:
            raise NotFound()
        language = language_of(request)
        page = page_of(found, ("at", "id"), **self.asked)
        return Response(page.answer(lambda note: _show(note, language)))


def _show(note: Any, language: str) -> dict[str, Any]:
    vi, en = ACTS[note.act]
    return {
        "at": note.at,
        "act": note.act,
        "title": en if language == "en" else vi,
        "by": {"id": note.user.pk, "full_name": note.user.full_name} if note.user else None,
        "device": note.device,
        "area": note.area.code if note.area else None,
        "purpose": note.purpose,
    }
