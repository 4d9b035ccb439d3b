"""Whoever is kept by his consent alone is gone when he withdraws; of others the office is asked."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from checklist.actions import record_observations
from checklist.models import Observation, Standing
from checklist.queries import kept_figures, recount
from notices.models import Notice
from people.actions import give_consents
from people.models import Consent, Departure, Household, Person
from privacy.models import Request
from tests import make
from tests.people.doing import hamlet_id
from tests.privacy.grounds import by_consent, undecided
from tests.village import AT, UPPER, actor, an_id, calling

pytestmark = pytest.mark.django_db
NAME = "Lò Thị Hoa"


def withdrawing(person: UUID) -> Any:
    return give_consents(by=actor("an"), consents=[make.consent(person, "withdrawn")], at=AT)[0]


def seen_of(person: UUID) -> dict[str, bool]:
    """Where somebody of that id or name is still told."""
    pulled = calling("an").get("sync/pull").body.decode()
    gone = f'"id":"{person}","hamlet":"{UPPER}","revision"'
    return {
        "list": calling("an").get("people/households", q="Hoa").json["results"] != [],
        "card": calling("an").get(f"people/persons/{person}").status == 200,
        "pull": NAME in pulled or pulled.count(str(person)) > 1,
        "tombstone": gone in pulled and '"gone":true' in pulled,
        "report": NAME in register_of().body.decode(),
        "figures": kept_figures(hamlet_id(UPPER)) != before_of.get("figures"),
    }


def register_of() -> Any:
    return calling("binh").post("reports/register", {"area": UPPER, "reason": "Kiểm tra ai còn được nêu"})


before_of: dict[str, Any] = {}


def settled() -> UUID:
    before_of["figures"] = kept_figures(hamlet_id(UPPER))
    person = by_consent(NAME)
    said = make.observation(person, "identity", "level2_active")
    assert record_observations(by=actor("an"), observations=[said], at=AT)[0].state == "applied"
    return person


def test_C_04_who_withdraws_is_gone_from_lists_pulls_and_reports_at_once() -> None:
    undecided()
    person = settled()
    assert withdrawing(person).state == "applied"
    seen = seen_of(person)
    assert seen.pop("tombstone")
    assert not any(seen.values()), seen
    assert recount(hamlet_id(UPPER)).differences(kept_figures(hamlet_id(UPPER))) == 0
    for model in (Standing, Observation, Consent):
        assert not model._default_manager.filter(person_id=person).exists()
    assert not Household.objects.filter(address="Ngõ Hoa 9").exists()
    assert Departure.objects.filter(record=person).exists()


def test_C_04_control_who_has_not_withdrawn_is_told_everywhere() -> None:
    undecided()
    seen = seen_of(settled())
    assert not seen.pop("tombstone")
    assert all(seen.values()), seen


def test_under_a_decision_the_office_is_asked_and_the_clock_runs() -> None:
    lan = an_id("lan")
    assert withdrawing(lan).state == "applied"
    assert Person.objects.filter(pk=lan, removed_at=None).exists()
    request = Request.objects.get()
    assert (request.person, request.kind, request.channel) == (lan, "withdraw", "withdrawal")
    assert (request.answer_on, request.act_on) == (date(2026, 11, 4), date(2026, 11, 17))
    assert set(Notice.objects.values_list("to_id", "kind")) == {(an_id("dung"), "request_filed")}
    assert withdrawing(lan).state == "applied"
    assert Request.objects.count() == 1


def test_over_the_door_he_is_told_that_nothing_is_left() -> None:
    undecided()
    door = f"people/persons/{by_consent()}/consents"
    assert calling("an").post(door, make.consent_document("withdrawn")).status == 204
    assert calling("an").get(door).status == 404
