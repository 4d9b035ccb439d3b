"""All four: how many adults are digital citizens, how far the others are, and on what evidence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from areas.queries import find_area
from base.models import SYSTEM
from checklist.items import PILLARS
from checklist.queries import list_standings
from checklist.rules import readiness
from people.actions import Edit, change_persons
from people.queries import facts_in_hamlet
from tests.reports.figures import only, table, tell
from tests.reports.test_households import has_all_four
from tests.village import AT, LOWER, TODAY, UPPER, an_id, calling

pytestmark = pytest.mark.django_db


def test_each_adult_is_counted_by_how_many_of_the_four_he_has() -> None:
    has_all_four("lan", "witnessed")
    tell(("lan", "identity", "level2_active", {"evidence": "self_declared"}))
    has_all_four("tam", "seen")
    tell(("hung", "identity", "level2_active", {}), ("mai", "identity", "level2_active", {}))
    found = table("coverage", by="all_four")
    assert only(found, key=UPPER) == {
        "key": UPPER,
        "name": "Thôn Thượng",
        "item": "all_four",
        "due": 2,
        "ready": 1,
        "rate": 50.0,
        "expired": 0,
        "states": {"stage_1": 1, "stage_4": 1},
        "evidence": {"witnessed": 1},
        "unconverted": None,
    }
    [total] = found["totals"]
    assert (total["due"], total["ready"], total["evidence"]) == (3, 2, {"seen": 1, "witnessed": 1})
    assert found["denominators"] == {"registered_due": {"all_four": 3}, "unknown_age": 0}


def test_it_says_what_the_rules_say_of_each_person_on_any_day() -> None:
    has_all_four("hung")
    ends, seen = TODAY - timedelta(days=1), AT - timedelta(days=9)
    tell(("tam", "signature", "has", {"kind": "ca", "expires_on": ends, "observed_at": seen}))
    unknown = Edit(an_id("lan"), {"birth_year": 1958}, {"birth_year": None})
    assert change_persons(by=SYSTEM, edits=[unknown], at=AT)[0].state == "applied"
    for on in (TODAY - timedelta(days=2), TODAY):
        found = table("coverage", by="all_four", on=on.isoformat())
        for hamlet in (UPPER, LOWER):
            row = only(found, key=hamlet)
            area = find_area(hamlet)
            assert area is not None
            persons = facts_in_hamlet(area.pk)
            known = list_standings([one.id for one in persons])
            told = [readiness(one.born_on, known[one.id], on) for one in persons]
            stages = [one.stage for one in told if one.is_adult]
            assert row["states"] == {f"stage_{n}": stages.count(n) for n in set(stages)}
            assert row["ready"] == sum(one.is_ready for one in told if one.is_adult)
    assert found["denominators"]["unknown_age"] == 1
    assert len(PILLARS) == 4


def test_as_a_file_it_has_the_columns_of_the_coverage() -> None:
    answer = calling("dung").get("reports/coverage", area="00454", by="all_four", format="csv")
    assert "Đủ cả bốn mục" in answer.raw.content.decode()
