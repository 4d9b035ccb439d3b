"""Nothing is written about anybody without a ground: the authority's decision, or his consent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Device
from areas.actions import add_hamlets, close_area, decide_basis
from areas.models import Basis, Feed
from base.models import SYSTEM, new_id
from checklist.actions import record_observations, record_visits
from people.actions import Edit, change_persons, give_consents
from people.models import Consent, Household, Person
from people.rules import consent_texts
from tests import make
from tests.people.doing import hamlet_id
from tests.privacy.grounds import by_consent, undecided
from tests.village import AT, COMMUNE, DECISION, OTHER_COMMUNE, TODAY, UPPER, actor, an_id, calling

pytestmark = pytest.mark.django_db
LAN, MAI = an_id("lan"), an_id("mai")


def home(**person: Any) -> dict[str, Any]:
    someone = {"id": str(new_id()), "full_name": "Lò Thị Hoa", "birth_year": 1970, **person}
    return {"id": str(new_id()), "hamlet": UPPER, "persons": [someone]}


def yes(**more: Any) -> dict[str, Any]:
    return make.consent_document(**more)


def pushing(kind: str, data: dict[str, Any]) -> Any:
    command = {"id": str(new_id()), "kind": kind, "data": data}
    body = {"batch": str(new_id()), "sent_at": AT.isoformat(), "commands": [command]}
    return calling("an").post("sync/push", body).json["receipts"][0]


WRITES: dict[str, Callable[[], Any]] = {
    "a household": lambda: calling("an").post("people/households", home()),
    "an empty household": lambda: calling("an").post(
        "people/households", {"id": str(new_id()), "hamlet": UPPER, "address": "Ngõ 1"}
    ),
    "a person": lambda: calling("an").post(
        f"people/households/{an_id('nguyen')}/persons", {"id": str(new_id()), "full_name": "Lò Văn Tư"}
    ),
    "a field": lambda: calling("an").patch(
        f"people/persons/{LAN}", {"base": {"relation": "head"}, "set": {"relation": "other"}}
    ),
    "an address": lambda: calling("an").patch(
        f"people/households/{an_id('nguyen')}", {"base": {"address": "Ngõ 3"}, "set": {"address": "Ngõ 4"}}
    ),
    "an observation": lambda: calling("an").post(
        "checklist/observations", make.document(LAN, "identity", "level1")
    ),
    "a visit": lambda: calling("an").post("checklist/visits", make.visit_document(an_id("nguyen"))),
    "a roster": lambda: calling("dung").upload(
        "people/imports", "x.csv", "Họ tên,Năm sinh\nLò Văn Tư,1970\n".encode(), area=UPPER
    ),
}


@pytest.mark.parametrize("write", WRITES)
def test_C_01_nothing_is_written_about_anybody_without_a_ground(write: str) -> None:
    undecided()
    reply = WRITES[write]()
    assert (reply.status, reply.json["code"]) == (422, "person.no_basis")


@pytest.mark.parametrize("write", sorted(set(WRITES) - {"a roster"}))
def test_C_01_control_with_the_decision_the_same_is_written(write: str) -> None:
    assert WRITES[write]().status in (200, 201)


def test_C_01_a_consent_is_a_ground_and_a_phone_sends_it_along() -> None:
    undecided()
    assert calling("an").post("people/households", home(consent=yes())).status == 201
    said = pushing("household.register", home(consent=yes()))
    assert (said["state"], pushing("household.register", home())["code"]) == ("applied", "person.no_basis")
    person = by_consent()
    assert record_observations(
        by=actor("an"), observations=[make.observation(person, "identity", "level1")], at=AT
    )[0].revision
    household = Person.objects.get(pk=person).household_id
    assert record_visits(by=actor("an"), visits=[make.visit(household)], at=AT)[0].state == "applied"


def test_C_01_who_was_known_may_agree_and_is_recorded_again() -> None:
    undecided()
    assert give_consents(by=actor("an"), consents=[make.consent(LAN)], at=AT)[0].state == "applied"
    said = make.observation(LAN, "identity", "level1")
    assert record_observations(by=actor("an"), observations=[said], at=AT)[0].state == "applied"
    edit = Edit(LAN, {"relation": "head"}, {"relation": "other"})
    assert change_persons(by=actor("an"), edits=[edit], at=AT)[0].state == "applied"


@pytest.mark.parametrize("model", [Household, Person])
def test_C_01_the_database_refuses_a_row_without_a_ground(model: Any) -> None:
    with pytest.raises(IntegrityError, match="grounded"), transaction.atomic():
        model.objects.filter(pk__in=[LAN, an_id("nguyen")]).update(basis=None, consent=None)
    columns = {field.column for field in model._meta.concrete_fields} - {"id", "basis_id"}
    names, table = ", ".join(sorted(columns)), model._meta.db_table
    raw = f"INSERT INTO {table} (id, {names}) SELECT gen_random_uuid(), {names} FROM {table} LIMIT 1"
    with pytest.raises(IntegrityError, match="grounded"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(raw)


def test_C_01_a_ground_that_does_not_exist_is_none() -> None:
    Person.objects.filter(pk=LAN).update(basis_id=10**9)
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_nearest_decision_grounds_a_hamlet_and_follows_it() -> None:
    def grounded() -> Any:
        return Feed.objects.get(hamlet_id=hamlet_id(UPPER)).basis

    assert (grounded().area.code, grounded().number) == (COMMUNE, DECISION["number"])
    own = decide_basis(by=SYSTEM, area=UPPER, at=AT, **{**DECISION, "number": "7/QĐ"})
    assert grounded() == own
    assert calling("dung").delete(f"areas/{UPPER}/decisions/{own.pk}").status == 200
    assert grounded().area.code == COMMUNE
    undecided()
    assert grounded() is None
    decide_basis(by=SYSTEM, area="01", at=AT, **DECISION)
    assert grounded().area.code == "01"
    [new] = add_hamlets(by=SYSTEM, commune=COMMUNE, hamlets=[("Thôn Mới", "village")], at=AT)
    assert Feed.objects.get(hamlet=new).basis.area.code == "01"
    close_area(by=SYSTEM, code=COMMUNE, heirs=[OTHER_COMMUNE], on=TODAY)
    assert grounded().area.code == OTHER_COMMUNE


def test_an_officer_records_the_decision_of_his_own_area_only() -> None:
    said = {**DECISION, "number": "8/QĐ", "decided_on": "2026-02-01"}
    done = calling("dung").post(f"areas/{COMMUNE}/decisions", said)
    assert (done.status, done.json["area"]) == (201, COMMUNE)
    assert calling("dung").post(f"areas/{COMMUNE}/decisions", said).json["code"] == "basis.exists"
    assert calling("hai").post(f"areas/{COMMUNE}/decisions", said).status == 404
    assert calling("an").post(f"areas/{COMMUNE}/decisions", said).status == 403
    later = {**said, "number": "9/QĐ", "decided_on": (TODAY + timedelta(days=3650)).isoformat()}
    assert calling("dung").post(f"areas/{COMMUNE}/decisions", later).json["code"] == "basis.in_future"
    blank = calling("dung").post(f"areas/{COMMUNE}/decisions", {**said, "number": "  .  "})
    assert (blank.status, blank.json["code"]) == (400, "basis.bad_words")
    told = calling().get(f"areas/{UPPER}/bases").json["results"]
    assert [row["number"] for row in told] == ["8/QĐ", DECISION["number"]]
    assert calling("hai").delete(f"areas/{COMMUNE}/decisions/{done.json['id']}").status == 404
    assert Basis.objects.get(pk=done.json["id"]).ended_at is None


def test_C_02_a_consent_says_all_of_how_it_was_given() -> None:
    done = calling("an").post(f"people/persons/{LAN}/consents", yes(witness="official", channel="written"))
    kept = Consent.objects.get(pk=done.json["id"])
    text = consent_texts.TEXTS["2026-01"]["vi"]
    assert bytes(kept.text_hash).hex() == consent_texts.digest_of_text(text) == done.json["text_hash"]
    assert (kept.language, kept.channel, kept.witness) == ("vi", "written", "official")
    device = Device.objects.get(user_id=an_id("an")).pk
    assert (kept.by_id, kept.given_at, kept.device) == (an_id("an"), AT, device)
    unknown = calling("an").post(f"people/persons/{LAN}/consents", yes(text="1999-01"))
    assert (unknown.status, unknown.json["code"]) == (422, "consent.unknown_text")


def test_C_02_a_text_is_never_changed_and_old_ones_stay_readable() -> None:
    assert consent_texts.changed_texts(consent_texts.TEXTS) == []
    told = calling("an").get("people/consent-texts").json["results"]
    assert {(row["version"], row["language"]) for row in told} == {
        (version, language) for version, texts in consent_texts.TEXTS.items() for language in texts
    }
    assert {row["version"] for row in told if row["latest"]} == {consent_texts.LATEST}


def test_C_02_control_another_wording_under_the_same_version_is_seen() -> None:
    texts = {version: dict(said) for version, said in consent_texts.TEXTS.items()}
    texts["2026-01"]["vi"] += " "
    del texts["2026-11"]["en"]
    texts["2027-01"] = {"vi": "mới"}
    assert consent_texts.changed_texts(texts) == ["2026-01/vi", "2026-11/en", "2027-01/vi"]


def test_C_03_who_was_not_asked_has_not_agreed() -> None:
    body = home()
    done = calling("an").post("people/households", body)
    assert [person["consent"] for person in done.json["persons"]] == ["not_asked"]
    assert not Consent.objects.filter(person_id=body["persons"][0]["id"]).exists()


@pytest.mark.parametrize("missing", sorted(make.consent_document()))
def test_C_03_a_form_that_was_not_filled_in_is_no_consent(missing: str) -> None:
    undecided()
    untouched = yes()
    del untouched[missing]
    assert calling("an").post("people/households", home(consent=untouched)).status == 400
    assert calling("an").post("people/households", home(consent=None)).status in (400, 422)
    assert pushing("household.register", home(consent=untouched))["state"] == "refused"


@pytest.mark.parametrize("decision", ["withdrawn", "", "maybe"])
def test_C_03_control_nothing_but_a_yes_is_a_yes(decision: str) -> None:
    undecided()
    assert calling("an").post("people/households", home(consent={**yes(), "decision": decision})).status in (
        400,
        422,
    )
    said = pushing("household.register", home(consent={**yes(), "decision": decision}))
    assert said["state"] == "refused"
    assert calling("an").post("people/households", home(consent=yes())).status == 201


def child(**more: Any) -> dict[str, Any]:
    return home(full_name="Lò Bé", birth_year=2016, **more)


def observed(person: str) -> tuple[int, str | None]:
    reply = calling("an").post("checklist/observations", make.document(person, "identity", "level1"))
    return reply.status, reply.json.get("code")


def test_C_09_of_a_minor_nothing_is_recorded_unless_an_adult_agreed_for_him() -> None:
    body = child()
    assert calling("an").post("people/households", body).status == 201
    bé = body["persons"][0]["id"]
    assert observed(bé) == (422, "person.representative_needed")
    alone = calling("an").post(f"people/persons/{bé}/consents", yes())
    assert (alone.status, alone.json["code"]) == (422, "person.representative_needed")
    for_him = calling("an").post(f"people/persons/{bé}/consents", yes(representative=str(LAN)))
    assert (for_him.status, for_him.json["representative"]) == (201, str(LAN))
    assert observed(bé)[0] == 200
    together = child(consent=yes(representative=str(LAN)))
    assert calling("an").post("people/households", together).status == 201
    assert observed(together["persons"][0]["id"])[0] == 200


@pytest.mark.parametrize("who", ["mai", "tam", "thu", "nobody there"])
def test_C_09_a_minor_or_a_stranger_speaks_for_nobody(who: str) -> None:
    body = child(consent=yes(representative=str(an_id(who))))
    reply = calling("an").post("people/households", body)
    assert (reply.status, reply.json["code"]) == (422, "person.representative_needed")


def test_C_09_control_at_fourteen_one_is_recorded_by_oneself(settings: Any) -> None:
    assert observed(str(MAI))[0] == 200
    settings.MINOR_UNDER = 16
    assert observed(str(MAI)) == (422, "person.representative_needed")
