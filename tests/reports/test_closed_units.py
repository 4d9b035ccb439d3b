"""An old district or commune: shown by the units that took it over; what straddles is named, not summed."""

from __future__ import annotations

import pytest

from areas.models import Succession
from areas.queries import find_area
from base.models import SYSTEM
from checklist.actions import record_observations
from tests.make import observation
from tests.village import AT, an_id, calling

pytestmark = pytest.mark.django_db
BEFORE = "2024-01-01"


def test_a_closed_commune_needs_a_day_it_was_in_force() -> None:
    assert calling("giang").get("reports/coverage", area="001").status == 404
    assert calling("giang").get("reports/coverage", area="001", as_of=BEFORE).status == 200


def test_an_old_district_is_a_cover_and_says_what_it_cannot_convert() -> None:
    found = calling("giang").get("reports/coverage", area="001", as_of=BEFORE, by="area").json
    straddling = {one["code"] for one in found["unconverted"]}
    assert straddling, "wards of Ba Đình took over parts of the neighbouring district"
    assert {one["reason"] for one in found["unconverted"]} == {"area.straddles"}
    shown = {one["key"]: one["unconverted"] for one in found["rows"]}
    assert straddling == {code for code, reason in shown.items() if reason}


def test_what_straddles_is_shown_but_not_summed() -> None:
    thu = observation(an_id("thu"), "identity", "level2_active")
    record_observations(by=SYSTEM, observations=[thu], at=AT)
    found = calling("giang").get("reports/coverage", area="001", as_of=BEFORE).json
    ba_dinh = [one for one in found["rows"] if (one["key"], one["item"]) == ("00004", "identity")]
    assert [(one["ready"], one["unconverted"]) for one in ba_dinh] == [(1, "area.straddles")]
    total = next(one for one in found["totals"] if one["item"] == "identity")
    assert total["ready"] == 0


def test_an_old_commune_whose_heir_is_made_of_it_alone_is_converted() -> None:
    heir = find_area("00004")
    assert heir is not None
    Succession.objects.filter(to_area=heir).exclude(
        from_area__code="00004", from_area__level="commune"
    ).delete()
    thu = observation(an_id("thu"), "identity", "level2_active")
    record_observations(by=SYSTEM, observations=[thu], at=AT)
    found = calling("giang").get("reports/coverage", area="00004", as_of=BEFORE).json
    total = next(one for one in found["totals"] if one["item"] == "identity")
    assert (total["ready"], [one["code"] for one in found["unconverted"]].count("00004")) == (1, 0)


def test_the_admin_of_another_commune_sees_only_his_own_heirs() -> None:
    mine = calling("hai").get("reports/coverage", area="00004", as_of=BEFORE)
    assert mine.status == 200
    assert {one["key"] for one in mine.json["rows"]} == {"00004"}
    assert calling("dung").get("reports/coverage", area="00004", as_of=BEFORE).status == 404
