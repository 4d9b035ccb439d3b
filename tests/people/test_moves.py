"""A household moves to another hamlet: it is seen, counted and told there, and nowhere else."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import appoint
from accounts.rules import Role
from areas.actions import add_hamlets, close_area
from areas.models import Feed
from base.models import SYSTEM, new_id
from checklist.actions import record_observations
from people.actions import (
    Move,
    NewHousehold,
    NewPerson,
    give_consents,
    move_households,
    register_households,
)
from people.models import Change, Consent, Departure, Household, Person
from tests import make
from tests.people.doing import editing, figures_hold, hamlet_id, heads, household
from tests.people.rosters import into_upper, row, undoing
from tests.village import AT, COMMUNE, FAR, LOWER, TODAY, UPPER, Reply, actor, an_id, calling

pytestmark = pytest.mark.django_db
NGUYEN, LAN, HUNG, MAI = (an_id(name) for name in ("nguyen", "lan", "hung", "mai"))
DOOR = f"people/households/{NGUYEN}/move"


def moving(hamlet: str = LOWER, who: str = "dung", home: UUID = NGUYEN) -> Reply:
    return calling(who).post(f"people/households/{home}/move", {"hamlet": hamlet})


def feed(code: str) -> int:
    return int(Feed.objects.get(hamlet_id=hamlet_id(code)).revision)


def departed() -> set[tuple[str, str, UUID]]:
    return set(Departure.objects.values_list("hamlet__code", "kind", "record"))


def new_home(*names: str, hamlet: str = UPPER) -> NewHousehold:
    persons = [NewPerson(id=new_id(), full_name=name, birth_year=1970) for name in names]
    return NewHousehold(new_id(), hamlet, persons=persons)


def test_the_household_and_its_persons_are_where_they_moved() -> None:
    before = calling("dung").get(f"people/households/{NGUYEN}").json
    reply = moving()
    assert (reply.status, reply.json["hamlet"]) == (200, LOWER)
    same = ("id", "head", "address", "language", "edit")
    assert {name: reply.json[name] for name in same} == {name: before[name] for name in same}
    assert [p["id"] for p in reply.json["persons"]] == [p["id"] for p in before["persons"]]
    assert calling("an").get(f"people/persons/{LAN}").status == 404
    assert calling("chi").get(f"people/persons/{LAN}").json["household"] == str(NGUYEN)
    assert calling("chi").get("people/households", q="lan").json["results"][0]["hamlet"] == LOWER
    assert calling("an").get("people/households").json["results"] == []


def test_one_revision_is_taken_in_each_of_the_two_hamlets() -> None:
    upper, lower = feed(UPPER), feed(LOWER)
    assert moving().json["revision"] == lower + 1
    assert (feed(UPPER), feed(LOWER)) == (upper + 1, lower + 1)
    assert set(Person.objects.filter(household=NGUYEN).values_list("hamlet__code", "revision")) == {
        (LOWER, lower + 1)
    }
    assert set(Departure.objects.values_list("hamlet__code", "revision")) == {(UPPER, upper + 1)}
    ids = {("household", NGUYEN), ("person", LAN), ("person", HUNG), ("person", MAI)}
    assert {(kind, record) for _, kind, record in departed()} == ids


def test_the_figures_move_along() -> None:
    told = [make.observation(LAN, "identity", "level2_active"), make.observation(HUNG, "safety", "briefed")]
    record_observations(by=actor("an"), observations=told, at=AT)
    assert (heads(UPPER), heads(LOWER)) == (3, 1)
    moving()
    assert (heads(UPPER), heads(LOWER)) == (0, 4)
    figures_hold()
    moving(UPPER)
    assert (heads(UPPER), heads(LOWER)) == (3, 1)
    figures_hold()


def test_there_and_back_again_leaves_no_stale_departure() -> None:
    ids = {("household", NGUYEN), ("person", LAN), ("person", HUNG), ("person", MAI)}
    ways = [(LOWER, UPPER), (UPPER, LOWER), (LOWER, UPPER), (FAR, LOWER), (UPPER, FAR), (LOWER, UPPER)]
    left: set[str] = set()
    for goal, start in ways:
        assert moving(goal, "giang").status == 200
        left = left - {goal} | {start}
        assert departed() == {(code, *record) for code in left for record in ids}
    figures_hold()


def test_who_came_and_who_left_the_books_meanwhile() -> None:
    """Only the living move; a departure of somebody who stays behind stays, too."""
    number = into_upper(row("Phạm Thị Đào"), row("Phạm Văn Đức", relation="Con"))["id"]
    dao, duc = Person.objects.filter(source_id=number).order_by("full_name")
    home = dao.household_id
    editing(calling("an"), dao.pk, "sex", "female", "unknown")
    moving(home=home)
    undoing(number)  # Đức leaves the books in the lower hamlet; bà Đào was edited and stays
    assert moving(UPPER, home=home).status == 200
    assert moving(home=home).status == 200
    places = dict(Person.objects.filter(source_id=number).values_list("pk", "hamlet__code"))
    assert places == {dao.pk: LOWER, duc.pk: LOWER}
    assert departed() == {(UPPER, "household", home), (UPPER, "person", dao.pk), (UPPER, "person", duc.pk)}
    figures_hold()


@pytest.mark.parametrize("who", ["an", "binh", "chi", "khanh", "lien", "minh", "nobody"])
def test_only_an_admin_moves(who: str) -> None:
    reply = moving(who=who)
    assert (reply.status, reply.json["code"]) == (403, "right.missing")
    assert Household.objects.get(pk=NGUYEN).hamlet.code == UPPER


@pytest.mark.parametrize("hamlet", [FAR, "00454-99", COMMUNE, "", "x"])
def test_a_hamlet_out_of_his_area_is_answered_like_none(hamlet: str) -> None:
    reply = moving(hamlet)
    if hamlet == "":
        assert reply.status == 400
        return
    assert (reply.status, reply.json["errors"][0]["path"]) == (404, "hamlet")
    never = moving("00454-98").json
    assert {name: reply.json[name] for name in ("code", "errors")} == {
        name: never[name] for name in ("code", "errors")
    }
    assert departed() == set()


def test_nobody_draws_a_household_out_of_anothers_area() -> None:
    out_of_sight, never = moving(FAR, "hai"), moving(FAR, "hai", new_id())
    assert (out_of_sight.status, out_of_sight.json["code"]) == (404, "thing.not_found")
    assert {**out_of_sight.json, "request": ""} == {**never.json, "request": ""}
    assert moving(FAR, "giang").status == 200  # the province holds both


def test_to_see_a_household_is_not_to_move_it() -> None:
    appoint(by=SYSTEM, user_id=an_id("hai"), role=Role.AUDITOR, area=COMMUNE, at=AT)
    for hamlet in (FAR, LOWER):
        reply = moving(hamlet, "hai")
        assert (reply.status, reply.json["code"]) == (403, "right.missing")


def test_out_of_a_closed_hamlet_but_never_into_one() -> None:
    add_hamlets(by=SYSTEM, commune=COMMUNE, hamlets=[("Thôn Giữa", "village")], at=AT)
    closed = "00454-03"
    assert moving(closed).status == 200
    close_area(by=SYSTEM, code=closed, heirs=[LOWER], on=TODAY)
    assert moving(closed, home=an_id("tran")).json["errors"][0]["path"] == "hamlet"
    assert moving(LOWER).status == 200


def test_to_be_there_already_is_a_duplicate_and_takes_no_revision() -> None:
    before = feed(UPPER), feed(LOWER)
    revision = Household.objects.get(pk=NGUYEN).revision
    [receipt] = move_households(by=actor("dung"), moves=[Move(NGUYEN, UPPER)], at=AT)
    assert (receipt.state, receipt.revision) == ("duplicate", revision)
    assert moving(UPPER).status == 200
    assert (feed(UPPER), feed(LOWER)) == before
    assert not Departure.objects.exists()
    assert not Change.objects.exists()


def test_each_move_of_many_has_its_receipt_in_order() -> None:
    tran, le = an_id("tran"), an_id("le")
    moves = [
        Move(NGUYEN, LOWER),
        Move(new_id(), LOWER),
        Move(tran, LOWER),
        Move(tran, UPPER),
        Move(NGUYEN, FAR),
        Move(le, UPPER),
        Move(NGUYEN, LOWER),
    ]
    receipts = move_households(by=actor("dung"), moves=moves, at=AT)
    assert [receipt.state for receipt in receipts] == [
        *("applied", "refused", "duplicate", "applied", "refused", "refused", "duplicate")
    ]
    assert [receipt.id for receipt in receipts] == [move.household for move in moves]
    assert [receipt.refusal and receipt.refusal.path for receipt in receipts] == [
        *(None, "", None, None, "hamlet", "", None)
    ]
    assert dict(Household.objects.values_list("pk", "hamlet__code")) == {NGUYEN: LOWER, tran: UPPER, le: FAR}
    figures_hold()


def test_of_several_moves_at_once_the_last_holds() -> None:
    moves = [Move(NGUYEN, LOWER), Move(NGUYEN, FAR), Move(an_id("le"), UPPER), Move(an_id("le"), FAR)]
    receipts = move_households(by=actor("giang"), moves=moves, at=AT)
    assert [receipt.state for receipt in receipts] == ["applied"] * 4
    assert {code for code, _, _ in departed()} == {UPPER}
    assert (heads(UPPER), heads(LOWER), heads(FAR)) == (0, 1, 4)
    assert [receipt.revision for receipt in receipts[:2]] == [feed(FAR)] * 2
    figures_hold()


def test_the_history_tells_of_the_move_and_goes_along() -> None:
    editing(calling("an"), LAN, "relation", "head", "parent")
    calling("an").patch(f"people/households/{NGUYEN}", {"base": {"address": "Ngõ 3"}, "set": {"address": ""}})
    moving()
    [line] = Change.objects.filter(household=NGUYEN, field="hamlet")
    assert (line.old, line.new, line.clashed, line.by_id) == (UPPER, LOWER, False, an_id("dung"))
    assert set(Change.objects.values_list("field", "hamlet__code")) == {
        *(("relation", LOWER), ("address", LOWER), ("hamlet", LOWER))
    }


def test_consents_go_along() -> None:
    give_consents(by=actor("an"), consents=[make.consent(LAN), make.consent(an_id("lan"))], at=AT)
    other = make.consent(an_id("tam"))
    give_consents(by=actor("chi"), consents=[other], at=AT)
    revision = moving(FAR, "giang").json["revision"]
    assert set(Consent.objects.filter(person=LAN).values_list("hamlet__code", "revision", "by_id")) == {
        (FAR, revision, an_id("an"))
    }
    assert Consent.objects.get(pk=other.id).hamlet.code == LOWER
    assert len(calling("khanh").get(f"people/persons/{LAN}/consents").json["results"]) == 2


def test_the_new_neighbours_go_on_where_the_old_ones_stopped() -> None:
    moving()
    assert editing(calling("an"), LAN, "relation", "head", "parent").status == 404
    assert editing(calling("chi"), LAN, "relation", "head", "parent").status == 200
    body = {"id": str(new_id()), "full_name": "Đặng Thị Bé", "birth_year": 2026}
    assert calling("an").post(f"people/households/{NGUYEN}/persons", body).status == 404
    assert calling("chi").post(f"people/households/{NGUYEN}/persons", body).status == 201
    figures_hold()


def test_the_household_registered_once_more_is_the_same_household() -> None:
    body = household(address="Ngõ 9")
    dung = calling("dung")
    assert dung.post("people/households", body).status == 201
    moving(home=UUID(body["id"]))
    again = dung.post("people/households", body)
    assert (again.status, again.json["hamlet"]) == (200, LOWER)


def test_a_roster_whose_persons_left_the_area_is_undone_by_who_holds_both() -> None:
    number = into_upper(row("Phạm Thị Đào", vneid="x"))["id"]
    home = Household.objects.get(source_id=number).pk
    moving(FAR, "giang", home)
    reply = undoing(number)
    assert (reply.status, reply.json["code"]) == (409, "import.moved_away")
    assert undoing(number, who="giang").json["removed"] == 1
    figures_hold()


def test_somebody_known_before_who_left_the_area_keeps_the_roster_from_being_undone() -> None:
    number = into_upper(row("Nguyễn Thị Lan", born="1958", vneid="x"))["id"]
    moving(FAR, "giang")
    reply = undoing(number)
    assert (reply.status, reply.json["code"]) == (409, "import.moved_away")
    assert undoing(number, who="giang").status == 200
    figures_hold()


def test_moving_fifty_costs_as_many_statements_as_moving_one() -> None:
    homes = [new_home(f"Trần Văn Bé {n}", f"Trần Thị Út {n}") for n in range(51)]
    register_households(by=SYSTEM, households=homes, at=AT)
    persons = [person.id for home in homes for person in home.persons]
    told = [make.observation(person, "identity", "level1") for person in persons]
    record_observations(by=SYSTEM, observations=told, at=AT)
    give_consents(by=SYSTEM, consents=[make.consent(person) for person in persons], at=AT)
    by = actor("dung")

    def cost(given: list[NewHousehold]) -> int:
        with CaptureQueriesContext(connection) as captured:
            receipts = move_households(by=by, moves=[Move(home.id, LOWER) for home in given], at=AT)
        assert {receipt.state for receipt in receipts} == {"applied"}
        return len([one for one in captured if "SAVEPOINT" not in one["sql"]])

    assert cost(homes[:1]) == cost(homes[1:]) <= 12
    figures_hold()


def test_nothing_else_is_taken_with_a_move() -> None:
    bodies: list[Any] = [{}, {"hamlet": None}, {"hamlet": 45402}, {"hamlet": LOWER, "persons": []}, [], None]
    for body in bodies:
        assert calling("dung").post(DOOR, body).status == 400
    assert Household.objects.get(pk=NGUYEN).hamlet.code == UPPER


def test_an_age_is_counted_where_one_lives_now() -> None:
    """Mai, who is fourteen, and an unknown age: heads of every birth move."""
    home = NewHousehold(new_id(), UPPER, persons=[NewPerson(id=new_id(), full_name="Đặng Văn Ẩn")])
    born = NewPerson(id=new_id(), household=home.id, full_name="Đặng Văn Út", birth_date=date(2026, 1, 1))
    register_households(by=SYSTEM, households=[home, new_home()], at=AT)
    calling("an").post(
        f"people/households/{home.id}/persons",
        {"id": str(born.id), "full_name": born.full_name, "birth_date": "2026-01-01"},
    )
    moving(FAR, "giang", home.id)
    moving(FAR, "giang")
    assert (heads(UPPER), heads(FAR)) == (0, 6)
    figures_hold()
