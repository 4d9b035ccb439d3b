"""An admin is made by two: one who asks, another who agrees; until then there is no right."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actions import appoint
from accounts.models import Post
from accounts.rules import Role
from base.models import SYSTEM
from notices.models import Notice
from tests.accounts.doing import a_code, enrolling, holding
from tests.village import LOWER, PROVINCE, UPPER, an_id, calling

pytestmark = pytest.mark.django_db


def asked(by: str = "dung", who: str = "an", area: str = UPPER) -> dict[str, Any]:
    """Somebody asks that An becomes the admin of a hamlet."""
    reply = calling(by).post("accounts/posts", {"user": str(an_id(who)), "role": "area_admin", "area": area})
    assert reply.status == 201, reply.json
    return reply.json


def test_U_13_who_asked_cannot_agree_and_until_another_does_there_is_no_right() -> None:
    waiting = asked()
    assert waiting["for_approval"] is True
    assert calling("an").get("accounts/posts/waiting").status == 403
    own = calling("dung").post(f"accounts/posts/{waiting['id']}/approve")
    assert (own.status, own.json["code"]) == (403, "post.own")
    assert "appoint" not in calling("an").get("accounts/me").json["verbs"]
    assert [row["id"] for row in calling("giang").get("accounts/posts/waiting").json["results"]] == [
        waiting["id"]
    ]
    agreed = calling("giang").post(f"accounts/posts/{waiting['id']}/approve")
    assert (agreed.status, agreed.json["for_approval"]) == (200, False)
    assert "appoint" in calling("an").get("accounts/me").json["verbs"]
    assert calling("giang").post(f"accounts/posts/{waiting['id']}/approve").status == 404, "once"


def test_U_13_who_is_to_hold_it_cannot_agree_nor_who_is_not_above_nor_who_may_not_give_it() -> None:
    waiting = asked("giang", "dung", LOWER)
    for name, status in (("dung", 403), ("hai", 404), ("binh", 403), ("lien", 403)):
        assert calling(name).post(f"accounts/posts/{waiting['id']}/approve").status == status
    assert Post.objects.get(pk=waiting["id"]).for_approval


def test_U_13_those_above_are_told_and_no_name_leaves_the_house() -> None:
    asked()
    [notice] = Notice.objects.filter(kind="post_to_approve")
    assert notice.to_id == an_id("giang")
    assert "An" not in notice.about.split()


def test_U_13_an_admin_invited_by_code_waits_as_well() -> None:
    phone = holding(enrolling(a_code("dung", role="area_admin", area=UPPER)).json["token"])
    assert phone.get("accounts/me").json["posts"] == []
    [waiting] = calling("giang").get("accounts/posts/waiting").json["results"]
    assert calling("giang").post(f"accounts/posts/{waiting['id']}/approve").status == 200
    assert [post["role"] for post in phone.get("accounts/me").json["posts"]] == ["area_admin"]


def test_U_13_what_waits_can_be_ended_and_asked_for_again() -> None:
    first = asked()["id"]
    assert calling("giang").delete(f"accounts/posts/{first}").status == 204
    assert calling("giang").post(f"accounts/posts/{first}/approve").status == 404
    assert asked()["id"] != first


@pytest.mark.parametrize(
    "cheat", [{"approved_by_id": an_id("dung"), "for_approval": False}, {"from_at": timezone.now()}]
)
def test_U_13_the_database_refuses_it_too(cheat: dict[str, Any]) -> None:
    """Whoever writes past the actions: the asker as the second signature, or a beginning before it."""
    number = asked()["id"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=number).update(**cheat)


def test_U_13_control_a_role_of_less_weight_is_given_by_one_and_the_house_needs_nobody() -> None:
    one = calling("dung").post(
        "accounts/posts", {"user": str(an_id("an")), "role": "team_lead", "area": UPPER}
    )
    assert one.json["for_approval"] is False
    assert "release" in calling("an").get("accounts/me").json["verbs"]
    made = appoint(by=SYSTEM, user_id=an_id("an"), role=Role.AREA_ADMIN, area=PROVINCE, at=timezone.now())
    assert not made.for_approval
