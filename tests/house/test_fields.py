"""Which fields are told to whom, and which may be sent: exactly those of the golden file (Z-09, Z-10).

After a change that was meant: GOLDEN=write python -m pytest tests/house/test_fields.py, and read the diff.
"""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction

from tests.house.routes import Call, Route, Things, routes, things
from tests.house.test_matrix import ask, declared
from tests.poison import stored
from tests.village import an_id, calling

pytestmark = [pytest.mark.django_db, pytest.mark.long]
GOLDEN = Path(__file__).parent / "golden" / "fields.json"
# Objects whose keys are data: what is told stands in their place as {}.
DATA_KEYS = ("columns", "states", "evidence", "registered_due", "standings{}", "data")
# What nobody may set, whatever the door is for.
NEVER_SET = ("id", "pk", "area", "hamlet_id", "owner", "role", "is_staff", "is_superuser", "is_active")
NEVER_SET += ("verified_at", "audit_by", "created_at", "recorded_at", "revision", "digest", "removed_at")
NEVER_SET += ("password", "token_hash", "by", "by_id", "post", "post_id", "device", "source", "source_id")

Fields = dict[str, dict[str, list[str]]]


def fields_of(body: Any, at: str = "") -> Iterator[str]:
    """Every field of an answer: "persons[].full_name"."""
    if isinstance(body, list):
        yield f"{at}[]"  # whether or not it holds something today
        for entry in body:
            yield from fields_of(entry, f"{at}[]")
    elif isinstance(body, Mapping) and at.rpartition(".")[2] in DATA_KEYS:
        yield f"{at}{{}}"
    elif isinstance(body, Mapping):
        for name, value in body.items():
            yield from fields_of(value, f"{at}.{name}".lstrip("."))
    elif not at.endswith("[]"):
        yield at


def told(it: Things) -> Fields:
    """For every door that answers 2xx: the fields, and who is told exactly these."""
    doors = {route.pattern: route for route in routes()}
    groups: dict[str, dict[tuple[str, ...], list[str]]] = defaultdict(lambda: defaultdict(list))
    for (method, pattern, caller), status in declared().items():
        if status < 300 and pattern.startswith("api/v1/") and pattern not in ("api/v1/schema", "api/v1/try"):
            reply = ask(caller, method, doors[pattern].call(method, it))
            if reply.json is not None:
                fields = tuple(sorted(set(fields_of(reply.json))))
                groups[f"{method} {pattern}"][fields].append(caller)
    return {
        door: {" ".join(callers): list(fields) for fields, callers in found.items()}
        for door, found in groups.items()
    }


def differences(golden: Fields, found: Fields) -> list[str]:
    """The doors whose fields are not the declared ones."""
    return [
        f"{door}: declared {golden.get(door)}, told {found.get(door)}"
        for door in sorted({*golden, *found})
        if golden.get(door) != found.get(door)
    ]


@pytest.fixture
def it() -> Things:
    return things()


def test_Z_09_every_role_is_told_exactly_the_declared_fields(it: Things) -> None:
    found = told(it)
    if os.environ.get("GOLDEN") == "write":
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    golden: Fields = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert differences(golden, found) == []
    # The SHA-256 of a file is told to who may have the file.
    others = [fields for door, fields in found.items() if "reports/exports" not in door]
    assert {name for fields in others for name in _names(fields)}.isdisjoint(
        {"password", "token_hash", "digest", "search_key", "cccd", "sha256", "staged"}
    )


def _names(fields: Mapping[str, list[str]]) -> set[str]:
    return {field.rpartition(".")[2] for each in fields.values() for field in each}


@pytest.mark.parametrize("who", ["an", "dung", "giang", "lien"])
def test_Z_09_a_phone_is_whole_nowhere(who: str) -> None:
    for door in (f"people/persons/{an_id('lan')}", f"people/households/{an_id('nguyen')}"):
        reply = calling(who).get(door)
        persons = reply.json.get("persons") or [reply.json]
        [told_phone] = [person["phone"] for person in persons if person["id"] == str(an_id("lan"))]
        assert told_phone == "+••••••••678"


def writable() -> list[tuple[str, Route]]:
    """The doors that take a JSON body."""
    it = Things(*(an_id(str(n)) for n in range(6)), device=1, post=1, hamlet="x", commune="x")
    return [
        (method, route)
        for route in routes()
        if route.pattern.startswith("api/v1/")
        for method in ("POST", "PUT", "PATCH")
        if isinstance(body := route.call(method, it).body, dict) and body
    ]


def columns() -> set[str]:
    """Every column of every personal table, and the names that attackers try."""
    rooms = ("accounts", "people", "checklist", "sync", "privacy")
    models = [
        model
        for room in rooms
        if room in apps.app_configs
        for model in apps.get_app_config(room).get_models()
    ]
    return {field.name for model in models for field in model._meta.fields} | set(NEVER_SET)


def more_than_declared(body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The body with one field more: at the top, and inside `set`."""
    for name in sorted(columns() - set(body)):
        yield name, {**body, name: "x"}
    inner = body.get("set")
    if isinstance(inner, dict):
        for name in sorted({"hamlet", "household", "revision", "id", "removed_at", "digest", "search_key"}):
            yield name, {**body, "set": {**inner, name: "x"}, "base": {**body["base"], name: "x"}}


# Fields beyond those of the sample body that a door does declare.
DECLARED = {
    "api/v1/people/households": {"address", "language", "persons"},
    "api/v1/people/households/<uuid:household_id>": {"edit"},
    "api/v1/people/persons/<uuid:person_id>": {"edit"},
    "api/v1/people/households/<uuid:household_id>/persons": {
        *("birth_date", "birth_year", "sex", "phone", "relation", "residence", "presence"),
        "consent",
    },
    "api/v1/people/persons/<uuid:person_id>/consents": {"representative"},
    "api/v1/privacy/requests": {"wanted"},
    "api/v1/privacy/persons/<uuid:person_id>/requests": {"wanted"},
    "api/v1/checklist/self-check": {"birth_year", "standings", "blockers"},
    "api/v1/reports/exports": {"id", "on", "since", "as_of", "by", "filters", "reason"},
    "api/v1/reports/schedules": {"id", "by", "filters", "roles"},
    "api/v1/checklist/observations": {"kind", "blocker", "expires_on", "visit"},
}


def not_refused(method: str, call: Call, declared_too: set[str]) -> list[str]:
    """Fields beyond the declared ones that the door does not refuse by name."""
    more = {name: body for name, body in more_than_declared(call.body) if name not in declared_too}
    # A door that names every fault is asked once with all of them; one that names the first, one by one.
    everything = replace(call, body={**call.body, **dict.fromkeys(more, "x")})
    at_once = _refused(method, everything)
    if leaves_a_trace(method, everything):
        return sorted(more)
    inside = {name for name, body in more.items() if body.get("set") != call.body.get("set")}
    alone = [name for name in more if name in inside or name not in at_once]
    return [name for name in alone if name not in _refused(method, replace(call, body=more[name]))]


def leaves_a_trace(method: str, call: Call) -> bool:
    """True when any row of any table is another one after the call."""
    with transaction.atomic():
        before = _rows()
        calling("dung").call(method, call.path, call.body, content_type=call.media_type)
        after = _rows()
        transaction.set_rollback(True)
    return before != after


def _rows() -> dict[str, int]:
    """The rows of all tables; whoever is refused may be noted."""
    return {name: sum_ for name, sum_ in stored().items() if not re.search("audit|access|denied", name)}


def _refused(method: str, call: Call) -> set[str]:
    reply = ask("revoked" if call.path.endswith("/quarantine") else "dung", method, call)
    if reply.status != 400:
        return set()
    # The doors of facts read a batch at once and have one code for all that is wrong with a field.
    at_once = call.path.endswith(("/observations", "/retractions", "/visits", "/push", "/quarantine"))
    unknown = "field.invalid" if at_once else "field.unknown"
    errors = [error for error in reply.json["errors"] if error["code"] == unknown]
    return {error["path"].rpartition(".")[2] for error in errors}


def test_Z_10_a_field_that_is_not_declared_is_refused_by_name(it: Things) -> None:
    """Nobody sets an id, an owner, a role or a stamp by sending it along, and no row is another one then."""
    doors = writable()
    assert len(doors) > 8
    for method, route in doors:
        loose = not_refused(method, route.call(method, it), DECLARED.get(route.pattern, set()))
        assert loose == [], f"{method} {route.pattern}"


def test_Z_09_control_a_planted_field_is_found(it: Things) -> None:
    golden: Fields = json.loads(GOLDEN.read_text(encoding="utf-8"))
    door = "GET api/v1/people/persons/<uuid:person_id>"
    [(who, fields)] = golden[door].items()
    planted = {**golden, door: {who: [*fields, "id_number"]}}
    assert [found.split(":")[0] for found in differences(golden, planted)] == [door.split(":")[0]]
    told_to_more = {**golden, door: {f"{who} minh": fields}}
    assert differences(golden, told_to_more)
    assert set(fields_of({"persons": [{"name": 1}, {"phone": 2}]})) == {
        *("persons[]", "persons[].name", "persons[].phone")
    }


def test_Z_10_control_a_planted_loose_body_is_found(it: Things) -> None:
    """A field that the door takes after all."""
    route = next(route for route in routes() if route.pattern == "api/v1/people/households")
    assert not_refused("POST", route.call("POST", it), {"language", "persons"}) == ["address"]
