"""Standings and figures are functions of the set of facts, whatever way the facts came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base.models import new_id
from checklist.actions import NewObservation, NewRetraction, record_observations, retract_observations
from checklist.queries import kept_figures
from tests import make
from tests.checklist.counting import (
    all_hamlets,
    bounded,
    differences,
    folded_standings,
    said,
    stored_facts,
    stored_standings,
    undone,
)
from tests.village import AT, actor, an_id

pytestmark = pytest.mark.django_db
PERSONS = [an_id(name) for name in ("lan", "mai", "tam", "thu")]
SUBJECTS = [
    ("identity", "", ["none", "level1", "level2_granted", "level2_active"]),
    ("payment", "bank_account", ["none", "in_progress", "has"]),
    ("payment", "mobile_money", ["none", "in_progress", "has"]),
    ("signature", "ca", ["none", "in_progress", "has"]),
    ("chip_card", "", ["none", "expired", "valid"]),
]


@st.composite
def observations(draw: st.DrawFn) -> NewObservation:
    """About few persons and subjects, so that facts meet: ties of moment, contests, kinds, expiries."""
    item, kind, states = draw(st.sampled_from(SUBJECTS))
    state = draw(st.sampled_from(states))
    expiries = [None, date(2026, 6, 1), date(2027, 6, 1)] if (item, state) == ("signature", "has") else [None]
    return make.observation(
        draw(st.sampled_from(PERSONS)),
        item,
        state,
        kind=kind,
        id=UUID(int=draw(st.integers(1, 10**6))),
        evidence=draw(st.sampled_from(["self_declared", "seen", "witnessed", "verified"])),
        blocker=draw(st.sampled_from(["", "absent"])),
        expires_on=draw(st.sampled_from(expiries)),
        observed_at=AT - timedelta(days=draw(st.integers(1, 4))),
    )


histories = st.lists(observations(), min_size=1, max_size=12, unique_by=lambda new: new.id)


def record(given: Sequence[NewObservation]) -> None:
    for receipt in record_observations(by=actor("giang"), observations=given, at=AT):
        assert receipt.state in ("applied", "duplicate"), receipt


@settings(bounded, max_examples=60)
@given(histories, st.randoms(use_true_random=False))
def test_the_standings_kept_are_those_of_the_pure_function(
    facts: list[NewObservation], chance: object
) -> None:
    withdrawn = facts[:: chance.choice([2, 3, 5])]  # type: ignore[attr-defined]
    with undone():
        record(facts)
        assert stored_standings(PERSONS) == folded_standings((new.person, said(new)) for new in facts)
        gone = [NewRetraction(id=new_id(), observation=new.id) for new in withdrawn]
        retract_observations(by=actor("giang"), retractions=gone, at=AT)
        left = [new for new in facts if new not in withdrawn]
        assert stored_standings(PERSONS) == folded_standings((new.person, said(new)) for new in left)
        assert stored_standings(PERSONS) == folded_standings(stored_facts())
        assert differences() == 0


def outcome(batches: Sequence[Sequence[NewObservation]]) -> tuple[object, ...]:
    """The standings and figures that a sequence of batches leaves behind."""
    with undone():
        for batch in batches:
            record(batch)
        return stored_standings(PERSONS), [kept_figures(pk) for pk in all_hamlets()]


@st.composite
def ways(draw: st.DrawFn) -> tuple[list[NewObservation], list[list[NewObservation]]]:
    """A set of facts, and another way in which they might arrive: shuffled, repeated, split."""
    facts = draw(histories)
    sent = draw(st.permutations(facts + draw(st.lists(st.sampled_from(facts), max_size=4))))
    cuts = sorted(draw(st.lists(st.integers(0, len(sent)), max_size=4)))
    edges = [0, *cuts, len(sent)]
    return facts, [sent[start:end] for start, end in pairwise(edges)]


@settings(bounded, max_examples=60)
@given(ways())
def test_order_splits_and_duplicates_do_not_matter(
    way: tuple[list[NewObservation], list[list[NewObservation]]],
) -> None:
    facts, batches = way
    assert outcome(batches) == outcome([facts])


def test_a_house_in_which_the_last_to_arrive_wins_would_be_seen() -> None:
    early = make.observation(PERSONS[0], "safety", "none", observed_at=AT - timedelta(days=2))
    late = make.observation(PERSONS[0], "safety", "briefed", observed_at=AT - timedelta(days=1))
    assert outcome([[late], [early]]) == outcome([[early], [late]])
    assert outcome([[late], [early]]) != outcome([[late], [make.observation(PERSONS[0], "safety", "none")]])


def test_a_weaker_fact_contests_and_a_stronger_one_decides() -> None:
    lan = PERSONS[0]
    seen = make.observation(lan, "identity", "level2_active", observed_at=AT - timedelta(days=3))
    heard = make.observation(
        lan, "identity", "none", evidence="self_declared", observed_at=AT - timedelta(days=2)
    )
    record([seen, heard])
    assert stored_standings([lan])[lan]["identity", ""].contested
    record([make.observation(lan, "identity", "none", observed_at=AT - timedelta(days=1))])
    held = stored_standings([lan])[lan]["identity", ""]
    assert (held.state, held.contested) == ("none", False)
    assert differences() == 0
