"""The cells of a tally: what is counted, and where its number stands in the array of a hamlet.

Cells count from 1, as PostgreSQL does. First come heads: those of unknown age, then those who have reached
each age at which something is due. Then each item has its cells: how many of those for whom it is due are
in each state, and how many are ready by each evidence.
"""

from __future__ import annotations

from collections.abc import Mapping

from checklist.items import ITEMS, Item
from checklist.rules.facts import Evidence

UNKNOWN_AGE = 1
OF_AGE: Mapping[int, int] = {14: 2, 15: 3, 18: 4}
_FIRST, _MOST_STATES, _WIDTH = 5, 8, 12


def item_cells(items: Mapping[str, Item]) -> dict[tuple[str, str], int]:
    """The cell of each item's state and evidence, by their codes; ValueError for an item without room."""
    found: dict[tuple[str, str], int] = {}
    for item in items.values():
        if len(item.states) > _MOST_STATES or item.due_age not in OF_AGE:
            raise ValueError(f"{item.code} has too many states, or is due at an age that is not counted")
        first = _FIRST + item.number * _WIDTH
        found |= {(item.code, state.code): first + n for n, state in enumerate(item.states)}
        found |= {(item.code, level.code): first + _MOST_STATES + level - 1 for level in Evidence}
    if len(set(found.values())) < sum(len(item.states) + len(Evidence) for item in items.values()):
        raise ValueError("two items have the same number, or an evidence the name of a state")
    return found


CELLS = item_cells(ITEMS)
USED = (UNKNOWN_AGE, *OF_AGE.values(), *sorted(CELLS.values()))
LAST_CELL = max(USED)


def due_cell(item: str) -> int:
    """Where those are counted for whom the item is due."""
    return OF_AGE[ITEMS[item].due_age]
