"""What a revoked device had yet to send: kept for those in charge of the place, and applied by no other."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.auth import RevokedToken
from base.api import Door, Strict
from base.errors import shaped
from sync import actions
from sync.api.envelope import Push, Sending
from sync.api.push import actor_at
from sync.api.shapes import PushBody


class TakenShape(Strict):
    server_time = serializers.DateTimeField()
    taken = serializers.IntegerField()


class Quarantine(Door):
    authentication_classes = [RevokedToken]
    parser_classes = [Push]

    @extend_schema(operation_id="quarantine", request=PushBody, responses={200: TakenShape})
    def post(self, request: Request) -> Response:
        """Máy đã bị thu hồi gửi nốt việc chưa gửi, trước khi xóa; người phụ trách địa bàn sẽ xem."""
        at = self.at
        pushed: Any = request.data
        if not isinstance(pushed, actions.Pushed):  # no body at all
            shaped(pushed, Sending)
        taken = actions.take_into_quarantine(by=actor_at(self), pushed=pushed, at=at)
        return Response({"server_time": at, "taken": taken})
