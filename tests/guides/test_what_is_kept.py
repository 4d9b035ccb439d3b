"""What is built is kept in the process; whether it still holds is asked at most once a second."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from guides.actions import withdraw
from guides.queries import LOOK_AGAIN, printed_at
from tests import village
from tests.guides.shelf import newest
from tests.village import AT, calling

HALF = LOOK_AGAIN / 2


def test_it_is_asked_for_once_a_second(committed: None, django_assert_num_queries: Any) -> None:
    at = AT + timedelta(days=1)
    for moment, queries in ((at, 1), (at + HALF, 0), (at + LOOK_AGAIN, 1), (at, 1)):
        with django_assert_num_queries(queries):
            printed_at(moment)


def test_what_was_withdrawn_is_gone_after_that_second(committed: None) -> None:
    at = AT + timedelta(days=2)
    before = printed_at(at)
    withdraw(by=village.actor("minh"), guide_id=newest("open-e-wallet").pk, at=AT)
    assert printed_at(at + HALF) is before
    assert printed_at(at + LOOK_AGAIN).stamp != before.stamp


def test_another_day_is_another_answer(committed: None) -> None:
    at = AT + timedelta(days=3)
    assert printed_at(at).on != printed_at(at + timedelta(days=1)).on


@pytest.mark.django_db
def test_strangers_cannot_fill_the_memory_with_what_they_ask() -> None:
    calling().get("guides", lang="en")
    printed = printed_at(AT)
    known = len(printed.answers)
    for n in range(30):
        assert calling().get("guides", lang=f"x{n}").status == 200
        assert calling().get("guides/bundle", have=f"never:{n}:vi:1").status == 200
        assert calling().get(f"guides/never-{n}").status == 404
    assert len(printed_at(AT).answers) <= known + 1
