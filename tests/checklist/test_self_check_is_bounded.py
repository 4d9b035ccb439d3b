"""A flood of self-checks ends at the door, and a hamlet behind one address does not (security.md R-05)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, override_settings

from checklist.actions.self_checks import SECONDS
from checklist.rules.questions import QUESTIONS
from tests.village import Reply, calling

pytestmark = pytest.mark.django_db
DOOR, PAGE = "checklist/self-check", "/tu-kiem-tra"
MOST = 3


@pytest.fixture(autouse=True)
def few() -> Iterator[None]:
    with override_settings(SELF_CHECKS_AN_HOUR=MOST):
        yield


def check(address: str, body: Any = None) -> Reply:
    return calling().post(DOOR, body or {"age": 40}, REMOTE_ADDR=address)


def test_R_05_one_network_checks_so_often_and_others_go_on() -> None:
    assert [check("198.51.100.60").status for _ in range(MOST + 1)] == [200] * MOST + [429]
    refused = check("198.51.100.60")
    assert (refused.json["code"], refused.raw.headers["Retry-After"]) == (
        "self_check.too_often",
        str(SECONDS),
    )
    assert check("198.51.100.61").status == 200


def test_neighbours_in_one_ipv6_network_count_together() -> None:
    assert [check(f"2001:db8:0:9::{n}").status for n in range(1, MOST + 2)][-1] == 429
    assert check("2001:db8:0:a::1").status == 200


def test_the_page_counts_every_question_and_tells_it_in_words() -> None:
    client = Client(raise_request_exception=False)
    pages = MOST * (len(QUESTIONS) + 1)
    statuses = {client.post(PAGE, REMOTE_ADDR="198.51.100.62").status_code for _ in range(pages)}
    assert statuses == {200}
    refused = client.post(PAGE, REMOTE_ADDR="198.51.100.62")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, str(SECONDS))
    assert "xin thử lại sau một giờ" in refused.content.decode()
    assert client.get(PAGE, REMOTE_ADDR="198.51.100.62").status_code == 200
    assert check("198.51.100.62").status == 200


def test_without_redis_the_door_stays_open() -> None:
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        assert {check("198.51.100.63").status for _ in range(MOST + 1)} == {200}


@pytest.mark.parametrize(("size", "status"), [(4096, 200), (4097, 413)])
def test_R_05_no_more_is_read_than_all_answers_need(size: int, status: int) -> None:
    body = b'{"age": 40}'.ljust(size)
    answer = calling().post(DOOR, body, REMOTE_ADDR="198.51.100.64")
    assert answer.status == status
    assert status == 200 or answer.json["code"] == "body.too_large"


def test_R_05_control_a_house_without_a_limit_answers_everybody() -> None:
    with override_settings(SELF_CHECKS_AN_HOUR=10_000):
        assert {check("198.51.100.65").status for _ in range(MOST + 1)} == {200}
