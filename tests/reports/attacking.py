"""The attack on a table with hidden cells: what somebody who knows all that is told can work out."""

from __future__ import annotations

from itertools import product

from reports.rules.small_cells import LEAST, WIDTH, Cell, Hidden, is_sensitive

Table = dict[str, dict[str, Cell]]
SAME = {"a": "ab", "b": "ab", "c": "c"}  # the items of the same persons
ALONE = dict(zip("abc", "abc", strict=True))  # for who looks at one item only


def sums(rows: Table) -> dict[str, Cell]:
    return {
        item: Cell(sum(row[item].ready for row in rows.values()), sum(row[item].due for row in rows.values()))
        for item in "abc"
    }


def secret_places(rows: Table, hidden: Hidden, items: str) -> list[str]:
    """Those that tell of none of these items: their numbers of persons are known by the sum only."""
    return [place for place in rows if all((place, one) in hidden.cells for one in items)]


def feasible(
    rows: Table, whole: dict[str, Cell], hidden: Hidden, name: str, item: str, same: dict[str, str] = SAME
) -> tuple[int, int]:
    """All that a hidden count may be, for who knows every number that is told: found by trying, value by
    value, whether the others can make up the rest.

    Numbers of persons are known of every place that tells them in this item or in the other of the same
    persons; those that are told nowhere only by their sum.
    """
    gone = [place for place in rows if (place, item) in hidden.cells]
    secret = [place for place in secret_places(rows, hidden, same[item]) if place in gone]
    if item in hidden.totals:
        return 0, rows[name][item].due if name not in secret else LEAST + WIDTH
    ready = whole[item].ready - sum(row[item].ready for place, row in rows.items() if place not in gone)
    crowd = whole[item].due - sum(row[item].due for place, row in rows.items() if place not in secret)
    known = {place: rows[place][item].due for place in gone if place not in secret}
    possible = [0]
    for value in range(ready + 1):
        own = crowd if name in secret else known[name]
        if value > own:
            break
        left_crowd = crowd - (value if name in secret else 0)
        rest = (left_crowd if len(secret) > (name in secret) else 0) + sum(
            due for place, due in known.items() if place != name
        )
        if ready - value <= rest:
            possible.append(value)
    return min(possible[1:] or [0]), max(possible)


def too_narrow(
    rows: Table, whole: dict[str, Cell], hidden: Hidden, same: dict[str, str] = SAME
) -> list[tuple[str, str]]:
    """Hidden cells that can be told to within less than WIDTH."""
    found = []
    for name, item in sorted(hidden.cells):
        least, most = feasible(rows, whole, hidden, name, item, same)
        if most - least < WIDTH:
            found.append((name, item))
    return found


def told_too_much(rows: Table, whole: dict[str, Cell], hidden: Hidden) -> list[object]:
    """Small cells that are told, totals among them."""
    cells = {(name, item): rows[name][item] for name, item in product(rows, "abc")}
    small = [key for key, cell in cells.items() if is_sensitive(cell) and key not in hidden.cells]
    return [
        *small,
        *(item for item, cell in whole.items() if is_sensitive(cell) and item not in hidden.totals),
    ]


def what_is_told(rows: Table, hidden: Hidden) -> dict[object, Cell]:
    """All that anybody reads of a table."""
    cells = {key: rows[key[0]][key[1]] for key in product(rows, "abc") if key not in hidden.cells}
    return {**cells, **{item: cell for item, cell in sums(rows).items() if item not in hidden.totals}}


def persons_elsewhere(rows: Table, hidden: Hidden, name: str, *, most: bool) -> dict[str, dict[str, int]]:
    """How many persons each place may have by item, where this one has as many or as few as can be."""
    dues = {place: {one: cell.due for one, cell in row.items()} for place, row in rows.items()}
    secret = secret_places(rows, hidden, "abc")
    others = [place for place in secret if place != name]
    if name not in secret or not (most or others):
        return dues
    for one in "abc":
        crowd = sum(dues[place][one] for place in secret)
        dues |= {place: {**dues[place], one: 0} for place in secret}
        dues[name if most else others[0]][one] = crowd
    if most and {"a", "b"} <= hidden.totals:
        dues[name] |= dict.fromkeys("ab", dues[name]["a"] + 1000)
    if most and "c" in hidden.totals:
        dues[name]["c"] = dues[name]["a"]
    return dues


def another_world(rows: Table, hidden: Hidden, name: str, item: str, *, most: bool) -> Table:
    """A table of which just the same would be told, in which this hidden count is as large, or as small, as
    can be: the others make up for it, and of places that are told nowhere another one has the persons."""
    dues = persons_elsewhere(rows, hidden, name, most=most)
    world = {place: dict(row) for place, row in rows.items()}
    for one in "abc":
        gone = sorted(place for place in rows if (place, one) in hidden.cells)
        if one == item:
            gone.sort(key=lambda place: (place == name) != most)
        left = sum(rows[place][one].ready for place in gone)
        if one in hidden.totals and one == item:
            left = dues[name][one] if most else 0
        for place in gone:
            world[place][one] = Cell(min(left, dues[place][one]), dues[place][one])
            left -= world[place][one].ready
        assert left == 0 or one in hidden.totals
    return world
