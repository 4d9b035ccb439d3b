"""What phones say, and what became of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actor import Actor
from base.api import Door, language_of
from base.errors import NotFound, shaped
from sync import actions
from sync.api.envelope import Push, Sending
from sync.api.shapes import PushBody, PushShape, ReceiptsOfPhone, ReceiptsQuery, show_told
from sync.queries.receipts import count_commands, find_batch, list_receipts
from sync.rules.told import Told, counted

_APP_VERSION = OpenApiParameter(
    "X-App-Version", str, OpenApiParameter.HEADER, description="At most 40 characters."
)
_CODING = OpenApiParameter("Content-Encoding", str, OpenApiParameter.HEADER, enum=["gzip", "zstd"])


class Pushes(Door):
    parser_classes = [Push]

    @extend_schema(
        operation_id="sync_push",
        parameters=[_APP_VERSION, _CODING],
        request=PushBody,
        responses={200: PushShape},
    )
    def post(self, request: Request) -> Response:
        """Gửi những việc đã làm khi không có mạng (nhiều nhất 500 lệnh); mỗi lệnh một biên nhận."""
        at = self.at
        pushed: Any = request.data
        if not isinstance(pushed, actions.Pushed):  # no body at all
            shaped(pushed, Sending)
        answers = actions.apply_batch(by=actor_at(self), pushed=pushed, at=at)
        return Response({"server_time": at, "receipts": _shown(answers, request)})


class Receipts(Door):
    asks = ReceiptsQuery

    @extend_schema(operation_id="sync_receipts", parameters=[ReceiptsQuery], responses={200: ReceiptsOfPhone})
    def get(self, request: Request) -> Response:
        """Biên nhận của một lô; không nêu lô thì là số lệnh của máy này theo trạng thái."""
        by = actor_at(self)
        by.must("own_account")
        if "batch" not in self.asked:
            device = by.device_id or 0
            return Response({"device": device, "counts": count_commands([device])[device]})
        batch = find_batch(by, self.asked["batch"])
        if batch is None:
            raise NotFound(path="batch")
        told = list_receipts(by, batch)
        answer = {
            "batch": batch.batch,
            "received_at": batch.received_at,
            "counts": counted(Counter(one.state for one in told)),
        }
        return Response({**answer, "receipts": _shown(told, request)})


def actor_at(door: Door) -> Actor:
    """Who stands at a door of the phone: somebody with an account."""
    by = door.by
    assert isinstance(by, Actor)
    return by


def _shown(answers: list[Told], request: Request) -> list[dict[str, Any]]:
    language = language_of(request)
    return [show_told(told, language) for told in answers]
