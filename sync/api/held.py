"""Held work, for its owners; and how the phones of their people do."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from base.api import Door, language_of, page_of
from sync import actions
from sync.api.push import actor_at
from sync.api.shapes import CommandReceipt, HeldPage, PagesQuery, PhonePage, show_told
from sync.queries.devices import describe_devices, list_devices
from sync.queries.held import list_held, note_held, said_in

# Counting the commands of a device reads all its batches.
_DEVICES = 20


class HeldWork(Door):
    asks = PagesQuery

    @extend_schema(operation_id="list_held", parameters=[PagesQuery], responses={200: HeldPage})
    def get(self, request: Request) -> Response:
        """Những việc đang giữ lại tại địa bàn tôi phụ trách."""
        self.by.must("release")
        page = page_of(list_held(actor_at(self)), ("id",), **self.asked)
        note_held(actor_at(self), page.rows)
        return Response(page.answer(_show_held))


class Release(Door):
    @extend_schema(operation_id="release_held", request=None, responses={200: CommandReceipt})
    def post(self, request: Request, command_id: UUID) -> Response:
        """Nhận việc đang giữ lại: ghi là lời của người gửi, theo quyền của tôi."""
        self.nothing(request)
        told = actions.release_held(by=actor_at(self), command_id=command_id, at=self.at)
        return Response(show_told(told, language_of(request)))


class Refuse(Door):
    @extend_schema(operation_id="refuse_held", request=None, responses={200: CommandReceipt})
    def post(self, request: Request, command_id: UUID) -> Response:
        """Không nhận việc đang giữ lại; vẫn lưu để xem."""
        self.nothing(request)
        told = actions.refuse_held(by=actor_at(self), command_id=command_id, at=self.at)
        return Response(show_told(told, language_of(request)))


class Devices(Door):
    asks = PagesQuery

    @extend_schema(operation_id="list_phones", parameters=[PagesQuery], responses={200: PhonePage})
    def get(self, request: Request) -> Response:
        """Máy của những người trong địa bàn tôi phụ trách: lần gửi gần nhất, số lệnh, lệch giờ."""
        self.by.must("release")
        page = page_of(list_devices(actor_at(self), self.at), ("id",), limit=_DEVICES, **self.asked)
        told = describe_devices([row.pk for row in page.rows])
        return Response(page.answer(lambda row: {**_show_device(row), **told[row.pk]}))


def _somebody(user: Any) -> dict[str, Any] | None:
    return {"id": user.pk, "full_name": user.full_name} if user else None


def _show_device(row: Any) -> dict[str, Any]:
    return {"id": row.pk, "name": row.name, "user": _somebody(row.user)}


def _show_held(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "by": _somebody(row.user),
        "device": row.device,
        "area": row.area.code,
        "owner": _somebody(row.owner),
        "received_at": row.at,
        "said_at": row.said_at,
        "path": row.path,
        "data": said_in(row),
    }
