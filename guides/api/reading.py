"""The doors at which guides are read: public, in the nearest language, with an ETag."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import msgspec
from django.http import HttpResponse, HttpResponseNotModified
from django.utils.cache import get_conditional_response
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from base.api import PublicDoor, Strict, language_of
from base.errors import NotFound
from guides import queries
from guides.api.ranges import part_of
from guides.api.shapes import (
    AlertsShape,
    BundleQuery,
    GuideShape,
    GuidesQuery,
    GuidesShape,
    LanguageQuery,
    PlaceSheetsShape,
)
from guides.rules import Shelf, Told, bundle_of, chain_of, chosen, have_of, language_asked, tag_of

_TOLD: tuple[str, ...] = (
    "id",
    "slug",
    "item",
    "kind",
    "ways",
    "audience",
    "platform",
    "language",
    "lang",
    "title",
    "summary",
)
_TOLD += ("version", "valid_until")


class Reading(PublicDoor):
    """A door whose answer depends on the edition, the day, the language and the platform only."""

    asks: ClassVar[type[Strict]] = GuidesQuery
    printed: queries.Printed

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Whoever has the answer already is told so before anything else is done for him."""
        self.printed = queries.printed_at(self.at)
        has = request.META.get("HTTP_IF_NONE_MATCH")
        if has and request.method == "GET" and self.printed.tags.get(_question(request)) == has:
            return self._with_tag(HttpResponseNotModified(), has)
        return super().dispatch(request, *args, **kwargs)

    def wanted(self, request: Request) -> tuple[str, str | None, str]:
        """The language as asked for, its code (None: not known) and the platform."""
        text = self.asked.get("lang") or language_of(request)
        code = language_asked(text)
        return code or text, code, self.asked.get("platform", "any")

    def told(
        self,
        request: Request,
        name: str,
        make: Callable[[Shelf, str | None, str], tuple[Sequence[Told], Any]],
    ) -> Any:
        """The answer that `make` builds: what was chosen, and what is said of it."""
        asked, code, platform = self.wanted(request)

        def body(shelf: Shelf) -> bytes:
            texts, content = make(shelf, code, platform)
            return msgspec.json.encode(_named(texts, code, platform, asked) | content)

        found = self.found(code, (name, code, platform), body)
        return self.sent(request, HttpResponse(found.body, content_type="application/json"), found)

    def found(self, code: str | None, key: tuple[Any, ...], make: Callable[[Shelf], bytes]) -> queries.Kept:
        """What is kept, unless a language that nobody knows was asked for."""
        return self.printed.made_now(make) if code is None else self.printed.kept(key, make)

    def sent(self, request: Request, response: HttpResponse, found: queries.Kept) -> Any:
        """The answer with its ETag, or 304 for who has it."""
        etag = f'"{found.digest}"'
        question = _question(request)
        if sum(map(len, question)) < 300:
            self.printed.remember(question, etag)
        return get_conditional_response(request, etag, response=self._with_tag(response, etag))

    def _with_tag(self, response: Any, etag: str) -> Any:
        for name, value in (("ETag", etag), ("Cache-Control", self.fresh), ("Vary", "Accept-Language")):
            response.headers[name] = value
        return response


def _question(request: Any) -> tuple[str, ...]:
    """All that an answer of these doors depends on, beside the edition and the day."""
    asked = request.META
    return request.path_info, asked.get("QUERY_STRING", ""), asked.get("HTTP_ACCEPT_LANGUAGE", "")


def _named(texts: Sequence[Told], code: str | None, platform: str, asked: str) -> dict[str, Any]:
    there = {text["language"] for text in texts}
    language = next((one for one in chain_of(code) if one in there), chain_of(code)[0])
    return {"language": language, "lang": tag_of(language), "asked": asked, "platform": platform}


def _listed(texts: Sequence[Told]) -> tuple[Sequence[Told], Any]:
    return texts, {"results": texts, "next": None}


class Guides(Reading):
    @extend_schema(operation_id="list_guides", parameters=[GuidesQuery], responses=GuidesShape, auth=[])
    def get(self, request: Request) -> Any:
        """Các hướng dẫn đang có hiệu lực, bằng ngôn ngữ gần nhất với ngôn ngữ được hỏi."""

        def make(shelf: Shelf, code: str | None, platform: str) -> tuple[Sequence[Told], Any]:
            return _listed([{n: g[n] for n in _TOLD} for g in chosen(shelf.guides, code, platform)])

        return self.told(request, "guides", make)


class OneGuide(Reading):
    @extend_schema(operation_id="read_guide", parameters=[GuidesQuery], responses=GuideShape, auth=[])
    def get(self, request: Request, slug: str) -> Any:
        """Một hướng dẫn với từng bước: làm gì, sẽ thấy gì, cần tránh gì."""

        def make(shelf: Shelf, code: str | None, platform: str) -> tuple[Sequence[Told], Any]:
            found = chosen((guide for guide in shelf.guides if guide["slug"] == slug), code, platform)
            if not found:
                raise NotFound()
            return found, dict(found[0])

        return self.told(request, slug, make)


class Alerts(Reading):
    asks = LanguageQuery

    @extend_schema(operation_id="list_alerts", parameters=[LanguageQuery], responses=AlertsShape, auth=[])
    def get(self, request: Request) -> Any:
        """Cảnh báo lừa đảo đang có hiệu lực: cách nhận ra, việc cần làm, nơi báo."""
        return self.told(request, ":alerts", lambda shelf, code, _: _listed(chosen(shelf.alerts, code)))


class Places(Reading):
    asks = LanguageQuery

    @extend_schema(
        operation_id="list_places", parameters=[LanguageQuery], responses=PlaceSheetsShape, auth=[]
    )
    def get(self, request: Request) -> Any:
        """Các nơi cần đến: mang theo gì, lệ phí, thời gian."""
        return self.told(
            request, ":places", lambda shelf, code, _: _listed(chosen(shelf.places, code, key="code"))
        )


class Bundle(Reading):
    asks = BundleQuery

    @extend_schema(
        operation_id="read_bundle",
        parameters=[BundleQuery],
        responses={
            (200, "application/gzip"): OpenApiTypes.BINARY,
            (206, "application/gzip"): OpenApiTypes.BINARY,
        },
        auth=[],
    )
    def get(self, request: Request) -> Any:
        """Cả bộ hướng dẫn trong một tệp nén để dùng khi không có mạng; tải tiếp được khi đứt giữa chừng."""
        _, code, platform = self.wanted(request)
        have = have_of(self.asked.get("have", ""))

        def body(shelf: Shelf) -> bytes:
            return bundle_of(shelf, code, platform, have)

        # A delta is one phone's own.
        found = self.found(None if have else chain_of(code)[0], (":bundle", chain_of(code), platform), body)
        untouched = self.sent(request, HttpResponse(status=200), found)
        if untouched.status_code != 200:
            return untouched
        response = part_of(found.body, f'"{found.digest}"', request.headers)
        response.headers["Content-Type"] = "application/gzip"
        name = f"guides-{chain_of(code)[0]}-{platform}-{found.digest[:12]}.json.gz"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return self.sent(request, response, found)


class MediaFile(PublicDoor):
    fresh = "public, max-age=31536000, immutable"

    @extend_schema(operation_id="read_media", responses={(200, "image/webp"): OpenApiTypes.BINARY}, auth=[])
    def get(self, request: Request, name: str) -> Any:
        """Ảnh (WebP) hoặc tiếng (Ogg) của một bước, theo tên ghi trong bước đó."""
        data = queries.find_media(name)
        if data is None:
            raise NotFound()
        kind = "image/webp" if name.endswith(".webp") else "audio/ogg"
        headers = {"ETag": f'"{name}"', "Cache-Control": self.fresh}
        response = HttpResponse(data, content_type=kind, headers=headers)
        return get_conditional_response(request, f'"{name}"', response=response)
