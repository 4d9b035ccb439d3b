"""What cannot be done yet is held: by whom it is owned, who sees it, and how it comes free."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.actions import appoint, dismiss
from accounts.models import Post
from accounts.rules import Role
from base.models import SYSTEM, new_id
from checklist.models import Observation, Visit
from people.models import Person
from sync import tasks
from sync.models import Receipt
from tests.sync.saying import (
    LAN,
    TAM,
    THU,
    change,
    consent,
    household,
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


def held(who: str) -> list[dict[str, Any]]:
    """What is held where he may release it."""
    reply = calling(who).get("sync/held")
    assert reply.status == 200, reply.json
    return list(reply.json["results"])


def ids(rows: list[dict[str, Any]]) -> set[str]:
    return {row["id"] for row in rows}


def end_post_of(name: str) -> None:
    dismiss(by=SYSTEM, post_id=Post.objects.get(user_id=an_id(name)).pk, at=now())


def post_again(name: str, area: str = UPPER) -> None:
    appoint(by=SYSTEM, user_id=an_id(name), role=Role.VOLUNTEER, area=area, at=now())


def line_of(said: dict[str, Any]) -> Receipt:
    return Receipt.objects.get(pk=said["id"])


def test_what_hangs_on_what_has_not_arrived_waits_for_it() -> None:
    home, dao, seen = new_id(), new_id(), new_id()
    waiting = [
        retraction(seen),
        observation(dao, seen),
        visit(home),
        consent(dao),
        change(dao),
        person(home, dao),
    ]
    for said in waiting:
        assert states(push("an", said)) == ["held"]
    assert Observation.objects.count() == Visit.objects.count() == 0
    assert states(push("an", household(home))) == ["applied"]
    assert {line_of(said).state for said in waiting} == {"applied"}
    assert Observation.objects.filter(person_id=dao).count() == 2
    assert Visit.objects.get().household_id == home
    assert states(push("an", *waiting)) == ["duplicate"] * 6


def test_what_is_applied_keeps_no_copy() -> None:
    home, dao = new_id(), new_id()
    said = person(home, dao, phone="0912000999")
    push("an", said)
    line = line_of(said)
    assert (line.data["full_name"], line.waits_for) == ("Phạm Thị Đào", home)
    assert line.area.code == UPPER
    push("an", household(home))
    line = line_of(said)
    assert (line.data, line.waits_for, line.area, line.owner) == (None, None, None, None)


def test_in_the_batch_that_frees_it_the_answer_is_that_it_is_applied() -> None:
    home, dao, seen = new_id(), new_id(), new_id()
    push("an", observation(dao, seen))
    receipts = push("an", household(home), person(home, dao), retraction(seen))
    assert states(receipts) == ["applied"] * 3


def test_it_is_the_work_of_who_said_it_whoever_brings_what_it_waits_for() -> None:
    home, dao = new_id(), new_id()
    push("an", said := observation(dao))
    push("binh", household(home, persons=[{"id": str(dao), "full_name": "Phạm Thị Đào", "birth_year": 1970}]))
    assert line_of(said).state == "applied"
    fact = Observation.objects.get()
    assert (fact.by_id, fact.post.user_id) == (an_id("an"), an_id("an"))


def test_it_is_judged_with_the_rights_its_sender_has_then() -> None:
    home, dao = new_id(), new_id()
    push("an", said := observation(dao))
    end_post_of("an")
    push("binh", household(home), person(home, dao))
    assert line_of(said).state == "held"
    assert line_of(said).waits_for is None, "the person is there; the right is not"
    assert Observation.objects.count() == 0


def test_work_after_the_post_ended_is_held_and_never_refused() -> None:
    end_post_of("an")
    home = new_id()
    said = [
        household(home),
        person(home),
        observation(LAN),
        visit(an_id("nguyen")),
        change(LAN),
        consent(LAN),
    ]
    assert states(push("an", *said)) == ["held"] * 6
    assert calling("an").get("sync/receipts").json["counts"] == {
        "sent": 6,
        "stored": 0,
        "waiting": 6,
        "refused": 0,
        "conflict": 0,
    }
    assert ids(held("binh")) == {one["id"] for one in said}
    assert {row["owner"]["id"] for row in held("binh")} == {str(an_id("binh"))}


def test_when_the_right_returns_it_is_applied_within_the_minute() -> None:
    end_post_of("an")
    said = [observation(LAN), visit(an_id("nguyen"))]
    push("an", *said)
    tasks.judge_held()
    assert states(push("an", *said)) == ["held", "held"]
    post_again("an")
    tasks.judge_held()
    assert {line_of(one).state for one in said} == {"applied"}
    assert Observation.objects.get().by_id == an_id("an")


def test_what_arrives_by_another_door_frees_it_within_the_minute() -> None:
    dao = new_id()
    push("an", said := observation(dao))
    body = {"id": str(dao), "full_name": "Phạm Thị Đào", "birth_year": 1970}
    assert calling("an").post(f"people/households/{an_id('nguyen')}/persons", body).status == 201
    assert line_of(said).state == "held"
    tasks.judge_held()
    assert line_of(said).state == "applied"


def test_a_closed_account_speaks_no_more() -> None:
    from accounts.models import User

    push("an", said := observation(dao := new_id()))
    User.objects.filter(pk=an_id("an")).update(is_active=False)
    push("binh", person(an_id("nguyen"), dao))
    tasks.judge_held()
    assert line_of(said).state == "held"


def test_the_team_lead_releases_it_as_the_word_of_who_said_it() -> None:
    end_post_of("an")
    push("an", said := observation(LAN))
    reply = calling("binh").post(f"sync/held/{said['id']}/release")
    assert (reply.status, reply.json["state"]) == (200, "applied")
    fact = Observation.objects.get()
    assert (fact.by_id, fact.post.user_id) == (an_id("an"), an_id("binh"))
    assert line_of(said).decided_by_id == an_id("binh")
    assert states(push("an", said)) == ["duplicate"]
    assert held("binh") == []
    assert calling("binh").post(f"sync/held/{said['id']}/release").status == 404


def test_he_may_turn_it_down_and_it_stays_so() -> None:
    end_post_of("an")
    push("an", said := observation(LAN))
    reply = calling("binh").post(f"sync/held/{said['id']}/refuse")
    assert (reply.status, reply.json["code"]) == (200, "command.turned_down")
    post_again("an")
    tasks.judge_held()
    [receipt] = push("an", said)
    assert (receipt["state"], receipt["code"]) == ("refused", "command.turned_down")
    assert Observation.objects.count() == 0
    assert (line_of(said).data["person"], line_of(said).decided_by_id) == (str(LAN), an_id("binh"))


def test_what_a_rule_refuses_is_refused_on_release_too() -> None:
    end_post_of("an")
    push("an", said := observation(LAN, state="level9"))
    assert line_of(said).state == "held"
    reply = calling("binh").post(f"sync/held/{said['id']}/release")
    assert (reply.json["state"], reply.json["code"]) == ("refused", "state.unknown")


def test_what_still_cannot_be_done_stays_held_on_release() -> None:
    push("an", said := observation(new_id()))
    reply = calling("binh").post(f"sync/held/{said['id']}/release")
    assert (reply.status, reply.json["state"]) == (200, "held")
    assert line_of(said).decided_by_id is None


def test_it_is_owned_where_the_person_lives_and_seen_there_alone() -> None:
    push("an", far := observation(THU, blocker="absent"), near := observation(TAM))
    assert ids(held("hai")) == {far["id"]}
    assert ids(held("dung")) == {near["id"]}
    assert ids(held("giang")) == {far["id"], near["id"]}
    assert held("binh") == [], "the team lead of the sender learns nothing of it"
    for who, said in (("binh", far), ("binh", near), ("dung", far), ("hai", near)):
        for deed in ("release", "refuse"):
            assert calling(who).post(f"sync/held/{said['id']}/{deed}").status == 404
    assert {line_of(said).state for said in (far, near)} == {"held"}


def test_the_owner_is_a_team_lead_there_else_an_admin_above() -> None:
    push("an", far := observation(THU), near := observation(TAM))
    assert line_of(far).owner_id == an_id("hai")
    assert line_of(near).owner_id == an_id("dung")
    appoint(by=SYSTEM, user_id=an_id("nobody"), role=Role.TEAM_LEAD, area=LOWER, at=now())
    push("an", later := observation(TAM))
    assert line_of(later).owner_id == an_id("nobody")
    for name in ("hai", "khanh"):
        end_post_of(name)
    push("an", lonely := observation(THU))
    assert line_of(lonely).owner_id == an_id("giang")


def test_a_commune_admins_own_work_is_owned_at_his_commune() -> None:
    push("dung", said := observation(new_id()))
    line = line_of(said)
    assert (line.area.code, line.owner_id) == ("00454", an_id("dung"))
    assert ids(held("giang")) == {said["id"]}
    assert held("binh") == held("hai") == []


def test_what_is_shown_of_it_masks_the_phone() -> None:
    end_post_of("an")
    home = new_id()
    people = [{"id": str(new_id()), "full_name": "Phạm Thị Đào", "phone": "0912000999"}]
    push("an", household(home, persons=people), person(an_id("nguyen"), phone="0912000888"))
    told = str(held("binh"))
    assert "Phạm Thị Đào" in told
    assert "912000" not in told


@pytest.mark.parametrize("who", ["an", "lien", "minh", "nobody", "dismissed"])
def test_who_may_not_release_sees_none_of_it(who: str) -> None:
    push("an", said := observation(new_id()))
    assert calling(who).get("sync/held").status == 403
    assert calling(who).post(f"sync/held/{said['id']}/release").status == 403
    assert calling(who).post(f"sync/held/{said['id']}/refuse").status == 403


def test_somebody_elses_held_work_is_not_judged_for_who_sends_it_again() -> None:
    end_post_of("an")
    push("an", said := observation(LAN))
    assert states(push("binh", said)) == ["held"]
    assert Observation.objects.count() == 0


def test_a_household_in_a_hamlet_not_ones_own_is_held_for_that_hamlet() -> None:
    assert states(push("an", said := household(hamlet=FAR))) == ["held"]
    assert ids(held("hai")) == {said["id"]}
    post_again("an", FAR)
    tasks.judge_held()
    assert line_of(said).state == "applied"


def test_the_list_is_paged() -> None:
    for _ in range(3):
        push("an", *(observation(new_id()) for _ in range(40)))
    first = calling("binh").get("sync/held")
    assert len(first.json["results"]) == 100
    rest = calling("binh").get("sync/held", cursor=first.json["next"])
    assert len(rest.json["results"]) == 20
    assert rest.json["next"] is None
    assert len(ids(first.json["results"]) | ids(rest.json["results"])) == 120


def test_the_minutes_look_comes_round_to_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    from sync.actions import held as actions

    monkeypatch.setattr(actions, "MOST", 2)
    end_post_of("an")
    said = [observation(LAN) for _ in range(5)]
    push("an", *said)
    post_again("an")
    for left in (3, 1, 0):
        tasks.judge_held()
        assert Receipt.objects.filter(state="held").count() == left


def test_work_at_which_something_breaks_stops_nobody_elses(caplog: pytest.LogCaptureFixture) -> None:
    for name in ("an", "chi"):
        end_post_of(name)
    push("an", broken := observation(LAN))
    push("chi", fine := observation(TAM))
    post_again("an")
    post_again("chi", LOWER)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        check = f"CHECK (id <> '{broken['id']}')"
        cursor.execute(f"ALTER TABLE checklist_observation ADD CONSTRAINT planted {check}")
    tasks.judge_held()
    assert [record.getMessage() for record in caplog.records if record.name == "alarm"] == [
        "held work could not be judged: IntegrityError"
    ]
    assert (line_of(broken).state, line_of(fine).state) == ("held", "applied")


def test_an_instant_is_fixed_when_it_first_came() -> None:
    """The phone's clock was two days behind then; when it is sent again, its clock is right."""
    dao = new_id()
    said = observation(dao, observed_at=now(days=2, hours=1))
    push("an", said, sent_at=now(days=2).isoformat())
    fixed = Receipt.objects.get(pk=said["id"]).data["observed_at"]
    assert states(push("an", said)) == ["held"]
    push("an", person(an_id("nguyen"), dao))
    fact = Observation.objects.get()
    assert fact.observed_at.isoformat().replace("+00:00", "Z") == fixed
    assert abs(fact.observed_at - now(hours=1)) < timedelta(minutes=1)
    assert Person.objects.filter(pk=dao).exists()
