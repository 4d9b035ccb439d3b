"""From spreadsheet to report, through HTTP: the main job of the house."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import make
from tests.village import UPPER, an_id, calling

ROSTER = Path(__file__).parents[1] / "data" / "rosters" / "xa-dong.xlsx"


@pytest.mark.django_db
def test_a_commune_officer_imports_a_roster_and_a_volunteer_records_at_the_door() -> None:
    dung, an = calling("dung"), calling("an")
    staged = dung.upload("people/imports", "xa-dong.xlsx", ROSTER.read_bytes(), area="00454")
    assert staged.status == 201, staged.json
    assert staged.json["counts"]["households"] == 120
    applied = dung.post(f"people/imports/{staged.json['id']}/apply")
    assert (applied.status, applied.json["state"]) == (200, "applied")
    again = dung.post(f"people/imports/{staged.json['id']}/apply")
    assert (again.status, again.json["code"]) == (409, "import.already_applied")

    seen = an.get("people/households", area=UPPER)
    assert seen.status == 200, seen.json
    told = an.post("checklist/observations", make.document(an_id("lan"), "identity", "level2_active"))
    assert told.status == 200, told.json
    assert told.json["receipts"][0]["state"] == "applied"
    lan = an.get(f"people/persons/{an_id('lan')}")
    assert lan.json["standings"][0]["ready"] is True
    ready = an.get(f"checklist/persons/{an_id('lan')}/readiness")
    assert ready.json["ready"] == ["identity"]
    assert ready.json["next_steps"]
