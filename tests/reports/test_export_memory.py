"""Files are made by workers alone, with little memory however many rows they have."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from reports import tasks
from reports.actions import building
from tests.bench import files
from tests.house.routes import Things, routes, things
from tests.house.test_matrix import ask as call
from tests.house.test_matrix import declared
from tests.reports.exporting import ask, folder
from tests.village import calling

__all__ = ["folder"]
MOST_MB = 300
SOME, MANY = 20_000, 500_000


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The exports that somebody was about to build."""
    seen: list[Any] = []
    monkeypatch.setattr(building, "_build", lambda export, *more: seen.append(export.pk))
    return seen


def every_door_is_used(it: Things) -> int:
    """All that the office may ask, by who may; how many answers were good."""
    doors = {route.pattern: route for route in routes()}
    office = [key for key in declared() if "/reports/" in key[1] and key[2] in ("dung", "binh", "giang")]
    answers = [call(who, method, doors[pattern].call(method, it)) for method, pattern, who in office]
    return sum(answer.status < 300 for answer in answers)


@pytest.mark.django_db
@pytest.mark.usefixtures("folder")
def test_X_08_no_door_builds_a_file(built: list[Any]) -> None:
    assert every_door_is_used(things()) > 30
    assert built == []


@pytest.mark.django_db
@pytest.mark.usefixtures("folder")
def test_X_08_control_a_worker_does(built: list[Any]) -> None:
    told = ask(calling("dung")).json
    tasks.build_due()
    assert [str(pk) for pk in built] == [told["id"]]


@pytest.fixture
def many_rows() -> Iterator[None]:
    """The table of the measurements, beside the database of the tests; gone afterwards."""
    yield
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as link:
        link.execute("DROP TABLE IF EXISTS bench_file")


def memory(what: str, rows: int) -> float:
    """The most that a process has needed that made a file of so many rows, in MB."""
    files._alone("prepare", rows)
    return float(files._alone(what, rows)["mb"])


@pytest.mark.usefixtures("many_rows")
@pytest.mark.parametrize(
    ("form", "rows"),
    [
        ("xlsx", SOME),
        pytest.param("csv", MANY, marks=[pytest.mark.prove, pytest.mark.timeout(900)]),
        pytest.param("xlsx", MANY, marks=[pytest.mark.prove, pytest.mark.timeout(900)]),
    ],
)
def test_X_08_a_worker_needs_little_memory(form: str, rows: int) -> None:
    assert memory(form, rows) < (MOST_MB if rows == MANY else MOST_MB / 2)


@pytest.mark.prove
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("many_rows")
def test_X_08_control_a_library_that_keeps_all_rows_needs_more() -> None:
    assert memory("xlsxwriter", MANY // 5) > MOST_MB
