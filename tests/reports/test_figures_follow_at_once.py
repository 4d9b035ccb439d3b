"""Figures are summed at each look, in one statement: whatever is done is in the next one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import make
from tests.village import COMMUNE, TODAY, an_id, calling

PATH = "reports/coverage"


def sums(area: str = COMMUNE) -> tuple[Any, int]:
    """The coverage and how many statements read the tallies for it."""
    with CaptureQueriesContext(connection) as captured:
        reply = calling("giang").get(PATH, area=area, on=TODAY.isoformat())
    assert reply.status == 200, reply.json
    return reply.json, sum("checklist_tally" in query["sql"] for query in captured.captured_queries)


def ready(body: Any) -> int:
    return next(row["ready"] for row in body["totals"] if row["item"] == "identity")


@pytest.mark.usefixtures("committed")
def test_what_is_recorded_is_in_the_next_look() -> None:
    before, _ = sums()
    assert sums() == (before, 1)
    told = calling("an").post(
        "checklist/observations", make.document(an_id("lan"), "identity", "level2_active")
    )
    assert told.status == 200, told.json
    after, read = sums()
    assert (ready(after), read) == (ready(before) + 1, 1)
    assert sums() == (after, 1)


@pytest.mark.usefixtures("committed")
def test_a_person_who_moves_away_is_no_longer_counted() -> None:
    before, _ = sums()
    hung = calling("an").get(f"people/persons/{an_id('hung')}").json
    edit = {"base": {"presence": hung["presence"]}, "set": {"presence": "moved"}}
    assert calling("an").patch(f"people/persons/{an_id('hung')}", edit).status == 200
    after, _ = sums()
    assert after["denominators"]["registered_due"]["identity"] == (
        before["denominators"]["registered_due"]["identity"] - 1
    )


@pytest.mark.django_db
def test_what_is_not_committed_yet_is_seen_by_its_own_transaction() -> None:
    before, _ = sums()
    calling("an").post("checklist/observations", make.document(an_id("lan"), "identity", "level2_active"))
    after, read = sums()
    assert (ready(after), read) == (ready(before) + 1, 1)
