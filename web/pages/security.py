"""Whom to tell of a hole: /.well-known/security.txt, as RFC 9116 describes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from web.pages.frame import Page

# The file says until when it may be believed; it is made at each look, so it never ends.
BELIEVED = timedelta(days=180)


class SecurityText(Page):
    cache_control = "public, max-age=86400"

    def get(self, request: HttpRequest) -> HttpResponse:
        until = datetime.combine((self.at + BELIEVED).date(), datetime.min.time(), UTC)
        lines = [
            f"Contact: {settings.SECURITY_CONTACT}",
            f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
            "Preferred-Languages: vi, en",
            f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
        ]
        return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
