"""What the doors answer is what docs/api.yaml says they answer."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from base.models import new_id
from tests import make
from tests.village import COMMUNE, UPPER, Reply, an_id, calling

ROOT = Path(__file__).resolve().parents[2]
ROSTER = ROOT / "tests" / "data" / "rosters" / "xa-dong.xlsx"
pytestmark = pytest.mark.django_db


@cache
def contract() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "docs" / "api.yaml").read_text(encoding="utf-8")))


def holds(reply: Reply, method: str, path: str) -> Any:
    """The answer's status is documented for the path, and its body has the documented shape."""
    answers = contract()["paths"][f"/api/v1/{path}"][method]["responses"]
    key = str(reply.status) if str(reply.status) in answers else f"{reply.status // 100}XX"
    assert key in answers, f"{method} {path} answers {reply.status}, which is not documented: {reply.json}"
    media = reply.raw.headers["Content-Type"].split(";")[0] if reply.raw.content else None
    content = answers[key].get("content", {})
    assert bool(content) == bool(reply.raw.content)
    if content:
        schema = strict({**content[media]["schema"], "components": contract()["components"]})
        jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(
            reply.json
        )
    return reply.json


def strict(schema: Any) -> Any:
    """A copy in which no object may have a field that is not documented."""
    if isinstance(schema, dict):
        copy = {name: strict(inner) for name, inner in schema.items()}
        if copy.get("type") == "object" and "properties" in copy and copy.get("additionalProperties") is None:
            copy["additionalProperties"] = "current" in copy["properties"] or "errors" in copy["properties"]
        return copy
    return [strict(inner) for inner in schema] if isinstance(schema, list) else schema


def test_the_doors_of_people_and_checklist() -> None:
    an, dung = calling("an"), calling("dung")
    household, person = an_id("nguyen"), an_id("lan")
    holds(an.get("people/households", area=UPPER), "get", "people/households")
    holds(an.get(f"people/households/{household}"), "get", "people/households/{household_id}")
    new = {"id": str(new_id()), "full_name": "Nguyễn Văn Mới", "birth_year": 1990}
    path = f"people/households/{household}/persons"
    holds(an.post(path, new), "post", "people/households/{household_id}/persons")
    holds(an.get(path), "get", "people/households/{household_id}/persons")
    home = {"id": str(new_id()), "hamlet": UPPER, "persons": [{**new, "id": str(new_id())}]}
    holds(an.post("people/households", home), "post", "people/households")
    edit = {"base": {"sex": "female"}, "set": {"sex": "unknown"}}
    holds(an.patch(f"people/persons/{person}", edit), "patch", "people/persons/{person_id}")
    clash = an.patch(f"people/persons/{person}", edit | {"set": {"sex": "male"}})
    assert holds(clash, "patch", "people/persons/{person_id}")["code"] == "field.clash"
    told = an.post("checklist/observations", make.document(person, "identity", "level1"))
    holds(told, "post", "checklist/observations")
    fact = an.get(f"checklist/persons/{person}/observations")
    first = holds(fact, "get", "checklist/persons/{person_id}/observations")["results"][0]
    back = {"id": str(new_id()), "observation": first["id"]}
    holds(an.post("checklist/retractions", back), "post", "checklist/retractions")
    ready = an.get(f"checklist/persons/{person}/readiness")
    holds(ready, "get", "checklist/persons/{person_id}/readiness")
    together = dung.get(f"checklist/households/{household}/readiness")
    holds(together, "get", "checklist/households/{household_id}/readiness")


def test_the_doors_of_the_phone() -> None:
    an, binh, person = calling("an"), calling("binh"), an_id("lan")
    seen = make.document(person, "identity", "level1")
    edit = {"person": str(person), "base": {"sex": "male"}, "set": {"sex": "unknown"}}
    commands = [
        {"id": str(new_id()), "kind": "observation.record", "data": seen},
        {"id": str(new_id()), "kind": "observation.record", "data": {**seen, "state": "level9"}},
        {"id": str(new_id()), "kind": "observation.record", "data": {**seen, "person": str(new_id())}},
        {"id": str(new_id()), "kind": "visit.record", "data": {"household": str(new_id())}},
        {"id": str(new_id()), "kind": "person.change", "data": edit},
    ]
    body = {"batch": str(new_id()), "sent_at": "2026-11-02T03:00:00Z", "commands": commands}
    told = holds(an.post("sync/push", body), "post", "sync/push")["receipts"]
    assert {receipt["state"] for receipt in told} == {"applied", "refused", "held", "conflict"}
    holds(an.get("sync/receipts", batch=body["batch"]), "get", "sync/receipts")
    holds(an.get("sync/receipts"), "get", "sync/receipts")
    [held] = holds(binh.get("sync/held"), "get", "sync/held")["results"]
    holds(binh.post(f"sync/held/{held['id']}/release"), "post", "sync/held/{command_id}/release")
    holds(binh.post(f"sync/held/{held['id']}/refuse"), "post", "sync/held/{command_id}/refuse")
    holds(binh.get("sync/devices"), "get", "sync/devices")
    holds(an.get("sync/pull"), "get", "sync/pull")


def test_the_doors_of_the_office() -> None:
    dung = calling("dung")
    staged = dung.upload("people/imports", "roster.xlsx", ROSTER.read_bytes(), area=COMMUNE)
    import_id = holds(staged, "post", "people/imports")["id"]
    path = f"people/imports/{import_id}"
    holds(dung.get(path), "get", "people/imports/{import_id}")
    holds(dung.post(f"{path}/apply"), "post", "people/imports/{import_id}/apply")
    holds(dung.post(f"{path}/apply"), "post", "people/imports/{import_id}/apply")
    for by in ("area", "item", "evidence"):
        holds(dung.get("reports/coverage", area=COMMUNE, by=by), "get", "reports/coverage")
    holds(dung.post(f"{path}/undo"), "post", "people/imports/{import_id}/undo")
    old = calling("giang").get("reports/coverage", area="001", as_of="2024-01-01")
    assert holds(old, "get", "reports/coverage")["unconverted"]


def test_the_doors_of_accounts_and_areas() -> None:
    dung, nobody = calling("dung"), calling()
    person = {"role": "volunteer", "area": UPPER, "full_name": "Người Mới", "phone": "0911000111"}
    code = holds(dung.post("accounts/enrolments", person), "post", "accounts/enrolments")["code"]
    key = {"password": "mot-cau-dai-de-nho", "device_name": "máy"}
    holds(nobody.post("accounts/enrol", {"code": code, **key}), "post", "accounts/enrol")
    holds(nobody.post("accounts/sign-in", {"phone": "0911000111", **key}), "post", "accounts/sign-in")
    holds(dung.get("accounts/me"), "get", "accounts/me")
    device = holds(dung.get("accounts/devices"), "get", "accounts/devices")["results"][0]["id"]
    holds(dung.get(f"accounts/devices/{device}"), "get", "accounts/devices/{device_id}")
    posts = holds(dung.get("accounts/posts"), "get", "accounts/posts")["results"]
    holds(dung.get(f"accounts/posts/{posts[0]['id']}"), "get", "accounts/posts/{post_id}")
    made = dung.post("accounts/posts", {"user": str(an_id("chi")), "role": "team_lead", "area": UPPER})
    post = holds(made, "post", "accounts/posts")["id"]
    holds(dung.delete(f"accounts/posts/{post}"), "delete", "accounts/posts/{post_id}")
    holds(dung.delete(f"accounts/devices/{device}"), "delete", "accounts/devices/{device_id}")
    holds(nobody.get("areas", q="dong anh"), "get", "areas")
    holds(nobody.get(f"areas/{COMMUNE}"), "get", "areas/{code}")
    hamlet = {"name": "Thôn Mới", "kind": "village"}
    holds(calling("giang").post(f"areas/{COMMUNE}/hamlets", hamlet), "post", "areas/{code}/hamlets")
    holds(nobody.get("checklist/items"), "get", "checklist/items")
    answers = {"age": 30, "standings": {"identity": "level1", "payment": {"e_wallet": "has"}}}
    holds(nobody.post("checklist/self-check", answers), "post", "checklist/self-check")


def test_an_answer_with_a_field_too_many_or_too_few_would_be_seen() -> None:
    reply = calling("an").get("accounts/me")
    for wrong in ({**reply.json, "phone": "0912"}, {"id": reply.json["id"]}):
        reply.json = wrong
        with pytest.raises(jsonschema.ValidationError):
            holds(reply, "get", "accounts/me")
