"""Work belongs to the team that did it: not to who owns the household today, and a closed door is work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.actions import appoint, dismiss
from accounts.models import Post
from base.models import SYSTEM, new_id
from checklist.actions import NewRetraction, record_observations, record_visits, retract_observations
from checklist.models import Visit
from people.actions import Move, move_households
from tests.make import observation, visit
from tests.reports.figures import only, table
from tests.village import AT, COMMUNE, LOWER, UPPER, actor, an_id

pytestmark = pytest.mark.django_db


def an_knocks(*outcomes: str, **more: Any) -> None:
    knocks = [visit(an_id("nguyen"), outcome, **more) for outcome in outcomes]
    assert {one.state for one in record_visits(by=actor("an"), visits=knocks, at=AT)} == {"applied"}


def test_visits_that_met_nobody_count_as_work() -> None:
    an_knocks("nobody", "nobody", "met")
    upper = only(table("team_activity"), key=UPPER)
    assert (upper["visits"], upper["nobody"], upper["met"], upper["households"]) == (3, 2, 1, 1)
    assert upper["members"] == 1
    assert only(table("team_activity"), key=LOWER)["visits"] == 0, "a team without work is shown, too"


def test_work_stays_with_the_team_when_the_household_moves_away() -> None:
    an_knocks("met")
    said = observation(an_id("lan"), "identity", "level2_active", evidence="witnessed")
    record_observations(by=actor("an"), observations=[said], at=AT)
    move_households(by=actor("dung"), moves=[Move(an_id("nguyen"), LOWER)], at=AT)
    found = table("team_activity")
    upper, lower = only(found, key=UPPER), only(found, key=LOWER)
    assert (upper["visits"], upper["facts"], upper["witnessed"], upper["persons"]) == (1, 1, 1, 1)
    assert (lower["visits"], lower["facts"]) == (0, 0), "never that of the present owner"
    assert Visit.objects.filter(household__hamlet__code=LOWER).count() == 1, "who asks the owner is told that"


def test_work_stays_with_the_post_when_the_volunteer_takes_another() -> None:
    an_knocks("met")
    dismiss(by=SYSTEM, post_id=Post.objects.get(user_id=an_id("an")).pk, at=AT)
    appoint(by=SYSTEM, user_id=an_id("an"), role="volunteer", area=LOWER, at=AT)
    tomorrow = AT + timedelta(days=1)
    knock = visit(an_id("tran"), "refused", visited_at=tomorrow)
    record_visits(by=actor("an", tomorrow), visits=[knock], at=tomorrow)
    found = table("team_activity", since="2026-11-01", on="2026-11-03")
    assert (only(found, key=UPPER)["met"], only(found, key=LOWER)["refused"]) == (1, 1)


def test_only_the_days_asked_for_and_no_fact_that_was_withdrawn() -> None:
    an_knocks("met", visited_at=AT - timedelta(days=2))
    said = [observation(an_id("lan"), "safety", "briefed"), observation(an_id("hung"), "safety", "briefed")]
    record_observations(by=actor("an"), observations=said, at=AT)
    withdrawn = NewRetraction(id=new_id(), observation=said[0].id)
    retract_observations(by=actor("an"), retractions=[withdrawn], at=AT)
    today = only(table("team_activity"), key=UPPER)
    assert (today["visits"], today["facts"], today["seen"]) == (0, 1, 1)
    assert only(table("team_activity", since="2026-10-31"), key=UPPER)["visits"] == 1


def test_the_office_has_a_line_of_its_own_and_all_lines_make_the_total() -> None:
    an_knocks("met")
    record_visits(by=actor("dung"), visits=[visit(an_id("tran"), "nobody")], at=AT)
    found = table("team_activity")
    assert only(found, key=COMMUNE)["nobody"] == 1
    total = found["totals"][0]
    assert total["visits"] == 2 == sum(row["visits"] for row in found["rows"])
    province = table("team_activity", "giang", area="01")
    assert only(province, key=COMMUNE)["visits"] == 2, "hamlets and office of a commune together"
    assert not [name for name in total if "name" in name and name != "name"], "no volunteer is named"
