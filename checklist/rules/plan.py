"""The shortest way through the requirement graph that the items declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from checklist.items import ITEMS, Item, Need, Way, item_on

# The items as they are in force on a day, by code.
Rules = Mapping[str, Item]
# The state of each item, by (item, kind); the kind is "" where the item has none.
States = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Move:
    """A way taken for one kind of one item, with all that it needs."""

    item: str
    kind: str
    way: Way
    needs: tuple[Need, ...]


def rules_on(day: date) -> Rules:
    """The items in force on the day."""
    versions = ((code, item_on(code, day)) for code in ITEMS)
    return {code: rule for code, rule in versions if rule is not None}


def is_met(need: Need, states: States, rules: Rules) -> bool:
    """True when any kind of the item is far enough; an item that is not in force asks nothing."""
    rule = rules.get(need.item)
    if rule is None:
        return True
    wanted = rule.ranks[need.state]
    return any(rule.ranks[states[need.item, kind]] >= wanted for kind in rule.kind_codes)


def shortest(goals: tuple[Need, ...], start: States, rules: Rules) -> tuple[Move, ...] | None:
    """The fewest moves that meet the goals, each after what it needs; None when there is no way.

    Of equally many: those that lean on fewer enablers lacking at the start, then those declared first.
    The graph must have no ring (tests/checklist/test_items.py sees to it).
    """

    def cost(moves: tuple[Move, ...]) -> tuple[int, int]:
        needs = [need for move in moves for need in move.needs]
        return len(moves), sum(not is_met(n, start, rules) and not rules[n.item].pillar for n in needs)

    def reach(needs: tuple[Need, ...], states: States) -> tuple[Move, ...] | None:
        unmet = next((need for need in needs if not is_met(need, states, rules)), None)
        if unmet is None:
            return ()
        tried = (take(move, needs, states) for move in _moves(rules[unmet.item], states))
        return min((moves for moves in tried if moves is not None), key=cost, default=None)

    def take(move: Move, needs: tuple[Need, ...], states: States) -> tuple[Move, ...] | None:
        before = reach(move.needs, states)
        if before is None:
            return None
        rest = reach(needs, after((*before, move), states))
        return None if rest is None else (*before, move, *rest)

    return reach(goals, start)


def after(moves: tuple[Move, ...], states: States) -> States:
    """The states when the moves are made."""
    return {**states, **{(move.item, move.kind): move.way.ends for move in moves}}


def _moves(rule: Item, states: States) -> Iterator[Move]:
    """Every way of the item that starts from where one of its kinds is, in the order declared."""
    for way in rule.ways:
        for kind in way.kinds:
            if states[rule.code, kind] in way.starts:
                yield Move(rule.code, kind, way, rule.needs(way, kind))
