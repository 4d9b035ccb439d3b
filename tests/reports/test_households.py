"""Households: ready or not by every adult at home, and visited or not by the last knock at the door."""

from __future__ import annotations

from datetime import timedelta

import pytest

from base.models import SYSTEM
from checklist.actions import record_visits
from checklist.items import ITEMS, PILLARS
from checklist.queries import count_ready_adults, filter_households
from people.actions import Edit, change_persons
from people.models import Household
from tests.make import visit
from tests.reports.figures import only, table, tell
from tests.village import AT, LOWER, TODAY, UPPER, an_id, calling

pytestmark = pytest.mark.django_db


def has_all_four(who: str, evidence: str = "seen") -> None:
    for code in PILLARS:
        item = ITEMS[code]
        tell((who, code, item.ready_from, {"kind": item.kind_codes[0], "evidence": evidence}))


def test_a_household_is_ready_with_its_last_adult_and_says_on_what_evidence() -> None:
    has_all_four("lan")
    has_all_four("tam", "verified")
    tell(("tam", "identity", "level2_active", {"evidence": "self_declared", "observed_at": AT}))
    found = table("households")
    upper, lower = only(found, key=UPPER), only(found, key=LOWER)
    assert (upper["households"], upper["ready"], upper["partly"], upper["rate"]) == (1, 0, 1, 0.0)
    assert (lower["ready"], lower["verified"], lower["rate"]) == (1, 1, 100.0)
    has_all_four("hung", "witnessed")
    upper = only(table("households"), key=UPPER)
    assert (upper["ready"], upper["partly"], upper["seen"], upper["witnessed"]) == (1, 0, 1, 0)


def test_the_table_and_the_list_of_households_agree() -> None:
    has_all_four("lan")
    change_persons(
        by=SYSTEM, edits=[Edit(an_id("tam"), {"presence": "present"}, {"presence": "away"})], at=AT
    )
    found = table("households", "giang", area="01")
    total = found["totals"][0]
    everybody = Household.objects.filter(removed_at=None)
    for readiness in ("ready", "partly", "none"):
        listed = filter_households(everybody, readiness=readiness, follow_up=None, on=TODAY).count()
        assert total[readiness] == listed, readiness
    adults = count_ready_adults(list(everybody.values_list("pk", flat=True)), TODAY)
    assert total["no_adults"] == sum(pk not in adults for pk in everybody.values_list("pk", flat=True)) == 1
    assert total["households"] == 3 == sum(total[name] for name in ("ready", "partly", "none", "no_adults"))


def test_the_last_visit_counts_and_one_that_found_nobody_is_a_visit() -> None:
    before = AT - timedelta(days=3)
    knocks = [visit(an_id("nguyen"), "refused", visited_at=before), visit(an_id("nguyen"), "nobody")]
    record_visits(by=SYSTEM, visits=knocks, at=AT)
    found = table("households")
    upper = only(found, key=UPPER)
    assert (upper["nobody"], upper["refused"], upper["not_visited"]) == (1, 0, 0)
    assert only(found, key=LOWER)["not_visited"] == 1
    earlier = only(table("households", on=(TODAY - timedelta(days=1)).isoformat()), key=UPPER)
    assert (earlier["nobody"], earlier["refused"]) == (0, 1), "as of the day before"
    since = only(
        table("households", since=(TODAY + timedelta(days=1)).isoformat(), on="2026-11-03"), key=UPPER
    )
    assert since["not_visited"] == 1, "nobody came in that period"


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    answer = calling("dung").get("reports/households", area=UPPER, on="2026-11-02", since="2026-11-03")
    assert (answer.status, answer.json["code"]) == (400, "report.end_before_start")
    of_one_day = calling("dung").get("reports/bottlenecks", area=UPPER, since="2026-11-01")
    assert (of_one_day.status, of_one_day.json["errors"][0]["path"]) == (400, "since")
