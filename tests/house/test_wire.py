"""What every kind of answer carries in its head, and who is answered at all.

After a change that was meant: GOLDEN=write make test ARGS=tests/house/test_wire.py, and read the diff.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings

from base.api import Wire
from tests.house.routes import NEVER, routes
from tests.village import COMMUNE, token_of

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).parent / "golden" / "headers.json"
# As in production: TLS at a proxy in front (tests/house/test_production.py holds these against the settings).
PRODUCTION: dict[str, Any] = {
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 365 * 24 * 3600,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
}
# One of each kind: who asks, and what.
KINDS = {
    "page": (None, "/"),
    "page with answers": (None, "/tu-kiem-tra"),
    "page of a guide": (None, "/huong-dan/activate-vneid"),
    "page that is not there": (None, "/huong-dan/none"),
    "path that is not there": (None, "/none"),
    "security.txt": (None, "/.well-known/security.txt"),
    "style": (None, "/static/web/style.css"),
    "the office": (None, "/admin/login/"),
    "description of the API": (None, "/api/v1/schema"),
    "page to try the API": (None, "/api/v1/try"),
    "public document": (None, "/api/v1/checklist/items"),
    "document of persons": ("an", "/api/v1/people/households"),
    "refusal": (None, "/api/v1/people/households"),
    "nothing to be seen": ("an", f"/api/v1/reports/coverage?area={COMMUNE}"),
    "changes for a phone": ("an", "/api/v1/sync/pull"),
    "file of figures": ("dung", f"/api/v1/reports/coverage?area={COMMUNE}&format=csv"),
    "picture": ("dung", f"/api/v1/reports/coverage/chart.svg?area={COMMUNE}&item=identity"),
    "poster": (None, "/api/v1/guides/activate-vneid/poster"),
    "health": (None, "/health/live"),
}
VARIES = {"X-Request-Id", "Content-Length", "ETag", "Last-Modified", "Expires", "Content-Disposition"}


def get(path: str, who: str | None = None, proto: str = "https", **headers: str) -> HttpResponse:
    """What the proxy in front is answered."""
    given = {"x-forwarded-proto": proto, **headers}
    if who:
        given["authorization"] = f"Bearer {token_of(who)}"
    reply: HttpResponse = _client().get(path, headers=given)  # type: ignore[assignment]
    if reply.streaming:
        # As the client does while it asks: else the connection of the story would be closed.
        request_finished.disconnect(close_old_connections)
        reply.close()
        request_finished.connect(close_old_connections)
    return reply


@cache
def _client() -> Client:
    """One whose middleware has read the settings of the story."""
    return Client(raise_request_exception=False)


@pytest.fixture(autouse=True)
def production() -> Iterator[None]:
    with override_settings(**PRODUCTION):
        _client.cache_clear()
        yield


def heads() -> dict[str, dict[str, str]]:
    """The head of each kind of answer, with its status; what changes from day to day is left out."""
    found = {}
    for kind, (who, path) in KINDS.items():
        reply = get(path, who)
        kept = {name: value for name, value in reply.headers.items() if name not in VARIES}
        if reply.cookies:
            kept["Set-Cookie"] = re.sub(r"=\w{20,}|expires=[^;]+; ", "", str(reply.cookies.output(header="")))
        found[kind] = {"status": str(reply.status_code), **dict(sorted(kept.items()))}
    return found


def test_O_07_the_head_of_every_kind_of_answer_is_the_declared_one() -> None:
    found = heads()
    assert not [kind for kind, head in found.items() if head["status"] >= "500"]
    if os.environ.get("GOLDEN") == "write":
        GOLDEN.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert {kind: head for kind, head in found.items() if head != golden.get(kind)} == {}
    for kind, head in found.items():
        assert weak(head) == [], kind


def weak(head: dict[str, str]) -> list[str]:
    """What is missing from the head of an answer."""
    wrong = []
    if "max-age=31536000" not in head.get("Strict-Transport-Security", ""):
        wrong.append("no year of TLS")
    if head.get("X-Content-Type-Options") != "nosniff":
        wrong.append("its kind may be guessed")
    policy = head.get("Content-Security-Policy", "")
    if head.get("Content-Type", "").startswith("text/html"):
        wrong += [] if "default-src 'none'" in policy else ["no policy"]
        wrong += ["something inline may run"] if "unsafe" in policy else []
        wrong += [] if "frame-ancestors 'none'" in policy else ["in anybody's frame"]
    return wrong


def test_O_07_security_txt_is_as_RFC_9116_wants_it() -> None:
    lines = get("/.well-known/security.txt").content.decode().splitlines()
    told = dict(line.split(": ", 1) for line in lines)
    assert set(told) == {"Contact", "Expires", "Preferred-Languages", "Canonical"}
    assert told["Contact"].startswith(("mailto:", "https://", "tel:"))
    until = datetime.fromisoformat(told["Expires"].replace("Z", "+00:00"))
    assert timedelta(days=30) < until - datetime.now(UTC) < timedelta(days=365)


def planted(head: dict[str, str]) -> HttpResponse:
    """A page with this head behind the wire."""
    request = RequestFactory().get("/", secure=True)
    return Wire(lambda given: HttpResponse("<p>", headers=head))(request)


def test_O_07_I_16_control_a_planted_weak_head_is_found() -> None:
    inline = {"Content-Security-Policy": "default-src 'none'; script-src 'unsafe-inline'"}
    assert "something inline may run" in weak(dict(planted(inline).headers))
    assert weak({"Content-Type": "text/html"}) == [
        *("no year of TLS", "its kind may be guessed", "no policy", "in anybody's frame")
    ]
    assert "no policy" not in weak(dict(planted({}).headers))


def test_I_16_every_html_page_has_a_policy_that_lets_nothing_inline_run() -> None:
    """Found by walking the URL conf, the office and pages that are not there included."""
    seen = 0
    for route in (
        one for one in routes() if not one.pattern.startswith("api/") or one.pattern == "api/v1/try"
    ):
        office = route.pattern.startswith("admin/")
        path = "/" + re.sub(r"<[^>]+>", "1", route.pattern) if office else route.call("GET", NEVER).path
        reply = get(path)
        if reply.headers.get("Content-Type", "").startswith("text/html"):
            assert weak(dict(reply.headers)) == [], route.pattern
            seen += 1
    assert seen > 8


def through_http() -> dict[str, int]:
    """Route of the API -> status in plain HTTP."""
    found = [route for route in routes() if route.pattern.startswith("api/")]
    return {route.pattern: get(route.call("GET", NEVER).path, "an", "http").status_code for route in found}


def test_N_01_in_plain_http_there_is_no_api_and_pages_are_redirected() -> None:
    assert set(through_http().values()) == {404}
    page = get("/tu-kiem-tra", proto="http")
    assert (page.status_code, page.headers["Location"]) == (301, "https://testserver/tu-kiem-tra")
    assert "Strict-Transport-Security" not in page.headers, "told over TLS only"


def test_N_01_control_a_house_that_does_not_demand_tls_answers() -> None:
    with override_settings(SECURE_SSL_REDIRECT=False):
        _client.cache_clear()
        assert get("/api/v1/people/households", "an", "http").status_code == 200


FOREIGN = {"origin": "https://evil.example", "access-control-request-method": "POST"}


def opened(reply: HttpResponse) -> list[str]:
    """The headers by which a foreign origin would be let in."""
    return [name for name in reply.headers if name.lower().startswith("access-control-")]


def test_N_04_no_foreign_origin_reads_an_answer() -> None:
    asked = 0
    for route in routes():
        if not route.pattern.startswith("admin/"):
            path = route.call("GET", NEVER).path
            assert opened(get(path, "an", **FOREIGN)) == [], route.pattern
            assert opened(_client().options(path, headers={"x-forwarded-proto": "https", **FOREIGN})) == []
            asked += 1
    assert asked > 80


def test_N_04_control_a_planted_open_door_is_found() -> None:
    reply = planted({"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "true"})
    assert opened(reply) == ["Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"]


SPOOFED = {
    "x-forwarded-host": "evil.example",
    "x-forwarded-server": "evil.example",
    "x-forwarded-port": "666",
    "forwarded": "host=evil.example",
    "x-original-url": "/admin/",
    "x-rewrite-url": "/admin/",
}


@pytest.mark.parametrize(
    "kind", ["page", "page of a guide", "security.txt", "document of persons", "refusal"]
)
def test_I_17_what_somebody_writes_into_the_head_changes_no_answer(kind: str) -> None:
    who, path = KINDS[kind]
    plain, spoofed = get(path, who), get(path, who, **SPOOFED)
    assert (plain.status_code, plain.content) == (spoofed.status_code, spoofed.content)
    assert "evil.example" not in str(spoofed.headers)
    assert get(path, who, host="evil.example").status_code == 400


def test_I_17_control_a_house_that_believes_the_head_is_found() -> None:
    def believing(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.build_absolute_uri("/"))

    with override_settings(USE_X_FORWARDED_HOST=True, ALLOWED_HOSTS=["*"]):
        request = RequestFactory().get("/", headers=SPOOFED)
        assert b"evil.example" in believing(request).content
