"""Each day's figures are kept as they were known when it ended, whenever the house gets round to it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from areas.queries import find_area, list_hamlet_ids
from base.models import SYSTEM, new_id
from checklist.actions import NewRetraction, record_observations, retract_observations
from checklist.items import ITEMS
from checklist.queries import sum_tallies
from checklist.queries.then import cells_then
from people.actions import (
    Edit,
    Move,
    NewHousehold,
    NewPerson,
    change_persons,
    move_households,
    register_households,
)
from reports.actions.snapshots import take_snapshots
from reports.models import Snapshot, SnapshotDay
from reports.queries.snapshots import sum_snapshots
from reports.rules.days import end_of
from reports.tasks import take_snapshots as task
from tests.make import observation
from tests.reports.figures import tell
from tests.village import AT, FAR, LOWER, TODAY, UPPER, an_id

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NIGHT = end_of(TODAY) + timedelta(minutes=15)


def hamlets() -> list[int]:
    return list_hamlet_ids()


def kept(day: date) -> dict[int, list[int]]:
    return {area: cells for (area, _), cells in sum_snapshots(hamlets(), [day]).items()}


def id_of(code: str) -> int:
    area = find_area(code)
    assert area is not None
    return area.pk


def test_a_day_that_is_over_is_kept_once() -> None:
    tell(("lan", "identity", "level2_active", {}))
    assert take_snapshots(by=SYSTEM, at=NIGHT) == [TODAY]
    assert take_snapshots(by=SYSTEM, at=NIGHT) == []
    assert kept(TODAY) == sum_tallies(hamlets(), TODAY)
    assert SnapshotDay.objects.get().day == TODAY


def test_what_comes_in_later_does_not_change_what_was_known() -> None:
    take_snapshots(by=SYSTEM, at=NIGHT)
    before = kept(TODAY)
    tell(("lan", "identity", "level2_active", {}), at=NIGHT + timedelta(hours=3))
    assert take_snapshots(by=SYSTEM, at=NIGHT + DAY) == [TODAY + DAY]
    assert kept(TODAY) == before
    assert kept(TODAY + DAY) == sum_tallies(hamlets(), TODAY + DAY) != before


def test_a_hamlet_in_which_nothing_happens_has_one_row() -> None:
    for days in range(4):
        take_snapshots(by=SYSTEM, at=NIGHT + days * DAY)
    assert Snapshot.objects.filter(hamlet_id=id_of(LOWER)).count() == 1
    assert SnapshotDay.objects.count() == 4
    assert kept(TODAY + 3 * DAY)[id_of(LOWER)] == sum_tallies([id_of(LOWER)], TODAY)[id_of(LOWER)]


def everybody() -> list[str]:
    return ["lan", "hung", "mai", "tam", "thu"]


def a_day_of(chance: Random, at: datetime, known: list[Any]) -> None:
    """What may happen in a day: facts and withdrawals, births corrected, somebody leaves, a door moves."""
    for _ in range(3):
        item = chance.choice(list(ITEMS.values()))
        state = chance.choice(list(item.ranks))
        said = observation(
            an_id(chance.choice(everybody())),
            item.code,
            state,
            kind=chance.choice(item.kind_codes),
            observed_at=at - chance.randrange(3) * DAY,
            evidence=chance.choice(("self_declared", "seen", "verified")),
        )
        record_observations(by=SYSTEM, observations=[said], at=at)
        known.append(said.id)
    if chance.random() < 0.5:
        withdrawn = NewRetraction(id=new_id(), observation=known.pop(chance.randrange(len(known))))
        retract_observations(by=SYSTEM, retractions=[withdrawn], at=at)
    who = an_id(chance.choice(everybody()))
    presence = {"presence": chance.choice(("away", "present", "moved"))}
    change_persons(by=SYSTEM, edits=[Edit(who, {"presence": "present"}, presence)], at=at)
    tam = Edit(an_id("tam"), {"birth_year": 1950}, {"birth_year": chance.choice((2010, None))})
    change_persons(by=SYSTEM, edits=[tam], at=at)
    move_households(by=SYSTEM, moves=[Move(an_id("nguyen"), chance.choice((UPPER, LOWER, FAR)))], at=at)
    newcomer = NewPerson(id=new_id(), full_name="Lê Thị Mới", birth_year=chance.choice((1990, 2009)))
    home = NewHousehold(id=new_id(), hamlet=chance.choice((UPPER, LOWER)), persons=[newcomer])
    register_households(by=SYSTEM, households=[home], at=at)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_missed_days_are_caught_up_as_they_were_known(seed: int) -> None:
    """The figures that each evening's tallies showed, against those counted days later."""
    chance, evenings, known = Random(seed), {}, list[Any]()
    take_snapshots(by=SYSTEM, at=AT)  # the day before: from here on each day is kept, or caught up
    for n in range(4):
        at = AT + n * DAY
        a_day_of(chance, at, known)
        evenings[TODAY + n * DAY] = sum_tallies(hamlets(), TODAY + n * DAY)
    late = NIGHT + 5 * DAY
    assert take_snapshots(by=SYSTEM, at=late) == [TODAY + n * DAY for n in range(6)]
    for day, cells in evenings.items():
        assert kept(day) == cells, day
    assert SnapshotDay.objects.get(day=TODAY).recounted > 0
    now = sum_tallies(hamlets(), TODAY)
    assert kept(TODAY) != now, "what is known now of that day is something else"


def test_a_moment_before_everything_had_nobody() -> None:
    assert not any(map(any, cells_then(hamlets(), TODAY, AT - DAY).values()))


def test_after_a_long_silence_the_last_sixty_days_are_caught_up() -> None:
    take_snapshots(by=SYSTEM, at=NIGHT)
    days = take_snapshots(by=SYSTEM, at=NIGHT + 100 * DAY)
    assert (days[0], days[-1], len(days)) == (TODAY + 41 * DAY, TODAY + 100 * DAY, 60)


def test_what_is_kept_cannot_be_changed() -> None:
    tell(("lan", "identity", "level2_active", {}))
    take_snapshots(by=SYSTEM, at=NIGHT)
    for change in (lambda rows: rows.update(cells=[]), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(Snapshot.objects.filter(hamlet_id=id_of(UPPER)))


def test_the_timetable_keeps_yesterday() -> None:
    task()
    assert SnapshotDay.objects.count() == 1
