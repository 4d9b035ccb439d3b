"""A household moves while a phone that knows it has no network: its unsent work is held, owned where the
household lives now, seen there alone, and comes free by its owner or by itself when the right returns."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.actions import appoint, dismiss
from accounts.models import Post
from accounts.rules import Role
from base.models import SYSTEM, new_id
from checklist.models import Observation, Visit
from people.models import Person
from sync import tasks
from sync.models import Receipt
from tests.checklist.counting import differences
from tests.sync.saying import (
    LAN,
    change,
    consent,
    now,
    observation,
    person,
    push,
    retraction,
    states,
    visit,
)
from tests.village import FAR, LOWER, UPPER, an_id, calling

pytestmark = pytest.mark.django_db
NGUYEN = an_id("nguyen")


def evening() -> list[dict[str, Any]]:
    """What Ân did at the Nguyễns' without a network."""
    return [
        visit(NGUYEN),
        observation(LAN),
        consent(LAN),
        change(LAN, presence=("present", "away")),
        person(NGUYEN),
    ]


def move(hamlet: str, who: str = "giang") -> None:
    reply = calling(who).post(f"people/households/{NGUYEN}/move", {"hamlet": hamlet})
    assert reply.status == 200, reply.json


def held(who: str) -> set[str]:
    return {row["id"] for row in calling(who).get("sync/held").json["results"]}


def of(said: list[dict[str, Any]]) -> list[Receipt]:
    return [Receipt.objects.select_related("area").get(pk=one["id"]) for one in said]


def post(name: str, area: str, role: Role = Role.VOLUNTEER) -> None:
    appoint(by=SYSTEM, user_id=an_id(name), role=role, area=area, at=now())


def unpost(name: str) -> None:
    dismiss(by=SYSTEM, post_id=Post.objects.get(user_id=an_id(name), to_at=None).pk, at=now())


def test_unsent_work_is_held_for_the_gaining_side_and_nobody_else_hears_of_it() -> None:
    move(FAR)
    said = evening()
    receipts = push("an", *said)
    assert states(receipts) == ["held"] * 5
    assert {(line.area.code, line.owner_id) for line in of(said)} == {(FAR, an_id("hai"))}
    ids = {one["id"] for one in said}
    assert held("hai") == held("giang") == ids
    assert held("binh") == held("dung") == set(), "the losing side has no sight of it any more"
    for told in (receipts, calling("an").get("sync/receipts").json):
        assert str(an_id("hai")) not in str(told)
        assert FAR not in str(told)
    assert Observation.objects.count() == Visit.objects.count() == 0


def test_what_is_told_is_what_would_be_told_of_a_household_that_never_was() -> None:
    move(FAR)
    moved, never = push("an", visit(NGUYEN)), push("an", visit(new_id()))
    assert {**moved[0], "id": ""} == {**never[0], "id": ""}


def test_the_team_lead_of_the_gaining_side_releases_it() -> None:
    post("nobody", LOWER, Role.TEAM_LEAD)
    move(LOWER, "dung")
    said = evening()
    assert states(push("an", *said)) == ["held"] * 5
    assert {line.owner_id for line in of(said)} == {an_id("nobody")}
    for one in said:
        assert calling("binh").post(f"sync/held/{one['id']}/release").status == 404
        reply = calling("nobody").post(f"sync/held/{one['id']}/release")
        assert (reply.status, reply.json["state"]) == (200, "applied")
    fact = Observation.objects.get()
    assert (fact.by_id, fact.hamlet.code) == (an_id("an"), LOWER)
    assert Person.objects.get(pk=LAN).presence == "away"
    assert states(push("an", *said)) == ["duplicate"] * 5
    assert differences() == 0


def test_it_comes_free_by_itself_when_the_right_returns() -> None:
    move(LOWER, "dung")
    said = evening()
    push("an", *said)
    tasks.judge_held()
    assert {line.state for line in of(said)} == {"held"}
    post("an", LOWER)
    tasks.judge_held()
    assert {line.state for line in of(said)} == {"applied"}
    assert Visit.objects.get().by_id == an_id("an")


def test_it_comes_free_when_the_household_comes_back() -> None:
    move(LOWER, "dung")
    push("an", *(said := evening()))
    move(UPPER, "dung")
    tasks.judge_held()
    assert {line.state for line in of(said)} == {"applied"}


def test_it_follows_when_the_household_moves_on() -> None:
    move(LOWER, "dung")
    push("an", *(said := evening()))
    assert held("dung") == {one["id"] for one in said}
    move(FAR)
    tasks.judge_held()
    assert {(line.area.code, line.owner_id) for line in of(said)} == {(FAR, an_id("hai"))}
    assert held("dung") == set()


def test_who_was_posted_elsewhere_has_no_right_to_his_old_hamlet() -> None:
    """The household stays and the volunteer goes: his team lead of then looks after what he brings home."""
    unpost("an")
    post("an", LOWER)
    said = evening()
    assert states(push("an", *said)) == ["held"] * 5
    assert {(line.area.code, line.owner_id) for line in of(said)} == {(UPPER, an_id("binh"))}
    assert held("binh") == {one["id"] for one in said}


def test_what_was_applied_before_the_move_stays_and_can_be_withdrawn_by_its_author_no_more() -> None:
    push("an", seen := observation(LAN))
    move(FAR)
    assert states(push("an", seen)) == ["duplicate"]
    assert states(push("an", wrong := retraction(seen["id"]))) == ["held"]
    assert held("hai") == {wrong["id"]}
    assert Observation.objects.get().by_id == an_id("an")
