"""What does not fit together in somebody's answers. It is accepted all the same, and told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from checklist.items import Item, Need
from checklist.rules.holding import is_valid
from checklist.rules.plan import Rules, rules_on
from checklist.rules.standing import Standing

_VI = (
    "Bạn trả lời “{item}: {state}” nhưng “{needed}: {given}”. "
    "Thường cần có “{needed}: {wanted}” trước. Hãy xem lại, hoặc nhờ thành viên Tổ xem giúp."
)
_EN = (
    'You answered "{item}: {state}" but "{needed}: {given}". '
    'Usually "{needed}: {wanted}" comes first. Please look again, or ask a volunteer.'
)


@dataclass(frozen=True, slots=True)
class Misfit:
    """The item is said to be at `state`, which rests on `needs` at `wanted`; that one is said to be at
    `given`."""

    item: str
    kind: str
    state: str
    needs: str
    wanted: str
    given: str
    vi: str
    en: str


def misfits(standings: Iterable[Standing], on: date) -> list[Misfit]:
    """The contradictions, in the order of the items.

    A pillar that something rests on must be far enough. An enabler may have been lost since, so only one that
    is said never to have been there (its first state) contradicts.
    """
    rules = rules_on(on)
    said = [standing for standing in standings if standing.item in rules and is_valid(standing, on)]
    found = [
        _misfit(rules, standing, need, given)
        for standing in said
        for need in _rests_on(rules[standing.item], standing)
        if (given := _lacking(rules, said, need)) is not None
    ]
    return sorted(found, key=lambda one: (rules[one.item].order, one.kind, rules[one.needs].order))


def _rests_on(rule: Item, standing: Standing) -> list[Need]:
    """What the state that was reached has needed."""
    rank = rule.ranks[standing.state]
    return [
        need
        for need in rule.requires
        if need.kind in ("", standing.kind) and rank >= rule.ranks[need.to or rule.ready_from]
    ]


def _lacking(rules: Rules, said: list[Standing], need: Need) -> str | None:
    """The state that contradicts the need; None when nothing does, or nobody said anything."""
    rule = rules.get(need.item)
    states = [standing.state for standing in said if standing.item == need.item]
    if rule is None or not states:
        return None
    best = max(states, key=rule.rank)
    enough = rule.ranks[need.state] if rule.pillar else min(1, rule.ranks[need.state])
    return best if rule.ranks[best] < enough else None


def _misfit(rules: Rules, standing: Standing, need: Need, given: str) -> Misfit:
    item, needed = rules[standing.item], rules[need.item]
    states = (item, standing.state), (needed, given), (needed, need.state)
    titles = [rule.states[rule.ranks[state]] for rule, state in states]
    vi, en = [title.title_vi for title in titles], [title.title_en for title in titles]
    return Misfit(
        item=standing.item,
        kind=standing.kind,
        state=standing.state,
        needs=need.item,
        wanted=need.state,
        given=given,
        vi=_VI.format(item=item.title_vi, needed=needed.title_vi, state=vi[0], given=vi[1], wanted=vi[2]),
        en=_EN.format(item=item.title_en, needed=needed.title_en, state=en[0], given=en[1], wanted=en[2]),
    )
