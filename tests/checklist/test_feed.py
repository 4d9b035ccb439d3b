"""What the feed of a hamlet tells of standings, visits and observations is what the tables say."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.json import encode

from areas.rules import FeedKind
from base.models import SYSTEM, Asker, new_id
from base.sealed import opened
from checklist.actions import NewRetraction, record_observations, record_visits, retract_observations
from checklist.items import ITEMS
from checklist.models import Observation, Standing, Visit
from checklist.queries import FEED_KINDS
from checklist.rules import BLOCKERS, OUTCOMES, Evidence
from people.actions import Move, move_households
from people.queries import FEED_KINDS as KINDS_OF_PEOPLE
from tests import make
from tests.checklist.counting import HAMLETS, bounded, feed_of, hamlet_id, undone
from tests.village import AT, FAR, LOWER, UPPER, actor, an_id

pytestmark = pytest.mark.django_db
HOMES = {an_id("nguyen"): ["lan", "hung", "mai"], an_id("tran"): ["tam"], an_id("le"): ["thu"]}
PERSONS = [an_id(name) for names in HOMES.values() for name in names]
Change = dict[str, Any]


def told(code: str, after: int = 0, kinds: Iterable[FeedKind] = FEED_KINDS) -> list[Change]:
    """The changes of a hamlet's feed beyond a revision, as a door would read them."""
    found: list[Change] = []
    with connection.cursor() as cursor:
        for kind in kinds:
            cursor.execute(
                f"SELECT ({kind.told})::text FROM {kind.table} AS row "
                "WHERE hamlet_id = %(hamlet)s AND revision > %(after)s",
                {"code": code, "hamlet": hamlet_id(code), "after": after},
            )
            found += [json.loads(opened(text.encode(), encode)) for (text,) in cursor.fetchall()]
    return sorted(found, key=lambda change: int(change["revision"]))


def as_kept(code: str) -> dict[tuple[str, str], Change]:
    """The same of the whole feed by the ORM, written down member by member."""
    found = []
    for row in Standing.objects.filter(hamlet__code=code):
        key = f"{row.person_id}/{row.item}/{row.kind}"
        told = {"gone": True} if not row.state else {"data": {**_said(row), "contested": row.contested}}
        found.append({"kind": "standing", "id": key, "revision": row.revision, **told})
    for visit in Visit.objects.filter(hamlet__code=code):
        data = {
            "household": str(visit.household_id),
            "visited_at": visit.visited_at,
            "outcome": visit.outcome,
            "by": _id(visit.by_id),
        }
        found.append({"kind": "visit", "id": str(visit.pk), "revision": visit.revision, "data": data})
    for fact in Observation.objects.filter(hamlet__code=code):
        more = {"visit": _id(fact.visit), "retracts": _id(fact.retracts_id), "by": _id(fact.by_id)}
        data = {**_said(fact), **more}
        found.append({"kind": "observation", "id": str(fact.pk), "revision": fact.revision, "data": data})
    return {(change["kind"], change["id"]): {**change, "hamlet": code} for change in found}


def _said(row: Any) -> dict[str, Any]:
    return {
        "person": str(row.person_id),
        "item": row.item,
        "kind": row.kind,
        "state": row.state,
        "evidence": Evidence(row.evidence).code,
        "observed_at": row.observed_at,
        "expires_on": row.expires_on and row.expires_on.isoformat(),
        "blocker": row.blocker,
    }


def _id(number: UUID | None) -> str | None:
    return str(number) if number else None


def readable(change: Change) -> Change:
    """With instants as instants, and without what is null."""
    if "data" not in change:
        return change
    data = {name: value for name, value in change["data"].items() if value is not None}
    for name in ("observed_at", "visited_at"):
        if isinstance(data.get(name), str):
            data[name] = datetime.fromisoformat(data[name])
    return {**change, "data": data}


subjects = [(code, kind) for code, item in ITEMS.items() for kind in item.kind_codes]
instants = st.timedeltas(timedelta(), timedelta(days=900)).map(lambda back: AT - back)


@st.composite
def observations(draw: st.DrawFn) -> Any:
    item, kind = draw(st.sampled_from(subjects))
    state = draw(st.sampled_from(ITEMS[item].states)).code
    expires = ITEMS[item].expires and ITEMS[item].is_ready_state(state)
    return make.observation(
        draw(st.sampled_from(PERSONS)),
        item,
        state,
        kind=kind,
        evidence=draw(st.sampled_from(Evidence)).code,
        blocker=draw(st.sampled_from(["", *BLOCKERS])),
        expires_on=draw(st.sampled_from([None, date(2026, 5, 1), date(2029, 1, 1)])) if expires else None,
        observed_at=draw(instants),
        visit=draw(st.sampled_from([None, an_id("a visit")])),
    )


@st.composite
def visits(draw: st.DrawFn) -> Any:
    home, outcome = draw(st.sampled_from(list(HOMES))), draw(st.sampled_from(list(OUTCOMES)))
    return make.visit(home, outcome, visited_at=draw(instants))


askers = st.sampled_from(["giang", ""]).map(lambda name: actor(name) if name else SYSTEM)


@settings(bounded, max_examples=40)
@given(st.data())
def test_whatever_is_known_is_told_as_it_is_kept(data: st.DataObject) -> None:
    with undone():
        facts = data.draw(st.lists(observations(), min_size=1, max_size=10))
        record_observations(by=data.draw(askers), observations=facts, at=AT)
        record_visits(by=data.draw(askers), visits=data.draw(st.lists(visits(), max_size=4)), at=AT)
        given = [NewRetraction(id=new_id(), observation=fact.id) for fact in facts[::2]]
        retract_observations(by=SYSTEM, retractions=given, at=AT)
        for code in HAMLETS:
            changes = told(code)
            assert {(one["kind"], one["id"]): readable(one) for one in changes} == {
                key: readable(change) for key, change in as_kept(code).items()
            }
            assert len(changes) == len(as_kept(code))


def test_a_standing_that_no_longer_holds_is_told_as_gone() -> None:
    told_fact = make.observation(an_id("lan"), "payment", "has", kind="e_wallet")
    record_observations(by=SYSTEM, observations=[told_fact], at=AT)
    before = feed_of(UPPER)
    withdrawal = NewRetraction(id=new_id(), observation=told_fact.id)
    retract_observations(by=SYSTEM, retractions=[withdrawal], at=AT)
    [gone] = [change for change in told(UPPER, before) if change["kind"] == "standing"]
    assert gone == {
        "kind": "standing",
        "id": f"{an_id('lan')}/payment/e_wallet",
        "hamlet": UPPER,
        "revision": before + 1,
        "gone": True,
    }


def test_a_retraction_names_what_it_withdraws() -> None:
    told_fact = make.observation(an_id("lan"), "safety", "briefed")
    record_observations(by=SYSTEM, observations=[told_fact], at=AT)
    withdrawal = NewRetraction(id=new_id(), observation=told_fact.id)
    retract_observations(by=actor("binh"), retractions=[withdrawal], at=AT)
    [change] = [one for one in told(UPPER) if one["id"] == str(withdrawal.id)]
    assert change["data"]["retracts"] == str(told_fact.id)
    assert change["data"]["by"] == str(an_id("binh"))


def test_every_word_that_is_told_needs_no_quoting() -> None:
    words = {*BLOCKERS, *OUTCOMES, *ITEMS, *(level.code for level in Evidence)}
    words |= {part.code for item in ITEMS.values() for part in (*item.states, *item.kinds)}
    assert [word for word in words if not re.fullmatch("[a-z0-9_]+", word)] == []


class Phone:
    """A store that knows of its hamlets what their feeds tell, and nothing else."""

    KINDS = (*KINDS_OF_PEOPLE, *FEED_KINDS)

    def __init__(self, *hamlets: str) -> None:
        self.seen = dict.fromkeys(hamlets, 0)
        self.rows: dict[tuple[str, str], Change] = {}

    def pull(self) -> None:
        for code, after in self.seen.items():
            upto = feed_of(code)
            for change in told(code, after, self.KINDS):
                assert after < change["revision"] <= upto, "a revision that was not handed out"
                self.apply(change)
            self.seen[code] = upto

    def apply(self, change: Change) -> None:
        key = (change["kind"], change["id"])
        if "gone" not in change:
            self.rows[key] = change
        elif key in self.rows and self.rows[key]["hamlet"] == change["hamlet"]:
            del self.rows[key]
            self.let_go(change["id"])

    def let_go(self, whose: str) -> None:
        """What hangs on a person or household goes with it, and so on."""
        for key, row in list(self.rows.items()):
            if whose in (row["data"].get("person"), row["data"].get("household")) and key in self.rows:
                del self.rows[key]
                self.let_go(key[1])

    def holds(self) -> dict[tuple[str, str], Change]:
        """What it knows of the checklist."""
        kinds = {kind.kind for kind in FEED_KINDS}
        return {key: readable(row) for key, row in self.rows.items() if key[0] in kinds}


def visible(*hamlets: str) -> dict[tuple[str, str], Change]:
    """What a phone of these hamlets has to know."""
    return {key: readable(row) for code in hamlets for key, row in as_kept(code).items() if "gone" not in row}


steps = st.lists(
    st.sampled_from(["record", "record", "visit", "retract", "retract", "again", "move", "pull", "pull"]),
    min_size=4,
    max_size=14,
)


def do(step: str, data: st.DataObject, facts: list[Any]) -> None:
    giang: Asker = actor("giang")
    if step == "record":
        new = data.draw(st.lists(observations(), min_size=1, max_size=4))
        facts += new
        record_observations(by=giang, observations=new, at=AT)
    elif step == "visit":
        record_visits(by=giang, visits=[data.draw(visits())], at=AT)
    elif step == "retract" and facts:
        which = data.draw(st.lists(st.sampled_from(facts), max_size=3))
        gone = [NewRetraction(id=new_id(), observation=fact.id) for fact in which]
        retract_observations(by=giang, retractions=gone, at=AT)
    elif step == "again" and facts:
        fact = data.draw(st.sampled_from(facts))
        anew = make.observation(fact.person, fact.item, fact.state, kind=fact.kind)
        record_observations(by=giang, observations=[anew], at=AT)
    elif step == "move":
        home, code = data.draw(st.sampled_from(list(HOMES))), data.draw(st.sampled_from(HAMLETS))
        move_households(by=giang, moves=[Move(home, code)], at=AT)


@settings(bounded, max_examples=30)
@given(steps, st.data())
def test_a_phone_that_follows_the_feeds_knows_what_is_kept(what: list[str], data: st.DataObject) -> None:
    """One that pulls in between, one that begins at the end, and one of a single hamlet."""
    with undone():
        often, upper, facts = Phone(*HAMLETS), Phone(UPPER), list[Any]()
        for step in (*what, "pull"):
            do(step, data, facts)
            if step == "pull":
                often.pull()
                upper.pull()
                assert often.holds() == visible(*HAMLETS)
                assert upper.holds() == visible(UPPER)
        late = Phone(UPPER, LOWER)
        late.pull()
        assert late.holds() == visible(UPPER, LOWER)


def test_a_phone_that_is_not_told_what_is_gone_would_be_seen() -> None:
    phone = Phone(UPPER)
    fact = make.observation(an_id("lan"), "safety", "briefed")
    record_observations(by=SYSTEM, observations=[fact], at=AT)
    phone.pull()
    assert phone.holds() == visible(UPPER) != {}
    withdrawal = NewRetraction(id=new_id(), observation=fact.id)
    retract_observations(by=SYSTEM, retractions=[withdrawal], at=AT)
    Standing.objects.all().delete()
    phone.pull()
    assert phone.holds() != visible(UPPER)


def test_a_page_of_the_feed_is_found_by_its_index() -> None:
    plans: dict[str, str] = defaultdict(str)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for kind in FEED_KINDS:
            cursor.execute(
                f"EXPLAIN SELECT 1 FROM {kind.table} WHERE hamlet_id = %s AND revision > %s "
                "ORDER BY revision LIMIT 1000",
                [hamlet_id(FAR), 0],
            )
            plans[kind.kind] = "\n".join(line for (line,) in cursor.fetchall())
    assert {kind: f"{kind}_feed" in plan for kind, plan in plans.items()} == dict.fromkeys(plans, True)
