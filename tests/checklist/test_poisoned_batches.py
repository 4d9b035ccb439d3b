"""One bad document in a list never fails the others, and no document at all breaks a door."""

from __future__ import annotations

import json
from typing import Any

import pytest

from base.models import new_id
from checklist.models import Observation
from tests import make
from tests.checklist.counting import differences, undone
from tests.poison import Poison, bodies, refused, stored
from tests.village import an_id, calling

pytestmark = pytest.mark.django_db
DOOR = "checklist/observations"
OBSERVATION = {
    **make.document(an_id("lan"), "signature", "has", kind="ca", expires_on="2028-01-01"),
    "blocker": "absent",
    "visit": str(an_id("a visit")),
}
RETRACTION = {"id": str(an_id("a retraction")), "observation": str(an_id("an observation"))}
# Inside a list these leave no telling where they end, or make the whole body too large.
WITHOUT_END = {"half a document", "100,000 lists", "100,000 objects", "1 MiB and one byte", "3 MiB"}
POISONS = [poison for poison in bodies(OBSERVATION) if poison.media_type == "application/json"]


def a_list(*documents: bytes) -> bytes:
    return b"[" + b",".join(documents) + b"]"


def good(number: int) -> list[bytes]:
    return [json.dumps(make.document(an_id("lan"), "safety", "briefed")).encode() for _ in range(number)]


def names(poisons: list[Poison]) -> set[str]:
    return {poison.name for poison in poisons}


def test_I_02_49_good_documents_are_stored_beside_any_poison() -> None:
    alive = [poison for poison in POISONS if poison.name not in WITHOUT_END]
    assert len(alive) > 150
    for poison in alive:
        with undone():
            neighbours = good(49)
            body = a_list(*neighbours[:20], poison.body, *neighbours[20:])
            reply = calling("an").post(DOOR, body)
            assert reply.status == 200, (poison.name, reply.json)
            states = [receipt["state"] for receipt in reply.json["receipts"]]
            assert states[:20] + states[21:] == ["applied"] * 49, poison.name
            assert states[20] == "refused", poison.name
            told = reply.json["receipts"][20]
            assert told["code"], poison.name
            assert told["message"], poison.name
            if poison.field:
                assert told["path"].startswith(poison.field), (poison.name, told)


def test_a_list_whose_documents_cannot_be_told_apart_stores_nothing() -> None:
    for poison in (poison for poison in POISONS if poison.name in WITHOUT_END):
        before = stored()
        refused(calling("an").post(DOOR, a_list(*good(20), poison.body, *good(29))), poison.name)
        assert stored() == before, poison.name


def test_every_poison_at_once_and_one_good_document() -> None:
    alive = [p for p in POISONS if p.name not in WITHOUT_END and len(p.body) < 5_000]
    reply = calling("an").post(DOOR, a_list(*(poison.body for poison in alive), *good(1)))
    assert reply.status == 200
    assert [receipt["state"] for receipt in reply.json["receipts"]] == ["refused"] * len(alive) + ["applied"]
    assert differences() == 0


@pytest.mark.parametrize("cut", [1, 2, 300, -2, -1])
def test_I_04_a_truncated_list_stores_nothing(cut: int) -> None:
    reply = calling("an").post(DOOR, a_list(*good(5), b'{"\\ud800": 1}')[:cut])
    assert reply.status == 400, reply.json
    assert Observation.objects.count() == 0


def test_a_list_is_split_where_its_documents_end_and_not_inside_a_text() -> None:
    tricky = [b'{"a": "],[{"}', b'{"a": "\\"],["}', b'{"a\\\\": ["\\\\"]}', b'"\\ud800,"', b"[[],[{}]]"]
    reply = calling("an").post(DOOR, a_list(*tricky, *good(1)))
    assert [receipt["state"] for receipt in reply.json["receipts"]] == ["refused"] * 5 + ["applied"]


@pytest.mark.parametrize("poisoned", [[], [b'{"\\ud800": 1}']], ids=["good", "one poisoned"])
def test_more_than_500_documents_are_too_many(poisoned: list[bytes]) -> None:
    most = a_list(*good(500 - len(poisoned)), *poisoned)
    assert calling("an").post(DOOR, most).status == 200
    before = stored()
    reply = calling("an").post(DOOR, a_list(*good(501 - len(poisoned)), *poisoned))
    assert (reply.status, reply.json["code"]) == (413, "body.too_large")
    assert stored() == before


def test_more_than_a_mebibyte_is_too_much() -> None:
    reply = calling("an").post(DOOR, a_list(*good(3)) + b" " * 1024 * 1024)
    assert (reply.status, reply.json["code"]) == (413, "body.too_large")


@pytest.mark.parametrize(
    ("door", "document"),
    [(DOOR, OBSERVATION), ("checklist/retractions", RETRACTION)],
    ids=["observations", "retractions"],
)
def test_every_poison_alone_is_a_problem_and_stores_nothing(door: str, document: dict[str, Any]) -> None:
    before, an = stored(), calling("an")
    for poison in bodies(document):
        reply = an.call("POST", door, poison.body, content_type=poison.media_type)
        if poison.name in ("a list", "a list of lists", "900 lists"):  # these doors do take lists
            assert reply.status == 200, poison.name
            assert all(receipt["state"] == "refused" for receipt in reply.json["receipts"])
        else:
            refused(reply, poison)
    assert stored() == before


def test_the_good_document_behind_the_poisons_is_taken() -> None:
    assert calling("an").post(DOOR, {**OBSERVATION, "id": str(new_id())}).status == 200
