"""Who is auditor of the commune and volunteer of one hamlet records in that hamlet only."""

from __future__ import annotations

import pytest

from accounts.actions import appoint
from accounts.rules import Role
from base.models import SYSTEM
from tests import poison
from tests.people.doing import editing, household, person
from tests.village import AT, LOWER, UPPER, an_id, calling

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _lien_is_volunteer_of_the_lower_hamlet_too(db: None) -> None:
    appoint(by=SYSTEM, user_id=an_id("lien"), role=Role.VOLUNTEER, area=LOWER, at=AT)


def test_where_she_is_auditor_she_sees_and_writes_nothing() -> None:
    lien = calling("lien")
    assert lien.get(f"people/persons/{an_id('lan')}").status == 200
    before = poison.stored()
    replies = [
        editing(lien, an_id("lan"), "sex", "female", "male"),
        lien.patch(
            f"people/households/{an_id('nguyen')}", {"base": {"address": "Ngõ 3"}, "set": {"address": "x"}}
        ),
        lien.post(f"people/households/{an_id('nguyen')}/persons", person()),
    ]
    assert [(reply.status, reply.json["code"]) for reply in replies] == [(403, "right.missing")] * 3
    assert lien.post("people/households", household(hamlet=UPPER)).status == 404
    assert poison.stored() == before


def test_where_she_is_volunteer_she_writes() -> None:
    """The control."""
    lien = calling("lien")
    assert editing(lien, an_id("tam"), "sex", "male", "unknown").status == 200
    assert lien.post(f"people/households/{an_id('tran')}/persons", person()).status == 201
    assert lien.post("people/households", household(hamlet=LOWER)).status == 201
