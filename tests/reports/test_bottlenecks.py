"""Where people are stuck: granted is not active, had is not has, and each hindrance has its number."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from base.models import SYSTEM, new_id
from checklist.actions import NewRetraction, record_observations, retract_observations
from checklist.items import ITEMS
from checklist.queries import list_standings
from checklist.rules import held_by_item, is_ready, is_stale
from people.queries import facts_in_hamlet
from reports.queries.bottlenecks import bottlenecks
from tests.make import observation
from tests.reports.figures import only, rows, table, tell
from tests.village import AT, COMMUNE, LOWER, TODAY, UPPER, actor, an_id, calling

pytestmark = pytest.mark.django_db


def reasons(found: Any, **where: Any) -> dict[str, int]:
    return {row["reason"]: row["persons"] for row in rows(found, **where)}


def test_granted_is_told_apart_from_never_asked_and_from_ready() -> None:
    tell(
        ("lan", "identity", "level2_granted", {"evidence": "witnessed"}),
        ("hung", "identity", "level2_active", {}),
    )
    found = table("bottlenecks", item="identity")
    assert reasons(found, key=UPPER) == {"unrecorded": 1, "state:level2_granted": 1}
    granted = only(found, key=UPPER, reason="state:level2_granted")
    assert granted == {
        "key": UPPER,
        "name": "Thôn Thượng",
        "item": "identity",
        "item_title": "Tài khoản định danh điện tử VNeID",
        "reason": "state:level2_granted",
        "reason_title": "Mức độ 2, đã cấp, chưa kích hoạt",
        "persons": 1,
        "due": 3,
        "rate": 33.3,
        "self_declared": 0,
        "seen": 0,
        "witnessed": 1,
        "verified": 0,
    }
    assert reasons(found, key=LOWER) == {"unrecorded": 1}


def test_what_has_expired_is_no_state_and_comes_with_the_day_after() -> None:
    tell(("lan", "signature", "has", {"kind": "ca", "expires_on": TODAY}))
    assert reasons(table("bottlenecks", item="signature"), key=UPPER) == {"unrecorded": 1}
    later = bottlenecks(actor("dung"), area=COMMUNE, on=TODAY + timedelta(days=1))
    [told] = [found["signature"] for place, found in later.rows if place.code == UPPER]
    assert {reason: one.persons for reason, one in told.items() if one.persons} == {
        "due": 2,
        "expired": 1,
        "unrecorded": 1,
    }


def test_contested_and_stale_are_counted_though_they_hold() -> None:
    old = AT - timedelta(days=400)
    tell(
        (
            "lan",
            "identity",
            "level2_active",
            {"evidence": "witnessed", "observed_at": AT - timedelta(days=2)},
        ),
        ("lan", "identity", "none", {"evidence": "self_declared"}),
        ("hung", "identity", "level2_active", {"observed_at": old}),
    )
    found = reasons(table("bottlenecks", item="identity"), key=UPPER)
    assert found == {"unrecorded": 1, "contested": 1, "stale": 1}


def test_each_blocker_has_its_number_and_a_person_may_name_two() -> None:
    tell(
        ("lan", "payment", "none", {"kind": "bank_account", "blocker": "no_card"}),
        ("lan", "payment", "none", {"kind": "mobile_money", "blocker": "no_own_sim"}),
        ("hung", "payment", "none", {"kind": "bank_account", "blocker": "no_card"}),
    )
    found = table("bottlenecks", "dung", "en", item="payment")
    assert reasons(found, key=UPPER) == {"state:none": 2, "blocker:no_card": 2, "blocker:no_own_sim": 1}
    assert only(found, key=UPPER, reason="blocker:no_card")["reason_title"] == "No chip identity card"
    tell(("lan", "payment", "has", {"kind": "e_wallet"}))
    found = table("bottlenecks", item="payment")
    assert reasons(found, key=UPPER) == {"state:none": 1, "blocker:no_card": 1}, "a ready one is not hindered"


def test_the_whole_is_the_sum_of_its_parts_and_states_and_ready_make_up_the_due() -> None:
    tell(
        ("lan", "smartphone", "none", {"blocker": "no_phone"}),
        ("tam", "smartphone", "none", {}),
        ("hung", "smartphone", "own", {}),
    )
    found = table("bottlenecks", by="item", item="smartphone")
    assert reasons(found) == {"unrecorded": 1, "state:none": 2, "blocker:no_phone": 1}
    by_area = table("bottlenecks", item="smartphone")
    assert {row["reason"]: row["persons"] for row in by_area["totals"]} == reasons(found)
    cover = table("coverage", by="item")
    ready = next(row["ready"] for row in cover["rows"] if row["item"] == "smartphone")
    assert 1 + 2 + ready == rows(found)[0]["due"]


@pytest.mark.parametrize("days", [0, 45, 400])
def test_sql_and_rules_say_the_same_of_whom_they_count(days: int) -> None:
    """The statement that counts a province, against the rules that tell one person, over all sorts."""
    on = TODAY + timedelta(days=days)
    said = []
    for n, item in enumerate(ITEMS.values()):
        for m, kind in enumerate(item.kind_codes):
            for who, state in zip(("lan", "hung", "mai", "tam"), item.ranks, strict=False):
                may_end = item.expires and item.is_ready_state(state)
                ends = {"expires_on": TODAY + timedelta(days=30 * m + 10)} if may_end else {}
                seen = {
                    "evidence": ("seen", "witnessed")[m % 2],
                    "observed_at": AT - timedelta(days=5 * n + m),
                }
                said.append((who, item.code, state, {"kind": kind, **ends, **seen}))
    tell(*said)
    found = bottlenecks(actor("dung"), area=COMMUNE, on=on)
    for place, told in found.rows:
        persons = [one for one in facts_in_hamlet(place.id) if one.counted and one.born_on]
        known = list_standings([one.id for one in persons])
        for item in ITEMS.values():
            due = [p for p in persons if _age(p.born_on, on) >= item.due_age]
            held = [held_by_item(known[p.id]).get(item.code) for p in due]
            assert told[item.code]["due"].persons == len(due)
            assert told[item.code]["unrecorded"].persons == held.count(None)
            there = [one for one in held if one is not None]
            short = [one for one in there if not item.is_ready_state(one.state)]
            for state in item.ranks:
                n = sum(one.state == state for one in short)
                assert told[item.code][f"state:{state}"].persons == n
            expired = [one for one in there if item.is_ready_state(one.state) and not is_ready(one, on)]
            assert told[item.code]["expired"].persons == len(expired)
            assert told[item.code]["stale"].persons == sum(is_stale(one, on) for one in there)
            levels = sum(told[item.code]["expired"].evidence.values())
            assert levels == len(expired)


def _age(born: date | None, on: date) -> int:
    assert born is not None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def test_an_item_that_is_none_is_refused_with_those_that_are() -> None:
    answer = calling("dung").get("reports/bottlenecks", area=COMMUNE, item="zalo")
    assert (answer.status, answer.json["code"]) == (400, "report.unknown_word")
    assert "identity" in answer.json["title"]


def test_a_withdrawn_fact_is_in_no_number() -> None:
    said = observation(an_id("lan"), "safety", "none", blocker="refuses")
    record_observations(by=SYSTEM, observations=[said], at=AT)
    assert "blocker:refuses" in reasons(table("bottlenecks", item="safety"), key=UPPER)
    withdrawn = NewRetraction(id=new_id(), observation=said.id)
    retract_observations(by=SYSTEM, retractions=[withdrawn], at=AT)
    assert reasons(table("bottlenecks", item="safety"), key=UPPER) == {"unrecorded": 3}
