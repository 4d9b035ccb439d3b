"""The shortest way for a person to become ready, and nothing on it before what it requires."""

from datetime import UTC, date, datetime
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from checklist.items import ENABLERS, ITEMS, Way
from checklist.rules import (
    BLOCKERS,
    Evidence,
    Observation,
    Standing,
    Step,
    next_steps,
    readiness,
    standings_of,
)

TODAY = date(2026, 5, 4)
ADULT = date(1971, 7, 1)
States = dict[tuple[str, str], str]
Situation = tuple[States, frozenset[tuple[str, str]]]  # with those that have expired
ABLE: States = {("chip_card", ""): "valid", ("own_sim", ""): "own", ("smartphone", ""): "own"}
READY: States = ABLE | {
    ("identity", ""): "level2_active",
    ("payment", "bank_account"): "has",
    ("signature", "vneid"): "has",
    ("service_account", ""): "logged_in",
}
same_every_time = settings(derandomize=True, database=None, deadline=None, max_examples=200)


def stood(states: States, ended: frozenset[tuple[str, str]] = frozenset(), **blockers: str) -> list[Standing]:
    """The standings that say `states`; those in `ended` expired yesterday; `blockers` by item."""
    seen_at, yesterday = datetime(2026, 3, 1, tzinfo=UTC), date(2026, 5, 3)
    facts = [
        Observation(
            UUID(int=n),
            *subject,
            state,
            Evidence.SEEN,
            seen_at,
            yesterday if subject in ended else None,
            blockers.get(subject[0], ""),
        )
        for n, (subject, state) in enumerate(states.items())
    ]
    return list(standings_of(facts).values())


def steps(states: States, born_on: date | None = ADULT, **blockers: str) -> list[Step]:
    return next_steps(born_on, stood(states, **blockers), TODAY)


def names(found: list[Step]) -> list[str]:
    return [f"{step.item}.{step.step}" for step in found]


def test_mr_pao_without_a_chip_card_goes_to_the_commune_police_first() -> None:
    found = steps(ABLE | {("chip_card", ""): "none"})
    assert names(found) == [
        "chip_card.apply",
        "identity.register_level2",
        "identity.activate",
        "payment.open_mobile_money",
        "signature.register_in_vneid",
        "service_account.log_in",
    ]
    assert found[0].where == "commune_police"
    assert found[1].blocked_by == ("no_card",)


def test_mr_sinh_with_card_sim_and_phone_goes_out_twice_and_does_the_rest_on_the_phone() -> None:
    found = steps(ABLE)
    assert [(step.item, step.where) for step in found] == [
        ("identity", "commune_police"),
        ("identity", "home"),
        ("payment", "bank_or_agent"),
        ("signature", "home"),
        ("service_account", "online"),
    ]
    assert not any(step.blocked_by for step in found)


def test_mrs_lua_whose_card_expired_renews_it_first() -> None:
    first, second, *_ = steps(ABLE | {("chip_card", ""): "expired"})
    assert names([first, second]) == ["chip_card.renew", "identity.register_level2"]
    assert second.blocked_by == ("card_expired",)


def test_miss_may_whose_level2_is_granted_activates_at_home_and_makes_no_second_trip() -> None:
    found = steps(READY | {("identity", ""): "level2_granted"})
    assert names(found) == ["identity.activate"]
    assert (found[0].where, found[0].volunteer_can_help) == ("home", True)
    expired_since = READY | {("identity", ""): "level2_granted", ("chip_card", ""): "expired"}
    assert names(steps(expired_since)) == ["identity.activate"]
    level1 = READY | {("identity", ""): "level1"}
    assert names(steps(level1)) == ["identity.register_level2", "identity.activate"]


def test_mobile_money_alone_satisfies_payment() -> None:
    states = {k: v for k, v in READY.items() if k[0] != "payment"}
    assert steps(states | {("payment", "mobile_money"): "has", ("payment", "bank_account"): "none"}) == []


def test_an_expired_signature_leads_back_to_signature_only() -> None:
    standings = stood(READY, ended=frozenset({("signature", "vneid")}))
    assert names(next_steps(ADULT, standings, TODAY)) == ["signature.register_in_vneid"]


def test_without_a_smartphone_services_are_offered_at_the_one_stop_centre() -> None:
    states = READY | {("smartphone", ""): "none", ("service_account", ""): "none"}
    (step,) = steps(states)
    assert (step.item, step.step, step.where) == ("service_account", "log_in_assisted", "one_stop_centre")
    assert step.blocked_by == ()


def test_without_a_smartphone_from_the_beginning_nothing_is_a_dead_end() -> None:
    found = steps(ABLE | {("smartphone", ""): "none"})
    assert names(found) == [
        "identity.register_level2",
        "smartphone.share",
        "identity.activate",
        "payment.open_bank_account",
        "signature.register_at_provider",
        "service_account.log_in_assisted",
    ]
    assert found[2].blocked_by == ("no_phone",)


def test_a_smartphone_shared_in_the_household_is_enough() -> None:
    found = steps(ABLE | {("smartphone", ""): "shared_in_household"})
    assert "smartphone" not in {step.item for step in found}
    assert found[-1].where == "online"


def test_without_an_own_sim_a_sim_comes_before_level2() -> None:
    found = steps(ABLE | {("own_sim", ""): "relatives"})
    assert names(found)[:2] == ["own_sim.register", "identity.register_level2"]
    assert found[1].blocked_by == ("no_own_sim",)
    assert "payment.open_bank_account" in names(found)


def test_of_the_payment_accounts_the_one_that_needs_nothing_lacking_is_offered() -> None:
    only_payment = READY | {("own_sim", ""): "none", ("payment", "bank_account"): "none"}
    assert names(steps(only_payment)) == ["payment.open_bank_account"]

    only_payment = READY | {("chip_card", ""): "none", ("payment", "bank_account"): "none"}
    assert names(steps(only_payment)) == ["payment.open_mobile_money"]


def test_what_was_begun_is_finished() -> None:
    (step,) = steps(READY | {("payment", "bank_account"): "none", ("payment", "e_wallet"): "in_progress"})
    assert (step.step, step.kind, step.state) == ("finish", "e_wallet", "has")
    (step,) = steps(READY | {("signature", "vneid"): "none", ("signature", "ca"): "in_progress"})
    assert (step.step, step.kind) == ("finish_at_provider", "ca")


def test_a_minor_is_offered_only_what_is_due_and_who_is_of_unknown_age_nothing() -> None:
    assert {step.item for step in steps(ABLE, born_on=date(2012, 1, 1))} == {"identity"}
    assert {step.item for step in steps(ABLE, born_on=date(2010, 1, 1))} == {"identity", "payment"}
    assert steps(ABLE, born_on=date(2020, 1, 1)) == steps(ABLE, born_on=None) == []


def test_an_enabler_nobody_observed_is_asked_about_not_sent_for() -> None:
    found = steps({})
    assert not {step.item for step in found} & set(ENABLERS)
    assert found[0].confirm == ("identity", "chip_card", "own_sim")
    assert found[0].blocked_by == ()
    assert all(step.confirm == () for step in steps(ABLE | {("identity", ""): "none"})[:2])


def test_a_blocker_stands_for_the_enabler_nobody_observed() -> None:
    recorded = steps({("identity", ""): "none"}, identity="no_card")
    assert names(recorded)[0] == "chip_card.apply"
    answered = next_steps(ADULT, [], TODAY, blockers=["no_card"])
    assert names(answered)[0] == "chip_card.apply"
    assert "chip_card" not in answered[1].confirm


def test_a_card_that_was_observed_no_longer_blocks() -> None:
    found = steps(ABLE | {("identity", ""): "none"}, identity="no_card")
    assert (names(found)[0], found[0].blocked_by) == ("identity.register_level2", ())


def test_blockers_of_an_item_stay_with_it_and_those_of_the_person_reach_all_steps() -> None:
    found = steps(
        READY | {("payment", "bank_account"): "none", ("signature", "vneid"): "none"}, payment="refuses"
    )
    assert {step.item: step.blocked_by for step in found} == {"payment": ("refuses",), "signature": ()}
    away = next_steps(ADULT, stood(ABLE), TODAY, blockers={"works_away"})
    assert all("works_away" in step.blocked_by for step in away)


def test_a_far_office_is_no_obstacle_at_home() -> None:
    found = next_steps(ADULT, stood(ABLE), TODAY, blockers=["too_far", "no_network"])
    blocked = {step.where: step.blocked_by for step in found}
    assert blocked["commune_police"] == ("too_far",)
    assert blocked["home"] == blocked["online"] == ("no_network",)


def test_safety_is_not_in_the_way() -> None:
    assert steps(READY | {("safety", ""): "none"}) == []


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """Any person: each item and kind unobserved or in any state; signatures perhaps expired."""
    states: States = {}
    ended = set()
    for code, item in ITEMS.items():
        for kind in item.kind_codes:
            state = draw(st.sampled_from([None, *item.ranks]))
            if state is not None:
                states[code, kind] = state
                if item.expires and item.is_ready_state(state) and draw(st.booleans()):
                    ended.add((code, kind))
    return states, frozenset(ended)


births = st.sampled_from([date(1940, 1, 1), ADULT, date(2010, 1, 1), date(2012, 1, 1), date(2020, 1, 1)])


def meets(code: str, wanted: str, states: States) -> bool:
    """True when any kind is far enough, or it is an enabler nobody observed."""
    item = ITEMS[code]
    found = [states[code, kind] for kind in item.kind_codes if (code, kind) in states]
    return any(item.rank(s) >= item.rank(wanted) for s in found) or (not found and not item.pillar)


def carry_out(found: list[Step], states: States, ended: frozenset[tuple[str, str]]) -> States:
    """Do each step in turn; an assertion fails when something it requires is not there yet."""
    now = {subject: state for subject, state in states.items() if subject not in ended}
    for step in found:
        item = ITEMS[step.item]
        way = next(way for way in item.ways if way.code == step.step)
        at = now.get((step.item, step.kind), item.states[0].code)
        assert at in way.starts
        for need in item.needs(way, step.kind):
            assert meets(need.item, need.state, now), f"{step.item}.{step.step} before {need.item}"
        now[step.item, step.kind] = step.state
    return now


@same_every_time
@given(situations(), births)
def test_the_list_when_carried_out_makes_the_person_ready(situation: Situation, born_on: date) -> None:
    states, ended = situation
    found = next_steps(born_on, stood(states, ended), TODAY)
    before = readiness(born_on, stood(states, ended), TODAY)
    after = readiness(born_on, stood(carry_out(found, states, ended)), TODAY)
    assert after.ready == after.due
    assert bool(found) == (before.ready != before.due)


@same_every_time
@given(situations(), births, st.sets(st.sampled_from(sorted(BLOCKERS)), max_size=3))
def test_steps_are_the_same_each_time(situation: Situation, born_on: date, blockers: set[str]) -> None:
    standings = stood(*situation)
    found = next_steps(born_on, standings, TODAY, blockers)
    assert found == next_steps(born_on, standings[::-1], TODAY, sorted(blockers))
    assert all(step.guide in ITEMS[step.item].guides for step in found)
    assert all(set(step.blocked_by) <= set(BLOCKERS) for step in found)


def fewest(states: States) -> int:
    """The length of the shortest list, found by trying every way breadth first, without the planner."""
    start = {
        (code, kind): item.states[0 if item.pillar else -1].code
        for code, item in ITEMS.items()
        for kind in item.kind_codes
    } | states
    tried = {tuple(start.items())}
    wave, length = [start], 0
    while not any(readiness(ADULT, stood(now), TODAY).is_ready for now in wave):
        found = {tuple((now | {move[:2]: move[2].ends}).items()) for now in wave for move in open_ways(now)}
        wave, tried = [dict(now) for now in found - tried], tried | found
        length += 1
    return length


def open_ways(now: States) -> list[tuple[str, str, Way]]:
    return [
        (code, kind, way)
        for code, item in ITEMS.items()
        for way in item.ways
        for kind in way.kinds
        if now[code, kind] in way.starts
        and all(meets(need.item, need.state, now) for need in item.needs(way, kind))
    ]


@settings(same_every_time, max_examples=25)
@given(situations())
def test_no_list_is_shorter(situation: Situation) -> None:
    states, ended = situation
    valid = {subject: state for subject, state in states.items() if subject not in ended}
    assert len(next_steps(ADULT, stood(states, ended), TODAY)) == fewest(valid)
