"""Edits of one record by one phone, in whatever order they come: what was said later holds."""

from __future__ import annotations

from itertools import permutations

import pytest

from base.models import new_id
from people.models import Change, Household, Person
from people.queries.sealed import address_of
from sync.models import Receipt
from tests.checklist.counting import undone
from tests.sync.saying import LAN, change, command, push, states
from tests.village import an_id

pytestmark = pytest.mark.django_db


def lan() -> Person:
    return Person.objects.get(pk=LAN)


def test_an_edit_that_came_before_an_earlier_one_is_judged_again() -> None:
    """Away, then moved: the second clashes until the first is there."""
    first = change(LAN, presence=("present", "away"))
    second = change(LAN, presence=("away", "moved"))
    assert states(push("an", second)) == ["conflict"]
    assert lan().presence == "present"
    assert states(push("an", first)) == ["applied"]
    assert lan().presence == "moved"
    assert Receipt.objects.get(pk=second["id"]).state == "applied"
    assert states(push("an", first, second)) == ["duplicate", "duplicate"]


def test_it_is_so_within_one_batch_too() -> None:
    first = change(LAN, presence=("present", "away"))
    second = change(LAN, presence=("away", "moved"))
    assert states(push("an", second, first)) == ["applied", "applied"]
    assert lan().presence == "moved"


def test_what_clashed_with_somebody_else_stays_a_conflict() -> None:
    """His phone asks him; what he says then is another command, and the old one is not dug up again."""
    push("binh", change(LAN, presence=("present", "away")))
    assert states(push("an", old := change(LAN, presence=("present", "moved")))) == ["conflict"]
    assert states(push("an", change(LAN, presence=("away", "present")))) == ["applied"]
    assert lan().presence == "present"
    assert Receipt.objects.get(pk=old["id"]).state == "conflict"
    before = Change.objects.count()
    assert states(push("an", old)) == ["conflict"]
    assert (lan().presence, Change.objects.count()) == ("present", before)


def test_counted_edits_come_in_any_order() -> None:
    """Three edits, of which two set the same field: whichever way they come, the last one holds."""
    said = [
        change(LAN, edit=1, presence=("present", "away"), residence=("permanent", "staying")),
        change(LAN, edit=2, presence=("away", "moved")),
        change(LAN, edit=3, sex=("female", "unknown")),
    ]
    ended = set()
    for order in permutations(said):
        with undone():
            for one in order:
                push("an", one)
            now = lan()
            ended.add((now.presence, now.residence, now.sex, now.edit))
    assert ended == {("moved", "staying", "unknown", 3)}


def test_a_stale_snapshot_changes_nothing() -> None:
    """A phone that was restarted sends the whole record as it was before its own later edit."""
    push("an", change(LAN, edit=4, presence=("present", "away"), residence=("permanent", "permanent")))
    push("binh", change(LAN, presence=("away", "moved")))
    stale = change(LAN, edit=3, presence=("moved", "present"), residence=("permanent", "permanent"))
    assert states(push("an", stale)) == ["duplicate"]
    assert lan().presence == "moved"


def test_the_same_count_again_is_a_duplicate_whatever_it_says() -> None:
    push("an", change(LAN, edit=4, presence=("present", "away")))
    assert states(push("an", change(LAN, edit=4, presence=("away", "moved")))) == ["duplicate"]
    assert lan().presence == "away"


def test_of_a_late_edit_only_what_no_later_one_set_is_done() -> None:
    push("an", change(LAN, edit=5, presence=("present", "moved")))
    late = change(LAN, edit=4, presence=("present", "away"), residence=("permanent", "staying"))
    assert states(push("an", late)) == ["applied"]
    assert (lan().presence, lan().residence) == ("moved", "staying")


def test_another_phone_has_counts_of_its_own() -> None:
    push("an", change(LAN, edit=9, presence=("present", "away")))
    assert states(push("binh", change(LAN, edit=1, presence=("away", "moved")))) == ["applied"]
    assert lan().presence == "moved"


def test_an_edit_that_was_refused_or_clashed_does_not_count() -> None:
    push("an", change(LAN, edit=5, full_name=("Nguyễn Thị Lan", "...")))
    push("an", change(LAN, edit=6, presence=("away", "moved")))
    assert states(push("an", change(LAN, edit=4, presence=("present", "away")))) == ["applied"]
    assert lan().presence == "moved", "and the one that clashed is judged again after it"


def test_households_are_edited_the_same_way() -> None:
    def moved(edit: int, was: str, wanted: str) -> dict:
        said = {"base": {"address": was}, "set": {"address": wanted}}
        return command("household.change", household=an_id("nguyen"), edit=edit, **said)

    push("an", moved(2, "Ngõ 5", "Ngõ 7"), moved(1, "Ngõ 3", "Ngõ 5"))
    assert address_of(Household.objects.get(pk=an_id("nguyen"))) == "Ngõ 7"


def test_an_edit_of_what_has_not_arrived_waits() -> None:
    home = new_id()
    said = {"base": {"address": ""}, "set": {"address": "Ngõ 7"}}
    push("an", late := command("household.change", household=home, edit=1, **said))
    push("an", command("household.register", home, hamlet="00454-01"))
    assert Receipt.objects.get(pk=late["id"]).state == "applied"
    assert address_of(Household.objects.get(pk=home)) == "Ngõ 7"
