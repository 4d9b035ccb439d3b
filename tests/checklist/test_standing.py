"""The standing is a function of the set of observations, whatever way they came."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from checklist.items import ITEMS
from checklist.rules import (
    Evidence,
    Observation,
    Standing,
    held,
    is_ready,
    is_stale,
    standing_of,
    standings_of,
)

SELF, SEEN, WITNESSED, VERIFIED = Evidence
MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
# No shrinking: the planted mistakes need only be found, and a true failure shows its drawn history anyway.
same_every_time = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=150,
    phases=[Phase.generate],
    report_multiple_bugs=False,
)

StandingOf = Callable[[Iterable[Observation]], Standing | None]


def said(number: int, state: str, evidence: Evidence = SEEN, day: int = 0, **more: object) -> Observation:
    """Observation `number`, of the VNeID identity unless told, `day` days after the first morning."""
    fields = {"item": "identity", "kind": "", "observed_at": MORNING + timedelta(days=day)} | more
    return Observation(id=UUID(int=number), state=state, evidence=evidence, **fields)


def withdrawn(number: int, target: int, day: int = 0) -> Observation:
    return said(number, "none", SELF, day, retracts=UUID(int=target))


@st.composite
def histories(draw: st.DrawFn) -> list[Observation]:
    """Distinct observations of one signature: ties of moment and of evidence, expiries, retractions."""
    numbers = draw(st.lists(st.integers(1, 12), unique=True, min_size=1, max_size=8))
    return [
        said(
            number,
            draw(st.sampled_from(["none", "in_progress", "has"])),
            draw(st.sampled_from(list(Evidence))),
            draw(st.integers(0, 3)),
            item="signature",
            kind="vneid",
            expires_on=draw(st.sampled_from([None, None, date(2026, 3, 3), date(2027, 1, 1)])),
            blocker=draw(st.sampled_from(["", "refuses"])),
            retracts=draw(st.sampled_from([None, None, None, *(UUID(int=n) for n in numbers)])),
        )
        for number in numbers
    ]


def check_only_the_set_matters(standing: StandingOf) -> None:
    """Shuffle, repeat and split a history into batches that are united as they arrive: the same standing."""

    @same_every_time
    @given(st.data())
    def check(data: st.DataObject) -> None:
        history = data.draw(histories())
        expected = standing(history)
        again = data.draw(st.lists(st.sampled_from(history), max_size=6))
        arrived = data.draw(st.permutations(history + again))
        assert standing(arrived) == expected
        cut = data.draw(st.integers(0, len(arrived)))
        stored: dict[UUID, Observation] = {}
        for batch in (arrived[cut:], arrived[:cut], arrived[cut:]):
            stored |= {observation.id: observation for observation in batch}
            standing(stored.values())
        assert standing(stored.values()) == expected

    check()


def test_order_duplicates_and_batches_do_not_matter() -> None:
    check_only_the_set_matters(standing_of)


def test_order_duplicates_and_batches_do_not_matter_for_many_items() -> None:
    check_only_the_set_matters(lambda observations: standings_of(observations).get(("signature", "vneid")))


def test_the_same_check_catches_a_standing_where_the_last_to_arrive_wins() -> None:
    def last_arrived(observations: Iterable[Observation]) -> Standing | None:
        return standing_of(list(observations)[-1:])

    with pytest.raises(AssertionError):
        check_only_the_set_matters(last_arrived)


def literal_rule(history: list[Observation]) -> Standing | None:
    """The sentences of the checklist, written the long way round, to compare with."""
    gone = {o.retracts for o in history}
    facts = sorted(
        (o for o in history if o.retracts is None and o.id not in gone),
        key=lambda o: (o.observed_at, o.evidence, o.id),
    )
    ranks = {"none": 0, "in_progress": 1, "has": 2}
    run: list[Observation] = []
    contested = False
    for fact in facts:
        best = max((o.evidence for o in run), default=None)
        ends = [o.expires_on for o in run if o.expires_on]
        lapsed = bool(ends) and (fact.observed_at + timedelta(hours=7)).date() > ends[-1]
        if not run or lapsed:
            run, contested = [fact], False
        elif fact.state == run[-1].state:
            run, contested = [*run, fact], False
        elif ranks[fact.state] < ranks[run[-1].state] and fact.evidence < best:
            contested = True
        else:
            run, contested = [fact], False
    if not run:
        return None
    ends = [o.expires_on for o in run if o.expires_on]
    last = run[-1]
    return Standing(
        last.item,
        last.kind,
        last.state,
        max(o.evidence for o in run),
        last.observed_at,
        ends[-1] if ends else None,
        last.blocker,
        contested,
        last.id,
    )


@same_every_time
@given(histories())
def test_the_standing_is_what_the_sentences_say(history: list[Observation]) -> None:
    assert standing_of(history) == literal_rule(history)


def test_nothing_said_is_no_standing() -> None:
    assert standing_of([]) is None
    assert standings_of([]) == {}


def test_the_last_observation_gives_the_state() -> None:
    standing = standing_of([said(2, "level2_granted", day=5), said(1, "none", VERIFIED)])
    assert standing == Standing(
        "identity", "", "level2_granted", SEEN, MORNING + timedelta(days=5), None, "", False, UUID(int=2)
    )


def test_at_the_same_moment_the_better_evidence_then_the_id_decides() -> None:
    assert standing_of([said(1, "level1", WITNESSED), said(9, "none", SEEN)]).state == "level1"
    assert standing_of([said(1, "level1"), said(9, "none")]).state == "none"


def test_evidence_is_the_best_of_the_unbroken_final_run() -> None:
    history = [said(1, "level1", VERIFIED), said(2, "level2_granted", SELF, 1)]
    assert standing_of(history).evidence == SELF
    history += [said(3, "level2_granted", WITNESSED, 2), said(4, "level2_granted", SEEN, 3)]
    standing = standing_of(history)
    assert (standing.evidence, standing.decided_by) == (WITNESSED, UUID(int=4))


def test_hearsay_against_what_was_seen_is_contested_and_does_not_refresh() -> None:
    standing = standing_of([said(1, "level2_active", SEEN), said(2, "none", SELF, 30, blocker="refuses")])
    assert (standing.state, standing.contested, standing.evidence) == ("level2_active", True, SEEN)
    assert (standing.observed_at, standing.blocker, standing.decided_by) == (MORNING, "", UUID(int=1))


def test_equal_evidence_lowers() -> None:
    standing = standing_of([said(1, "level2_active", SEEN), said(2, "level2_granted", SEEN, 1)])
    assert (standing.state, standing.contested) == ("level2_granted", False)


def test_three_hearsays_do_not_outvote_one_witness_but_a_later_witness_does() -> None:
    history = [said(1, "level2_active", WITNESSED), *(said(n, "none", SELF, n) for n in (2, 3, 4))]
    assert standing_of(history).contested
    standing = standing_of([*history, said(5, "none", WITNESSED, 5)])
    assert (standing.state, standing.contested) == ("none", False)


def test_a_confirmation_ends_the_contest_and_the_run_was_not_broken() -> None:
    history = [
        said(1, "level2_active", VERIFIED),
        said(2, "none", SELF, 1),
        said(3, "level2_active", SELF, 2),
    ]
    standing = standing_of(history)
    assert (standing.state, standing.contested, standing.evidence) == ("level2_active", False, VERIFIED)


def test_a_raise_ends_the_contest() -> None:
    history = [said(1, "level1", SEEN), said(2, "none", SELF, 1), said(3, "level2_granted", SELF, 2)]
    assert standing_of(history).contested is False


def test_a_retraction_gives_back_what_held_before_whenever_it_arrives() -> None:
    mistake = [said(1, "level1"), said(2, "level2_active", day=1)]
    for history in ([*mistake, withdrawn(3, 2)], [withdrawn(3, 2), *mistake]):
        assert standing_of(history).state == "level1"
    assert standing_of([withdrawn(3, 2), withdrawn(4, 1), *mistake]) is None


def test_a_retraction_cannot_be_retracted_and_may_name_what_never_came() -> None:
    assert standing_of([said(1, "level1"), withdrawn(2, 1), withdrawn(3, 2)]) is None
    assert standing_of([said(1, "level1"), withdrawn(2, 77)]).state == "level1"


def test_the_blocker_is_that_of_the_last_observation() -> None:
    history = [said(1, "none", blocker="no_card"), said(2, "none", day=1, blocker="too_far")]
    assert standing_of(history).blocker == "too_far"


def signature(number: int, day: int, expires_on: date | None, evidence: Evidence = SEEN) -> Observation:
    return said(number, "has", evidence, day, item="signature", kind="ca", expires_on=expires_on)


def test_a_confirmation_without_a_day_keeps_the_expiry_and_a_new_day_replaces_it() -> None:
    history = [signature(1, 0, date(2027, 1, 1)), signature(2, 1, None)]
    assert standing_of(history).expires_on == date(2027, 1, 1)
    assert standing_of([*history, signature(3, 2, date(2026, 12, 1))]).expires_on == date(2026, 12, 1)


def test_an_expired_signature_is_lost_with_no_new_observation() -> None:
    standing = standing_of([signature(1, 0, date(2026, 6, 30))])
    assert is_ready(standing, date(2026, 6, 30))
    assert not is_ready(standing, date(2026, 7, 1))


def test_a_renewal_declared_after_the_expiry_does_not_inherit_its_evidence() -> None:
    old = signature(1, 0, date(2026, 3, 31), VERIFIED)
    renewed = standing_of([old, signature(2, 60, date(2028, 3, 31), SELF)])
    assert (renewed.evidence, renewed.expires_on) == (SELF, date(2028, 3, 31))


def test_on_its_last_day_a_signature_is_confirmed_and_on_the_next_it_begins_anew() -> None:
    ends_in_two_days = signature(1, 0, date(2026, 3, 4), VERIFIED)
    assert standing_of([ends_in_two_days, signature(2, 2, None, SELF)]).evidence == VERIFIED
    assert standing_of([ends_in_two_days, signature(2, 3, None, SELF)]).evidence == SELF


def test_an_observation_that_says_it_had_expired_counts_once_however_often_it_comes() -> None:
    good, ended = signature(1, 0, date(2027, 1, 1), VERIFIED), signature(2, 9, date(2026, 3, 3), SELF)
    assert standing_of([good, ended, ended]) == standing_of([good, ended])
    assert standing_of([ended, good, ended]).evidence == VERIFIED


def test_the_expiry_day_is_a_day_in_viet_nam() -> None:
    ends = date(2026, 3, 31)
    late = said(
        2,
        "has",
        SELF,
        item="signature",
        kind="ca",
        observed_at=datetime(2026, 3, 31, 17, 30, tzinfo=UTC),
    )
    assert standing_of([signature(1, 0, ends, VERIFIED), late]).evidence == SELF
    assert is_stale(standing_of([late]), date(2027, 4, 1)) is False
    assert is_stale(standing_of([late]), date(2027, 4, 2)) is True


def test_kinds_are_apart_and_any_one_is_held() -> None:
    found = standings_of(
        [
            said(1, "none", VERIFIED, 9, item="payment", kind="bank_account"),
            said(2, "has", SELF, 0, item="payment", kind="mobile_money"),
        ]
    )
    assert set(found) == {("payment", "bank_account"), ("payment", "mobile_money")}
    best = held("payment", found.values())
    assert (best.state, best.kind, best.evidence) == ("has", "mobile_money", SELF)


def test_a_retraction_reaches_its_target_whatever_item_it_says() -> None:
    found = standings_of([said(1, "has", item="payment", kind="e_wallet"), withdrawn(2, 1)])
    assert found == {}


def test_a_long_history_is_read_in_one_go() -> None:
    states = list(ITEMS["identity"].ranks)
    history = [said(n, states[n % 4], list(Evidence)[n % 4], -n) for n in range(1, 20_001)]
    assert standing_of(history) == standing_of(reversed(history))
