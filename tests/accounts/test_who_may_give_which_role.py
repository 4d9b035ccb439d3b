"""Nobody gives more than he may: the whole table of who invites and appoints whom, and where."""

from __future__ import annotations

import pytest

from accounts.models import Enrolment, Post
from tests.accounts.doing import invited
from tests.village import COMMUNE, FAR, LOWER, OTHER_COMMUNE, PROVINCE, UPPER, an_id, calling

pytestmark = pytest.mark.django_db
ROLES = ("volunteer", "team_lead", "area_admin", "auditor", "editor")
AREAS = (UPPER, LOWER, FAR, COMMUNE, OTHER_COMMUNE, PROVINCE, "02", "99999")

# who -> where -> the roles he may invite there; everything else is refused.
MAY_INVITE = {
    "an": {},
    "binh": {UPPER: {"volunteer"}},
    "dung": {
        UPPER: {"volunteer", "team_lead", "area_admin", "auditor"},
        LOWER: {"volunteer", "team_lead", "area_admin", "auditor"},
        COMMUNE: {"volunteer", "team_lead", "auditor"},
    },
    "giang": {
        area: {"volunteer", "team_lead", "area_admin", "auditor"}
        - ({"area_admin"} if area == PROVINCE else set())
        for area in (UPPER, LOWER, FAR, COMMUNE, OTHER_COMMUNE, PROVINCE)
    },
    "hai": {
        FAR: {"volunteer", "team_lead", "area_admin", "auditor"},
        OTHER_COMMUNE: {"volunteer", "team_lead", "auditor"},
    },
    "lien": {},
    "minh": {},
    "nobody": {},
    "dismissed": {},
}


@pytest.mark.parametrize("who", MAY_INVITE)
def test_who_invites_whom_and_where(who: str) -> None:
    given = {
        area: {role for role in ROLES if invited(who, area=area, role=role).status == 201} for area in AREAS
    }
    assert {area: roles for area, roles in given.items() if roles} == MAY_INVITE[who]
    assert Enrolment.objects.count() == sum(map(len, MAY_INVITE[who].values()))


@pytest.mark.parametrize("who", ["dung", "giang", "hai"])
def test_who_invites_may_appoint_the_same(who: str) -> None:
    known = {"dung": "an", "giang": "an", "hai": "khanh"}[who]
    Post.objects.filter(user_id=an_id(known)).update(to_at="2026-11-02T03:00Z")  # knows him from before
    given = {
        area: {
            role
            for role in ROLES
            if calling(who)
            .post("accounts/posts", {"user": str(an_id(known)), "role": role, "area": area})
            .status
            == 201
        }
        for area in AREAS
    }
    assert {area: roles for area, roles in given.items() if roles} == MAY_INVITE[who]


@pytest.mark.parametrize("who", ["an", "binh", "lien", "minh", "nobody"])
def test_the_others_appoint_and_dismiss_nobody(who: str) -> None:
    body = {"user": str(an_id("chi")), "role": "volunteer", "area": UPPER}
    assert calling(who).post("accounts/posts", body).json["code"] == "right.missing"
    number = Post.objects.get(user_id=an_id("an")).pk
    assert calling(who).delete(f"accounts/posts/{number}").json["code"] == "right.missing"
    assert Post.objects.get(pk=number).to_at is None


def test_another_commune_is_refused_byte_for_byte_like_one_that_never_was() -> None:
    body = {"user": str(an_id("an")), "role": "volunteer"}
    dung = calling("dung")
    for unknown, foreign in (("99999", OTHER_COMMUNE), ("99999-01", FAR), ("99", "02")):
        assert invited(area=foreign).raw.content == invited(area=unknown).raw.content
        posts = [dung.post("accounts/posts", {**body, "area": area}) for area in (foreign, unknown)]
        assert posts[0].status == 404
        assert posts[0].raw.content == posts[1].raw.content


def test_an_account_of_another_commune_cannot_be_appointed_nor_told_from_none() -> None:
    body = {"role": "volunteer", "area": UPPER}
    told = [
        calling("dung").post("accounts/posts", {**body, "user": str(an_id(name))})
        for name in ("khanh", "nobody", "no such person")
    ]
    assert {reply.status for reply in told} == {404}
    assert len({reply.raw.content for reply in told}) == 1
    assert told[0].json["errors"][0]["path"] == "user"


def test_a_commune_admin_neither_makes_nor_dismisses_an_admin_of_his_own_commune() -> None:
    made = calling("dung").post(
        "accounts/posts", {"user": str(an_id("an")), "role": "area_admin", "area": COMMUNE}
    )
    assert (made.status, made.json["code"]) == (403, "post.not_yours_to_give")
    own = Post.objects.get(user_id=an_id("dung")).pk
    assert calling("dung").delete(f"accounts/posts/{own}").json["code"] == "post.not_yours_to_give"


def test_the_province_admin_makes_and_dismisses_him() -> None:
    giang = calling("giang")
    body = {"user": str(an_id("an")), "role": "area_admin", "area": COMMUNE}
    made = giang.post("accounts/posts", body)
    assert made.status == 201
    assert giang.delete(f"accounts/posts/{made.json['id']}").status == 204
    assert giang.delete(f"accounts/posts/{Post.objects.get(user_id=an_id('dung')).pk}").status == 204
    assert calling("dung").get("accounts/posts").json["results"] == []


def test_an_appointment_is_told_exactly_and_not_given_twice() -> None:
    body = {"user": str(an_id("an")), "role": "team_lead", "area": UPPER}
    made = calling("dung").post("accounts/posts", body)
    assert made.json == {
        "id": made.json["id"],
        "user": {"id": str(an_id("an")), "full_name": "An"},
        "role": "team_lead",
        "area": {"code": UPPER, "name": "Thôn Thượng"},
        "from": made.json["from"],
        "to": None,
        "for_approval": False,
    }
    again = calling("dung").post("accounts/posts", body)
    assert (again.status, again.json["code"]) == (409, "post.held")


def test_posts_out_of_ones_area_are_neither_listed_nor_found_nor_ended() -> None:
    dung = calling("dung")
    names = {row["user"]["full_name"] for row in dung.get("accounts/posts").json["results"]}
    assert names == {"An", "Binh", "Chi", "Dung", "Lien", "Minh", "Disabled", "Revoked"}
    number = Post.objects.get(user_id=an_id("khanh")).pk
    for method in ("GET", "DELETE"):
        foreign, never = (dung.call(method, f"accounts/posts/{n}") for n in (number, 999_999_999))
        assert (foreign.status, foreign.raw.content) == (404, never.raw.content)


def test_a_volunteer_finds_his_own_post_only() -> None:
    told = calling("an").get("accounts/posts").json["results"]
    assert [(row["user"]["full_name"], row["role"]) for row in told] == [("An", "volunteer")]
