"""One spelling is stored, however it was typed; what cannot be seen is refused."""

from __future__ import annotations

import unicodedata

import pytest

from people.models import Person
from tests.people.doing import faults, household, person
from tests.village import calling

pytestmark = pytest.mark.django_db


def stored(name: str) -> str:
    body = household(person(name))
    reply = calling("an").post("people/households", body)
    assert reply.status == 201, reply.json
    return str(reply.json["persons"][0]["full_name"])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (unicodedata.normalize("NFD", "Nguyễn Thị Ánh"), "Nguyễn Thị Ánh"),
        ("  Lê   Thị\u00a0Hồng ", "Lê Thị Hồng"),
        ("H\u2019Hen Niê", "H'Hen Niê"),
        ("Y B'Lum", "Y B'Lum"),
        ("TRẦN VĂN ƠN", "TRẦN VĂN ƠN"),
        ("Nguyễn\tVăn\nAn", None),
    ],
)
def test_I_18_a_name_is_kept_in_one_spelling(typed: str, kept: str | None) -> None:
    if kept is None:
        assert calling("an").post("people/households", household(person(typed))).status == 422
        return
    assert stored(typed) == kept
    assert unicodedata.is_normalized("NFC", Person.objects.get(full_name=kept).full_name)


def test_I_18_control_without_normalising_the_two_spellings_would_differ() -> None:
    """The control."""
    composed, decomposed = "Ánh", unicodedata.normalize("NFD", "Ánh")
    assert composed != decomposed
    assert stored(composed) == stored(decomposed)


@pytest.mark.parametrize(
    "typed", ["Lan\u202e", "La\u200bn", "\u2066Lan", "Lan\ufeff", "Lan\x07", "123", "...", "\U0010ffff"]
)
def test_I_18_what_cannot_be_seen_or_has_no_letter_is_no_name(typed: str) -> None:
    reply = calling("an").post("people/households", household(person(typed)))
    assert (reply.status, reply.json["errors"][0]["path"]) == (422, "persons[0].full_name")


def test_a_name_of_a_hundred_letters_is_stored_and_one_more_is_not() -> None:
    assert len(stored("ễ" * 100)) == 100
    reply = calling("an").post("people/households", household(person("ễ" * 101)))
    assert (reply.status, faults(reply)) == (400, ["persons[0].full_name"])


def test_the_same_household_in_another_spelling_is_the_same() -> None:
    body = household(person("Nguyễn  Thị Ánh", phone="0912345999"), address="Ngõ  Ánh")
    assert calling("an").post("people/households", body).status == 201
    body["persons"][0]["full_name"] = unicodedata.normalize("NFD", "Nguyễn Thị Ánh")
    body["persons"][0]["phone"] = "+84 912 345 999"
    body["address"] = unicodedata.normalize("NFD", "Ngõ Ánh")
    assert calling("an").post("people/households", body).status == 200
