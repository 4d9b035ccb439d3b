"""There is no field for an ID number, an ethnicity, a bank or a note, and none for what the house decides."""

from __future__ import annotations

import pytest

from people.models import Person
from tests import poison
from tests.people.doing import faults, household, person
from tests.village import an_id, calling

pytestmark = pytest.mark.django_db
LAN = f"people/persons/{an_id('lan')}"
NEVER_STORED = """
    id_number cccd citizen_id ethnicity dan_toc religion bank bank_account account_number note notes
    photo fingerprint gps email facebook_id health
""".split()  # noqa: SIM905
DECIDED_BY_THE_HOUSE = """
    hamlet hamlet_id revision source source_id removed_at recorded_at digest search_key sort_key born_on
    household household_id standings by is_staff pk edit
""".split()  # noqa: SIM905


@pytest.mark.parametrize("field", NEVER_STORED + DECIDED_BY_THE_HOUSE)
def test_an_unknown_field_of_a_person_is_refused_by_name_at_every_door(field: str) -> None:
    an, before = calling("an"), poison.stored()
    extra = person(**{field: "x"})
    doors = {
        f"persons[0].{field}": an.post("people/households", household(extra)),
        field: an.post(f"people/households/{an_id('nguyen')}/persons", extra),
        f"set.{field}": an.patch(LAN, {"base": {}, "set": {field: "x"}}),
        f"base.{field}": an.patch(LAN, {"base": {field: "x"}, "set": {}}),
    }
    for path, reply in doors.items():
        assert (reply.status, faults(reply)) == (400, [path])
        assert reply.json["errors"][0]["code"] == "field.unknown"
    assert poison.stored() == before


@pytest.mark.parametrize("field", ["revision", "source", "removed_at", "digest", "head", "note", "hamlet_id"])
def test_nor_of_a_household(field: str) -> None:
    an = calling("an")
    new = an.post("people/households", household(person(), **{field: "x"}))
    edit = an.patch(f"people/households/{an_id('nguyen')}", {"base": {}, "set": {field: "x"}})
    for path, reply in ((field, new), (f"set.{field}", edit)):
        assert (reply.status, faults(reply)) == (400, [path])


@pytest.mark.parametrize("field", ["hamlet", "household", "id"])
def test_nobody_is_moved_or_renumbered_by_an_edit(field: str) -> None:
    for path in (LAN, f"people/households/{an_id('nguyen')}"):
        reply = calling("dung").patch(path, {"base": {field: "x"}, "set": {field: "x"}})
        assert reply.status == 400


def test_the_table_itself_has_no_column_for_what_is_never_stored() -> None:
    assert {column.name for column in Person._meta.get_fields()} == {
        *("id", "recorded_at", "revision", "household", "hamlet", "full_name", "search_key", "sort_key"),
        *("birth_date", "birth_year", "born_on", "sex", "phone", "phone_end", "phone_index"),
        *("relation", "residence", "presence"),
        *("edit", "digest", "source", "removed_at", "restricted_at", "basis", "consent"),
        *(field.name for field in Person._meta.get_fields() if field.auto_created and not field.concrete),
    }
