"""Who is to be visited next: by area, by readiness, by what is left to do."""

from __future__ import annotations

import pytest

from checklist.items import ITEMS, PILLARS
from tests import make
from tests.people.doing import editing, names_of
from tests.village import COMMUNE, FAR, LOWER, UPPER, an_id, calling

pytestmark = pytest.mark.django_db
LAN, TAM = "Nguyễn Thị Lan", "Trần Văn Tâm"


def listed(who: str = "dung", **query: str) -> list[str]:
    return names_of(calling(who).get("people/households", **query))


def tell_all_four(name: str) -> None:
    for code in PILLARS:
        item = ITEMS[code]
        state = next(state.code for state in item.states if item.is_ready_state(state.code))
        more = {"kind": item.kinds[0].code} if item.kinds else {}
        if item.expires:
            more["expires_on"] = "2030-01-01"
        reply = calling("dung").post(
            "checklist/observations", make.document(an_id(name), code, state, **more)
        )
        assert reply.json["receipts"][0]["state"] == "applied", reply.json


def test_an_area_narrows_to_what_lies_in_it_and_in_sight() -> None:
    assert listed(area=COMMUNE) == [LAN, TAM]
    assert listed(area=UPPER) == [LAN]
    assert listed(area=LOWER) == [TAM]
    assert listed(area=FAR) == []
    assert listed("an", area=COMMUNE) == [LAN]
    unknown = calling("dung").get("people/households", area="99999")
    assert (unknown.status, unknown.json["errors"][0]["path"]) == (404, "area")


def test_readiness_parts_the_households_in_three() -> None:
    tell_all_four("tam")
    tell_all_four("lan")
    assert listed(readiness="ready") == [TAM]
    assert listed(readiness="partly") == [LAN]
    assert listed(readiness="none") == []
    row = calling("dung").get("people/households", area=UPPER).json["results"][0]
    assert (row["adults"], row["ready"]) == (2, 1)


def test_who_is_ready_needs_no_further_visit() -> None:
    tell_all_four("tam")
    assert listed(follow_up="true") == [LAN]
    assert listed(follow_up="false") == [TAM]
    assert listed() == [LAN, TAM]


def test_who_works_away_is_not_waited_for() -> None:
    assert editing(calling("dung"), an_id("tam"), "presence", "present", "away").status == 200
    assert listed(follow_up="true") == [LAN]


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ({"readiness": "very"}, "readiness"),
        ({"follow_up": "maybe"}, "follow_up"),
        ({"q": "x" * 101}, "q"),
        ({"area": "x" * 17}, "area"),
        ({"area": "\x00"}, "area"),
        ({"phone": "0912345678"}, "phone"),
        ({"order": "phone"}, "order"),
        ({"hamlet__parent__code": "1"}, "hamlet__parent__code"),
    ],
)
def test_a_question_that_is_none_is_refused_by_name(query: dict, path: str) -> None:
    reply = calling("an").get("people/households", **query)
    assert (reply.status, [error["path"] for error in reply.json["errors"]]) == (400, [path])
