"""What the public is told: the week's figures of a province, as they were made, without a small cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from base.models import SYSTEM
from checklist.items import ITEMS
from reports.actions import publish_figures, publishing
from reports.models import Release
from reports.queries import Coverage
from reports.queries import coverage as counted
from reports.rules import Denominators, Figure, Place
from reports.rules.small_cells import SMALL_CHANGE, Cell, Hidden, is_sensitive
from tests.village import COMMUNE, OTHER_COMMUNE, PROVINCE, calling

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 9, 3, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
Numbers = dict[str, tuple[int, int]]


def published(numbers: Numbers, at: datetime = MONDAY) -> Any:
    """The release of Hà Nội as if its communes had these figures in every item."""

    def figures(cell: tuple[int, int]) -> dict[str, Figure]:
        return {item: Figure(due=cell[1], ready=cell[0]) for item in ITEMS}

    def read(by: Any, *, area: str, on: Any) -> Coverage:
        if area != PROVINCE:
            return counted(by, area=area, on=on)
        whole = (sum(a for a, _ in numbers.values()), sum(t for _, t in numbers.values()))
        rows = [
            (Place(n, code, f"Xã {code}"), figures(cell)) for n, (code, cell) in enumerate(numbers.items())
        ]
        real = counted(by, area=area, on=on)
        return Coverage(real.area, on, lambda: rows, figures(whole), Denominators({}, 0), [])

    with patch.object(publishing, "coverage", read), patch.object(publishing, "list_areas", only_hanoi):
        publish_figures(by=SYSTEM, at=at)
    return calling().get("reports/public", area=PROVINCE).json


def only_hanoi(**given: Any) -> Any:
    from areas.queries import list_areas

    return list_areas(**given).filter(code=PROVINCE)


LARGE: Numbers = {COMMUNE: (400, 900), OTHER_COMMUNE: (300, 800), "00008": (3, 500), "00025": (70, 400)}


def told(answer: Any) -> dict[str, tuple[Any, Any]]:
    return {row["code"]: (row["figures"][0]["ready"], row["figures"][0]["due"]) for row in answer["rows"]}


def test_small_cells_are_hidden_with_a_second_one_and_the_rest_is_told() -> None:
    answer = published(LARGE)
    assert told(answer) == {**LARGE, "00008": (None, None), "00025": (None, None)}
    assert answer["on"] == "2026-11-08", "the last day of the last whole week"
    assert (answer["totals"][0]["ready"], answer["totals"][0]["due"]) == (773, 2600)
    hidden = [figure for row in answer["rows"] for figure in row["figures"] if figure["hidden"]]
    assert {tuple(figure[name] for name in ("ready", "due", "rate")) for figure in hidden} == {(None,) * 3}


def test_D_04_every_way_to_read_it_tells_the_same() -> None:
    """JSON, CSV and the commune's own page: nowhere is a cell that another one hides."""
    published(LARGE)
    reply = calling().get("reports/public", area=PROVINCE, format="csv")
    lines = list(csv.reader(io.StringIO(reply.body.decode("utf-8-sig")), delimiter=";"))[1:]
    shown = {line[0]: line[3:6] for line in lines if line[2] == ITEMS["identity"].title_vi}
    assert shown["00008"] == ["không công bố"] * 3
    assert shown[COMMUNE] == ["400", "900", "44,4"]
    commune = calling().get("reports/public", area="00008").json
    assert commune["totals"][0]["ready"] is None
    assert calling().get("reports/public", area=COMMUNE).json["totals"][0]["ready"] == 400
    assert b"497" not in reply.body, "nor how many are not ready"


def test_a_few_more_or_less_are_held_back_until_they_are_many() -> None:
    first = told(published(LARGE))
    second = told(published({**LARGE, COMMUNE: (405, 900), OTHER_COMMUNE: (315, 800)}, MONDAY + WEEK))
    assert (first[COMMUNE], second[COMMUNE]) == ((400, 900), (400, 900))
    assert second[OTHER_COMMUNE] == (315, 800)
    third = told(published({**LARGE, COMMUNE: (411, 900)}, MONDAY + 2 * WEEK))
    assert third[COMMUNE] == (411, 900)


def test_what_was_told_stays_and_is_made_once_a_week() -> None:
    published(LARGE)
    assert told(published({COMMUNE: (1, 2)})) == told(published(LARGE))
    assert Release.objects.count() == 1
    published(LARGE, MONDAY + timedelta(days=6))
    assert Release.objects.count() == 1
    published(LARGE, MONDAY + WEEK)
    assert Release.objects.count() == 2


def test_a_request_counts_nobody_and_may_be_kept() -> None:
    published(LARGE)
    with CaptureQueriesContext(connection) as captured:
        reply = calling().get("reports/public", area=PROVINCE)
    assert reply.raw.headers["Cache-Control"].startswith("public")
    assert len(captured) <= 3
    assert not any("tally" in query["sql"] for query in captured.captured_queries)
    tag = reply.raw.headers["ETag"]
    again = calling().client.get(f"/api/v1/reports/public?area={PROVINCE}", headers={"if-none-match": tag})
    assert again.status_code == 304


def cells_of(answer: Any) -> dict[Any, Cell | None]:
    """Every figure of an answer, totals too; None where it is hidden."""
    places = [*((row["code"], row["figures"]) for row in answer["rows"]), ("", answer["totals"])]
    return {
        (code, figure["item"]): None if figure["hidden"] else Cell(figure["ready"], figure["due"])
        for code, figures in places
        for figure in figures
    }


def differences(first: Any, then: Any) -> set[int]:
    """By how many persons two answers differ in what both tell: ready, due, and not ready yet."""
    found = set()
    for key, before in cells_of(first).items():
        after = cells_of(then)[key]
        if before is not None and after is not None:
            ready, due = after.ready - before.ready, after.due - before.due
            found |= {abs(ready), abs(due), abs(due - ready)}
    return found


def weeks_of(chance: Random) -> Iterator[Any]:
    """What is published week by week, while a few or many more are registered and ready."""
    numbers = LARGE
    for week in range(8):
        yield published(numbers, MONDAY + week * WEEK)
        grown = {}
        for code, (ready, due) in numbers.items():
            more = due + chance.choice([0, 1, 5, 12, 40])
            grown[code] = (min(more, max(0, ready + chance.choice([-12, -3, 0, 2, 9, 11, 13, 50]))), more)
        numbers = grown


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_D_03_D_01_from_week_to_week_nothing_that_is_told_differs_by_a_few(seed: int) -> None:
    answers = list(weeks_of(Random(seed)))
    steps = set().union(*(differences(*pair) for pair in pairwise(answers)))
    assert not steps & set(range(1, SMALL_CHANGE + 1))
    assert max(steps) > SMALL_CHANGE, "much has moved all the same"
    assert not any(cell and is_sensitive(cell) for each in answers for cell in cells_of(each).values())


def test_D_03_control_a_house_that_holds_nothing_back_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "hold_back", lambda before, now: now)
    answers = list(weeks_of(Random(1)))
    steps = set().union(*(differences(*pair) for pair in pairwise(answers)))
    assert steps & set(range(1, SMALL_CHANGE + 1))


def asked() -> Iterator[dict[str, str]]:
    """Every parameter that the office's tables take, and areas of all levels."""
    for area in (PROVINCE, COMMUNE, "00454-01", "99", "xx", ""):
        yield {"area": area}
        for more in ({"by": "evidence"}, {"on": "2026-11-02"}, {"as_of": "then"}, {"since": "2026-01-01"}):
            yield {"area": area, **more}


def test_D_05_no_filter_leads_out_of_the_fixed_cube() -> None:
    published(LARGE)
    answered = [calling().get("reports/public", **given) for given in asked()]
    assert {reply.status for reply in answered} == {200, 400, 404}
    for reply in answered:
        rows = reply.json.get("rows", []) if reply.status == 200 else []
        for figure in (figure for row in rows for figure in row["figures"] if not figure["hidden"]):
            assert not is_sensitive(Cell(figure["ready"], figure["due"]))


NAMES = (
    "area",
    "format",
    "on",
    "as_of",
    "since",
    "by",
    "item",
    "level",
    "hamlet",
    "filters",
    "cursor",
    "kind",
)


def by_chance(times: int) -> Iterator[dict[str, str]]:
    """Filters of every name that the office has, with values with and without a meaning."""
    chance = Random(5)
    areas = [PROVINCE, COMMUNE, OTHER_COMMUNE, "00008", "00025", "00454-01", "1", "99"]
    values = [
        "item",
        "evidence",
        "identity",
        "2026-11-02",
        "then",
        "csv",
        "json",
        "",
        "0",
        "1=1",
        "%",
        "thôn",
    ]
    for _ in range(times):
        given = {chance.choice(NAMES): chance.choice(values) for _ in range(chance.randint(0, 3))}
        yield {"area": chance.choice(areas), **given} if chance.random() < 0.9 else given


def reached(times: int) -> tuple[set[int], list[Any]]:
    """The statuses of so many calls, and the small cells that one of them told."""
    statuses, small = set(), []
    for given in by_chance(times):
        reply = calling().get("reports/public", **given)
        statuses.add(reply.status)
        if reply.status == 200 and given.get("format") != "csv":
            small += [cell for cell in cells_of(reply.json).values() if cell and is_sensitive(cell)]
        elif reply.status == 200:
            lines = csv.reader(io.StringIO(reply.body.decode("utf-8-sig")), delimiter=";")
            numbers = [line[3:5] for line in lines if line[3].isdigit()]
            small += [cell for cell in (Cell(int(a), int(b)) for a, b in numbers) if is_sensitive(cell)]
    return statuses, small


@pytest.mark.parametrize(
    "times", [60, pytest.param(10_000, marks=[pytest.mark.prove, pytest.mark.timeout(900)])]
)
def test_D_05_no_filter_by_chance_reaches_a_small_cell(times: int) -> None:
    published(LARGE)
    assert reached(times) == ({200, 400, 404}, [])


def test_the_village_itself_is_too_small_to_be_told() -> None:
    """Four persons: nothing, not even the totals."""
    with patch.object(publishing, "list_areas", only_hanoi):
        publish_figures(by=SYSTEM, at=MONDAY)
    answer = calling().get("reports/public", area=PROVINCE).json
    figures = [figure for row in answer["rows"] for figure in row["figures"]] + answer["totals"]
    assert len(figures) > 100
    assert all(figure["hidden"] for figure in figures)


def test_where_nothing_was_told_yet_there_is_nothing() -> None:
    assert calling().get("reports/public", area=PROVINCE).status == 404
    assert calling().get("reports/public", area="01x").status == 400


def test_D_04_D_05_control_a_house_that_hides_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "protect", lambda rows, whole: Hidden(frozenset(), frozenset()))
    published(LARGE)
    csv_file = calling().get("reports/public", area=PROVINCE, format="csv").body.decode()
    assert "không công bố" not in csv_file
    rows = calling().get("reports/public", area=PROVINCE).json["rows"]
    assert reached(60)[1] != []
    assert any(is_sensitive(Cell(one["ready"], one["due"])) for row in rows for one in row["figures"])
