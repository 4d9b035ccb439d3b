"""What a volunteer may say, at a door or afterwards; whom it is about he knows, or wrote down himself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any

from checklist.items import ITEMS
from tests.bench.phone import Phone, new_id

SUBJECTS = [
    {"item": item.code, "kind": kind, "state": state.code}
    for item in ITEMS.values()
    for kind in item.kind_codes or ("",)
    for state in item.states
]
BIRTHS: list[dict[str, Any]] = [
    {},
    {"birth_year": 1958},
    {"birth_date": "2010-02-28"},
    {"birth_date": "2011-11-22"},
]


def unlike(text: str) -> str:
    """A text that nobody else says."""
    return f"{text} {new_id(datetime.now(UTC))}"


def homes_of(phone: Phone) -> list[str]:
    own = [command.id for command in phone.outbox.values() if command.kind == "household.register"]
    return [*phone.rows("household"), *own]


def persons_of(phone: Phone) -> list[str]:
    known = list(phone.rows("person"))
    for command in phone.outbox.values():
        known += [command.id] if command.kind == "person.register" else []
        known += [person["id"] for person in command.data.get("persons", ())]
    return known


def now(phone: Phone) -> str:
    return phone.clock.now().isoformat()


def born(by: Random) -> dict[str, Any]:
    return {"full_name": "Nguyễn Văn Mới", **by.choice(BIRTHS)}


def register_household(phone: Phone, by: Random) -> None:
    if phone.hamlets:
        persons = [{**born(by), "id": new_id(phone.clock.now())} for _ in range(by.randint(0, 2))]
        home = {"hamlet": by.choice(phone.hamlets), "address": unlike("Ngõ"), "persons": persons}
        phone.say("household.register", home)


def register_person(phone: Phone, by: Random) -> None:
    if homes := homes_of(phone):
        phone.say("person.register", {**born(by), "household": by.choice(homes)})


def record(phone: Phone, by: Random) -> None:
    if persons := persons_of(phone):
        evidence = by.choice(["self_declared", "seen", "verified"])
        fact = {"person": by.choice(persons), "evidence": evidence, "observed_at": now(phone)}
        phone.say("observation.record", {**by.choice(SUBJECTS), **fact})


def mistake(phone: Phone, by: Random) -> None:
    """An app of next year says what no item knows today."""
    if persons := persons_of(phone):
        fact = {"person": by.choice(persons), "evidence": "seen", "observed_at": now(phone)}
        phone.say("observation.record", {**fact, "item": "identity", "state": "level3"})


def retract(phone: Phone, by: Random) -> None:
    if told := [command.id for command in phone.outbox.values() if command.kind == "observation.record"]:
        phone.say("observation.retract", {"observation": by.choice(told)})


def visit_household(phone: Phone, by: Random) -> None:
    if homes := homes_of(phone):
        outcome = by.choice(["met", "nobody", "refused"])
        phone.say(
            "visit.record", {"household": by.choice(homes), "outcome": outcome, "visited_at": now(phone)}
        )


def consent(phone: Phone, by: Random) -> None:
    if persons := persons_of(phone):
        words = {"text": "2026-01", "language": "vi", "channel": "spoken", "witness": "none"}
        said = {
            "person": by.choice(persons),
            "decision": by.choice(["given", "withdrawn"]),
            "given_at": now(phone),
        }
        phone.say("consent.record", {**words, **said})


def edit_person(phone: Phone, by: Random) -> None:
    if persons := list(phone.rows("person")):
        presence = by.choice(["present", "away", "moved", "deceased"])
        phone.edit("person", by.choice(persons), {"full_name": unlike("Nguyễn Thị"), "presence": presence})


def edit_household(phone: Phone, by: Random) -> None:
    if homes := list(phone.rows("household")):
        phone.edit("household", by.choice(homes), {"address": unlike("Ngách")})


SAYINGS: list[Callable[[Phone, Random], None]] = [
    *(register_household, register_person, record, record, record),
    *(mistake, retract, visit_household, consent, edit_person, edit_household),
]
