"""Reading never writes: a GET that tries is an alarm, and nothing is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest
from django.db import connection, transaction
from django.test import RequestFactory
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from areas.models import Area
from base import bulk
from base.api import Door
from tests.house.routes import routes

pytestmark = pytest.mark.django_db
NAME = "Written By Reading"


class Writing(Door):
    """A door that does what it is given, under whatever method."""

    authentication_classes = []
    permission_classes = [AllowAny]
    work: Callable[[], object]

    def get(self, request: Request) -> Response:
        type(self).work()
        return Response({})

    post = get


def answer(method: str, work: Callable[[], object]) -> int:
    """The status of a call whose view does this work."""
    view = type("Planted", (Writing,), {"work": staticmethod(work)}).as_view()
    return int(view(RequestFactory().generic(method, "/")).status_code)


def _sql(statement: str) -> Callable[[], object]:
    def work() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return work


WRITES: dict[str, Callable[[], object]] = {
    "update": lambda: Area.objects.filter(code="00454").update(name=NAME),
    "save": lambda: Area.objects.get(code="00454", level="commune").save(),
    "delete": lambda: Area.objects.filter(code="00454-02").delete(),
    "insert": lambda: bulk.insert("areas_feed", {"hamlet_id": "bigint"}, [{"hamlet_id": 1}]),
    "lower case": _sql(f"  update areas_area set name = '{NAME}'"),
    "behind a WITH": _sql(
        f"WITH done AS (UPDATE areas_area SET name = '{NAME}' WHERE code = '00454' RETURNING 1) SELECT 1"
    ),
    "behind a comment": _sql(f"/* SELECT */ UPDATE areas_area SET name = '{NAME}'"),
    "second of two": _sql(f"SELECT 1; UPDATE areas_area SET name = '{NAME}'"),
    "a WITH that deletes": _sql("WITH gone AS (DELETE FROM areas_feed RETURNING 1) SELECT 1"),
    "truncate": _sql("TRUNCATE areas_feed"),
    "a call": _sql("CALL something()"),
}


@pytest.mark.parametrize("write", WRITES)
def test_a_planted_get_that_writes_is_an_alarm(write: str, caplog: pytest.LogCaptureFixture) -> None:
    with transaction.atomic():
        assert answer("GET", WRITES[write]) == 500
    assert [record.message for record in caplog.records if record.name == "alarm"] == ["alarm"]
    assert not Area.objects.filter(name=NAME).exists()


def test_a_post_may_write_and_a_get_may_read() -> None:
    assert answer("POST", WRITES["update"]) == 200
    assert Area.objects.filter(name=NAME).exists()
    assert answer("GET", lambda: list(Area.objects.filter(name=NAME))) == 200
    assert answer("GET", _sql("WITH one AS (SELECT 'UPDATE' AS word) SELECT word FROM one")) == 200


# A GET that keeps a note of who has read, and why it may.
NOTES = {
    "reports.api.exports.ExportFile": "who took which file is kept, and a link opens once",
    "sync.api.pull.Pull": "the statement that tells a page notes of whom",
}


def noting(found: Iterable[type[Door]]) -> set[str]:
    """The doors whose GET may write."""
    return {f"{door.__module__}.{door.__name__}" for door in found if door.notes_reading}


def doors(above: type[Door] = Door) -> Iterator[type[Door]]:
    for door in above.__subclasses__():
        yield door
        yield from doors(door)


def test_the_doors_that_note_who_reads_are_listed() -> None:
    routes()
    ours = [door for door in doors() if not door.__module__.startswith("tests")]
    assert noting(ours) == set(NOTES)
    assert noting([type("Planted", (Door,), {"notes_reading": True, "__module__": "x"})]) == {"x.Planted"}
