"""Anh An is dismissed in the middle of his work: his very same token does nothing more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from accounts import auth
from accounts.models import Post
from accounts.queries.tokens import find_actor
from tests import make
from tests.village import UPPER, an_id, calling

pytestmark = pytest.mark.django_db


def post_of(name: str) -> int:
    return Post.objects.get(user_id=an_id(name), to_at=None).pk


def still_open() -> list[str]:
    """The doors that answer an's token after Dung has dismissed him."""
    an, dung = calling("an"), calling("dung")
    paths = (f"people/households?area={UPPER}", f"people/persons/{an_id('lan')}", "people/households?q=Lan")
    assert [an.get(path).status for path in paths] == [200] * 3
    assert dung.delete(f"accounts/posts/{post_of('an')}").status == 204
    replies = {path: an.get(path) for path in paths}
    ended = (403, "right.missing")
    return [path for path, reply in replies.items() if (reply.status, reply.json.get("code")) != ended]


def test_Z_06_the_next_request_after_a_dismissal_is_refused() -> None:
    assert still_open() == []


def test_Z_06_control_rights_that_are_remembered_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[bytes, Any] = {}

    def remembered(token_hash: bytes, at: datetime, **how: Any) -> Any:
        return known.setdefault(token_hash, find_actor(token_hash, at, **how))

    monkeypatch.setattr(auth, "find_actor", remembered)
    assert still_open() != []


def test_between_two_halves_of_a_batch_the_right_ends() -> None:
    an, dung = calling("an"), calling("dung")
    halves = [
        [make.document(an_id(who), "identity", "level2_active") for who in half]
        for half in (("lan", "hung"), ("lan", "hung"))
    ]
    first = an.post("checklist/observations", halves[0])
    assert {receipt["state"] for receipt in first.json["receipts"]} == {"applied"}
    dung.delete(f"accounts/posts/{post_of('an')}")
    second = an.post("checklist/observations", halves[1])
    assert (second.status, second.json["code"]) == (403, "right.missing")


def test_who_keeps_another_post_keeps_what_that_one_gives_and_no_more() -> None:
    an, dung = calling("an"), calling("dung")
    body = {"user": str(an_id("an")), "role": "auditor", "area": UPPER}
    assert dung.post("accounts/posts", body).status == 201
    dung.delete(f"accounts/posts/{Post.objects.get(user_id=an_id('an'), role='volunteer').pk}")
    assert an.get(f"people/persons/{an_id('lan')}").status == 200
    refused = an.post("checklist/observations", make.document(an_id("lan"), "identity", "level2_active"))
    assert refused.status == 403


def test_the_dismissed_disabled_and_revoked_are_out_and_an_is_in() -> None:
    """The control: it is the post, the account and the device that decide, not the token's shape."""
    path = f"people/persons/{an_id('lan')}"
    told = {
        name: calling(name).get(path).status for name in ("an", "dismissed", "disabled", "revoked", "nobody")
    }
    assert told == {"an": 200, "dismissed": 403, "disabled": 401, "revoked": 401, "nobody": 403}


def test_a_dismissal_stays_readable_as_history() -> None:
    number = post_of("an")
    calling("dung").delete(f"accounts/posts/{number}")
    kept = Post.objects.get(pk=number)
    assert kept.to_at is not None
    again = calling("dung").delete(f"accounts/posts/{number}")
    assert again.status == 404
    assert Post.objects.get(pk=number).to_at == kept.to_at
