"""Small cells never leave: the rule, the attack on what is told, and what changes from week to week."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.rules.small_cells import (
    SMALL_CHANGE,
    WIDTH,
    Cell,
    Hidden,
    hold_back,
    is_sensitive,
    protect,
    suppress,
)
from tests.reports.attacking import ALONE, another_world, sums, told_too_much, too_narrow, what_is_told


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


def test_D_01_D_02_of_a_hundred_tables_no_hidden_cell_can_be_worked_out() -> None:
    seen = 0
    for seed in range(100):
        rows = a_table(seed)
        hidden = protect(rows, sums(rows))
        assert too_narrow(rows, sums(rows), hidden) == [], seed
        assert told_too_much(rows, sums(rows), hidden) == [], seed
        seen += len(hidden.cells)
    assert seen > 300


def test_D_02_nor_where_totals_were_held_back_by_themselves() -> None:
    """Last week's total beside this week's rows: what they leave for the hidden ones is another sum."""
    naive = 0
    for seed in range(100):
        rows, chance = a_table(seed), random.Random(seed)
        whole = {}
        for item, cell in sums(rows).items():
            due = max(0, cell.due + chance.randint(-SMALL_CHANGE, SMALL_CHANGE))
            whole[item] = Cell(
                min(due, max(0, cell.ready + chance.randint(-SMALL_CHANGE, SMALL_CHANGE))), due
            )
        whole["b"] = Cell(min(whole["b"].ready, whole["a"].due), whole["a"].due)
        hidden = protect(rows, whole)
        assert too_narrow(rows, whole, hidden, ALONE) == [], seed
        assert told_too_much(rows, whole, hidden) == [], seed
        naive += bool(too_narrow(rows, whole, protect(rows, sums(rows)), ALONE))
    assert naive > 0, "by the sums of the rows it would be too narrow for who reads the total"


def test_D_02_for_every_hidden_cell_two_worlds_far_apart_are_told_alike() -> None:
    """Whoever works a hidden cell out must be wrong in one of them, however he does it."""
    for seed in range(100):
        rows = a_table(seed)
        hidden = protect(rows, sums(rows))
        for name, item in sorted(hidden.cells):
            worlds = [another_world(rows, hidden, name, item, most=most) for most in (False, True)]
            for world in worlds:
                assert what_is_told(world, hidden) == what_is_told(rows, hidden), (seed, name, item)
                for row in world.values():
                    assert all(0 <= cell.ready <= cell.due for cell in row.values())
                    assert row["c"].due <= row["a"].due == row["b"].due
            least, most = (world[name][item].ready for world in worlds)
            assert most - least >= WIDTH, (seed, name, item)


def test_D_01_a_total_that_is_a_small_cell_is_hidden() -> None:
    """Ten of a thousand, in two places: wide enough for each of them, and ten all the same."""
    two = {"A": {"a": Cell(5, 500)}, "B": {"a": Cell(5, 500)}}
    assert protect(two, {"a": Cell(10, 1000)}).totals == {"a"}
    assert protect(two, {"a": Cell(11, 1000)}).totals == set()
    nearly_all = {"A": {"a": Cell(495, 500)}, "B": {"a": Cell(495, 500)}}
    assert protect(nearly_all, {"a": Cell(990, 1000)}).totals == {"a"}


def test_D_01_D_02_control_without_complements_or_with_the_plain_rule_alone_the_attack_succeeds() -> None:
    """The control: the attacker finds what a weaker rule gives away."""
    alone = plain = totals = 0
    for seed in range(100):
        rows = a_table(seed)
        whole = sums(rows)
        column = {(name, item): row[item] for name, row in rows.items() for item in row}
        bare = Hidden(frozenset(key for key, cell in column.items() if is_sensitive(cell)), frozenset())
        rule = {(name, item) for item in "abc" for name in suppress({n: r[item] for n, r in rows.items()})}
        weaker = Hidden(frozenset(rule), frozenset())
        alone += bool(too_narrow(rows, whole, bare))
        plain += bool(too_narrow(rows, whole, weaker))
        totals += bool(told_too_much(rows, whole, weaker))
    assert alone > plain > 20
    assert totals > 0


def moves(before: Cell, after: Cell) -> list[int]:
    """By how many the ready, the due and those not ready yet differ."""
    ready, due = after.ready - before.ready, after.due - before.due
    return [abs(ready), abs(due), abs(due - ready)]


@settings(max_examples=100, deadline=None)
@given(cells, st.lists(cells, max_size=6))
def test_D_03_two_publications_never_differ_by_a_few(
    first: tuple[int, int], later: list[tuple[int, int]]
) -> None:
    told = hold_back(None, Cell(*first))
    for now in later:
        again = hold_back(told, Cell(*now))
        assert again.ready <= again.due
        assert not any(0 < moved <= SMALL_CHANGE for moved in moves(told, again))
        told = again


def test_D_03_what_moved_by_many_is_told_though_the_rest_is_held_back() -> None:
    before = Cell(400, 900)
    assert hold_back(before, Cell(450, 903)) == (450, 900)
    assert hold_back(before, Cell(405, 950)) == (400, 950)
    assert hold_back(before, Cell(411, 912)) == (411, 900), "else one more would not be ready"
    assert hold_back(before, Cell(411, 922)) == (411, 922)


def test_D_03_control_whoever_tells_each_week_as_it_is_gives_the_few_away() -> None:
    assert moves(Cell(400, 900), Cell(403, 901)) == [3, 1, 2]
    assert moves(Cell(400, 900), Cell(411, 912)) == [11, 12, 1], "of those not ready one"
