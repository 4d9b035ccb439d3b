"""A story that is committed leaves the village as it was, row for row."""

from __future__ import annotations

import pytest

from tests import make, told
from tests.people.rosters import applied, csv, row
from tests.village import UPPER, an_id, calling

pytestmark = pytest.mark.usefixtures("committed")


def changed(one: dict[str, bytes], other: dict[str, bytes]) -> set[str]:
    """The tables whose rows differ, in whatever order they lie."""
    return {table for table in one if sorted(one[table].split(b"\n")) != sorted(other[table].split(b"\n"))}


def test_whatever_was_committed_is_taken_back_and_whatever_was_there_is_there_again() -> None:
    before = told.rows()
    applied(csv(row("Lê Mới", hamlet="Thôn Mới", house=9, vneid="x")))
    seen = make.document(an_id("lan"), "identity", "level1")
    assert calling("an").post("checklist/observations", seen).status == 200
    assert calling("dung").post(f"people/households/{an_id('tran')}/move", {"hamlet": UPPER}).status == 200
    after = changed(before, told.rows())
    rooms = {"areas_area", "areas_feed", "people_person", "checklist_observation", "accounts_accessnote"}
    assert after >= rooms
    told.put_back(before)
    assert changed(before, told.rows()) == set()
