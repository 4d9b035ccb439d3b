"""Every door asks who is there, or stands in the list of public ones with its reason (Z-04)."""

from __future__ import annotations

import re
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Iterable

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.auth import DeviceToken
from base.api import Door
from tests.house.routes import Route, routes
from tests.house.sources import ROOT
from tests.village import calling

PUBLIC = {
    "health/live": "a load balancer asks whether the process lives; it learns nothing else",
    "health/ready": "the same, with whether PostgreSQL and Redis answer",
    "api/v1/schema": "the description of the API is published",
    "api/v1/try": "the same description to try out; each call asks for a token",
    "api/v1/areas": "the official units are public knowledge",
    "api/v1/areas/<str:code>": "the official units are public knowledge",
    "api/v1/areas/<str:code>/bases": "the decision of an authority is public, as its units are",
    "api/v1/accounts/enrol": "nobody has an account yet: the one-time code of 256 bits is the proof",
    "api/v1/accounts/sign-in": "the password is the proof",
    "api/v1/accounts/provider": "where the browser goes to sign in; it says nothing of anybody",
    "api/v1/accounts/provider/sign-in": "the word of the identity provider is the proof",
    "api/v1/accounts/refresh": "the refresh token of 384 bits is the proof",
    "api/v1/checklist/items": "the checklist is a public text",
    "api/v1/reports/public": "figures of many without a small cell, made once a week; nobody is in them",
    "api/v1/reports/public/manifest": "what vouches for these figures, with the house's signature",
    "api/v1/guides": "how to get there is a public text",
    "api/v1/guides/bundle": "the same texts in one file for a phone without network",
    "api/v1/guides/alerts": "whoever is about to be cheated must not have to sign in",
    "api/v1/guides/places": "where to go and what to bring is a public text",
    "api/v1/guides/media/<str:name>": "the pictures and recordings of these texts",
    "api/v1/guides/<str:slug>": "how to get there is a public text",
    "api/v1/guides/<str:slug>/feedback": "a citizen says whether a step worked; only a count is kept",
    "api/v1/guides/<str:slug>/poster": "the same text to be put up on a wall",
    "": "the front door leads to the pages below",
    "tu-kiem-tra": "a citizen checks himself, gives no name, and nothing is stored",
    "huong-dan": "how to get there is a public text",
    "huong-dan/<str:slug>": "how to get there is a public text",
    "huong-dan/<str:slug>/phan-hoi": "a citizen says whether a step worked; only a count is kept",
    ".well-known/security.txt": "whoever has found a hole must not have to sign in",
    "du-lieu-cua-toi": "the code of sixty bits that was handed over at the door is what is asked for",
    "the": "whoever has a stranger at the door must not have to sign in",
    "the/<str:code>": "the same; a code of sixty bits that holds for a minute is what is asked for",
    "api/v1/privacy/self-view": "a code of sixty bits, handed over at the door, is what is asked for",
    "api/v1/privacy/requests": "the same code is the proof; what is asked is done by the office",
    "api/v1/checklist/self-check": "a citizen asks for himself, gives no name, and nothing is stored",
}
# Django's own doors below admin/: they ask for a session; three have nothing to protect.
OPEN_IN_ADMIN = {
    "admin/login/": "the door at which one signs in",
    "admin/logout/": "who is not signed in is sent to the front",
    "admin/jsi18n/": "words for its scripts",
}


def open_doors(found: Iterable[Route]) -> set[str]:
    """The patterns below which nobody is asked for a device token."""
    return {route.pattern for route in found if not _asks(route)}


def _asks(route: Route) -> bool:
    view = getattr(route.view, "view_class", None) or getattr(route.view, "cls", None)
    if view is None or not issubclass(view, Door):
        return False
    asks = any(issubclass(kind, DeviceToken) for kind in view.authentication_classes)
    return asks and IsAuthenticated in view.permission_classes


def test_Z_04_every_door_asks_who_is_there_or_is_public_with_a_reason() -> None:
    assert open_doors(route for route in routes() if not route.pattern.startswith("admin/")) == set(PUBLIC)
    assert all(len(reason) > 15 for reason in PUBLIC.values())


class Unguarded(Door):
    permission_classes = [AllowAny]

    def get(self, request: Request) -> Response:
        return Response({})


class Nameless(Door):
    authentication_classes = []

    def get(self, request: Request) -> Response:
        return Response({})


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@pytest.mark.parametrize("view", [Unguarded.as_view(), Nameless.as_view(), plain])
def test_Z_04_control_a_planted_open_door_is_found(view: object) -> None:
    planted = Route("api/v1/people/all", path("x", view).callback)  # type: ignore[call-overload]
    assert open_doors([*routes(), planted]) - open_doors(routes()) == {"api/v1/people/all"}


@pytest.mark.django_db
def test_Z_04_nobody_enters_the_office_without_signing_in_there() -> None:
    """Neither without anything nor with a device token: the office has its own session."""
    tried = 0
    for route in routes():
        if not route.pattern.startswith("admin/") or route.pattern in OPEN_IN_ADMIN:
            continue
        address = "/" + _filled(route.pattern)
        for who in (None, "dung"):
            reply = calling(who).get(address)
            assert reply.status == 302, (address, who, reply.status)
            assert reply.raw.headers["Location"].startswith("/admin/login/"), (address, who)
            tried += 1
    assert tried > 20


def _filled(pattern: str) -> str:
    """An address of the office; regular expressions only catch what is left over."""
    if pattern.endswith("(?P<url>.*)$"):
        return "admin/anything/"
    if "(?P<app_label>" in pattern:
        return "admin/areas/"
    for name in ("path:object_id", "path:content_type_id", "int:content_type_id", "id"):
        pattern = pattern.replace(f"<{name}>", "1")
    return pattern.replace("admin/r/1/<path:object_id>/", "admin/r/1/1/")


# What an address may carry: ids, codes of areas and guides, names of tables and pictures of guides.
IN_PATHS = re.compile(r"\w+_id|code|slug|name|table")
# A name as one types it, the one word of a person in an address; no log line holds a query.
TYPED = {("q", "api/v1/people/households"): "a search by the name, or a part of it, of somebody in sight"}
NAMES_SOMEBODY = re.compile(r"phone|name|address|birth|year|cccd|email|person|household|^q$|search")


def telling_addresses(document: str, patterns: Iterable[str]) -> list[str]:
    """Parameters by which an address would tell of somebody."""
    wrong = [
        f"{name} in {pattern}"
        for pattern in patterns
        for name in re.findall(r"<(?:\w+:)?(\w+)>", pattern)
        if not pattern.startswith("admin/") and not IN_PATHS.fullmatch(name)
    ]
    path = ""
    for line in document.splitlines():
        if match := re.fullmatch(r"  /(\S+):", line):
            path = match[1]
        in_query = re.fullmatch(r"        name: (\w+)", line)
        if in_query and NAMES_SOMEBODY.search(in_query[1]) and f"{{{in_query[1]}}}" not in path:
            wrong += (
                [] if path == "api/v1/areas" or (in_query[1], path) in TYPED else [f"{in_query[1]} in {path}"]
            )
    return wrong


def test_P_11_no_address_tells_of_anybody() -> None:
    document = (ROOT / "docs/api.yaml").read_text(encoding="utf-8")
    assert telling_addresses(document, [route.pattern for route in routes()]) == []


@pytest.mark.django_db
def test_P_11_the_cursor_of_a_list_tells_no_name() -> None:
    told = calling("dung").get("people/households", area="00454", limit=1).json["next"]
    sealed = urlsafe_b64decode(told + "==")
    packed = [sealed, *(sealed[n:] for n in range(40))]
    assert not any(b"nguyen" in part.lower() or "Nguyễn".encode() in part for part in packed)
    assert calling("dung").get("people/households", area="00454", limit=1, cursor=told).status == 200
    with pytest.raises(zlib.error):
        zlib.decompress(sealed)


def test_P_11_control_a_planted_address_that_tells_is_found() -> None:
    planted = (
        "  /api/v1/people/persons:\n    get:\n      parameters:\n      - in: query\n        name: phone\n"
    )
    found = telling_addresses(planted, ["api/v1/people/<str:full_name>"])
    assert found == ["full_name in api/v1/people/<str:full_name>", "phone in api/v1/people/persons"]
