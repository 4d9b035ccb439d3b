"""Did this step work? Counted for the editors, bounded for each network, and nobody is in it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from base.models import new_id
from base.queue import may_again
from guides.actions.feedback import MOST, SECONDS
from guides.models import Feedback
from guides.queries import list_feedback
from tests.together import together
from tests.village import Reply, calling

pytestmark = pytest.mark.django_db
DOOR = "guides/activate-vneid/feedback"


def tell(worked: Any = True, address: str = "192.0.2.1", door: str = DOOR, **more: Any) -> Reply:
    return calling().post(door, {"version": 1, "step": 2, "worked": worked, **more}, REMOTE_ADDR=address)


def test_what_worked_and_what_did_not_is_counted() -> None:
    told = [tell(worked) for worked in (True, False, True)]
    assert [(answer.status, answer.json) for answer in told] == [(202, {"counted": True})] * 3
    [row] = Feedback.objects.all()
    assert (row.slug, row.version, row.step, row.worked, row.failed) == ("activate-vneid", 1, 2, 2, 1)


def test_nothing_but_counts_is_kept() -> None:
    assert {field.name for field in Feedback._meta.fields} == {
        "id",
        "slug",
        "version",
        "step",
        "worked",
        "failed",
    }


def test_where_people_get_stuck_comes_first() -> None:
    for step, answers in ((1, [True, True, False]), (3, [False, False])):
        for worked in answers:
            tell(worked, step=step)
    assert [(row.step, row.failed) for row in list_feedback()] == [(3, 2), (1, 1)]


@pytest.mark.parametrize(
    ("door", "more"),
    [(DOOR, {"version": 9}), (DOOR, {"step": 8}), ("guides/no-such-guide/feedback", {})],
)
def test_a_step_that_never_was_is_not_found(door: str, more: dict[str, int]) -> None:
    assert tell(door=door, **more).status == 404
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("more", [{"worked": "yes"}, {"worked": 1}, {"step": 0}, {"step": 9}, {"version": 0}])
def test_an_answer_that_is_none_is_refused(more: dict[str, Any]) -> None:
    answer = tell(**more)
    assert (answer.status, [error["path"] for error in answer.json["errors"]]) == (400, list(more))


def test_one_network_is_heard_so_often_and_others_go_on() -> None:
    last = [tell(address="198.51.100.7").status for _ in range(MOST + 1)][-2:]
    assert last == [202, 429]
    refused = tell(address="198.51.100.7")
    assert (refused.json["code"], refused.raw.headers["Retry-After"]) == ("feedback.too_often", str(SECONDS))
    assert Feedback.objects.get().worked == MOST
    assert tell(address="198.51.100.8").status == 202


def test_writing_other_addresses_into_the_request_helps_nobody() -> None:
    """Before the proxy nothing is believed; behind it, only what the proxy has added itself."""
    for _ in range(MOST):
        tell(address="198.51.100.20")
    forged = {"REMOTE_ADDR": "198.51.100.20", "HTTP_X_FORWARDED_FOR": "203.0.113.1"}
    body = {"version": 1, "step": 2, "worked": True}
    assert calling().post(DOOR, body, **forged).status == 429
    with override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")):
        for first in ("203.0.113.1", "203.0.113.2"):
            behind = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": f"{first}, 198.51.100.20"}
            assert calling().post(DOOR, body, **behind).status == 429
        another = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.20, 198.51.100.99"}
        assert calling().post(DOOR, body, **another).status == 202


def test_neighbours_in_one_ipv6_network_count_together() -> None:
    statuses = [tell(address=f"2001:db8:0:7::{n:x}").status for n in range(1, MOST + 2)]
    assert statuses[-1] == 429
    assert tell(address="2001:db8:0:8::1").status == 202


def test_without_redis_it_is_taken_and_not_counted() -> None:
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        answer = tell()
    assert (answer.status, answer.json) == (202, {"counted": False})
    assert not Feedback.objects.exists()


def test_many_at_once_are_never_more_than_allowed() -> None:
    key = f"test:{new_id()}"
    outcomes = together(*([lambda: may_again(key, 10, 60)] * 30))
    assert outcomes.count(True) == 10
    assert outcomes.count(False) == 20
