"""Two phones save the same person at the same moment: no edit is lost, and the figures hold."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier

import pytest
from django.db import transaction

from people.models import Change, Consent, Person
from tests import make
from tests.people.doing import editing, figures_hold, heads, household, person
from tests.together import together
from tests.village import UPPER, Reply, an_id, calling

pytestmark = pytest.mark.usefixtures("committed")


def renaming(who: str, before: str, wanted: str) -> Callable[[], Reply]:
    return lambda: editing(calling(who), an_id("lan"), "full_name", before, wanted)


def test_of_two_edits_of_one_field_one_is_told_of_the_other() -> None:
    for turn in range(5):
        before = Person.objects.get(pk=an_id("lan")).full_name
        wanted = {who: f"Lan lượt {turn} của {who}" for who in ("an", "binh")}
        told = dict(
            zip(wanted, together(*(renaming(who, before, wanted[who]) for who in wanted)), strict=True)
        )
        assert sorted(reply.status for reply in told.values()) == [200, 409]
        kept = Person.objects.get(pk=an_id("lan")).full_name
        assert {who for who, reply in told.items() if reply.status == 200} == {
            who for who, name in wanted.items() if name == kept
        }
        assert next(r for r in told.values() if r.status == 409).json["current"]["full_name"] == kept
    rows = Change.objects.filter(person_id=an_id("lan"))
    assert (rows.filter(clashed=False).count(), rows.filter(clashed=True).count()) == (5, 5)


def test_edits_of_two_fields_both_stay() -> None:
    edits = [("full_name", "Nguyễn Thị Lan", "Nguyễn Thị Lành"), ("sex", "female", "unknown"),
             ("birth_year", 1958, 2015), ("presence", "present", "moved")]  # fmt: skip
    told = together(*(lambda e=e: editing(calling("an"), an_id("lan"), *e) for e in edits))
    assert [reply.status for reply in told] == [200] * 4
    lan = Person.objects.get(pk=an_id("lan"))
    assert [getattr(lan, field) for field, _, _ in edits] == [new for _, _, new in edits]
    assert heads(UPPER) == 2
    figures_hold()


def test_reading_and_then_writing_the_row_loses_one() -> None:
    """The control: what both phones would do without base and revision."""
    read = Barrier(2)

    def naive(field: str, value: str) -> None:
        with transaction.atomic():
            person = Person.objects.get(pk=an_id("lan"))
            setattr(person, field, value)
            read.wait(10)
            person.save()

    together(lambda: naive("sex", "unknown"), lambda: naive("residence", "temporary"))
    lan = Person.objects.get(pk=an_id("lan"))
    assert (lan.sex, lan.residence) in [("unknown", "permanent"), ("female", "temporary")]


def test_the_same_household_from_two_phones_is_stored_once() -> None:
    body = household(person("Võ Văn Ký", birth_year=1970))
    told = together(*(lambda: calling("an").post("people/households", body) for _ in range(4)))
    assert sorted(reply.status for reply in told) == [200, 200, 200, 201]
    assert heads(UPPER) == 4
    figures_hold()


def test_the_same_consent_from_several_phones_is_stored_once() -> None:
    body, door = make.consent_document(), f"people/persons/{an_id('lan')}/consents"
    told = together(*(lambda who=who: calling(who).post(door, body) for who in ("an", "binh", "dung", "an")))
    assert sorted(reply.status for reply in told) == [200, 200, 200, 201]
    assert Consent.objects.count() == 1


def test_of_two_counts_of_two_phones_the_greatest_is_kept() -> None:
    def edit(field: str, base: str, value: str, count: int) -> Reply:
        body = {"base": {field: base}, "set": {field: value}, "edit": count}
        return calling("an").patch(f"people/persons/{an_id('lan')}", body)

    told = together(
        lambda: edit("sex", "female", "unknown", 7), lambda: edit("residence", "permanent", "staying", 5)
    )
    assert [reply.status for reply in told] == [200, 200]
    assert Person.objects.get(pk=an_id("lan")).edit == 7
