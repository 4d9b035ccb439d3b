"""One bad command in a batch fails no other, whatever it is; and no body breaks the door."""

from __future__ import annotations

import json
from typing import Any

import pytest

from base.models import new_id
from checklist.models import Observation
from sync.models import Receipt
from tests.checklist.counting import undone
from tests.poison import Poison, bodies, refused, stored
from tests.sync.saying import (
    LAN,
    batch,
    command,
    consent,
    household,
    now,
    observation,
    person,
    retraction,
    send,
    visit,
)
from tests.village import Reply, an_id, calling

pytestmark = pytest.mark.django_db
# Inside a list these leave no telling where they end, or make the whole body too large.
WITHOUT_END = {"half a document", "100,000 lists", "100,000 objects", "1 MiB and one byte", "3 MiB"}
_HERE = "@@HERE@@"

GOOD: dict[str, dict[str, Any]] = {
    "observation.record": observation(
        LAN,
        item="signature",
        state="has",
        kind="ca",
        expires_on="2028-01-01",
        blocker="absent",
        visit=new_id(),
    ),
    "observation.retract": retraction(new_id()),
    "household.register": household(
        address="Ngõ 9",
        language="vi",
        persons=[{"id": str(new_id()), "full_name": "Phạm Thị Đào", "birth_year": 1970, "sex": "female"}],
    ),
    "person.register": person(an_id("nguyen"), birth_date="1970-02-03", phone="0912000999"),
    "household.change": command(
        "household.change",
        household=an_id("nguyen"),
        base={"address": "Ngõ 3"},
        set={"address": "Ngõ 4"},
        edit=3,
    ),
    "person.change": command(
        "person.change", person=LAN, base={"birth_year": 1958}, set={"birth_year": 1959}, edit=3
    ),
    "consent.record": consent(LAN),
    "visit.record": visit(an_id("nguyen")),
}


def poisons(kind: str) -> list[Poison]:
    """Every poison made from a good command of the kind, each with an end that can be told."""
    found = bodies(GOOD[kind], besides=("data",))
    return [p for p in found if p.media_type == "application/json" and p.name not in WITHOUT_END]


def with_poison(poison: bytes, good: list[dict[str, Any]]) -> Reply:
    """A batch of 50 with the poison in the middle."""
    half = len(good) // 2
    whole = json.dumps(batch(*good[:half], _HERE, *good[half:]))  # type: ignore[arg-type]
    return send("an", whole.encode().replace(json.dumps(_HERE).encode(), poison))


@pytest.mark.parametrize("kind", GOOD)
def test_I_02_49_good_commands_are_stored_beside_any_poison(kind: str) -> None:
    """Of the other kinds fewer: the neighbours are the same, and each batch takes its time."""
    number = 49 if kind == "observation.record" else 3
    alive = poisons(kind)
    assert len(alive) > 30
    for poison in alive:
        with undone():
            good = [observation(LAN, item="safety", state="briefed") for _ in range(number)]
            reply = with_poison(poison.body, good)
            assert reply.status == 200, (poison.name, reply.json)
            receipts = reply.json["receipts"]
            told = receipts.pop(number // 2)
            assert [receipt["state"] for receipt in receipts] == ["applied"] * number, poison.name
            assert told["state"] in ("refused", "held"), (poison.name, told)
            assert told["code"], poison.name
            assert told["message"], poison.name
            assert Observation.objects.filter(item="safety").count() == number


@pytest.mark.parametrize("kind", GOOD)
def test_a_poison_that_has_an_id_is_counted_and_told_again(kind: str) -> None:
    """NUL, a lone surrogate, NaN, a field twice, invalid UTF-8: the phone knows which command is meant."""
    told = 0
    for poison in poisons(kind):
        if GOOD[kind]["id"].encode() not in poison.body or ("twice" in poison.name and "id" in poison.name):
            continue
        with undone():
            first = with_poison(poison.body, []).json["receipts"][0]
            assert first["id"] == GOOD[kind]["id"], poison.name
            again = with_poison(poison.body, []).json["receipts"][0]
            assert {**again, "message": ""} == {**first, "message": ""}, poison.name
            assert Receipt.objects.get().state == first["state"], poison.name
            told += 1
    assert told > 20


def test_I_02_every_poison_at_once_and_one_good_command() -> None:
    alive = [p for p in poisons("observation.record") if len(p.body) < 3_000][:400]
    good = observation(LAN)
    whole = json.dumps(batch(_HERE, good)).encode()  # type: ignore[arg-type]
    reply = send("an", whole.replace(json.dumps(_HERE).encode(), b",".join(p.body for p in alive)))
    assert reply.status == 200
    assert reply.json["receipts"][-1]["state"] == "applied"
    assert len(reply.json["receipts"]) == len(alive) + 1


@pytest.mark.parametrize("name", sorted(WITHOUT_END))
def test_a_batch_whose_commands_cannot_be_told_apart_stores_nothing(name: str) -> None:
    [poison] = [p for p in bodies(GOOD["visit.record"]) if p.name == name]
    before = stored()
    refused(with_poison(poison.body, [observation(LAN) for _ in range(4)]), name)
    assert stored() == before


def test_whatever_stands_round_the_commands_is_a_problem_and_stores_nothing() -> None:
    before, an = stored(), calling("an")
    good = {"batch": str(new_id()), "sent_at": now().isoformat(), "commands": []}
    for poison in bodies(good):
        if poison.name in ("a list in a list as commands", "900 lists as commands"):
            continue  # a list of commands, each of them no command
        reply = an.call("POST", "sync/push", poison.body, content_type=poison.media_type)
        refused(reply, poison)
    assert stored() == before


def test_an_empty_batch_is_a_batch() -> None:
    reply = send("an", batch())
    assert (reply.status, reply.json["receipts"]) == (200, [])


@pytest.mark.parametrize("id", ["", "x", 7, None, "0" * 36, "{00000000-0000-7000-8000-00000000000}"])
def test_a_command_without_an_id_has_a_receipt_without_one(id: Any) -> None:
    said = {**observation(LAN), "id": id}
    reply = send("an", batch(said, observation(LAN)))
    first, second = reply.json["receipts"]
    assert (first["id"], first["state"], first["path"]) == (None, "refused", "id")
    assert second["state"] == "applied"


def test_a_number_that_no_column_holds_is_refused() -> None:
    said = GOOD["person.change"]
    for edit in (2**31, 2**63, 2**70, -1, 1.5):
        reply = send("an", batch({**said, "id": str(new_id()), "data": {**said["data"], "edit": edit}}))
        [receipt] = reply.json["receipts"]
        assert (receipt["state"], receipt["path"]) == ("refused", "edit"), edit


def test_text_that_only_looks_like_poison_is_stored() -> None:
    """An escaped backslash before u0000; a pair of surrogates that is one character."""
    body = json.dumps(batch(person(an_id("nguyen"), full_name="@@A@@"), household(address="@@B@@"))).encode()
    body = body.replace(b"@@A@@", b"Ph\\u1ea1m Th\\u1ecb \\u0110\\u00e0o").replace(
        b"@@B@@", b"\\\\u0000 \\ud83c\\udfe0"
    )
    reply = send("an", body)
    assert [receipt["state"] for receipt in reply.json["receipts"]] == ["applied", "applied"]
