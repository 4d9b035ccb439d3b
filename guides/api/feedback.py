"""Did this step work? Nobody is asked who he is, and nothing but the count is kept."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from base.api import PublicDoor, address_of
from base.models import SYSTEM
from guides.actions import count_feedback
from guides.api.shapes import CountedShape, FeedbackBody


class FeedbackDoor(PublicDoor):
    @extend_schema(operation_id="tell_feedback", request=FeedbackBody, responses={202: CountedShape}, auth=[])
    def post(self, request: Request, slug: str) -> Response:
        """Bước này có làm được không? Chỉ đếm, không ghi ai trả lời."""
        given = self.body(FeedbackBody, request)
        counted = count_feedback(by=SYSTEM, slug=slug, address=address_of(request), **given)
        return Response({"counted": counted}, status=202)
