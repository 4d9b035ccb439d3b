"""A request is one transaction: what it says is committed before it is told, a refusal leaves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test import RequestFactory
from rest_framework.permissions import AllowAny
from rest_framework.response import Response

from areas.models import Area
from base.api import Door, PublicDoor, doors
from base.errors import NotFound
from reports.api.charts import Chart
from reports.api.coverage import CoverageDoor
from reports.api.tables import TableDoor
from reports.tables import TABLES
from tests.house.routes import routes
from tests.house.test_reading import doors as all_doors

pytestmark = pytest.mark.django_db
NAME = "Written And Refused"


class Kept(NotFound):
    keeps = True


def answer(work: Callable[[], object], method: str = "POST") -> int:
    """The status of a request whose view does this work."""

    def post(self: Door, request: Any) -> Response:
        return Response(work())

    own = {"authentication_classes": [], "permission_classes": [AllowAny], "post": post, "get": post}
    view: Any = type("Planted", (Door,), own)
    return int(view.as_view()(RequestFactory().generic(method, "/")).status_code)


def write(then: Exception | None = None) -> Callable[[], object]:
    def work() -> dict[str, str]:
        Area.objects.filter(code="00454").update(name=NAME)
        if then is not None:
            raise then
        return {}

    return work


def written() -> bool:
    return Area.objects.filter(name=NAME).exists()


@pytest.mark.parametrize(
    ("then", "status", "stays"), [(None, 200, True), (NotFound(), 404, False), (Kept(), 404, True)]
)
def test_a_refusal_takes_back_what_was_written(then: Exception | None, status: int, stays: bool) -> None:
    assert (answer(write(then)), written()) == (status, stays)


def test_an_answer_that_cannot_be_rendered_takes_back_what_was_written() -> None:
    assert (answer(lambda: (write()(), object())[1]), written()) == (500, False)


def test_a_commit_that_fails_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(transaction.Atomic):
        def __exit__(self, *fault: Any) -> None:
            super().__exit__(OperationalError, OperationalError(), None)
            raise OperationalError

    monkeypatch.setattr(transaction, "atomic", lambda: Failing(None, True, False))
    assert (answer(write()), written()) == (503, False)


def test_the_last_word_of_a_request_is_in_its_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """And it may write though the request only reads; when it fails, nothing is told."""
    told: list[str] = []

    def done(request: Any, response: Any) -> None:
        assert connection.in_atomic_block
        told.append("done")
        write(NotFound() if request.method == "POST" else None)()

    def refused(request: Any, response: Any, why: Exception) -> None:
        told.append(type(why).__name__)

    plugs = {"base.request_done": done, "base.request_refused": refused}
    monkeypatch.setattr(doors, "plugged", plugs.get)
    assert (answer(dict, "POST"), written()) == (404, False)
    assert (answer(dict, "GET"), written()) == (200, True)
    assert (answer(write(NotFound())), told) == (404, ["done", "NotFound", "done", "NotFound"])


# Doors that open no transaction, beside figures: they neither read nor write personal data.
NOTHING_PERSONAL = {
    "areas.api.Hamlets": "names of places",
    "areas.api.OfficeHotline": "the number of an office",
    "reports.api.periods.PeriodsDoor": "figures that are closed",
    "reports.api.schedules.OneSchedule": "what the office wants each month",
    "reports.api.schedules.Schedules": "what the office wants each month",
    "reports.api.targets.TargetImportDoor": "figures that are wanted",
}


def apart(found: Iterable[type[Door]]) -> set[str]:
    """The doors with a token that open no transaction, but for tables and charts of figures."""
    doors = [door for door in found if not door.whole and not issubclass(door, PublicDoor | Chart)]
    figures = [door for door in doors if (table := getattr(door, "table", None)) and not table.is_personal]
    return {f"{door.__module__}.{door.__name__}" for door in doors if door not in (CoverageDoor, *figures)}


def test_every_door_with_a_token_is_whole_or_listed() -> None:
    routes()
    assert apart(door for door in all_doors() if not door.__module__.startswith("tests")) == set(
        NOTHING_PERSONAL
    )
    planted = type("Planted", (Door,), {"whole": False, "__module__": "x"})
    named = type("Named", (TableDoor,), {"whole": False, "table": TABLES["follow_up"], "__module__": "x"})
    assert apart([planted, named]) == {"x.Planted", "x.Named"}
