"""The history of a person: every fact, who told it, page by page."""

from __future__ import annotations

import pytest

from base.models import new_id
from checklist.models import Observation
from people.actions import NewHousehold, register_households
from tests import make
from tests.village import AT, UPPER, actor, an_id, calling

pytestmark = pytest.mark.django_db
LAN = an_id("lan")
DOOR = f"checklist/persons/{LAN}/observations"
DOORS = ["persons/{}/observations", "persons/{}/readiness", "households/{}/readiness"]


def test_a_fact_is_told_as_it_was_recorded() -> None:
    told = make.document(LAN, "signature", "has", kind="ca", expires_on="2028-01-01", blocker="language")
    told["visit"] = str(an_id("visit"))
    receipt = calling("an").post("checklist/observations", told).json["receipts"][0]
    kept = Observation.objects.get(pk=told["id"])
    assert calling("binh").get(DOOR).json == {
        "results": [
            {
                **told,
                "observed_at": AT.isoformat().replace("+00:00", "Z"),
                "retracts": None,
                "hamlet": UPPER,
                "by": str(an_id("an")),
                "recorded_at": kept.recorded_at.isoformat().replace("+00:00", "Z"),
                "revision": receipt["revision"],
            }
        ],
        "next": None,
    }


def test_a_person_of_whom_nothing_was_told_has_an_empty_history() -> None:
    assert calling("an").get(DOOR).json == {"results": [], "next": None}


def test_a_long_history_is_paged_without_gap_or_repetition() -> None:
    an = calling("an")
    told = [make.document(LAN, "safety", "briefed") for _ in range(230)]
    an.post("checklist/observations", told)
    seen, cursor, sizes = [], None, []
    while cursor or not seen:
        page = an.get(DOOR, **({"cursor": cursor} if cursor else {})).json
        seen += [row["id"] for row in page["results"]]
        sizes.append(len(page["results"]))
        cursor = page["next"]
    assert sizes == [100, 100, 30]
    assert seen == [document["id"] for document in told]


@pytest.mark.parametrize(
    "query",
    [
        {"cursor": "x"},
        {"cursor": ""},
        {"cursor": "x" * 1001},
        {"cursor": "a:b:c"},
        {"page": "2"},
        {"cursor": "\x00"},
    ],
    ids=str,
)
def test_a_bad_cursor_or_an_unknown_parameter_is_refused(query: dict[str, str]) -> None:
    reply = calling("an").get(DOOR, **query)
    assert reply.status == 400
    assert reply.json["errors"][0]["path"] == next(iter(query))


def test_a_cursor_of_another_list_is_refused() -> None:
    homes = [NewHousehold(new_id(), UPPER) for _ in range(101)]
    register_households(by=actor("an"), households=homes, at=AT)
    by = calling("an")
    cursor = by.get("people/households", area=UPPER).json["next"]
    assert cursor
    reply = by.get(DOOR, cursor=cursor)
    assert (reply.status, reply.json["code"]) == (400, "cursor.bad")


@pytest.mark.parametrize("person", ["lan", "7", "00000000-0000-0000-0000-00000000000g", "%00", "a" * 300])
@pytest.mark.parametrize(
    "door", ["persons/{}/observations", "persons/{}/readiness", "households/{}/readiness"]
)
def test_what_is_no_id_is_not_found(person: str, door: str) -> None:
    reply = calling("an").get("checklist/" + door.format(person))
    assert (reply.status, reply.json["code"]) == (404, "thing.not_found")


@pytest.mark.parametrize(
    "door", ["persons/{}/observations", "persons/{}/readiness", "households/{}/readiness"]
)
@pytest.mark.parametrize(("who", "status"), [(None, 401), ("minh", 403), ("nobody", 403), ("revoked", 401)])
def test_who_has_no_right_to_see_reads_nothing(door: str, who: str | None, status: int) -> None:
    whose = an_id("nguyen") if "households" in door else LAN
    assert calling(who).get("checklist/" + door.format(whose)).status == status
