"""A phone counts its edits of a record; the record keeps the greatest count that was applied."""

from __future__ import annotations

from typing import Any

import pytest

from areas.models import Feed
from people.actions import Edit, change_persons
from people.models import Household, Person
from tests.people.doing import faults
from tests.village import AT, UPPER, Reply, actor, an_id, calling

pytestmark = pytest.mark.django_db
LAN = f"people/persons/{an_id('lan')}"


def editing(base: Any, value: Any, edit: Any, who: str = "an", field: str = "relation") -> Reply:
    return calling(who).patch(LAN, {"base": {field: base}, "set": {field: value}, "edit": edit})


def kept() -> int:
    return int(Person.objects.get(pk=an_id("lan")).edit)


def test_the_greatest_count_that_was_applied_is_kept_and_told() -> None:
    assert calling("an").get(LAN).json["edit"] == 0
    assert editing("head", "spouse", 3).json["edit"] == 3
    assert editing("spouse", "parent", 2).json["edit"] == 3
    assert editing("parent", "child", 4).json["edit"] == 4
    told = calling("an").get(f"people/households/{an_id('nguyen')}").json["persons"]
    assert {person["id"]: person["edit"] for person in told}[str(an_id("lan"))] == 4


def test_a_count_alone_is_news_too() -> None:
    """Else a phone would wait for ever to see its edit come back."""
    before = Feed.objects.get(hamlet__code=UPPER).revision
    told = editing("head", "head", 1).json
    assert (told["edit"], told["revision"]) == (1, before + 1)
    assert editing("head", "head", 1).json == told


def test_an_edit_that_clashed_counts_only_for_what_was_applied() -> None:
    assert editing("child", "spouse", 5).status == 409
    assert kept() == 0
    both = {"base": {"relation": "child", "sex": "female"}, "set": {"relation": "spouse", "sex": "unknown"}}
    assert calling("an").patch(LAN, {**both, "edit": 6}).status == 409
    assert (kept(), Person.objects.get(pk=an_id("lan")).sex) == (6, "unknown")


def test_what_is_refused_counts_nothing() -> None:
    assert editing("x", "không có", 7, field="phone").status == 422
    assert editing("head", "spouse", 7, who="lien").status == 403
    assert kept() == 0


def test_without_a_count_none_changes() -> None:
    body = {"base": {"relation": "head"}, "set": {"relation": "spouse"}}
    assert calling("an").patch(LAN, body).json["edit"] == 0


def test_a_household_counts_the_same() -> None:
    door = f"people/households/{an_id('nguyen')}"
    body = {"base": {"address": "Ngõ 3"}, "set": {"address": "Ngõ 4"}, "edit": 2}
    assert calling("an").patch(door, body).json["edit"] == 2
    assert Household.objects.get(pk=an_id("nguyen")).edit == 2
    assert calling("an").get("people/households").json["results"][0]["edit"] == 2


def test_of_several_edits_at_once_the_greatest_is_kept() -> None:
    edits = [
        Edit(an_id("lan"), {"sex": "female"}, {"sex": sex}, n) for sex, n in [("unknown", 9), ("male", 8)]
    ]
    edits.append(Edit(an_id("lan"), {"relation": "head"}, {"relation": "parent"}, 4))
    receipts = change_persons(by=actor("an"), edits=edits, at=AT)
    assert [receipt.state for receipt in receipts] == ["applied", "conflict", "applied"]
    assert kept() == 9


@pytest.mark.parametrize("edit", [-1, 2**31, "x", 1.5, None, []])
def test_what_is_no_count_is_refused_by_name(edit: Any) -> None:
    reply = editing("head", "spouse", edit)
    assert (reply.status, faults(reply)) == (400, ["edit"])
    assert kept() == 0
