"""Whatever is sent to a door of people, the answer is a clear no and nothing is stored."""

from __future__ import annotations

from typing import Any

import pytest

from tests import poison
from tests.people.doing import household, person
from tests.village import an_id, calling

pytestmark = pytest.mark.django_db
EN = person(
    birth_date="1985-03-12", birth_year=1985, sex="female", phone="0912345678", relation="other",
    residence="permanent", presence="present",
)  # fmt: skip
HOUSE = household(dict(EN), address="Ngõ 3", language="vi")
NGUYEN = f"people/households/{an_id('nguyen')}"
EDIT_HOUSE = {"base": {"address": "Ngõ 3"}, "set": {"address": "Ngõ 4"}}
EDIT_PERSON = {
    "base": {"full_name": "Nguyễn Thị Lan", "birth_year": 1958, "sex": "female"},
    "set": {"full_name": "Nguyễn Thị Lành", "birth_year": 1959, "sex": "male"},
}
DOORS = [
    ("POST", "people/households", HOUSE),
    ("POST", f"{NGUYEN}/persons", EN),
    ("PATCH", NGUYEN, EDIT_HOUSE),
    ("PATCH", f"people/persons/{an_id('lan')}", EDIT_PERSON),
]


@pytest.mark.parametrize(("method", "path", "good"), DOORS)
def test_no_poison_passes_a_door_of_people(method: str, path: str, good: dict[str, Any]) -> None:
    assert poison.swallow(calling("an"), method, path, good) > 50


@pytest.mark.parametrize(("method", "path", "good"), DOORS)
def test_the_same_body_without_poison_passes(method: str, path: str, good: dict[str, Any]) -> None:
    """The control."""
    assert calling("an").call(method, path, good).status in (200, 201)


@pytest.mark.parametrize("field", ["area", "q", "readiness", "follow_up", "cursor", "limit"])
def test_no_poison_passes_a_question(field: str) -> None:
    an = calling("an")
    for raw in ("%00", "%ff%fe", "%ed%a0%80", "x" * 3000, "1" + "0" * 5000, "%27%3b--", "[]", "a%20b%00"):
        reply = an.get(f"people/households?{field}={raw}")
        assert reply.status < 500, (field, raw, reply.json)
        if reply.status != 200:
            poison.refused(reply, f"{field}={raw}")
    assert an.get(f"people/households?{field}=a&{field}=b").status == 400
