"""What a person holds of an item, over its kinds; whether that is ready or stale on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from checklist.items import ITEMS, Item, item_on
from checklist.rules.facts import Evidence, day_of
from checklist.rules.standing import Standing


@dataclass(frozen=True, slots=True)
class Held:
    """The truth about one item of one person: the best of its kinds. No clock is needed to compute it.

    `expires_on` is the last day on which it is valid, None when no end is known; `kind` is the one that
    decides.
    """

    item: str
    kind: str
    state: str
    evidence: Evidence
    observed_at: datetime
    expires_on: date | None
    contested: bool

    @property
    def ready_until(self) -> date | None:
        """The last day on which it counts as ready, if it is in a ready state at all: `expires_on`."""
        return self.expires_on


def held(item_code: str, standings: Iterable[Standing], rule: Item | None = None) -> Held | None:
    """What is held of an item, by the standings of its kinds; None when there are none.

    A kind in a ready state goes before one that is not; then the one that stays valid longest, so that the
    item is ready on a day exactly when any of its kinds is. Ties: the higher state, the better evidence, the
    uncontested one, the latest observed, then the kind's code.
    `rule` is the version of the item to judge by; the newest unless given.
    """
    ranks = (rule or ITEMS[item_code]).ranks
    ready_rank = ranks[(rule or ITEMS[item_code]).ready_from]
    found = list(standings)
    if not found:
        return None
    best = found[0] if len(found) == 1 else max(found, key=lambda s: _preference(s, ranks, ready_rank))
    return Held(
        item_code,
        best.kind,
        best.state,
        best.evidence,
        best.observed_at,
        best.expires_on,
        best.contested,
    )


def _preference(
    standing: Standing, ranks: dict[str, int], ready_rank: int
) -> tuple[bool, date, int, int, bool, datetime, str]:
    rank = ranks[standing.state]
    return (
        rank >= ready_rank,
        standing.expires_on or date.max,
        rank,
        standing.evidence,
        not standing.contested,
        standing.observed_at,
        standing.kind,
    )


def held_by_item(standings: Iterable[Standing], on: date | None = None) -> dict[str, Held]:
    """What one person holds, by item; judged by the rules of the day `on`, the newest unless given."""
    by_item: dict[str, list[Standing]] = {}
    for standing in standings:
        by_item.setdefault(standing.item, []).append(standing)
    found = {code: held(code, kinds, item_on(code, on) if on else None) for code, kinds in by_item.items()}
    return {code: one for code, one in found.items() if one is not None}


def is_valid(standing: Standing | Held, on: date) -> bool:
    """False from the day after `expires_on`."""
    return standing.expires_on is None or on <= standing.expires_on


def is_ready(standing: Standing | Held | None, on: date) -> bool:
    """True when it counts as ready on the day, under the rule of that day: a ready state, and not expired.

    False for None (nobody said anything) and for a day on which the item had no rule yet.
    """
    if standing is None or not is_valid(standing, on):
        return False
    rule = item_on(standing.item, on)
    return rule is not None and rule.is_ready_state(standing.state)


def is_stale(standing: Standing | Held, on: date) -> bool:
    """True when it was last observed more than the item's `stale_after_days` before the day."""
    return (on - day_of(standing.observed_at)).days > ITEMS[standing.item].stale_after_days
