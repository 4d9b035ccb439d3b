"""Whatever column somebody asks for by a lookup, the door does not know it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.db import models
from django.http import HttpRequest, JsonResponse
from django.test import RequestFactory, override_settings

from accounts.models import User
from tests.house.routes import Things, routes, things
from tests.house.test_matrix import declared
from tests.village import Reply, calling

pytestmark = pytest.mark.django_db
PERSONAL = ("accounts", "people", "checklist", "sync", "reports", "privacy")
LOOKUPS = ("startswith", "gt", "isnull", "in", "regex")
DEPTH = 3


def columns(model: type[models.Model], depth: int = DEPTH) -> Iterator[str]:
    """Every column that can be reached from a model, over so many relations: "household__hamlet__code"."""
    for field in model._meta.get_fields():
        target = field.related_model
        if isinstance(target, type) and depth > 1 and not field.auto_created:
            yield from (f"{field.name}__{name}" for name in columns(target, depth - 1))
        elif not field.is_relation:
            yield field.name


def questions() -> list[str]:
    """Each column once, with a lookup, and some as an order or a choice of columns."""
    found = {
        name
        for room in PERSONAL
        if apps.is_installed(room)
        for model in apps.get_app_config(room).get_models()
        for name in columns(model)
    }
    asked = [f"{name}__{LOOKUPS[n % len(LOOKUPS)]}" for n, name in enumerate(sorted(found))]
    return [*asked, "owner__password__startswith", "ordering", "order_by", "fields", "expand", "_connector"]


def refuses_all(reply: Reply, names: list[str]) -> bool:
    """True when every one of these names is refused as unknown."""
    told = {
        error["path"] for error in (reply.json or {}).get("errors", []) if error["code"] == "field.unknown"
    }
    return reply.status == 400 and set(names) <= told


@pytest.fixture
def it() -> Things:
    return things()


def test_I_12_no_lookup_of_any_column_is_known_to_any_door(it: Things) -> None:
    names, loose = questions(), []
    assert len(names) > 500
    reads = {pattern for (method, pattern, who), status in declared().items() if status == 200 == status}
    doors = [route for route in routes() if route.pattern in reads and route.pattern.startswith("api/v1/")]
    for route in doors:
        asked = route.call("GET", it).path
        if route.pattern in ("api/v1/schema", "api/v1/try") or ("GET", route.pattern) not in _gets():
            continue
        known = asked + ("&" if "?" in asked else "?")
        with override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=None):
            reply = calling("dung").get(known + urlencode(dict.fromkeys(names, "x")))
        if not refuses_all(reply, names) and not _is_the_same(reply, asked):
            loose.append(f"{route.pattern}: {reply.status}")
    assert loose == []
    assert len(doors) > 40


def _gets() -> set[tuple[str, str]]:
    return {(method, pattern) for method, pattern, who in declared() if method == "GET"}


def _is_the_same(reply: Reply, asked: str) -> bool:
    """True when the door answers as if nothing had been asked."""
    return reply.body == calling("dung").get(asked).body


def test_I_12_control_a_planted_door_that_filters_by_any_name_is_found() -> None:
    def planted(request: HttpRequest) -> JsonResponse:
        found = User.objects.filter(**request.GET.dict())
        return JsonResponse({"results": list(found.values_list("full_name", flat=True))})

    request = RequestFactory().get("/", {"password__startswith": "a"})
    reply = Reply(planted(request))
    assert reply.json == {"results": []}
    assert not refuses_all(reply, ["password__startswith"])
    assert reply.body != Reply(planted(RequestFactory().get("/"))).body
