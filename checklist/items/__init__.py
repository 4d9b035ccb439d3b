"""The items of the digital-citizen checklist: one file each, and nothing else to edit.

An item file declares `ENTRY`: its states in rising order, from which age it is due, what it requires
and the ways by which a person moves from one state to the next. The rules read these declarations
and name no item. A state or a kind is never removed once released: observations are kept for ever.

When a decree changes a rule, the file's `ENTRY` becomes the new version and the old one moves to
`earlier`; `item_on(code, day)` gives the rule of a day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from base.registry import entries


@dataclass(frozen=True, slots=True)
class State:
    """One state of an item. `blocker` is what a person in this state says when asked "why not yet?"."""

    code: str
    title_vi: str
    title_en: str
    blocker: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One of several instruments by which an item can be had; any one of them is enough."""

    code: str
    title_vi: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Need:
    """Another item must be at `state` or above first.

    `kind`: only for this kind; `to`: only for the step that reaches this state. Empty: always.
    """

    item: str
    state: str
    kind: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One errand that takes an item from one of the states `starts` to the state `ends`.

    `kinds` are those it is for (empty when the item has none); `needs` are those of this way alone,
    on top of what the item requires. `where` and `bring` are codes (checklist.rules has the titles)
    and hold verified facts only: an empty `bring` means "not verified", not "nothing".
    Among ways of equal length the first declared is offered.
    """

    code: str
    starts: tuple[str, ...]
    ends: str
    where: str
    guide: str
    title_vi: str
    title_en: str
    volunteer_can_help: bool
    bring: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ("",)
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of the checklist under one version of its rule.

    `number`: its place in the tallies, never given to another item; the states have theirs by their order,
    so a state that comes later is declared last, or a migration moves the counts.
    `pillar`: one of the things that make a digital citizen; otherwise an enabler, tracked as a reason.
    `expires`: observations may state the last day on which it is valid. `ranks` (state to its place) and
    `kind_codes` (("",) when it has no kinds) are derived.
    """

    code: str
    order: int
    number: int
    pillar: bool
    title_vi: str
    title_en: str
    states: tuple[State, ...]
    ready_from: str
    due_age: int
    kinds: tuple[Kind, ...] = ()
    requires: tuple[Need, ...] = ()
    ways: tuple[Way, ...] = ()
    expires: bool = False
    stale_after_days: int = 365
    effective_from: date = date(2023, 1, 1)
    earlier: tuple[Item, ...] = ()
    ranks: dict[str, int] = field(init=False, repr=False, compare=False)
    kind_codes: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a declaration that contradicts itself: ValueError, when the module is imported."""
        _no_twins(f"states of {self.code}", (s.code for s in self.states))
        _no_twins(f"kinds of {self.code}", (k.code for k in self.kinds))
        _no_twins(f"ways of {self.code}", (w.code for w in self.ways))
        ranks = {state.code: rank for rank, state in enumerate(self.states)}
        kinds = tuple(kind.code for kind in self.kinds) or ("",)
        named = {self.ready_from, *(w.ends for w in self.ways), *(s for w in self.ways for s in w.starts)}
        if unknown := (named - set(ranks)) | ({k for w in self.ways for k in w.kinds} - set(kinds)):
            raise ValueError(f"{self.code} names states or kinds it does not declare: {sorted(unknown)}")
        if any(old.effective_from >= self.effective_from for old in self.earlier):
            raise ValueError(f"{self.code}: an earlier version comes into force later")
        object.__setattr__(self, "ranks", ranks)
        object.__setattr__(self, "kind_codes", kinds)

    def rank(self, state: str) -> int:
        """The place of `state` in the rising order, from 0. KeyError for a state it does not have."""
        return self.ranks[state]

    def is_ready_state(self, state: str) -> bool:
        """True when `state` is the one that counts as ready, or above it."""
        return self.ranks[state] >= self.ranks[self.ready_from]

    @property
    def guides(self) -> tuple[str, ...]:
        """The slugs of the guides of its ways, each once."""
        return tuple(dict.fromkeys(way.guide for way in self.ways))

    def needs(self, way: Way, kind: str) -> tuple[Need, ...]:
        """What must be there before `way` is taken for `kind`."""
        own = (n for n in self.requires if n.kind in ("", kind) and n.to in ("", way.ends))
        return (*own, *way.needs)


def _no_twins(what: str, codes: Iterable[str]) -> None:
    seen = list(codes)
    if len(seen) != len(set(seen)):
        raise ValueError(f"the {what} are not unique: {seen}")


def item_on(code: str, day: date) -> Item | None:
    """The version of the item in force on `day`; None when there was no such rule yet."""
    newest = ITEMS[code]
    if newest.effective_from <= day:
        return newest
    in_force = (version for version in newest.earlier if version.effective_from <= day)
    return max(in_force, key=lambda version: version.effective_from, default=None)


def describe_items() -> dict[str, Any]:
    """The whole checklist as it is told to everybody: a page of one list, in order."""
    return {"results": [_described(item) for item in ITEMS.values()], "next": None}


def _described(item: Item) -> dict[str, Any]:
    return {
        **_titled(item),
        "pillar": item.pillar,
        "due_age": item.due_age,
        "ready_from": item.ready_from,
        "expires": item.expires,
        "states": [_titled(state) for state in item.states],
        "kinds": [_titled(kind) for kind in item.kinds],
        "requires": [
            {"item": need.item, "state": need.state, "for_kind": need.kind, "to_reach": need.to}
            for need in item.requires
        ],
        "guides": list(item.guides),
    }


def _titled(thing: Item | State | Kind) -> dict[str, str]:
    return {"code": thing.code, "title_vi": thing.title_vi, "title_en": thing.title_en}


def in_order(found: dict[str, Item]) -> dict[str, Item]:
    """The same items by rising `order`."""
    return dict(sorted(found.items(), key=lambda pair: pair[1].order))


ITEMS: dict[str, Item] = in_order(entries("checklist.items", Item))
PILLARS: tuple[str, ...] = tuple(code for code, item in ITEMS.items() if item.pillar)
ENABLERS: tuple[str, ...] = tuple(code for code, item in ITEMS.items() if not item.pillar)
