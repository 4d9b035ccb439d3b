"""Where a number stands in the tallies never changes: rows that are stored are read by it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklist.items import ITEMS, State
from checklist.rules.cells import (
    CELLS,
    DIGITS,
    LAST_CELL,
    OF_AGE,
    UNKNOWN_AGE,
    USED,
    item_cells,
    packed,
    unpacked,
)

# What is stored already. A new item or state gets a line here; no line ever changes.
RELEASED = {
    "identity": (5, "none level1 level2_granted level2_active"),
    "payment": (17, "none in_progress has"),
    "signature": (29, "none in_progress has"),
    "service_account": (41, "none logged_in submitted"),
    "smartphone": (53, "none shared_in_household own"),
    "own_sim": (65, "none relatives own"),
    "chip_card": (77, "none expired valid"),
    "safety": (89, "none briefed confirmed"),
}
EVIDENCE = "self_declared seen witnessed verified"


def test_every_cell_stands_where_it_stood() -> None:
    released = {
        (item, name): first + n
        for item, (first, states) in RELEASED.items()
        for n, name in [*enumerate(states.split()), *enumerate(EVIDENCE.split(), start=8)]
    }
    assert released == CELLS
    assert (UNKNOWN_AGE, OF_AGE) == (1, {14: 2, 15: 3, 18: 4})


def test_each_cell_has_its_own_place() -> None:
    assert len(USED) == len(set(USED)) == 4 + len(CELLS)
    assert LAST_CELL == max(CELLS.values()) == 100


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": 1},
        {"due_age": 16},
        {"states": (*ITEMS["identity"].states, *(State(f"s{n}", "Mới", "New") for n in range(5)))},
        {"states": (*ITEMS["identity"].states, State("seen", "Đã thấy", "Seen"))},
    ],
    ids=str,
)
def test_a_planted_item_without_a_place_of_its_own_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"number|states"):
        item_cells({**ITEMS, "identity": replace(ITEMS["identity"], **wrong)})


amounts = st.dictionaries(st.integers(1, LAST_CELL), st.integers(-(10**7), 10**7), max_size=12)


@given(amounts, amounts)
def test_cells_in_one_number_are_added_one_by_one(some: dict[int, int], more: dict[int, int]) -> None:
    added = unpacked(str(packed(some) + packed(more)))
    assert added == [some.get(cell, 0) + more.get(cell, 0) for cell in range(1, LAST_CELL + 1)]


def test_control_a_cell_that_holds_more_than_any_area_has_people_spills_over() -> None:
    assert unpacked(str(packed({1: 10**DIGITS})))[:2] == [0, 1]
