"""The cells of a tally: what is counted, and where its number stands in the figures of a hamlet.

Cells count from 1, as PostgreSQL does. First come heads: those of unknown age, then those who have reached
each age at which something is due. Then each item has its cells: how many of those for whom it is due are
in each state, and how many are ready by each evidence.

PostgreSQL keeps all cells of a hamlet in one number, DIGITS decimal digits a cell, the first cell last: it
adds such numbers several times faster than arrays, and one addition moves them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from struct import Struct

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
DIGITS = 8
_MOST = 10**DIGITS // 2  # a cell lies between its negative and itself: no area has so many people
_WEIGHTS = [10 ** (DIGITS * n) for n in range(LAST_CELL)]
_SPLIT = Struct(f"{DIGITS}s" * LAST_CELL).unpack


def due_cell(item: str) -> int:
    """Where those are counted for whom the item is due."""
    return OF_AGE[ITEMS[item].due_age]


def packed(cells: Mapping[int, int]) -> int:
    """Cells as one number; one that is left out is 0. What is added to packed cells may be negative."""
    return sum(n * _WEIGHTS[cell - 1] for cell, n in cells.items())


def unpacked(number: str) -> list[int]:
    """The cells, from the first to the last, of the decimal digits of one number."""
    return list(_unpacked(number))


@lru_cache(maxsize=1024)
def _unpacked(number: str) -> tuple[int, ...]:
    """Remembered: most places of a report have the same number as at the last look."""
    if not number.startswith("-"):
        cells = list(map(int, _SPLIT(number.zfill(DIGITS * LAST_CELL).encode())))
        if max(cells) < _MOST:
            return tuple(reversed(cells))
    return tuple(_unpacked_signed(int(number)))


def _unpacked_signed(rest: int) -> list[int]:
    """The same where a cell is below 0, which no tally should hold: it borrows from the next one."""
    cells = []
    for _ in range(LAST_CELL):
        rest, cell = divmod(rest + _MOST, 10**DIGITS)
        cells.append(cell - _MOST)
    return cells
