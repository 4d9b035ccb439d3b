"""Small cells never leave: the rule, the attack on what is told, and what changes from week to week."""

from __future__ import annotations

import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.rules.small_cells import (
    LEAST,
    SMALL_CHANGE,
    WIDTH,
    Cell,
    Hidden,
    hold_back,
    is_sensitive,
    protect,
    suppress,
)


def oracle(rows: dict[str, tuple[int, int]], k: int = 11) -> set[str]:
    """The rule as the design states it, written anew."""
    bad = {
        r for r, (a, t) in rows.items() if t < k or 0 < a < k or 0 < t - a < k or (t <= 50 and a in (0, t))
    }
    if len(bad) == 1:
        bad.add(min((r for r in rows if r not in bad), key=lambda r: rows[r][1]))
    return bad


@pytest.mark.parametrize(
    ("rows", "hidden"),
    [
        ({"A": (40, 60), "B": (3, 50), "C": (25, 45)}, {"B", "C"}),
        ({"A": (40, 60), "C": (25, 45)}, set()),
        ({"A": (30, 30), "B": (400, 900), "C": (300, 800)}, {"A", "C"}),
        ({"A": (5, 9), "B": (4, 8), "C": (70, 120)}, {"A", "B"}),
    ],
)
def test_D_01_the_rule_by_its_examples(rows: dict[str, tuple[int, int]], hidden: set[str]) -> None:
    assert suppress({name: Cell(*cell) for name, cell in rows.items()}) == hidden == oracle(rows)


cells = st.integers(0, 120).flatmap(lambda due: st.tuples(st.integers(0, due), st.just(due)))


@settings(max_examples=60, deadline=None)
@given(st.lists(cells, min_size=2, max_size=8))
def test_D_01_the_rule_by_chance(found: list[tuple[int, int]]) -> None:
    rows = {f"{n}": cell for n, cell in enumerate(found)}
    ours, theirs = suppress({name: Cell(*cell) for name, cell in rows.items()}), oracle(rows)
    assert {len(ours), len(theirs)} <= {len(theirs)}
    assert {name for name in ours if is_sensitive(Cell(*rows[name]))} == {
        name for name in theirs if is_sensitive(Cell(*rows[name]))
    }


def a_table(seed: int) -> dict[str, dict[str, Cell]]:
    """Places of all sizes, some nearly empty; two items share their persons."""
    chance = random.Random(seed)
    rows = {}
    for n in range(chance.randint(2, 12)):
        due = chance.choice([chance.randint(0, 15), chance.randint(5, 60), chance.randint(50, 3000)])
        ready = [
            chance.choice([0, due, chance.randint(0, due), min(due, chance.randint(0, 12))]) for _ in "abc"
        ]
        older = chance.randint(0, due)
        rows[f"place {n}"] = {
            "a": Cell(ready[0], due),
            "b": Cell(ready[1], due),
            "c": Cell(min(ready[2], older), older),
        }
    return rows


def feasible(rows: dict[str, dict[str, Cell]], hidden: Hidden, name: str, item: str) -> tuple[int, int]:
    """All that a hidden count may be, for who knows every number that is told: found by trying, value by
    value, whether the others can make up the rest.

    Numbers of persons are known of every place that tells them in this item or in the other of the same
    persons; those that are told nowhere only by their sum.
    """
    same = [one for one in ("a", "b") if item in ("a", "b")] or [item]
    gone = [place for place in rows if (place, item) in hidden.cells]
    secret = [place for place in gone if all((place, one) in hidden.cells for one in same)]
    if item in hidden.totals:
        return 0, rows[name][item].due if name not in secret else LEAST + WIDTH
    ready = sum(rows[place][item].ready for place in gone)
    crowd = sum(rows[place][item].due for place in secret)
    known = {place: rows[place][item].due for place in gone if place not in secret}
    possible = []
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
    return min(possible), max(possible)


def too_narrow(rows: dict[str, dict[str, Cell]], hidden: Hidden) -> list[tuple[str, str]]:
    """Hidden cells that can be told to within less than WIDTH."""
    found = []
    for name, item in sorted(hidden.cells):
        least, most = feasible(rows, hidden, name, item)
        if most - least < WIDTH:
            found.append((name, item))
    return found


def test_D_02_of_a_hundred_tables_no_hidden_cell_can_be_worked_out() -> None:
    seen = 0
    for seed in range(100):
        rows = a_table(seed)
        hidden = protect(rows)
        assert too_narrow(rows, hidden) == [], seed
        told = {(name, item): rows[name][item] for name, item in product(rows, "abc")}
        assert not any(is_sensitive(cell) for key, cell in told.items() if key not in hidden.cells)
        seen += len(hidden.cells)
    assert seen > 300


def test_D_01_D_02_control_without_complements_or_with_the_plain_rule_alone_the_attack_succeeds() -> None:
    """The control: the attacker finds what a weaker rule gives away."""
    alone = plain = 0
    for seed in range(100):
        rows = a_table(seed)
        column = {(name, item): row[item] for name, row in rows.items() for item in row}
        bare = Hidden(frozenset(key for key, cell in column.items() if is_sensitive(cell)), frozenset())
        rule = {(name, item) for item in "abc" for name in suppress({n: r[item] for n, r in rows.items()})}
        alone += bool(too_narrow(rows, bare))
        plain += bool(too_narrow(rows, Hidden(frozenset(rule), frozenset())))
    assert alone > plain > 20


@settings(max_examples=100, deadline=None)
@given(cells, st.lists(cells, max_size=6))
def test_D_03_two_publications_never_differ_by_a_few(
    first: tuple[int, int], later: list[tuple[int, int]]
) -> None:
    told = hold_back(None, Cell(*first))
    for now in later:
        again = hold_back(told, Cell(*now))
        assert again.ready <= again.due
        for before, after in zip(told, again, strict=True):
            assert not 0 < abs(after - before) <= SMALL_CHANGE
        told = again


def test_D_03_control_whoever_tells_each_week_as_it_is_gives_the_few_away() -> None:
    weeks = [Cell(400, 900), Cell(403, 901)]
    assert any(0 < abs(after - before) <= SMALL_CHANGE for before, after in zip(*weeks, strict=True))
