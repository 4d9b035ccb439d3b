"""A recount finds figures that differ, and comes to every hamlet once in four weeks."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import F

from areas.models import Feed
from base.errors import RightMissing
from base.models import SYSTEM
from checklist import tasks
from checklist.actions import audit_tallies, record_observations
from checklist.models import Headcount, Tally
from tests import make
from tests.checklist.counting import all_hamlets, feed_of, hamlet_id
from tests.village import AT, UPPER, actor, an_id

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _told() -> None:
    told = [make.observation(an_id(name), "safety", "briefed") for name in ("lan", "hung", "tam")]
    record_observations(by=actor("giang"), observations=told, at=AT)


def test_a_right_house_has_no_difference(caplog: pytest.LogCaptureFixture) -> None:
    before = feed_of(UPPER)
    assert audit_tallies(by=SYSTEM, hamlets=all_hamlets()) == 0
    assert feed_of(UPPER) == before
    assert caplog.records == []


def test_a_planted_figure_is_found_and_told_without_a_name(caplog: pytest.LogCaptureFixture) -> None:
    Tally.objects.filter(hamlet_id=hamlet_id(UPPER)).update(n=F("n") + 1)
    assert audit_tallies(by=SYSTEM, hamlets=all_hamlets()) == 2  # the row as it is, and as it should be
    [record] = caplog.records
    assert (record.name, record.levelname) == ("alarm", "ERROR")
    assert record.getMessage() == "tallies differ from a recount in 2 rows"


def test_a_head_that_is_missing_is_found(caplog: pytest.LogCaptureFixture) -> None:
    Headcount.objects.filter(hamlet_id=hamlet_id(UPPER)).first().delete()  # type: ignore[union-attr]
    assert audit_tallies(by=SYSTEM, hamlets=[hamlet_id(UPPER)]) == 1


def test_other_hamlets_are_left_alone() -> None:
    Tally.objects.filter(hamlet_id=hamlet_id(UPPER)).update(n=7)
    assert audit_tallies(by=SYSTEM, hamlets=set(all_hamlets()) - {hamlet_id(UPPER)}) == 0


@pytest.mark.parametrize("who", ["an", "giang", "lien"])
def test_only_the_house_itself_recounts(who: str) -> None:
    with pytest.raises(RightMissing):
        audit_tallies(by=actor(who), hamlets=all_hamlets())


def nights(monkeypatch: pytest.MonkeyPatch, count: int) -> Counter[int]:
    """How often each hamlet is recounted in so many nights."""
    seen: Counter[int] = Counter()
    clock = [datetime(2026, 11, 2, 19, 7, tzinfo=UTC) + timedelta(days=n) for n in range(count)]

    class Clock:
        @staticmethod
        def now(zone: Any) -> datetime:
            return clock.pop(0)

    def audit(*, by: Any, hamlets: list[int]) -> int:
        seen.update(hamlets)
        return 0

    monkeypatch.setattr(tasks, "datetime", Clock)
    monkeypatch.setattr(tasks.actions, "audit_tallies", audit)
    for _ in range(count):
        tasks.audit_tallies()
    return seen


def test_every_hamlet_is_recounted_once_in_28_nights(monkeypatch: pytest.MonkeyPatch) -> None:
    assert nights(monkeypatch, 28) == Counter(Feed.objects.values_list("hamlet_id", flat=True))


def test_a_night_too_few_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    one = min(all_hamlets())
    seen = [nights(monkeypatch, n)[one] for n in (0, 28, 56)]
    assert seen == [0, 1, 2]


def test_the_nightly_task_really_recounts(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    Tally.objects.filter(hamlet_id=hamlet_id(UPPER)).update(n=7)
    for n in range(28):
        monkeypatch.setattr(tasks, "datetime", _at(datetime(2026, 11, 2, tzinfo=UTC) + timedelta(days=n)))
        tasks.audit_tallies()
    assert [record.getMessage() for record in caplog.records] == ["tallies differ from a recount in 2 rows"]


def _at(moment: datetime) -> type:
    return type("Clock", (), {"now": staticmethod(lambda zone: moment)})
