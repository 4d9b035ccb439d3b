"""Rosters are the business of the area's admin; nobody else learns that there is one."""

from __future__ import annotations

import pytest

from base.models import new_id
from tests import poison
from tests.people.rosters import csv, row, staged, staging
from tests.village import COMMUNE, FAR, OTHER_COMMUNE, UPPER, calling

pytestmark = pytest.mark.django_db
ROSTER = csv(row("Bùi Thị Én"))


def doors(who: str, number: str) -> list:
    caller = calling(who)
    return [
        caller.get(f"people/imports/{number}"),
        caller.post(f"people/imports/{number}/apply"),
        caller.post(f"people/imports/{number}/undo"),
    ]


@pytest.mark.parametrize("who", ["an", "binh", "lien", "minh", "nobody", "dismissed"])
def test_who_is_no_admin_has_no_right(who: str) -> None:
    number = staged(ROSTER)["id"]
    before = poison.stored()
    replies = [staging(ROSTER, who=who), *doors(who, number), *doors(who, str(new_id()))]
    assert {(reply.status, reply.json["code"]) for reply in replies} == {(403, "right.missing")}
    assert poison.stored() == before


@pytest.mark.parametrize("who", ["disabled", "revoked", None])
def test_who_is_not_signed_in_is_nobody(who: str | None) -> None:
    number = staged(ROSTER)["id"]
    assert {reply.status for reply in [staging(ROSTER, who=who), *doors(who, number)]} == {401}


def test_the_admin_of_another_commune_finds_nothing() -> None:
    number, before = staged(ROSTER)["id"], poison.stored()
    there, never = doors("hai", number), doors("hai", str(new_id()))
    for one, other in zip(there, never, strict=True):
        assert (one.status, one.raw.content) == (404, other.raw.content)
    assert poison.stored() == before


def test_nobody_imports_into_a_foreign_or_an_unknown_area() -> None:
    told = {area: staging(ROSTER, area=area) for area in (OTHER_COMMUNE, FAR, "01", "99999", "99999-01", "x")}
    assert {reply.status for reply in told.values()} == {404}
    assert len({reply.raw.content for reply in told.values()}) == 1


def test_the_admins_above_see_and_apply_it() -> None:
    """The control."""
    for area in (COMMUNE, UPPER):
        number = staged(ROSTER, area=area)["id"]
        assert [reply.status for reply in doors("giang", number)] == [200, 200, 200]
