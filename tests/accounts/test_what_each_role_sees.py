"""The auditor looks and records nothing; the editor writes guides and looks at nobody."""

from __future__ import annotations

import pytest

from tests import make
from tests.village import UPPER, an_id, calling

pytestmark = pytest.mark.django_db
LAN = f"people/persons/{an_id('lan')}"


def writes(who: str) -> dict[str, int]:
    caller = calling(who)
    edit = {"base": {"sex": "female"}, "set": {"sex": "unknown"}}
    household = {"id": str(an_id("new")), "hamlet": UPPER, "persons": []}
    person = {"id": str(an_id("new person")), "full_name": "Bùi Thị Én"}
    return {
        "record": caller.post("checklist/observations", make.document(an_id("lan"), "safety", "done")).status,
        "edit": caller.patch(LAN, edit).status,
        "register": caller.post("people/households", household).status,
        "add": caller.post(f"people/households/{an_id('nguyen')}/persons", person).status,
        "import": caller.upload("people/imports", "a.csv", b"a;b\n1;2\n", area=UPPER).status,
    }


def test_the_auditor_sees_every_door_and_writes_on_none() -> None:
    assert calling("lien").get(LAN).status == 200
    assert len(calling("lien").get("people/households").json["results"]) == 2
    assert set(writes("lien").values()) == {403}


@pytest.mark.parametrize("who", ["minh", "nobody"])
def test_the_editor_and_who_holds_no_post_see_and_write_nothing(who: str) -> None:
    for path in (LAN, "people/households", f"people/households/{an_id('nguyen')}"):
        assert calling(who).get(path).json["code"] == "right.missing"
    assert set(writes(who).values()) == {403}


def test_the_volunteer_of_the_hamlet_does_all_but_import() -> None:
    """The control: the same requests pass for who may."""
    told = writes("an")
    assert told.pop("import") == 403
    assert told.pop("record") in (200, 400, 422)
    assert told == {"edit": 200, "register": 201, "add": 201}
