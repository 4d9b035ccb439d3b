"""The one table that a province sends up: each number is that of the table it comes from."""

from __future__ import annotations

import pytest

from base.models import SYSTEM
from checklist.actions import record_visits
from tests.make import visit
from tests.reports.figures import only, table, tell
from tests.reports.test_households import has_all_four
from tests.village import AT, COMMUNE, LOWER, UPPER, an_id

pytestmark = pytest.mark.django_db


def test_a_row_holds_what_provinces_report_of_an_area() -> None:
    has_all_four("lan", "verified")
    tell(
        ("hung", "identity", "level2_granted", {}),
        ("hung", "service_account", "submitted", {}),
        ("mai", "smartphone", "shared_in_household", {}),
    )
    record_visits(by=SYSTEM, visits=[visit(an_id("nguyen"))], at=AT)
    upper = only(table("indicators"), key=UPPER)
    assert {name: upper[name] for name in upper if name not in ("key", "name")} == {
        "persons": 3,
        "from14": 3,
        "from15": 2,
        "from18": 2,
        "households": 1,
        "visited": 1,
        "level1": 0,
        "level2_granted": 1,
        "level2_active": 1,
        "identity_rate": 33.3,
        "identity_verified": 1,
        "payment": 1,
        "payment_rate": 50.0,
        "payment_verified": 1,
        "signature": 1,
        "signature_rate": 50.0,
        "signature_verified": 1,
        "portal": 2,
        "portal_rate": 100.0,
        "portal_verified": 1,
        "submitted": 1,
        "all_four": 1,
        "all_four_rate": 50.0,
        "verified": 1,
        "smartphone": 1,
        "safety": 0,
        "teams": 1,
        "members": 3,
        "per_100": 100.0,
    }


def test_its_total_is_the_row_of_the_area_in_the_table_above() -> None:
    has_all_four("tam")
    [total] = table("indicators")["totals"]
    above = only(table("indicators", "giang", area="01"), key=COMMUNE)
    assert total == above
    rows = table("indicators")["rows"]
    for name in ("persons", "from18", "households", "visited", "all_four", "members", "teams"):
        assert total[name] == sum(row[name] for row in rows), name
    assert only({"rows": rows}, key=LOWER)["all_four"] == 1
