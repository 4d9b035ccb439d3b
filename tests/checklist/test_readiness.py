"""Who is due what on a day, who is ready, and which household."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checklist.items import ITEMS, PILLARS
from checklist.rules import (
    Evidence,
    Observation,
    Readiness,
    Standing,
    counted_birth,
    due_items,
    due_on,
    held,
    household_is_ready,
    is_ready,
    readiness,
    standings_of,
)

TODAY = date(2026, 5, 4)
LUA_BORN = date(1958, 2, 3)  # bà Lụa, a grandmother
READY = {
    ("identity", ""): "level2_active",
    ("payment", "mobile_money"): "has",
    ("signature", "vneid"): "has",
    ("service_account", ""): "logged_in",
}


def standings(states: dict[tuple[str, str], str], expires_on: date | None = None) -> list[Standing]:
    """Each as seen in March 2026; the signature valid until `expires_on`."""
    seen_at = datetime(2026, 3, 1, tzinfo=UTC)
    observations = [
        Observation(
            UUID(int=number),
            item,
            kind,
            state,
            Evidence.SEEN,
            seen_at,
            expires_on if item == "signature" else None,
        )
        for number, ((item, kind), state) in enumerate(states.items())
    ]
    return list(standings_of(observations).values())


def of(born_on: date | None, states: dict[tuple[str, str], str], on: date = TODAY) -> Readiness:
    return readiness(born_on, standings(states), on)


@pytest.mark.parametrize(
    ("age", "due"),
    [
        (13, []),
        (14, ["identity"]),
        (15, ["identity", "payment"]),
        (17, ["identity", "payment"]),
        (18, ["identity", "payment", "signature", "service_account"]),
        (90, ["identity", "payment", "signature", "service_account"]),
    ],
)
def test_what_is_due_grows_with_age(age: int, due: list[str]) -> None:
    assert due_items(date(2026 - age, 5, 4), TODAY) == due


def test_due_from_the_birthday_itself() -> None:
    assert due_items(date(2008, 5, 5), TODAY) == ["identity", "payment"]
    assert due_items(date(2008, 5, 5), date(2026, 5, 5)) == list(PILLARS)
    assert due_on("signature", date(2008, 5, 5)) == date(2026, 5, 5)


def test_born_on_29_february_comes_of_age_on_1_march() -> None:
    assert due_on("signature", date(2008, 2, 29)) == date(2026, 3, 1)
    assert due_on("identity", date(1992, 2, 29)) == date(2006, 3, 1)
    assert due_on("payment", date(2008, 2, 29)) == date(2023, 3, 1)


def test_unknown_day_counts_from_1_july_and_unknown_year_not_at_all() -> None:
    assert counted_birth(None, 1971) == date(1971, 7, 1)
    assert counted_birth(date(1971, 3, 8), 1971) == date(1971, 3, 8)
    assert counted_birth(None, None) is None


def test_mrs_lua_with_all_four_is_ready() -> None:
    found = of(LUA_BORN, READY)
    assert found == Readiness(TODAY, True, list(PILLARS), list(PILLARS), 4, True, True)


def test_mobile_money_alone_satisfies_payment() -> None:
    none_at_the_bank = READY | {("payment", "bank_account"): "none", ("payment", "e_wallet"): "none"}
    assert of(LUA_BORN, none_at_the_bank).is_ready


def test_a_roster_that_does_not_say_which_account_counts() -> None:
    assert "payment" in of(LUA_BORN, {("payment", "unspecified"): "has"}).ready


def test_granted_is_not_active() -> None:
    found = of(LUA_BORN, READY | {("identity", ""): "level2_granted"})
    assert (found.stage, found.is_ready, found.ready) == (3, False, list(PILLARS[1:]))


def test_an_expired_signature_is_had_and_lost() -> None:
    seen = standings(READY, expires_on=date(2026, 5, 4))
    assert readiness(LUA_BORN, seen, TODAY).is_ready
    assert not readiness(LUA_BORN, seen, date(2026, 5, 5)).is_ready


def test_a_minor_needs_only_what_is_due_and_the_stage_counts_all_held() -> None:
    may = of(date(2010, 5, 4), {k: READY[k] for k in READY if k[0] != "service_account"})
    assert (may.due, may.ready) == (["identity", "payment"], ["identity", "payment"])
    assert (may.stage, may.is_ready, may.is_adult) == (3, True, False)


def test_a_small_child_is_neither_ready_nor_lacking() -> None:
    child = of(date(2020, 1, 1), {})
    assert (child.countable, child.due, child.is_ready) == (True, [], False)


def test_unknown_age_is_not_countable() -> None:
    unknown = of(None, READY)
    assert (unknown.countable, unknown.due, unknown.ready, unknown.stage) == (False, [], [], 4)
    assert not unknown.is_ready


def test_enablers_do_not_count() -> None:
    assert of(LUA_BORN, {("chip_card", ""): "valid", ("smartphone", ""): "own"}).stage == 0


def test_the_rule_of_the_day_decides() -> None:
    before_the_checklist = date(2022, 12, 31)
    assert due_items(LUA_BORN, before_the_checklist) == []
    (identity,) = standings({("identity", ""): "level2_active"})
    assert not is_ready(identity, before_the_checklist)
    assert is_ready(identity, date(2023, 1, 1))
    assert not is_ready(None, TODAY)


ADULT_READY = of(LUA_BORN, READY)
ADULT_NOT = of(LUA_BORN, {})
CHILD = of(date(2020, 1, 1), {})
UNKNOWN = of(None, {})


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([(True, ADULT_READY), (True, CHILD)], True),
        ([(True, ADULT_READY), (True, ADULT_NOT)], False),
        ([(True, ADULT_READY), (False, ADULT_NOT)], True),
        ([(False, ADULT_READY)], False),
        ([(True, CHILD)], False),
        ([(True, ADULT_READY), (True, UNKNOWN)], False),
        ([(True, ADULT_READY), (True, of(None, READY))], True),
        ([(True, of(None, READY))], False),
        ([], False),
    ],
)
def test_a_household_is_ready_when_every_present_adult_is(
    members: list[tuple[bool, Readiness]], expected: bool
) -> None:
    assert household_is_ready(members) is expected


def signature(number: int, evidence: Evidence, kind: str, expires_on: date | None) -> Observation:
    seen_at = datetime(2026, 3, number, tzinfo=UTC)
    return Observation(UUID(int=number), "signature", kind, "has", evidence, seen_at, expires_on)


def test_of_two_signatures_the_one_valid_longer_is_held() -> None:
    short = signature(3, Evidence.VERIFIED, "ca", date(2026, 12, 31))
    longer = signature(2, Evidence.SEEN, "vneid", date(2028, 1, 1))
    endless = signature(1, Evidence.SELF_DECLARED, "token", None)
    assert held("signature", standings_of([short, longer]).values()).ready_until == date(2028, 1, 1)
    assert held("signature", standings_of([short, longer, endless]).values()).ready_until is None


def test_of_equal_kinds_the_better_evidence_is_held() -> None:
    newer = signature(9, Evidence.SELF_DECLARED, "ca", None)
    better = signature(1, Evidence.WITNESSED, "vneid", None)
    found = list(standings_of([newer, better]).values())
    assert held("signature", found) == held("signature", found[::-1])
    assert held("signature", found).evidence == Evidence.WITNESSED
    assert held("signature", []) is None


kept = st.tuples(
    st.sampled_from(ITEMS["signature"].kind_codes),
    st.sampled_from(["none", "in_progress", "has"]),
    st.sampled_from(list(Evidence)),
    st.sampled_from([None, date(2026, 6, 30), date(2027, 1, 1)]),
)


@settings(derandomize=True, database=None, deadline=None)
@given(st.lists(kept, min_size=1, max_size=6))
def test_held_is_ready_on_a_day_exactly_when_any_kind_is(
    signatures: list[tuple[str, str, Evidence, date | None]],
) -> None:
    seen_at = datetime(2026, 3, 1, tzinfo=UTC)
    found = standings_of(
        Observation(UUID(int=n), "signature", kind, state, evidence, seen_at, ends)
        for n, (kind, state, evidence, ends) in enumerate(signatures)
    ).values()
    for day in (date(2026, 6, 30), date(2026, 7, 1), date(2027, 1, 1), date(2027, 1, 2)):
        assert is_ready(held("signature", found), day) == any(is_ready(one, day) for one in found)
