"""Who has his data restricted is in nobody's work, and nothing of him is lost: lifted, he is back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from base.errors import RightMissing
from base.models import SYSTEM, new_id
from checklist.actions import record_visits
from checklist.models import Observation
from checklist.queries import kept_figures, recount
from people.actions import apply_import, correct_person, give_consents, stage_import
from people.models import Person
from people.queries.then import facts_then
from privacy.actions import end_request, file_request, keep_limits, lift
from tests import make
from tests.bench.phone import Phone
from tests.people.doing import hamlet_id
from tests.privacy.test_withdrawal import NAME, seen_of, settled
from tests.sync.proofs.wire import in_process
from tests.sync.saying import change, consent, observation, person, push, visit
from tests.village import AT, LOWER, UPPER, actor, an_id, calling, token_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def hoa() -> UUID:
    """Alone in her household, with something in every room."""
    found = settled()
    [visited] = record_visits(by=actor("an"), visits=[make.visit(home_of(found))], at=AT)
    [agreed] = give_consents(by=actor("an"), consents=[make.consent(found)], at=AT)
    assert (visited.state, agreed.state) == ("applied", "applied")
    return found


def home_of(who: UUID) -> UUID:
    return UUID(str(Person.objects.get(pk=who).household_id))


def restricted(who: UUID) -> UUID:
    """She asks at the door, and the officer does it."""
    asked = calling("an").post(f"privacy/persons/{who}/requests", {"kind": "restrict"})
    done = calling("dung").post(f"privacy/inbox/{asked.json['id']}/end", {"granted": True})
    assert (asked.status, done.status, done.json["state"]) == (201, 200, "done")
    return who


def lifted(who: UUID, by: str = "dung") -> Any:
    return calling(by).delete(f"privacy/persons/{who}/restriction")


def everywhere(who: UUID) -> dict[str, bool]:
    """Where she is told, in a list of whom to visit, too."""
    due = calling("binh").get("reports/follow_up", area=UPPER)
    assert due.status == 200, due.json
    households = calling("an").get("people/households", area=UPPER, follow_up="true", limit=200).json
    home = str(home_of(who))
    return {
        **seen_of(who),
        "due": NAME in due.body.decode(),
        "door": any(row["id"] == home for row in households["results"]),
        "household": calling("an").get(f"people/households/{home}").status == 200,
    }


def whole() -> Phone:
    """A phone that reads all there is, for the first time."""
    phone = Phone(in_process(), token_of("an"))
    assert phone.sync()
    return phone


def naming(phone: Phone, *ids: UUID) -> list[Any]:
    """The rows of a phone that name one of these, under their own id or as what they hang on."""
    return [key for key, row in phone.store.items() if any(str(pk) in f"{key} {row}" for pk in ids)]


def test_who_is_restricted_is_in_no_list_file_or_phone(hoa: UUID) -> None:
    seen = everywhere(restricted(hoa))
    assert seen.pop("tombstone")
    assert not any(seen.values()), seen
    assert recount(hamlet_id(UPPER)).differences(kept_figures(hamlet_id(UPPER))) == 0
    assert naming(whole(), hoa, home_of(hoa)) == []


def test_control_before_that_she_is_everywhere(hoa: UUID) -> None:
    seen = everywhere(hoa)
    assert not seen.pop("tombstone")
    assert all(seen.values()), seen
    assert len(naming(whole(), hoa, home_of(hoa))) == 6


def test_a_phone_that_knew_her_forgets_her_and_learns_all_of_her_again(hoa: UUID) -> None:
    phone = whole()
    before = naming(phone, hoa, home_of(hoa))
    restricted(hoa)
    assert phone.sync()
    assert naming(phone, hoa, home_of(hoa)) == []
    figures = kept_figures(hamlet_id(UPPER))
    assert lifted(hoa).status == 204
    assert phone.sync()
    assert sorted(naming(phone, hoa, home_of(hoa))) == sorted(before)
    assert sorted(naming(whole(), hoa, home_of(hoa))) == sorted(before)
    seen = everywhere(hoa)
    assert not seen.pop("tombstone")
    assert all(seen.values()), seen
    assert kept_figures(hamlet_id(UPPER)) != figures
    assert recount(hamlet_id(UPPER)).differences(kept_figures(hamlet_id(UPPER))) == 0


def test_nothing_is_recorded_of_her_on_line_or_off(hoa: UUID) -> None:
    fact, home = Observation.objects.get(person_id=hoa).pk, home_of(hoa)
    restricted(hoa)
    said = make.document(hoa, "identity", "level1")
    answer = calling("an").post("checklist/observations", said)
    assert (answer.status, answer.json["code"]) == (422, "person.restricted")
    late = [
        observation(hoa),
        change(hoa, full_name=(NAME, "Ai Đó")),
        visit(home),
        person(home),
        consent(hoa),
        {"id": str(new_id()), "kind": "observation.retract", "data": {"observation": str(fact)}},
    ]
    told = {(receipt["state"], receipt["code"]) for receipt in push("an", *late)}
    assert told == {("refused", "person.restricted")}
    assert Observation.objects.filter(person_id=hoa).count() == 1
    assert calling("khanh").post("checklist/observations", said).status == 404
    lifted(hoa)
    assert calling("an").post("checklist/observations", said).status in (200, 201)


def test_she_may_still_see_withdraw_and_be_forgotten(hoa: UUID) -> None:
    restricted(hoa)
    code = calling("an").post(f"privacy/persons/{hoa}/code").json["code"]
    held = calling().post("privacy/self-view", {"code": code}).json["held"]
    assert held["people"]["person"]["restricted_at"]
    assert [row["field"] for row in held["people"]["history"]] == ["restriction"]
    assert len(held["checklist"]["observations"]) == 1
    given = push("an", consent(hoa, decision="withdrawn"))
    assert given[0]["state"] == "applied"
    assert naming(whole(), hoa) == []
    asked = calling().post("privacy/requests", {"code": code, "kind": "erase"})
    assert asked.status == 201
    [row] = [one for one in calling("dung").get("privacy/inbox").json["results"] if one["kind"] == "erase"]
    assert calling("dung").post(f"privacy/inbox/{row['id']}/end", {"granted": True}).status == 200
    assert not Person.objects.filter(pk=hoa).exists()


def test_what_is_wrong_is_put_right_on_her_word_and_nobody_else_edits(hoa: UUID) -> None:
    """To be right is her right while the data rest; figures and phones know of it when she is back."""
    restricted(hoa)
    figures, phone = kept_figures(hamlet_id(UPPER)), whole()
    wanted = {"full_name": "Đặng Thị Hòa", "birth_year": 2010, "phone": "0912345679"}
    asked = calling("an").post(f"privacy/persons/{hoa}/requests", {"kind": "correct", "wanted": wanted})
    assert asked.status == 201
    done = calling("dung").post(f"privacy/inbox/{asked.json['id']}/end", {"granted": True})
    assert (done.status, done.json.get("state")) == (200, "done")
    held = calling("dung").get(f"privacy/persons/{hoa}/disclosure").json["held"]["people"]
    told = held["person"]
    assert (told["full_name"], told["birth_year"], told["phone"][-3:]) == ("Đặng Thị Hòa", 2010, "679")
    assert {row["field"] for row in held["history"]} == {"restriction", *wanted}
    assert kept_figures(hamlet_id(UPPER)) == figures
    assert phone.sync()
    assert naming(phone, hoa) == naming(whole(), hoa) == []
    edit = {"base": {"full_name": "Đặng Thị Hòa"}, "set": {"full_name": "Ai Đó"}}
    assert calling("dung").call("PATCH", f"people/persons/{hoa}", edit).status in (404, 422)
    [late] = push("an", change(hoa, full_name=("Đặng Thị Hòa", "Ai Đó")))
    assert (late["state"], late["code"]) == ("refused", "person.restricted")
    assert lifted(hoa).status == 204
    assert calling("an").get(f"people/persons/{hoa}").json["full_name"] == "Đặng Thị Hòa"
    assert recount(hamlet_id(UPPER)).differences(kept_figures(hamlet_id(UPPER))) == 0
    assert kept_figures(hamlet_id(UPPER)) != figures


@pytest.mark.parametrize("who", ["an", "binh", "hai", "lien"])
def test_only_an_officer_of_the_place_corrects_her(hoa: UUID, who: str) -> None:
    restricted(hoa)
    wanted = {"kind": "correct", "wanted": {"full_name": "Ai Đó"}}
    asked = calling("an").post(f"privacy/persons/{hoa}/requests", wanted)
    assert calling(who).post(f"privacy/inbox/{asked.json['id']}/end", {"granted": True}).status in (403, 404)
    try:
        receipt = correct_person(by=actor(who), person=hoa, wanted={"full_name": "Ai Đó"}, at=AT)
        assert receipt.state == "refused"
    except RightMissing:
        pass
    assert Person.objects.get(pk=hoa).full_name == NAME


def test_of_a_family_only_who_asked_is_gone() -> None:
    lan = restricted(an_id("lan"))
    told = calling("an").get(f"people/households/{an_id('nguyen')}").json
    assert sorted(one["full_name"] for one in told["persons"]) == ["Đặng Ngọc Mai", "Đặng Văn Hùng"]
    assert calling("an").post("checklist/visits", make.visit_document(an_id("nguyen"))).status in (200, 201)
    assert lifted(lan).status == 204
    assert len(calling("an").get(f"people/households/{an_id('nguyen')}").json["persons"]) == 3


def test_her_household_moved_meanwhile_and_she_comes_back_there() -> None:
    said = make.document(an_id("lan"), "identity", "level2_active")
    assert calling("an").post("checklist/observations", said).status in (200, 201)
    phone = whole()
    lan = restricted(an_id("lan"))
    moved = calling("dung").post(f"people/households/{an_id('nguyen')}/move", {"hamlet": LOWER})
    assert moved.status == 200, moved.json
    assert naming(whole(), lan) == []
    assert lifted(lan).status == 204
    assert Person.objects.get(pk=lan).hamlet.code == LOWER
    there = Phone(in_process(), token_of("chi"))
    assert there.sync()
    assert {kind for kind, _ in naming(there, lan)} == {"person", "standing"}
    assert phone.sync()
    assert naming(phone, lan) == []
    for hamlet in (UPPER, LOWER):
        assert recount(hamlet_id(hamlet)).differences(kept_figures(hamlet_id(hamlet))) == 0


def test_a_roster_that_names_her_again_registers_nobody_twice(hoa: UUID) -> None:
    restricted(hoa)
    roster = f"Họ tên,Năm sinh,VNeID mức 2\n{NAME},1970,x\nLò Văn Sáu,1980,x\n".encode()
    staged = new_id()
    stage_import(by=actor("dung"), import_id=staged, area=UPPER, data=roster, at=AT)
    apply_import(by=actor("dung"), import_id=staged, at=AT)
    assert Person.objects.filter(full_name=NAME).count() == 1
    assert Person.objects.filter(full_name="Lò Văn Sáu").exists()
    assert Observation.objects.filter(person_id=hoa).count() == 1


def test_she_is_kept_as_long_as_it_lasts_and_figures_of_a_day_know_it(hoa: UUID) -> None:
    request = file_request(by=actor("an"), person=hoa, kind="restrict", at=AT)
    then, later = AT + timedelta(days=1), AT + timedelta(days=500)
    end_request(by=actor("dung"), request_id=request.pk, granted=True, at=then)
    assert keep_limits(by=SYSTEM, at=later, dry=True)["persons_left"] == []

    def counted(days: float) -> bool:
        found = facts_then([hamlet_id(UPPER)], AT + timedelta(days=days))
        return hoa in {facts.id for facts in found}

    assert (counted(0.5), counted(1.5)) == (True, False)
    lift(by=actor("dung", later), person=hoa, at=AT + timedelta(days=3))
    assert (counted(0.5), counted(1.5), counted(3.5)) == (True, False, True)


@pytest.mark.parametrize("who", ["an", "binh", "hai", "lien", "nobody"])
def test_only_the_office_of_the_place_lifts_it(hoa: UUID, who: str) -> None:
    restricted(hoa)
    assert lifted(hoa, who).status in (403, 404)
    assert Person.objects.get(pk=hoa).restricted_at
    assert (lifted(hoa).status, lifted(hoa).status) == (204, 404)
