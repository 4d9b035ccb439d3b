"""Guides to read: the list by item, one guide with its steps, and the thanks for an answer about a step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from base.api import address_of
from base.errors import NotFound
from base.models import SYSTEM
from checklist.items import ITEMS
from guides.actions import count_feedback
from guides.queries import Kept, Printed, printed_at
from guides.rules import (
    AUDIENCES,
    LANGUAGES,
    MAX_STEPS,
    PLATFORMS,
    Shelf,
    Told,
    chosen,
    language_asked,
    webp_size,
)
from web.pages.frame import Page, style_url


class Reading(Page):
    """A page that depends on the edition, the day, the language and the platform only; kept as bytes."""

    cache_control = "public, max-age=300"
    printed: Printed
    code: str | None
    platform: str

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = request.GET.get("lang", "")[:20]
        self.code = language_asked(asked) if asked else "vi"
        platform = request.GET.get("platform", "any")
        self.platform = platform if platform in PLATFORMS else "any"
        return super().dispatch(request, *args, **kwargs)

    def page(self, request: HttpRequest, *key: str) -> HttpResponseBase:
        """The page of this key, or 304 for who has it already."""
        self.printed = printed_at(self.at)
        found = self.found((":page", *key, self.code, self.platform, style_url()))
        tag = f'"{found.digest}"'
        response = HttpResponse(found.body, headers={"ETag": tag})
        return get_conditional_response(request, tag, response=response) or response

    def found(self, key: tuple[str | None, ...]) -> Kept:
        """What is kept, unless a language that nobody knows was asked for."""
        return self.printed.made_now(self.make) if self.code is None else self.printed.kept(key, self.make)

    def make(self, shelf: Shelf) -> bytes:
        raise NotImplementedError


class GuideList(Reading):
    def get(self, request: HttpRequest) -> HttpResponseBase:
        return self.page(request)

    def make(self, shelf: Shelf) -> bytes:
        guides = chosen(shelf.guides, self.code, self.platform)
        alerts = chosen(shelf.alerts, self.code)
        return self.html("guides", groups=self.groups(guides), alerts=alerts, fallback=fallback(self, guides))

    def groups(self, guides: Sequence[Told]) -> list[tuple[str, list[Told]]]:
        """The guides by item, in the order of the checklist; what belongs to none comes last."""
        titles = [(code, getattr(item, f"title_{self.language}")) for code, item in ITEMS.items()]
        other = "More" if self.language == "en" else "Việc khác"
        found = [
            (title, [guide for guide in guides if guide["item"] == code])
            for code, title in (*titles, ("", other))
        ]
        return [(title, some) for title, some in found if some]


class GuidePage(Reading):
    slug: str

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        self.slug = slug
        return self.page(request, slug)

    def make(self, shelf: Shelf) -> bytes:
        variants = [guide for guide in shelf.guides if guide["slug"] == self.slug]
        found = chosen(variants, self.code, self.platform)
        if not found:
            raise NotFound()
        guide = found[0]
        served = {each["platform"] for each in variants if each["language"] == guide["language"]}
        return self.html(
            "guide",
            guide=guide,
            steps=[{**step, "size": size_of(step["picture"], shelf)} for step in guide["steps"]],
            audience=AUDIENCES[guide["audience"]][self.language == "en"],
            platform=PLATFORMS[guide["platform"]][self.language == "en"],
            platforms=[
                (code, titles[self.language == "en"]) for code, titles in PLATFORMS.items() if code in served
            ],
            alerts=chosen(shelf.alerts, self.code),
            fallback=fallback(self, found),
        )


def size_of(picture: str | None, shelf: Shelf) -> tuple[int, int] | None:
    """Width and height of a picture, so that the page keeps the place for it before it comes."""
    return webp_size(shelf.media[picture]) if picture else None


def fallback(page: Reading, texts: Iterable[Told]) -> str:
    """What is said when the language asked for is not the one served; "" when it is."""
    served = next((text["language"] for text in texts), "vi")
    if page.code == served:
        return ""
    given = LANGUAGES[served]
    asked = LANGUAGES.get(page.code or "")
    if page.language == "en":
        name = asked.title_en if asked else "this language"
        return f"There is no text in {name} yet. This one is in {given.title_en}."
    name = asked.title_vi.replace("Tiếng", "tiếng") if asked else "ngôn ngữ này"
    return f"Chưa có bản {name}. Đây là bản {given.title_vi.replace('Tiếng', 'tiếng')}."


class Answered(Page):
    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Did this step work? Counted, and thanked for; whoever is stuck is told whom to ask."""
        given = self.form
        version, step = number_of(given.get("version"), 9999), number_of(given.get("step"), MAX_STEPS)
        worked = given.get("worked")
        if not version or not step or worked not in ("yes", "no"):
            raise NotFound()
        count_feedback(
            by=SYSTEM,
            slug=slug,
            version=version,
            step=step,
            worked=worked == "yes",
            address=address_of(request),
        )
        return self.shown("answered", slug=slug, step=step, worked=worked == "yes", asked=self.asked)


def number_of(text: str | None, most: int) -> int | None:
    """A number from 1 to `most` as our forms write it."""
    plain = text is not None and text.isascii() and text.isdigit() and len(text) <= 4
    number = int(text) if plain and text else 0
    return number if 1 <= number <= most else None
