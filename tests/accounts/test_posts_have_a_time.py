"""A post that begins next week gives nothing today; one that ends next week still gives everything."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions import appoint
from accounts.models import Post
from accounts.rules import Role
from base.models import SYSTEM
from tests.village import LOWER, UPPER, an_id, calling

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


def test_a_post_to_come_gives_nothing_yet() -> None:
    at = timezone.now() + WEEK
    appoint(by=SYSTEM, user_id=an_id("nobody"), role=Role.VOLUNTEER, area=UPPER, at=at)
    nobody = calling("nobody")
    assert nobody.get("accounts/me").json["posts"] == []
    assert nobody.get("people/households", area=UPPER).status == 403


def test_the_same_post_begun_gives_sight() -> None:
    """The control."""
    appoint(by=SYSTEM, user_id=an_id("nobody"), role=Role.VOLUNTEER, area=UPPER, at=timezone.now() - WEEK)
    nobody = calling("nobody")
    assert [post["role"] for post in nobody.get("accounts/me").json["posts"]] == ["volunteer"]
    assert len(nobody.get("people/households", area=UPPER).json["results"]) == 1


def test_a_post_with_an_end_holds_until_then_and_no_longer() -> None:
    posts = Post.objects.filter(user_id=an_id("an"))
    posts.update(to_at=timezone.now() + WEEK)
    assert calling("an").get(f"people/persons/{an_id('lan')}").status == 200
    posts.update(to_at=timezone.now() - timedelta(seconds=1))
    assert calling("an").get(f"people/persons/{an_id('lan')}").status == 403


def test_posts_to_come_and_posts_with_an_end_can_be_taken_back() -> None:
    to_come = appoint(
        by=SYSTEM, user_id=an_id("chi"), role=Role.TEAM_LEAD, area=LOWER, at=timezone.now() + WEEK
    )
    ending = Post.objects.get(user_id=an_id("an"))
    Post.objects.filter(pk=ending.pk).update(to_at=timezone.now() + WEEK)
    for number in (to_come.pk, ending.pk):
        assert calling("dung").delete(f"accounts/posts/{number}").status == 204
    assert calling("an").get("accounts/me").json["posts"] == []
    to_come.refresh_from_db()
    assert to_come.to_at == to_come.from_at


def test_who_holds_two_posts_at_once_sees_both_hamlets() -> None:
    an = calling("an")
    assert an.get(f"people/persons/{an_id('tam')}").status == 404
    appoint(by=SYSTEM, user_id=an_id("an"), role=Role.VOLUNTEER, area=LOWER, at=timezone.now() - WEEK)
    assert an.get(f"people/persons/{an_id('tam')}").status == 200
    assert an.get(f"people/persons/{an_id('lan')}").status == 200
    assert an.get(f"people/persons/{an_id('thu')}").status == 404


def test_lead_here_and_volunteer_there_invites_here_only() -> None:
    appoint(by=SYSTEM, user_id=an_id("binh"), role=Role.VOLUNTEER, area=LOWER, at=timezone.now() - WEEK)
    body = {"role": "volunteer", "full_name": "Oanh", "phone": "0912111222"}
    told = {
        area: calling("binh").post("accounts/enrolments", {**body, "area": area}) for area in (UPPER, LOWER)
    }
    assert {area: reply.status for area, reply in told.items()} == {UPPER: 201, LOWER: 404}
