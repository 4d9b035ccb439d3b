"""Figures are kept between two requests for as long as nothing changes, and never a moment longer."""

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
def test_figures_are_summed_again_only_after_a_change() -> None:
    before, _ = sums()
    assert sums() == (before, 0)
    told = calling("an").post(
        "checklist/observations", make.document(an_id("lan"), "identity", "level2_active")
    )
    assert told.status == 200, told.json
    after, read = sums()
    assert (ready(after), read) == (ready(before) + 1, 1)
    assert sums() == (after, 0)


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
def test_nothing_is_kept_inside_a_transaction_which_may_be_rolled_back() -> None:
    assert sums()[1] == 1
    assert sums()[1] == 1
