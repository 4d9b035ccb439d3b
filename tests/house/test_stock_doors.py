"""The controls of the poison: what a door out of the box does with it, found by the same checks."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import RequestFactory, override_settings
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tests.poison import bodies

pytestmark = pytest.mark.django_db


class Stock(APIView):
    """Takes JSON as the framework does and keeps it."""

    authentication_classes = []
    permission_classes = []
    parser_classes = [JSONParser]
    renderer_classes = [JSONRenderer]

    def post(self, request: Request) -> Response:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::jsonb", [json.dumps(request.data)])
        return Response({}, status=201)


def status_of(body: bytes, media_type: str = "application/json", **extra: Any) -> int:
    """What the stock door answers; an exception is a 500, as it is on the wire."""
    request = RequestFactory().generic("POST", "/", body, content_type=media_type, **extra)
    try:
        with transaction.atomic():
            return int(Stock.as_view()(request).status_code)
    except Exception:
        return 500


def test_I_02_control_a_stock_door_breaks_over_the_poison() -> None:
    broken = {one.name for one in bodies({"name": "Lan"}) if status_of(one.body, one.media_type) >= 500}
    assert {"a NUL as name", "a lone high surrogate as name", "100,000 lists"} <= broken


def test_I_03_control_a_stock_door_takes_whatever_size() -> None:
    """With the limit of the framework alone, which is asked of what is read as a form or a whole body."""
    many = json.dumps([{"name": "x" * 300_000}] * 11).encode()
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=None):
        assert status_of(many) == 201


def test_I_04_control_a_stock_door_keeps_half_a_body() -> None:
    body = b'{"name": "Lan"}' + b" " * 1000
    assert status_of(body, **{"wsgi.input": BytesIO(body[:-10])}) == 201
