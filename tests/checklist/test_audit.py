"""A recount finds figures that differ, and comes to every hamlet once in four weeks."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import F

from areas.models import Feed
from base.errors import RightMissing
from base.models import SYSTEM
from checklist import tasks
from checklist.actions import audit_tallies, move_tallies_on, record_observations
from checklist.models import Tally, TallyStep
from checklist.rules.cells import CELLS, packed
from tests import make
from tests.checklist.counting import all_hamlets, cells_of, feed_of, hamlet_id, move_in
from tests.village import AT, TODAY, UPPER, actor, an_id

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _told() -> None:
    told = [make.observation(an_id(name), "safety", "briefed") for name in ("lan", "hung", "tam")]
    record_observations(by=actor("giang"), observations=told, at=AT)


def plant(more: int) -> None:
    """So many more who were briefed, of whom nobody said so."""
    planted = Decimal(packed({CELLS["safety", "briefed"]: more}))
    Tally.objects.filter(hamlet_id=hamlet_id(UPPER)).update(cells=F("cells") + planted)


def test_a_right_house_has_no_difference(caplog: pytest.LogCaptureFixture) -> None:
    before = feed_of(UPPER)
    assert audit_tallies(by=SYSTEM, hamlets=all_hamlets(), on=TODAY) == 0
    assert feed_of(UPPER) == before
    assert caplog.records == []


def test_a_planted_figure_is_found_and_told_without_a_name(caplog: pytest.LogCaptureFixture) -> None:
    plant(1)
    assert (
        audit_tallies(by=SYSTEM, hamlets=all_hamlets(), on=TODAY) == 2
    )  # the row as it is, and as it should be
    [record] = caplog.records
    assert (record.name, record.levelname) == ("alarm", "ERROR")
    assert record.getMessage() == "tallies differ from a recount in 2 rows"


def test_a_head_that_is_missing_is_found(caplog: pytest.LogCaptureFixture) -> None:
    move_in(UPPER, [date(2020, 5, 5)])
    TallyStep.objects.filter(hamlet_id=hamlet_id(UPPER), day=date(2034, 5, 5)).delete()
    assert audit_tallies(by=SYSTEM, hamlets=[hamlet_id(UPPER)], on=TODAY) == 1


def test_a_figure_that_is_wrong_stays_so_when_the_tally_is_moved_on() -> None:
    """The audit tells of a fault and does not hide it."""
    plant(1)
    found = [audit_tallies(by=SYSTEM, hamlets=all_hamlets(), on=TODAY + timedelta(days=n)) for n in (0, 400)]
    assert found == [2, 2]


def test_the_tally_is_moved_on_and_the_figures_of_every_day_stay() -> None:
    move_in(UPPER, [date(2008, 5, 5), date(2012, 3, 1), date(2020, 2, 29), None])
    days = [date(2026, 1, 1), date(2026, 5, 5), date(2027, 3, 1), date(2034, 3, 1), date(2044, 1, 1)]
    before = [cells_of(UPPER, day) for day in days]
    for on in (TODAY, TODAY - timedelta(days=1), date(2030, 3, 1)):
        assert audit_tallies(by=SYSTEM, hamlets=all_hamlets(), on=on) == 0
        assert Tally.objects.get(hamlet_id=hamlet_id(UPPER)).day == max(on, TODAY)
        assert [cells_of(UPPER, day) for day in days] == before
    assert len({str(cells) for cells in before}) == len(days)


def test_other_hamlets_are_left_alone() -> None:
    plant(7)
    assert audit_tallies(by=SYSTEM, hamlets=set(all_hamlets()) - {hamlet_id(UPPER)}, on=TODAY) == 0


@pytest.mark.parametrize("who", ["an", "giang", "lien"])
def test_only_the_house_itself_recounts(who: str) -> None:
    with pytest.raises(RightMissing):
        audit_tallies(by=actor(who), hamlets=all_hamlets(), on=TODAY)


def nights(monkeypatch: pytest.MonkeyPatch, count: int) -> Counter[int]:
    """How often each hamlet is recounted in so many nights."""
    seen: Counter[int] = Counter()
    clock = [datetime(2026, 11, 2, 19, 7, tzinfo=UTC) + timedelta(days=n) for n in range(count)]

    class Clock:
        @staticmethod
        def now(zone: Any) -> datetime:
            return clock.pop(0)

    def audit(*, by: Any, hamlets: list[int], on: date) -> int:
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
    plant(7)
    for n in range(28):
        monkeypatch.setattr(tasks, "datetime", _at(datetime(2026, 11, 2, tzinfo=UTC) + timedelta(days=n)))
        tasks.audit_tallies()
    assert [record.getMessage() for record in caplog.records] == ["tallies differ from a recount in 2 rows"]


def _at(moment: datetime) -> type:
    return type("Clock", (), {"now": staticmethod(lambda zone: moment)})


def test_at_midnight_every_tally_becomes_one_of_the_new_day(monkeypatch: pytest.MonkeyPatch) -> None:
    move_in(UPPER, [date(2008, 11, 3), date(2012, 3, 1), None])
    days = [TODAY, date(2026, 11, 3), date(2027, 3, 1)]
    before, feed = [cells_of(UPPER, day) for day in days], feed_of(UPPER)
    for _ in range(2):  # once more does nothing
        monkeypatch.setattr(tasks, "datetime", _at(datetime(2026, 11, 2, 17, 1, tzinfo=UTC)))  # in Ha Noi
        tasks.move_tallies_on()
        assert set(Tally.objects.values_list("day", flat=True)) == {date(2026, 11, 3)}
        assert [cells_of(UPPER, day) for day in days] == before
    assert feed_of(UPPER) == feed
    assert audit_tallies(by=SYSTEM, hamlets=all_hamlets(), on=date(2026, 11, 3)) == 0
    assert len({str(cells) for cells in before}) == len(days)


def test_only_the_house_itself_moves_tallies_on() -> None:
    with pytest.raises(RightMissing):
        move_tallies_on(by=actor("an"), hamlets=all_hamlets(), on=TODAY)
