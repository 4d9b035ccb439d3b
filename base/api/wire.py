"""What holds for every answer before it goes over the wire, whoever made it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from base.api.problems import not_found
from base.errors import NotFound

Answer = Callable[[HttpRequest], HttpResponse]
# For HTML that brings no policy of its own: the office and the page to try the API. Nothing inline runs.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Wire:
    """No host but our own, no API in plain HTTP where TLS is demanded, and no HTML without a policy.

    A client that speaks plain HTTP has sent its token in the clear already: a redirect would help it to go on
    so, an API that is not there makes it fail on the first day. Pages are redirected (SecurityMiddleware).
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.tls_only = settings.SECURE_SSL_REDIRECT

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/health/"):  # a load balancer asks by the address
            request.get_host()  # refuses (400) what ALLOWED_HOSTS does not name
        if self.tls_only and request.path_info.startswith("/api/") and not request.is_secure():
            return not_found(request, NotFound())
        response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Security-Policy", POLICY)
        return response
