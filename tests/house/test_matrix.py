"""Who is answered what, at every door: the matrix of matrix.txt (security.md Z-01 to Z-03, P-11)."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import override_settings
from django.urls import path

from config.urls import urlpatterns
from tests.house import canaries
from tests.house.canaries import numbers
from tests.house.routes import METHODS, NEVER, Call, Route, Things, routes, things
from tests.house.test_urls import PUBLIC
from tests.village import CAST, FAR, UPPER, Caller, Reply, an_id, calling

pytestmark = [pytest.mark.django_db, pytest.mark.long]
MATRIX = Path(__file__).with_name("matrix.txt")
CALLERS = ("anonymous", *CAST)
SOME = ("anonymous", "an", "giang", "disabled")
# Who sees the upper hamlet, and who sees the far commune; `minh` and those below see nothing of anybody.
SEE_UPPER = {"an", "binh", "dung", "giang", "lien"}
SEE_FAR = {"hai", "khanh", "giang"}
OF_UPPER = (
    "Nguyễn Thị Lan",
    "Đặng Văn Hùng",
    "Đặng Ngọc Mai",
    "Ngõ 3",
    "912345678",
    "345 678",
    "Phạm Thị Đào",
)
OF_FAR = canaries.WORDS


# Answered 200 with a receipt for each command: tests/sync holds the receipts against each other.
TELLS_ONE_BY_ONE = {"api/v1/sync/push"}


@dataclass(frozen=True)
class Cell:
    """One call and what was answered."""

    caller: str
    method: str
    route: Route
    reply: Reply

    def __str__(self) -> str:
        return f"{self.caller} {self.method} {self.route.pattern}: {self.reply.status}"


def ask(caller: str, method: str, call: Call) -> Reply:
    """The answer to a call that leaves no trace."""
    with transaction.atomic():
        reply = _at_the_phone(caller).call(method, call.path, call.body, content_type=call.media_type)
        transaction.set_rollback(True)
    return reply


@cache
def _at_the_phone(caller: str) -> Caller:
    return calling(None if caller == "anonymous" else caller)


def cells(it: Things, pattern: str = "") -> Iterator[Cell]:
    """Every route, method and caller; or those of one route."""
    known = {(method, name) for method, name, _ in declared()}
    for route in routes():
        if route.pattern.startswith("admin/") or pattern not in ("", route.pattern):
            continue
        for method in METHODS:
            # Whoever has signed in is told 405 where a door has no such method: some are enough to see that.
            for caller in CALLERS if (method, route.pattern) in known else SOME:
                yield Cell(caller, method, route, ask(caller, method, route.call(method, it)))


def declared() -> dict[tuple[str, str, str], int]:
    """The table: (method, pattern, caller) to status."""
    lines = [line.split() for line in MATRIX.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    head, *rows = lines
    assert tuple(head[2:]) == CALLERS
    return {
        (method, name.lstrip("/") if name.startswith("/") else f"api/v1/{name}", caller): int(status)
        for method, name, *statuses in rows
        for caller, status in zip(CALLERS, statuses, strict=True)
    }


def expected(table: dict[tuple[str, str, str], int], cell: Cell) -> int:
    """The declared status; 405 (or 401) where the table has no line."""
    known = table.get((cell.method, cell.route.pattern, cell.caller))
    if known is not None:
        return known
    stranger = cell.caller in ("anonymous", "disabled", "revoked") and cell.route.pattern not in PUBLIC
    return 401 if stranger else 405


def leaks(cell: Cell) -> list[str]:
    """Words of persons the caller has no sight of."""
    hidden = (OF_UPPER if cell.caller not in SEE_UPPER else ()) + (
        OF_FAR if cell.caller not in SEE_FAR else ()
    )
    text = told(cell.reply)
    return [f"{cell}: {word}" for word in hidden if word in text]


def told(reply: Reply) -> str:
    """Everything an answer tells: its head and its body."""
    headers = "\n".join(f"{name}: {value}" for name, value in reply.raw.headers.items())
    return f"{headers}\n\n{reply.body.decode(errors='replace')}"


def same(reply: Reply) -> tuple[int, str]:
    """An answer without its request id."""
    return reply.status, re.sub(r"X-Request-Id: \w+\n?", "", told(reply))


def callable_numbers(cell: Cell) -> list[str]:
    """Phones in an answer that somebody could call."""
    return [] if cell.route.pattern in PUBLIC else [f"{cell}: {one}" for one in numbers(told(cell.reply))]


def cached(cell: Cell) -> bool:
    """True when an answer to somebody signed in may be kept by a browser or a proxy."""
    open_to_all = cell.route.pattern in PUBLIC
    return not open_to_all and cell.reply.raw.headers.get("Cache-Control") != "no-store"


@pytest.fixture
def it() -> Things:
    canaries.let_them_in()
    return things()


@pytest.mark.timeout(300)  # thousands of requests: on a busy machine they take their time
def test_Z_01_P_07_P_11_every_cell_is_answered_as_declared_and_tells_nothing_of_others(it: Things) -> None:
    table, wrong, seen = declared(), [], set()
    for cell in cells(it):
        seen.add((cell.method, cell.route.pattern, cell.caller))
        if cell.reply.status != expected(table, cell):
            wrong.append(f"{cell}, declared {expected(table, cell)}")
        wrong += leaks(cell) + callable_numbers(cell)
        if cached(cell):
            wrong.append(f"{cell}: may be cached")
    assert wrong == []
    assert set(table) <= seen, "a line of the table has no door"


def test_Z_02_what_is_out_of_sight_and_what_never_was_are_answered_with_the_same_bytes(it: Things) -> None:
    """Nobody learns whether a household, person, fact, file, device, post or hamlet exists."""
    outsiders = [name for name in CALLERS if name not in SEE_UPPER]
    doors = {(method, pattern) for method, pattern, _ in declared() if pattern not in PUBLIC}
    compared = 0
    for route, method in ((route, method) for route in routes() for method in METHODS):
        real, never = route.call(method, it), route.call(method, NEVER)
        if real == never or (method, route.pattern) not in doors or route.pattern in TELLS_ONE_BY_ONE:
            continue
        for caller in outsiders:
            assert not told_apart(caller, method, real, never), f"{caller} {method} {route.pattern}"
            compared += 1
    assert compared > 200


def told_apart(caller: str, method: str, real: Call, never: Call) -> bool:
    """True when the answers to the two calls differ, or are no refusals."""
    found, missing = ask(caller, method, real), ask(caller, method, never)
    return same(found) != same(missing) or found.status not in (401, 403, 404)


QUERIES = (
    "people/households?q=Lan",
    "people/households?q=Canary",
    f"people/households?q={quote('Lê Thị Thu')}",
    f"people/households?area={UPPER}",
    f"people/households?area={FAR}",
    "people/households?area=00454&readiness=none",
    "people/households?area=00004&readiness=none",
    "people/households?area=00004&follow_up=true",
    "people/households?q=a&limit=200",
    "people/households?cursor=WyJhIiwiYiJd:x",
    "people/households?order=full_name",
    "people/households?area=Canary",
    f"reports/coverage?area={FAR}",
    "reports/coverage?area=00004&by=item",
    "reports/coverage?area=00004&format=csv",
    "reports/bottlenecks?area=00004",
    f"reports/households?area={FAR}",
    f"reports/team_activity?area={FAR}",
    "reports/follow_up?area=00004",
    f"reports/follow_up?area={FAR}",
    "reports/trend?area=00004",
    "reports/indicators?area=00004",
    "reports/targets?area=00004&by=area",
    "reports/periods?area=00004",
    "accounts/posts",
    f"people/persons/{an_id('thu')}",
    f"people/households/{an_id('le')}",
    f"checklist/persons/{an_id('thu')}/readiness",
    f"checklist/persons/{an_id('thu')}/observations",
    f"checklist/households/{an_id('le')}/readiness",
)


def test_Z_03_no_filter_search_or_page_tells_of_somebody_out_of_sight(it: Things) -> None:
    """Z-03: the canaries of each area, over every way to ask."""
    route = Route("(query)", None)
    wrong = []
    for query in QUERIES:
        for caller in CALLERS:
            cell = Cell(caller, "GET", route, ask(caller, "GET", Call(f"/api/v1/{query}")))
            assert cell.reply.status < 500, (query, caller)
            wrong += [f"{query} {leak}" for leak in leaks(cell)]
    assert wrong == []


def test_Z_03_control_the_canaries_sing_for_those_who_may_hear_them(it: Things) -> None:
    """Else the test above would prove nothing."""
    heard = {
        caller: told(ask(caller, "GET", Call(f"/api/v1/people/households/{an_id(home)}")))
        for caller, home in (("an", "nguyen"), ("hai", "le"))
    }
    assert "Nguyễn Thị Lan" in heard["an"]
    assert "Ngõ 3" in heard["an"]
    assert "Canary" in heard["hai"]


def _all(request: HttpRequest) -> HttpResponse:
    return JsonResponse(
        {"persons": ["Lê Thị Thu Canary"], "phones": ["0987654321", "••• 5678"]},
        json_dumps_params={"ensure_ascii": False},
    )


def _one(request: HttpRequest, person_id: UUID) -> HttpResponse:
    return JsonResponse({"id": person_id}, status=404 if person_id == an_id("lan") else 403)


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two doors more: one tells everything to everybody, the other who exists."""
    doors: Any = ModuleType("tests.house.test_matrix_planted")
    doors.urlpatterns = [
        *urlpatterns,
        path("api/v1/people/all", _all),
        path("api/v1/people/one/<uuid:person_id>", _one),
    ]
    monkeypatch.setitem(sys.modules, doors.__name__, doors)
    with override_settings(ROOT_URLCONF=doors.__name__):
        yield


@pytest.mark.usefixtures("planted")
def test_Z_02_control_a_planted_door_that_tells_who_exists_is_found() -> None:
    real, never = (Call(f"/api/v1/people/one/{an_id(name)}") for name in ("lan", "never"))
    assert told_apart("khanh", "GET", real, never)
    assert not told_apart("khanh", "GET", never, never)


@pytest.mark.usefixtures("planted")
def test_Z_01_P_07_P_11_control_a_planted_open_door_is_found(it: Things) -> None:
    found = list(cells(it, "api/v1/people/all"))
    anonymous = next(cell for cell in found if cell.caller == "anonymous")
    assert (anonymous.reply.status, expected(declared(), anonymous)) == (200, 401)
    assert leaks(anonymous) == [f"{anonymous}: Canary", f"{anonymous}: 987654321"]
    assert callable_numbers(anonymous) == [f"{anonymous}: 0987654321", f"{anonymous}: • 5678"]
    assert cached(anonymous)
