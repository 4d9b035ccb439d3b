"""Is this really a volunteer? The code on his phone tells, for a minute."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from accounts.actions import check_badge
from base.api import address_of
from base.models import SYSTEM
from web.pages.frame import Page


class BadgePage(Page):
    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        return self.judged(request, code)

    def judged(self, request: HttpRequest, code: str) -> HttpResponse:
        """Whose code it is; one answer for every code that is nobody's now."""
        badge = check_badge(by=SYSTEM, code=code, address=address_of(request), at=self.at)
        return self.shown("badge", status=200 if badge else 404, badge=badge, path="/the")


class AskForCode(BadgePage):
    def get(self, request: HttpRequest, code: str = "") -> HttpResponse:
        given = request.GET.get("code", "")[:100]
        return self.judged(request, given) if given else self.shown("ask_code")
