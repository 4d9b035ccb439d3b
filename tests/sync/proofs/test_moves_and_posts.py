"""Households move, posts end or are given elsewhere: who loses is told, who gains receives the history."""

from __future__ import annotations

from random import Random
from uuid import UUID

import pytest

from accounts.actions import appoint, dismiss
from accounts.models import Post
from accounts.rules import Role
from base.models import SYSTEM
from sync.models import Receipt
from tests.bench.phone import HELD
from tests.sync.proofs import truth
from tests.sync.proofs.naive import Deaf, Hoarding, Rash
from tests.sync.proofs.office import give_first_posts
from tests.sync.proofs.sayings import now, record
from tests.sync.proofs.volunteer import Volunteer, new_phone
from tests.sync.proofs.wire import in_process
from tests.village import AT, LOWER, UPPER, an_id, calling

pytestmark = pytest.mark.django_db

HOMES = {"nguyen": UPPER, "tran": LOWER}


@pytest.fixture(autouse=True)
def _team_lead_of_both() -> None:
    give_first_posts()


def phone_of(name: str, sort: type[Volunteer] = Volunteer) -> Volunteer:
    phone = new_phone(sort, name, in_process(), {})
    assert phone.sync()
    return phone


def move(household: str, to: str) -> None:
    assert calling("dung").post(f"people/households/{an_id(household)}/move", {"hamlet": to}).status == 200


def check(*phones: tuple[Volunteer, str]) -> None:
    told = truth.everything_told()
    for phone, name in phones:
        assert phone.sync()
        truth.check_phone(phone, an_id(name), told)


def work_at(phone: Volunteer, household: str) -> None:
    """Something is known of everybody in the household."""
    phone.say(
        "visit.record", {"household": str(an_id(household)), "outcome": "met", "visited_at": now(phone)}
    )
    for _ in range(8):
        record(phone, Random(7))
    assert phone.sync()


def move_about(sort: type[Volunteer]) -> None:
    an, binh, chi = (phone_of(name, sort) for name in ("an", "binh", "chi"))
    work_at(an, "nguyen")
    work_at(chi, "tran")
    both = (an, "an"), (binh, "binh"), (chi, "chi")
    check(*both)
    for household, to in [("nguyen", LOWER), ("tran", UPPER), ("nguyen", UPPER), ("tran", LOWER)]:
        move(household, to)
        check(*both)
    move("nguyen", LOWER)
    move("nguyen", UPPER)  # before anybody has heard of it
    check(*both)


def test_Z_08_who_loses_a_household_is_told_and_who_gains_it_receives_its_history() -> None:
    move_about(Volunteer)


@pytest.mark.parametrize("sort", [Rash, Deaf])
def test_Z_08_control_a_phone_that_takes_gone_too_seriously_or_not_at_all_is_wrong(
    sort: type[Volunteer],
) -> None:
    with pytest.raises(AssertionError):
        move_about(sort)


def end_posts(name: str) -> None:
    for post in Post.objects.filter(user_id=an_id(name), to_at=None):
        dismiss(by=SYSTEM, post_id=post.pk, at=AT)


def post_elsewhere(sort: type[Volunteer]) -> Volunteer:
    """The post ends while work is on the phone; it is sent, and the next post is in the other hamlet."""
    an = phone_of("an", sort)
    work_at(an, "nguyen")
    an.say("visit.record", {"household": str(an_id("nguyen")), "outcome": "nobody", "visited_at": now(an)})
    end_posts("an")
    check((an, "an"))
    assert an.store == {}, "nothing of the hamlet stays on the phone"
    appoint(by=SYSTEM, user_id=an_id("an"), role=Role.VOLUNTEER, area=LOWER, at=AT)
    check((an, "an"))
    return an


def test_a_post_that_ends_takes_its_data_from_the_phone_and_its_work_is_held() -> None:
    an = post_elsewhere(Volunteer)
    assert an.hamlets == [LOWER]
    assert {row["hamlet"] for row in an.store.values()} == {LOWER}
    [command] = [command for command in an.outbox.values() if command.state == HELD]
    held = Receipt.objects.get(pk=command.id)
    assert (held.area and held.area.code, held.owner_id) == (UPPER, an_id("binh"))
    seen_by = {name: calling(name).get("sync/held").json for name in ("binh", "khanh", "an")}
    assert [work["id"] for work in seen_by["binh"]["results"]] == [command.id]
    assert command.id not in str(seen_by["khanh"])
    assert command.id not in str(seen_by["an"])


def test_a_phone_that_keeps_what_is_no_longer_its_own_is_found() -> None:
    with pytest.raises(AssertionError):
        post_elsewhere(Hoarding)


def test_held_work_is_stored_as_its_authors_once_it_is_released() -> None:
    an = post_elsewhere(Volunteer)
    [command] = [command for command in an.outbox.values() if command.state == HELD]
    assert calling("binh").post(f"sync/held/{command.id}/release").status == 200
    assert an.sync()
    assert an.counts()["waiting"] == 0
    visit = truth.Visit.objects.get(pk=UUID(command.id))
    assert visit.by_id == an_id("an")
