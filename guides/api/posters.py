"""A guide to be printed and put up where people meet."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from base.errors import NotFound
from guides.api.reading import Reading
from guides.api.shapes import GuidesQuery
from guides.formats.poster import poster_of
from guides.rules import Shelf, chosen


class Poster(Reading):
    asks = GuidesQuery

    @extend_schema(
        operation_id="print_poster",
        parameters=[GuidesQuery],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
        auth=[],
    )
    def get(self, request: Request, slug: str) -> Any:
        """Một hướng dẫn in trên một tờ A4, có mã QR dẫn tới trang hướng dẫn, để dán ở nhà văn hóa thôn."""
        _, code, platform = self.wanted(request)
        page = request.build_absolute_uri(f"/huong-dan/{slug}")

        def body(shelf: Shelf) -> bytes:
            found = chosen((guide for guide in shelf.guides if guide["slug"] == slug), code, platform)
            if not found:
                raise NotFound()
            language = found[0]["language"]
            return poster_of(found[0], page if language == "vi" else f"{page}?lang={language}")

        found = self.found(code, (":poster", page, code, platform), body)
        response = HttpResponse(found.body, content_type="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="{slug}.pdf"'
        return self.sent(request, response, found)
