"""Who am I: the account, what I may, and my posts in force."""

from __future__ import annotations

import pytest

from tests.village import UPPER, an_id, calling

pytestmark = pytest.mark.django_db


def test_the_volunteer_is_told_exactly_this() -> None:
    assert calling("an").get("accounts/me").json == {
        "id": str(an_id("an")),
        "full_name": "An",
        "verbs": ["own_account", "record", "see"],
        "posts": [
            {
                "role": "volunteer",
                "area": {"code": UPPER, "name": "Thôn Thượng"},
                "from": "2026-11-01T03:00:00Z",
                "to": None,
            }
        ],
    }


def test_who_holds_no_post_has_his_own_account_only() -> None:
    told = calling("nobody").get("accounts/me").json
    assert (told["verbs"], told["posts"]) == (["own_account"], [])


@pytest.mark.parametrize(
    ("who", "has", "lacks"),
    [
        ("binh", "enrol", "appoint"),
        ("dung", "import", "edit_guide"),
        ("lien", "report", "record"),
        ("minh", "edit_guide", "see"),
    ],
)
def test_each_role_knows_what_it_may(who: str, has: str, lacks: str) -> None:
    verbs = calling(who).get("accounts/me").json["verbs"]
    assert has in verbs
    assert lacks not in verbs


def test_nobody_signed_in_is_nobody() -> None:
    told = calling().get("accounts/me")
    assert (told.status, told.json["code"]) == (401, "token.required")


def test_an_account_is_never_kept_in_a_cache() -> None:
    for path in ("accounts/me", "accounts/devices", "accounts/posts"):
        assert calling("an").get(path).raw.headers["Cache-Control"] == "no-store"
