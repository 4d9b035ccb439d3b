"""The front door: three ways in, in plain words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from web.pages.frame import Page


class Home(Page):
    cache_control = "public, max-age=300"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.shown("home")
