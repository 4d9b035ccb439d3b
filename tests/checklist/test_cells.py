"""Where a number stands in the tallies never changes: rows that are stored are read by it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checklist.items import ITEMS, State
from checklist.rules.cells import CELLS, LAST_CELL, OF_AGE, UNKNOWN_AGE, USED, item_cells

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
