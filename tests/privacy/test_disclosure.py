"""Whoever asks is given everything that is held on him, over all rooms, and nothing of anybody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps

from base.models import SYSTEM, new_id
from checklist.actions import record_observations, record_visits
from people.actions import Edit, change_households, change_persons, give_consents
from privacy.actions import issue_code, open_request
from tests import make
from tests.village import AT, actor, an_id, calling

pytestmark = pytest.mark.django_db
LAN, HUNG, HOME = an_id("lan"), an_id("hung"), an_id("nguyen")
ITEMS = [
    "identity",
    "payment",
    "signature",
    "service_account",
    "smartphone",
    "own_sim",
    "chip_card",
    "safety",
]
STATES = ["level1", "none", "none", "none", "own", "own", "valid", "briefed"]
KINDS = {"payment": "e_wallet", "signature": "vneid"}


def planted(person: UUID, tag: str, by: str = "an") -> list[str]:
    """Facts about somebody in every table that holds some; the words by which each is found again."""
    marks: list[str] = []
    for number, (item, state) in enumerate(zip(ITEMS, STATES, strict=True)):
        for day in (1, 2):
            said = make.observation(
                person,
                item,
                state,
                kind=KINDS.get(item, ""),
                observed_at=AT - timedelta(days=day, minutes=number),
            )
            [receipt] = record_observations(by=actor(by), observations=[said], at=AT)
            assert receipt.state == "applied", receipt
            marks.append(str(said.id))
    for n in range(6):
        consent = make.consent(person, given_at=AT - timedelta(hours=n))
        assert give_consents(by=actor(by), consents=[consent], at=AT)[0].state == "applied"
        marks.append(str(consent.id))
    for n in range(5):
        edit = Edit(
            person,
            {"full_name": f"Tên {tag} {n}" if n else _name(person)},
            {"full_name": f"Tên {tag} {n + 1}"},
        )
        assert change_persons(by=actor(by), edits=[edit], at=AT)[0].state == "applied"
        marks.append(f"Tên {tag} {n + 1}")
    for n in range(4):
        held = {"person": str(person), "base": {"full_name": "Ai"}, "set": {"full_name": f"Giữ {tag} {n}"}}
        command = {"id": str(new_id()), "kind": "person.change", "data": held}
        body = {"batch": str(new_id()), "sent_at": AT.isoformat(), "commands": [command]}
        assert calling(by).post("sync/push", body).json["receipts"][0]["state"] == "conflict"
        marks.append(f"Giữ {tag} {n}")
    for kind in ("access", "object", "erase"):
        request = open_request(by=SYSTEM, person=person, kind=kind, channel="code", at=AT)
        marks.append(str(request.pk))
    issue_code(by=actor(by), person=person, at=AT)
    return marks


def _name(person: UUID) -> str:
    return {LAN: "Nguyễn Thị Lan", HUNG: "Đặng Văn Hùng"}[person]


def of_the_household() -> list[str]:
    marks = []
    for _ in range(4):
        visit = make.visit(HOME)
        assert record_visits(by=actor("an"), visits=[visit], at=AT)[0].state == "applied"
        marks.append(str(visit.id))
    for n in range(2):
        edit = Edit(HOME, {"address": f"Ngõ {n + 3}"}, {"address": f"Ngõ {n + 4}"})
        assert change_households(by=actor("an"), edits=[edit], at=AT)[0].state == "applied"
        marks.append(f"Ngõ {n + 4}")
    return marks


def given(person: UUID) -> Any:
    return calling("dung").get(f"privacy/persons/{person}/disclosure")


def missing(text: str, marks: list[str]) -> list[str]:
    return [mark for mark in marks if mark not in text]


def test_C_05_everything_held_is_given_and_nothing_of_others() -> None:
    mine, theirs, ours = planted(LAN, "Lan"), planted(HUNG, "Hùng"), of_the_household()
    facts = mine + ours
    assert len(facts) == len(set(facts)) == 40
    told = given(LAN)
    assert told.status == 200
    text = told.body.decode()
    assert missing(text, facts) == []
    assert missing(text, theirs) == theirs
    assert str(HUNG) not in text
    held = told.json["held"]
    assert held["people"]["basis"]["number"]
    assert len(held["people"]["consents"]) == 6
    assert len(held["privacy"]["codes"]) == 1
    readers = {(row["act"], row["account"]) for row in held["readers"]}
    assert {("observation.record", str(an_id("an"))), ("person.disclose", str(an_id("dung")))} & readers


def test_C_05_control_a_fact_that_is_left_out_or_another_s_is_seen() -> None:
    mine = planted(LAN, "Lan")
    text = given(LAN).body.decode()
    assert missing(text.replace(mine[7], ""), mine) == [mine[7]]
    theirs = planted(HUNG, "Hùng")
    assert missing(text, theirs) == theirs
    assert missing(text + theirs[0], theirs) == theirs[1:]


# Where something of a person is kept, and where it is told (or why there is nothing to tell).
TOLD = {
    "people.Person": "people.person",
    "people.Household": "people.household",
    "people.Consent": "people.consents",
    "people.Change": "people.history",
    "people.Departure": "the id alone, of hamlets that were left",
    "people.Forgotten": "ids of nobody",
    "people.Import": "people.roster; what is staged is not yet anybody's",
    "checklist.Observation": "checklist.observations",
    "checklist.Standing": "checklist.standings",
    "checklist.Visit": "checklist.visits",
    "sync.Receipt": "phones.commands",
    "sync.Edit": "phones.edits",
    "privacy.Request": "privacy.requests",
    "privacy.Code": "privacy.codes",
}
WORDS = {"person", "household", "record", "waits_for", "staged", "representative", "subjects"}
THEMSELVES = ("Person", "Household")


def keepers() -> set[str]:
    """The models with a column that may name a person or a household."""
    return {
        f"{model._meta.app_label}.{model.__name__}"
        for model in apps.get_models()
        if model.__module__.split(".")[1] == "models"
        and (WORDS & {field.name for field in model._meta.concrete_fields} or model.__name__ in THEMSELVES)
    }


def test_C_05_no_table_that_names_persons_is_forgotten() -> None:
    from_other_rooms = {name for name in keepers() if name.split(".")[0] == "accounts"}
    assert keepers() - from_other_rooms == set(TOLD)
