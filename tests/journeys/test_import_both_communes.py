"""Xã Đông and Phường Ba Đình send their lists by HTTP: every number is that of the truth."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from areas.models import Area
from people.models import Household, Person
from tests.checklist.counting import states_of
from tests.people.doing import figures_hold
from tests.people.rosters import COMMUNES, applied, sample, staged, truth
from tests.village import calling

pytestmark = pytest.mark.django_db
communes = pytest.mark.parametrize("name", list(COMMUNES))
ITEMS = ("identity", "payment", "signature", "service_account")


@communes
def test_what_is_staged_counts_like_the_truth(name: str) -> None:
    area, who = COMMUNES[name]
    told, known = staged(sample(name), area=area, who=who), truth(name)
    bad, copies = len(known["bad_rows"]), len(known["duplicates"])
    assert told["counts"] == {
        "rows": known["persons"] + bad + copies,
        "households": known["households"],
        "persons": known["persons"],
        "new": known["persons"],
        "matched": 0,
        "refused": bad,
        "duplicates": copies,
    }
    assert {entry["name"] for entry in told["hamlets"]} == set(known["hamlets"])
    assert (told["state"], told["area"]) == ("staged", area)


@communes
def test_what_is_applied_is_what_the_truth_says(name: str, settings: Any) -> None:
    settings.MINOR_UNDER = 0  # the truth tells of children, too
    area, who = COMMUNES[name]
    known, before = truth(name), (Household.objects.count(), Person.objects.count())
    done = applied(sample(name), area=area, who=who)
    assert done["state"] == "applied"
    assert all(entry["code"] for entry in done["hamlets"])
    assert Household.objects.count() - before[0] == known["households"]
    assert Person.objects.count() - before[1] == known["persons"]
    tallied: Counter[str] = Counter()
    for hamlet in Area.objects.filter(parent__code=area, level="hamlet"):
        for item in ITEMS:
            tallied[item] += sum(states_of(hamlet.code, item).values())
    assert {item: tallied[item] for item in ITEMS} == known["standings"]
    figures_hold()


def test_C_09_what_a_roster_says_of_a_child_is_left_out() -> None:
    """One of them has an identity, and nobody has asked the representative."""
    applied(sample("xa-dong"))
    hamlets = Area.objects.filter(parent__code="00454", level="hamlet")
    told = sum(sum(states_of(hamlet.code, "identity").values()) for hamlet in hamlets)
    assert told == truth("xa-dong")["standings"]["identity"] - 1
    figures_hold()


def test_the_api_tells_the_same_of_each_person(settings: Any) -> None:
    settings.MINOR_UNDER = 0
    applied(sample("xa-dong"))
    dung, held, seen, cursor = calling("dung"), Counter(), 0, None
    while True:
        page = dung.get("people/households", limit=100, **({"cursor": cursor} if cursor else {})).json
        for row in page["results"]:
            for person in dung.get(f"people/households/{row['id']}").json["persons"]:
                seen += 1
                held.update({standing["item"] for standing in person["standings"]})
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == truth("xa-dong")["persons"] + 4  # and the four of the cast
    assert {item: held[item] for item in ITEMS} == truth("xa-dong")["standings"]


def test_what_a_roster_says_is_self_declared_and_never_final() -> None:
    applied(sample("xa-dong"))
    standings = [
        standing
        for person in calling("dung").get("people/households", q="an", limit=20).json["results"]
        for member in calling("dung").get(f"people/households/{person['id']}/persons").json["results"]
        for standing in member["standings"]
    ]
    assert standings
    assert {standing["evidence"] for standing in standings} == {"self_declared"}
