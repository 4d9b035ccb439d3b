"""The frame of every page: its language, its headers, and a page for whatever cannot be shown."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar

import msgspec
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.template.loader import get_template
from django.utils import translation
from django.views import View

from base.api import BodyTooLarge, compressed, problem_of, reading
from web.texts import words

MAX_FORM = 4096
STYLE = Path(__file__).resolve().parents[1] / "static/web/style.css"
HEADERS = {
    # No script at all, nothing from elsewhere, in nobody's frame.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@cache
def style_url() -> str:
    """The address of the style sheet; another one with each change, so that a phone may keep it."""
    return f"/static/web/style.css?v={sha256(STYLE.read_bytes()).hexdigest()[:12]}"


class Page(View):
    """The base of every page. `asked` is the language asked for as it was written, `language` that of the
    words round the content: "vi" unless English was asked for."""

    cache_control: ClassVar[str] = "no-store"
    asked: str = ""
    language: str = "vi"

    @property
    def at(self) -> datetime:
        """Now; the one place of a request where the clock is read."""
        return datetime.now(UTC)

    @property
    def form(self) -> QueryDict:
        """What the form sent, of which nothing is kept; refuses more than a form of ours can hold."""
        if len(self.request.body) > MAX_FORM:
            raise BodyTooLarge()
        return self.request.POST

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            given = self.form if request.method == "POST" else request.GET
            self.asked = given.get("lang", "")[:20]
            self.language = "en" if self.asked[:2].lower() == "en" else "vi"
            # A page speaks the language of its address, and so does whoever answers for it.
            request.META["HTTP_ACCEPT_LANGUAGE"] = self.language
            with translation.override(self.language), reading(request):
                response = super().dispatch(request, *args, **kwargs)
        except Exception as error:
            response = self.refused(problem_of(error, {"request": request}))
        for name, value in HEADERS.items():
            response.headers[name] = value
        response.headers.setdefault("Cache-Control", self.cache_control)
        return compressed(request, response) if isinstance(response, HttpResponse) else response

    def html(self, name: str, **shown: Any) -> bytes:
        """A template as bytes, with the words of the page's language."""
        other = "vi" if self.language == "en" else "en"
        frame = {"t": words(self.language), "language": self.language, "other": other, "style": style_url()}
        return get_template(f"web/{name}.html").render({"path": self.request.path, **frame, **shown}).encode()

    def shown(self, name: str, status: int = 200, **shown: Any) -> HttpResponse:
        """A template as an answer."""
        return HttpResponse(self.html(name, **shown), status=status)

    def refused(self, problem: HttpResponse) -> HttpResponse:
        """What a program would be told, told to a person."""
        told = msgspec.json.decode(problem.content)
        response = self.shown("refused", status=problem.status_code, title=told["title"])
        if "Retry-After" in problem.headers:
            response.headers["Retry-After"] = problem.headers["Retry-After"]
        return response
