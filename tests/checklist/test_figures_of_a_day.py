"""The figures of any day follow from the tallies by comparing; here they are counted person by person."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from areas.models import Area
from checklist.actions import record_observations
from checklist.actions.write import move_on
from checklist.items import ITEMS
from checklist.models import Tally, TallyStep
from checklist.queries import sum_tallies
from checklist.rules import Evidence
from checklist.rules.cells import CELLS, UNKNOWN_AGE, due_cell
from people.actions import Edit, change_persons
from tests import make
from tests.checklist.counting import differences, hamlet_id, move_in
from tests.village import AT, FAR, actor

pytestmark = pytest.mark.django_db

AGES = {
    "identity": 14,
    "payment": 15,
    "signature": 18,
    "service_account": 18,
    "smartphone": 14,
    "own_sim": 14,
    "chip_card": 14,
    "safety": 14,
}
READY = {"identity": {"level2_active"}, "payment": {"has"}, "signature": {"has"}, "safety": {"briefed"}}
EVIDENCE = [level.code for level in Evidence]
CHANG_THU = date(1990, 1, 1)  # she lives in the far hamlet already
BIRTHS: list[date | int | None] = [
    1931,
    date(1990, 11, 2),
    date(2008, 2, 29),
    date(2008, 3, 1),
    date(2008, 11, 2),
    date(2008, 11, 3),
    date(2009, 1, 1),
    2011,
    date(2011, 11, 2),
    date(2010, 3, 1),  # of age on the day after 29 February 2028
    date(2012, 2, 29),
    date(2012, 11, 3),
    date(2020, 5, 5),
    date(2026, 11, 1),
    None,
    None,
]
DAYS = [
    date(2026, 1, 1),
    date(2026, 2, 28),
    date(2026, 3, 1),
    date(2026, 6, 30),
    date(2026, 7, 1),
    date(2026, 11, 1),
    date(2026, 11, 2),
    date(2026, 11, 3),
    date(2027, 1, 1),
    date(2028, 2, 28),
    date(2028, 2, 29),
    date(2030, 2, 28),
    date(2030, 3, 1),
    date(2044, 11, 1),
]


@dataclass(frozen=True)
class Villager:
    """Somebody as a child with pencil and paper would count him."""

    id: UUID
    birth: date | None
    held: tuple[tuple[str, str, date | None], ...]

    def age(self, on: date) -> int:
        """Full years: who was born on 29 February turns a year older on 1 March of other years."""
        assert self.birth is not None
        return on.year - self.birth.year - ((on.month, on.day) < (self.birth.month, self.birth.day))

    def is_due(self, item: str, on: date) -> bool:
        return self.birth is not None and self.age(on) >= AGES[item]

    def states(self, item: str, on: date) -> list[str]:
        """The state in which he counts, if any: a ready one that is valid longest, else the highest."""
        order = [state.code for state in ITEMS[item].states]
        held = [
            (state in READY[item], until or date.max, order.index(state), state)
            for what, state, until in self.held
            if what == item
        ]
        return [max(held)[-1]] if held and self.is_due(item, on) else []

    def is_ready(self, item: str, on: date) -> bool:
        return self.is_due(item, on) and any(
            what == item and state in READY[item] and (until is None or on <= until)
            for what, state, until in self.held
        )


@pytest.fixture
def villagers() -> list[Villager]:
    """Sixteen in the far hamlet, each holding something else; payments and signatures of several kinds."""
    given: list[dict[str, Any]] = [
        {"item": "identity", "state": "level2_active"},
        {"item": "identity", "state": "level2_granted"},
        {"item": "payment", "kind": "bank_account", "state": "none"},
        {"item": "payment", "kind": "mobile_money", "state": "has"},
        {"item": "payment", "kind": "e_wallet", "state": "in_progress"},
        {"item": "signature", "kind": "ca", "state": "has", "expires_on": date(2026, 11, 1)},
        {"item": "signature", "kind": "vneid", "state": "has", "expires_on": date(2028, 2, 28)},
        {"item": "signature", "kind": "token", "state": "has"},
        {"item": "safety", "state": "briefed"},
    ]
    found, told = [], []
    chance = random.Random(7)
    for number, person in enumerate(move_in(FAR, BIRTHS)):
        birth = BIRTHS[number]
        held = [entry for entry in given if chance.random() < 0.5]
        if sum(entry["item"] == "identity" for entry in held) > 1:
            held.remove(given[1])
        told += [make.observation(person, evidence="witnessed", **entry) for entry in held]
        counted = date(birth, 7, 1) if isinstance(birth, int) else birth
        holds = tuple((entry["item"], entry["state"], entry.get("expires_on")) for entry in held)
        found.append(Villager(person, counted, holds))
    receipts = record_observations(by=actor("giang"), observations=told, at=AT)
    assert {receipt.state for receipt in receipts} == {"applied"}
    assert len(told) > 50
    return found


def cells(on: date) -> list[int]:
    return sum_tallies([hamlet_id(FAR)], on)[hamlet_id(FAR)]


def named(found: list[int], item: str, names: list[str]) -> dict[str, int]:
    """What an item's cells say by these codes of states or evidence; zeros are left out."""
    return {name: found[CELLS[item, name] - 1] for name in names if found[CELLS[item, name] - 1]}


def due_by_tallies(on: date) -> tuple[dict[str, int], int]:
    found = cells(on)
    return {item: found[due_cell(item) - 1] for item in AGES}, found[UNKNOWN_AGE - 1]


def ready_by_tallies(on: date) -> Counter[str]:
    found = cells(on)
    return Counter({item: sum(named(found, item, EVIDENCE).values()) for item in READY})


def states_by_tallies(on: date) -> dict[str, dict[str, int]]:
    return {item: named(cells(on), item, list(ITEMS[item].ranks)) for item in READY}


# The tally is of some day, and each figure is of another: earlier, later or the same.
@pytest.mark.parametrize("tally_of", [date(2026, 1, 1), *DAYS[5:8], date(2050, 1, 1)], ids=str)
@pytest.mark.parametrize("on", DAYS, ids=str)
def test_due_and_ready_on_a_day_are_those_counted_person_by_person(
    villagers: list[Villager], on: date, tally_of: date
) -> None:
    move_on(hamlet_id(FAR), tally_of)
    assert Tally.objects.get(hamlet_id=hamlet_id(FAR)).day == tally_of
    thu = Villager(UUID(int=0), CHANG_THU, ())
    due, unknown = due_by_tallies(on)
    assert due == {item: sum(one.is_due(item, on) for one in [*villagers, thu]) for item in AGES}
    assert unknown == 2
    ready = ready_by_tallies(on)
    assert {item: ready[item] for item in READY} == {
        item: sum(one.is_ready(item, on) for one in villagers) for item in READY
    }
    held = {item: Counter(s for one in villagers for s in one.states(item, on)) for item in READY}
    assert states_by_tallies(on) == held


def test_what_is_said_after_the_tally_was_moved_on_counts_on_every_day() -> None:
    """Steps that lie before the tally's day are in it, and days before them do not see them."""
    move_on(hamlet_id(FAR), date(2028, 1, 1))
    [child, elder] = move_in(FAR, [date(2012, 6, 1), 1950])
    told = [
        make.observation(child, "identity", "level2_active"),
        make.observation(elder, "signature", "has", kind="ca", expires_on=date(2027, 3, 31)),
    ]
    record_observations(by=actor("giang"), observations=told, at=AT)
    assert Tally.objects.get(hamlet_id=hamlet_id(FAR)).day == date(2028, 1, 1)
    days = [date(2026, 5, 31), date(2026, 6, 1), date(2027, 3, 31), date(2027, 4, 1), date(2029, 1, 1)]
    assert [(ready_by_tallies(on)["identity"], ready_by_tallies(on)["signature"]) for on in days] == [
        (0, 1),
        (1, 1),
        (1, 1),
        (1, 0),
        (1, 0),
    ]
    assert [due_by_tallies(on)[0]["identity"] for on in days] == [2, 3, 3, 3, 3]
    assert differences() == 0


def test_a_signature_counts_on_its_last_day_and_not_on_the_next() -> None:
    [elder] = move_in(FAR, [1950])
    last = date(2028, 6, 30)
    told = make.observation(elder, "signature", "has", kind="ca", expires_on=last)
    record_observations(by=actor("giang"), observations=[told], at=AT)
    ready = [ready_by_tallies(last + timedelta(days=n))["signature"] for n in (-1, 0, 1)]
    assert ready == [1, 1, 0]


def test_of_two_signatures_the_longer_one_counts() -> None:
    [elder] = move_in(FAR, [1950])
    last = date(2028, 6, 30)
    kinds = {"ca": last, "vneid": last - timedelta(days=100)}
    told = [
        make.observation(elder, "signature", "has", kind=kind, expires_on=until)
        for kind, until in kinds.items()
    ]
    record_observations(by=actor("giang"), observations=told, at=AT)
    assert [ready_by_tallies(last + timedelta(days=n))["signature"] for n in (0, 1)] == [1, 0]


def test_a_child_with_an_identity_counts_from_the_fourteenth_birthday() -> None:
    [child] = move_in(FAR, [date(2014, 2, 28)])
    told = make.observation(child, "identity", "level2_active")
    record_observations(by=actor("giang"), observations=[told], at=AT)
    days = [date(2028, 2, 27), date(2028, 2, 28), date(2028, 2, 29)]
    assert [ready_by_tallies(on)["identity"] for on in days] == [0, 1, 1]


def test_no_row_changes_when_a_day_passes(villagers: list[Villager]) -> None:
    rows = (
        list(Tally.objects.order_by("pk").values_list()),
        list(TallyStep.objects.order_by("pk").values_list()),
    )
    assert {due_by_tallies(on)[0]["signature"] for on in DAYS} != {due_by_tallies(DAYS[0])[0]["signature"]}
    later = (
        list(Tally.objects.order_by("pk").values_list()),
        list(TallyStep.objects.order_by("pk").values_list()),
    )
    assert rows == later
    assert differences() == 0


def test_who_has_moved_away_for_good_is_no_longer_counted(villagers: list[Villager]) -> None:
    on = date(2026, 11, 2)
    gone, away, unknown = villagers[0], villagers[1], villagers[-1]
    edits = [
        Edit(gone.id, {"presence": "present"}, {"presence": "deceased"}),
        Edit(away.id, {"presence": "present"}, {"presence": "away"}),
        Edit(unknown.id, {"birth_year": None}, {"birth_year": 1950}),
    ]
    receipts = change_persons(by=actor("giang"), edits=edits, at=AT)
    assert {receipt.state for receipt in receipts} == {"applied"}
    now = [*villagers[1:-1], Villager(unknown.id, date(1950, 7, 1), unknown.held)]
    ready = ready_by_tallies(on)
    assert {item: ready[item] for item in READY} == {
        item: sum(one.is_ready(item, on) for one in now) for item in READY
    }
    assert due_by_tallies(on)[1] == 1
    assert differences() == 0


def test_a_count_that_is_one_day_off_would_be_seen(villagers: list[Villager]) -> None:
    on = date(2026, 11, 2)
    assert due_by_tallies(on)[0] != due_by_tallies(on - timedelta(days=1))[0]
    last = date(2028, 2, 28)
    assert ready_by_tallies(last) != ready_by_tallies(last + timedelta(days=1))


@pytest.mark.parametrize("on", DAYS[4:7], ids=str)
def test_a_country_read_as_a_whole_has_the_figures_of_its_provinces(on: date) -> None:
    provinces = list(Area.objects.filter(level="province", closed_on=None).values_list("pk", flat=True))
    one_by_one = sum_tallies(provinces, on)
    assert sum_tallies(provinces, on, provinces=True) == one_by_one
    assert sum(map(sum, one_by_one.values())) > 0
    assert sum_tallies(provinces[:1], on, provinces=True) == {provinces[0]: one_by_one[provinces[0]]}
