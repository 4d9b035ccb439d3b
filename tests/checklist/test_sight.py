"""Who may record about whom: a person out of sight is answered like one who never existed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from base.models import new_id
from checklist.models import Observation
from people.models import Person
from tests import make
from tests.village import AT, an_id, calling

pytestmark = pytest.mark.django_db
DOOR = "checklist/observations"
STRANGER = UUID("11111111-1111-7111-8111-111111111111")


def about(person: UUID, number: int = 1) -> dict[str, Any]:
    return make.document(person, "safety", "briefed", id=str(an_id(f"told {number}")))


@pytest.mark.parametrize("name", ["tam", "thu", "gone"])
def test_a_person_out_of_sight_is_refused_in_the_same_bytes_as_an_unknown_one(name: str) -> None:
    Person.objects.filter(pk=an_id("mai")).update(removed_at=AT)
    person = an_id("mai") if name == "gone" else an_id(name)
    an = calling("an")
    assert an.post(DOOR, about(person)).status == 404
    assert an.post(DOOR, about(person)).raw.content == an.post(DOOR, about(STRANGER)).raw.content
    hidden, unknown = an.post(DOOR, [about(person)]), an.post(DOOR, [about(STRANGER)])
    assert hidden.raw.content == unknown.raw.content
    assert hidden.json["receipts"][0]["state"] == "refused"
    assert Observation.objects.count() == 0


@pytest.mark.parametrize(
    "path", ["persons/{}/observations", "persons/{}/readiness", "households/{}/readiness"]
)
def test_reading_out_of_sight_is_a_404_in_the_same_bytes_as_nothing(path: str) -> None:
    hidden = an_id("le") if path.startswith("households") else an_id("thu")
    an = calling("an")
    found, nothing = (an.get("checklist/" + path.format(who)) for who in (hidden, STRANGER))
    assert (found.status, nothing.status) == (404, 404)
    assert found.raw.content == nothing.raw.content
    assert calling("khanh").get("checklist/" + path.format(hidden)).status == 200


def test_an_observation_out_of_sight_is_retracted_no_more_than_one_that_never_was() -> None:
    told = make.document(an_id("thu"), "safety", "briefed")
    assert calling("khanh").post(DOOR, told).status == 200
    an, withdrawal = calling("an"), str(new_id())
    hidden, unknown = (
        an.post("checklist/retractions", {"id": withdrawal, "observation": str(target)})
        for target in (told["id"], STRANGER)
    )
    assert (hidden.status, unknown.status) == (404, 404)
    assert hidden.raw.content == unknown.raw.content


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("an", 200),
        ("binh", 200),
        ("dung", 200),
        ("giang", 200),
        ("hai", 404),
        ("khanh", 404),
        ("chi", 404),
        ("lien", 403),
        ("minh", 403),
        ("nobody", 403),
        ("dismissed", 403),
        ("disabled", 401),
        ("revoked", 401),
        (None, 401),
    ],
)
def test_who_may_record_about_ba_lan(who: str | None, status: int) -> None:
    reply = calling(who).post(DOOR, about(an_id("lan")))
    assert reply.status == status
    assert Observation.objects.count() == (status == 200)


def test_one_who_sees_but_does_not_record_reads_the_history() -> None:
    calling("an").post(DOOR, about(an_id("lan")))
    reply = calling("lien").get(f"checklist/persons/{an_id('lan')}/observations")
    assert [row["item"] for row in reply.json["results"]] == ["safety"]


def test_the_fact_keeps_the_post_and_the_device_by_which_it_was_told() -> None:
    calling("binh").post(DOOR, about(an_id("lan")))
    calling("giang").post(DOOR, about(an_id("tam"), 2))
    kept = Observation.objects.order_by("id").select_related("post__area")
    by_name = {row.by_id: (row.post.role, row.post.area.code, row.device is not None) for row in kept}
    assert by_name == {
        an_id("binh"): ("team_lead", "00454-01", True),
        an_id("giang"): ("area_admin", "01", True),
    }
