"""Small cells: what a public table may tell without telling of anybody.

A table has rows (places) of cells by item: how many are ready, of how many. Hidden are counts of 1 to 10, of
those who are ready as of those who are not, groups below 11, 0 % and 100 % in groups up to 50, and so many
more that nobody can work the hidden ones out of the totals.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

LEAST = 11
WHOLE_GROUP = 50
# How far apart the least and the most that a hidden cell may be must lie, for whoever knows all the rest.
WIDTH = 10
# Two publications never differ by 1 to this many in a cell.
SMALL_CHANGE = 10


class Cell(NamedTuple):
    """How many are ready, of how many."""

    ready: int
    due: int


Row = Mapping[str, Cell]  # a place's cells by item, or an item's by place


def is_sensitive(cell: Cell) -> bool:
    """True when the cell alone would tell too much."""
    ready, due = cell
    return (
        due < LEAST
        or 0 < ready < LEAST
        or 0 < due - ready < LEAST
        or (due <= WHOLE_GROUP and ready in (0, due))
    )


def suppress(cells: Mapping[str, Cell]) -> set[str]:
    """The rows of one item to hide while its total is told: the sensitive ones; a single one would follow
    from the total, so the smallest of the others goes with it."""
    hidden = {name for name, cell in cells.items() if is_sensitive(cell)}
    if len(hidden) == 1:
        others = [name for name in cells if name not in hidden]
        hidden |= {min(others, key=lambda name: (cells[name].due, name))} if others else set()
    return hidden


class Hidden(NamedTuple):
    """What a table does not tell: cells by (row, item), and items whose total goes too."""

    cells: frozenset[tuple[str, str]]
    totals: frozenset[str]


def protect(rows: Mapping[str, Row], whole: Row) -> Hidden:
    """What to hide of a table whose other cells are told, and whose totals are told as `whole`.

    A place so small that its number of persons is hidden is hidden in every item, for the items share their
    persons. Then each item hides more and more of its smallest rows until every hidden cell may lie anywhere
    in a range of WIDTH; where all rows hidden are not enough, the total is hidden too, and so is one
    that is a small cell itself.
    """
    items = sorted({item for row in rows.values() for item in row})
    tiny = _tiny(rows, items)
    cells: set[tuple[str, str]] = set()
    totals = {item for item, cell in whole.items() if is_sensitive(cell)}
    for item in items:
        column = {name: row[item] for name, row in rows.items()}
        hidden = tiny | suppress(column)
        while hidden and not _is_wide(column, whole[item], hidden, tiny):
            more = [name for name in column if name not in hidden]
            if not more:
                totals.add(item)
                break
            hidden = hidden | {min(more, key=lambda name: (column[name].due, name))}
        cells |= {(name, item) for name in hidden}
    return Hidden(frozenset(cells), frozenset(totals))


def _tiny(rows: Mapping[str, Row], items: Collection[str]) -> set[str]:
    """Places whose numbers of persons are hidden: those below LEAST in some item, and with them others until
    together they are many enough in every item."""
    size = {name: min((cell.due for cell in row.values()), default=0) for name, row in rows.items()}
    tiny = {name for name in rows if size[name] < LEAST}
    others = sorted((name for name in rows if name not in tiny), key=lambda name: (size[name], name))
    while tiny and others and not _is_crowd(rows, tiny, items):
        tiny.add(others.pop(0))
    return tiny


def _is_crowd(rows: Mapping[str, Row], names: Collection[str], items: Collection[str]) -> bool:
    return len(names) > 1 and all(sum(rows[name][item].due for name in names) >= WIDTH for item in items)


def _is_wide(column: Row, whole: Cell, hidden: Collection[str], tiny: Collection[str]) -> bool:
    """Also for who knows no number of persons of a hidden row but what the total leaves."""
    found = [ranges(column, whole, hidden, unknown) for unknown in (tiny, hidden)]
    return all(most - least >= WIDTH for each in found for least, most in each.values())


def ranges(
    column: Row, whole: Cell, hidden: Collection[str], tiny: Collection[str]
) -> dict[str, tuple[int, int]]:
    """The least and the most that each hidden cell may be, for who knows every other number and the total.

    Exact, and no linear programme: rows meet in one sum only, that of their item. A `tiny` place may have any
    share of the persons that all tiny ones have together. The sums are those that the total as it is told
    leaves; it was held back by itself, and where the rows cannot make them up, nothing is sure of any.
    """
    ready = whole.ready - sum(cell.ready for name, cell in column.items() if name not in hidden)
    crowd = whole.due - sum(cell.due for name, cell in column.items() if name not in tiny) if tiny else 0
    room = crowd + sum(column[name].due for name in hidden if name not in tiny)
    several = sum(name in tiny for name in hidden) > 1
    if ready > room:
        return dict.fromkeys(hidden, (0, 0))
    found = {}
    for name in hidden:
        own = crowd if name in tiny else column[name].due
        others = room if name in tiny and several else room - own
        found[name] = (max(0, ready - others), min(own, ready))
    return found


def hold_back(before: Cell | None, now: Cell) -> Cell:
    """What is published after `before`: a count that moved by 1 to SMALL_CHANGE stays as it was told, so that
    two publications beside each other never tell of a few; not of those who are not ready, either."""
    if before is None:
        return now
    perhaps = (now, Cell(now.ready, before.due), Cell(before.ready, now.due))
    return next((cell for cell in perhaps if _may_follow(before, cell)), before)


def _may_follow(before: Cell, cell: Cell) -> bool:
    ready, due = cell.ready - before.ready, cell.due - before.due
    tells_of_few = any(0 < abs(moved) <= SMALL_CHANGE for moved in (ready, due, due - ready))
    return cell.ready <= cell.due and not tells_of_few
