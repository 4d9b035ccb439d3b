"""One JSON line per request, without personal data; and Django's session machinery for /admin/ only."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.locale import LocaleMiddleware

from base.api.problems import not_found

log = logging.getLogger("request")
Answer = Callable[[HttpRequest], HttpResponse]
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
# A UUID and nothing else: free words could carry a name or a phone number into the log.
_ID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)


class RequestLog:
    """Route, status, milliseconds, actor id, request id. The route is the pattern, never the path."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        given = request.META.get("HTTP_X_REQUEST_ID", "")  # `headers` would parse all of them
        request_id = given if _ID.fullmatch(given) else uuid.uuid4().hex
        response = self.get_response(request)
        response.headers["X-Request-Id"] = request_id
        if not response.streaming and "Content-Length" not in response.headers:
            response.headers["Content-Length"] = str(len(response.content))
        match = request.resolver_match
        log.info(
            "request",
            extra={
                "route": match.route if match else "(none)",
                "method": request.method if request.method in METHODS else "(other)",
                "status": response.status_code,
                "ms": round((time.perf_counter() - started) * 1000, 1),
                "actor": getattr(request, "actor_id", None),
                "request": request_id,
            },
        )
        return response


class AdminSite:
    """Sessions, sign-in, messages, CSRF and languages for the Django admin; the API pays for none of it."""

    def __init__(self, get_response: Answer) -> None:
        self.plain = get_response
        inner: Any = get_response
        for middleware in (
            XFrameOptionsMiddleware,
            MessageMiddleware,
            _SessionEnds,
            AuthenticationMiddleware,
            _AdminCsrf,
            LocaleMiddleware,
            SessionMiddleware,
        ):
            inner = middleware(inner)
        self.admin: Answer = inner

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/admin/"):
            return self.plain(request)
        inside = not settings.OFFICE_HOSTS or request.get_host() in settings.OFFICE_HOSTS
        return self.admin(request) if inside else not_found(request, Http404())


class _SessionEnds:
    """A session at the office ends some hours after it was begun, however busy it is."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if time.time() - request.session.get("begun", time.time()) >= settings.SESSION_LONGEST:
            request.session.flush()
            request.user = AnonymousUser()
        response = self.get_response(request)
        if request.user.is_authenticated and "begun" not in request.session:
            request.session["begun"] = time.time()
        return response


class _AdminCsrf(CsrfViewMiddleware):
    """Stacked by hand, so Django never calls `process_view`: the check runs before the view here."""

    def process_request(self, request: HttpRequest) -> Any:
        super().process_request(request)
        return self.process_view(request, HttpResponse, (), {})
