"""What is known of a household goes with it to another hamlet; whose work it was stays as it is."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from base.errors import RightMissing
from base.models import SYSTEM, new_id
from checklist.actions import (
    audit_tallies,
    follow_moves,
    record_observations,
    record_visits,
)
from checklist.models import Observation, Standing, Visit
from checklist.queries import kept_figures
from checklist.rules.tallies import FIRST_DAY
from people.actions import (
    Move,
    NewHousehold,
    NewPerson,
    apply_import,
    move_households,
    register_households,
    stage_import,
    undo_import,
)
from people.models import Household, Person
from tests import make
from tests.checklist.counting import all_hamlets, differences, feed_of, hamlet_id
from tests.village import AT, FAR, LOWER, UPPER, actor, an_id, calling

pytestmark = pytest.mark.django_db
NGUYEN, LAN, HUNG = an_id("nguyen"), an_id("lan"), an_id("hung")
MODELS = (Standing, Observation, Visit)


def tell(name: str = "an") -> list[UUID]:
    """Ba Lan and her son are observed, and the household is visited twice."""
    told = [
        make.observation(LAN, "safety", "briefed"),
        make.observation(LAN, "payment", "has", kind="e_wallet"),
        make.observation(HUNG, "identity", "level1"),
    ]
    for number, new in enumerate(told):
        record_observations(by=actor(name), observations=[new], at=AT + timedelta(seconds=number))
    for number, outcome in enumerate(["nobody", "met"]):
        met = make.visit(NGUYEN, outcome)
        record_visits(by=actor(name), visits=[met], at=AT + timedelta(seconds=number))
    return [new.id for new in told]


def move(home: UUID = NGUYEN, code: str = LOWER, by: str = "dung") -> int:
    [receipt] = move_households(by=actor(by), moves=[Move(home, code)], at=AT)
    assert (receipt.state, receipt.refusal) == ("applied", None)
    assert receipt.revision is not None
    return receipt.revision


def places() -> set[tuple[str, int]]:
    """The hamlets and revisions of all that is known."""
    return {place for model in MODELS for place in model.objects.values_list("hamlet__code", "revision")}


def test_everything_known_shares_the_one_revision_of_the_gaining_hamlet() -> None:
    tell()
    before = feed_of(LOWER)
    revision = move()
    assert revision == feed_of(LOWER) == before + 1
    assert places() == {(LOWER, revision)}
    assert [model.objects.count() for model in MODELS] == [3, 3, 2]
    for model in (Household, Person):
        assert {LOWER} == set(
            model.objects.filter(pk__in=[NGUYEN, LAN, HUNG]).values_list("hamlet__code", flat=True)
        )


def test_what_is_known_of_others_stays_where_it_is() -> None:
    record_observations(
        by=actor("chi"), observations=[make.observation(an_id("tam"), "safety", "none")], at=AT
    )
    record_visits(by=actor("chi"), visits=[make.visit(an_id("tran"))], at=AT)
    before = places()
    tell()
    move(code=FAR, by="giang")
    assert places() == before | {(FAR, feed_of(FAR))}


def test_whose_work_it_was_never_changes() -> None:
    tell()
    columns = ("pk", "by_id", "post_id", "device", "recorded_at")
    before = [set(model.objects.values_list(*columns)) for model in (Observation, Visit)]
    move()
    assert [set(model.objects.values_list(*columns)) for model in (Observation, Visit)] == before
    assert set(Observation.objects.values_list("post__area__code", flat=True)) == {UPPER}


def test_the_losing_team_sees_it_no_longer_and_the_gaining_team_does() -> None:
    told = tell()
    doors = (
        f"checklist/persons/{LAN}/observations",
        f"checklist/persons/{LAN}/readiness",
        f"checklist/households/{NGUYEN}/visits",
        f"checklist/households/{NGUYEN}/readiness",
    )
    assert [calling("an").get(door).status for door in doors] == [200] * 4
    assert [calling("chi").get(door).status for door in doors] == [404] * 4
    move()
    for who in ("an", "binh", "khanh"):
        assert [calling(who).get(door).status for door in doors] == [404] * 4
    for who in ("chi", "dung", "giang", "lien"):
        assert [calling(who).get(door).status for door in doors] == [200] * 4
    history = calling("chi").get(doors[0]).json["results"]
    assert [row["id"] for row in history] == [str(pk) for pk in told[:2]]
    assert {row["hamlet"] for row in history} == {LOWER}
    assert {row["by"] for row in history} == {str(an_id("an"))}
    assert [row["outcome"] for row in calling("chi").get(doors[2]).json["results"]] == ["nobody", "met"]


def test_a_history_is_in_the_order_of_its_recording_whatever_moved() -> None:
    tell()
    move()
    late = make.document(LAN, "safety", "confirmed")
    assert calling("chi").post("checklist/observations", late).status == 200
    record_visits(by=actor("chi"), visits=[make.visit(NGUYEN, "refused")], at=AT.replace(hour=4))
    move(code=FAR, by="giang")
    rows = calling("khanh").get(f"checklist/persons/{LAN}/observations").json["results"]
    assert [row["state"] for row in rows] == ["briefed", "has", "confirmed"]
    assert len({row["revision"] for row in rows}) == 1
    rows = calling("khanh").get(f"checklist/households/{NGUYEN}/visits").json["results"]
    assert [row["outcome"] for row in rows] == ["nobody", "met", "refused"]


def test_the_new_team_goes_on_and_the_old_one_cannot() -> None:
    told = tell()
    move()
    assert calling("an").post("checklist/visits", make.visit_document(NGUYEN)).status == 404
    assert calling("an").post("checklist/observations", make.document(LAN, "safety", "none")).status == 404
    withdrawal = {"id": str(new_id()), "observation": str(told[0])}
    assert calling("an").post("checklist/retractions", withdrawal).status == 404  # his own, but out of sight
    assert calling("chi").post("checklist/retractions", withdrawal).status == 403  # in sight, but not his
    assert calling("dung").post("checklist/retractions", withdrawal).status == 200
    assert calling("chi").post("checklist/visits", make.visit_document(NGUYEN)).status == 200
    assert calling("chi").post("checklist/observations", make.document(LAN, "safety", "none")).status == 200
    assert set(Standing.objects.values_list("hamlet__code", flat=True)) == {LOWER}
    assert differences() == 0


def test_a_fact_sent_again_after_the_move_is_still_a_duplicate() -> None:
    told, met = make.document(LAN, "safety", "briefed"), make.visit_document(NGUYEN)
    dung = calling("dung")
    for door, document in (("checklist/observations", told), ("checklist/visits", met)):
        assert dung.post(door, document).json["receipts"][0]["state"] == "applied"
    revision = move()
    for door, document in (("checklist/observations", told), ("checklist/visits", met)):
        [receipt] = dung.post(door, document).json["receipts"]
        assert (receipt["state"], receipt["revision"]) == ("duplicate", revision)


def test_the_figures_go_along_and_a_recount_agrees() -> None:
    tell()
    before = figures()
    move()
    gained, lost = figures(), kept_figures(hamlet_id(UPPER))
    assert not any(lost.cells.values())
    assert not lost.steps
    assert gained["all"] == before["all"]
    assert gained[LOWER] == before["all"]
    assert audit_tallies(by=SYSTEM, hamlets=all_hamlets(), on=FIRST_DAY) == 0
    move(code=UPPER)
    assert figures() == before
    assert audit_tallies(by=SYSTEM, hamlets=all_hamlets(), on=FIRST_DAY) == 0


def figures() -> dict[str, Counter[object]]:
    """Cells and steps of both hamlets, each and together."""
    found: dict[str, Counter[object]] = {}
    for code in (UPPER, LOWER):
        kept = kept_figures(hamlet_id(code))
        found[code] = Counter({**kept.cells, **kept.steps})
    return {**found, "all": found[UPPER] + found[LOWER]}


def test_a_roster_is_undone_where_its_persons_have_gone() -> None:
    data = b"Ho va ten,Nam sinh,VNeID muc 2\n" + "Phạm Thị Đào,1970,x\n".encode()
    number, by = new_id(), actor("dung")
    stage_import(by=by, import_id=number, area=UPPER, data=data, at=AT)
    apply_import(by=by, import_id=number, at=AT)
    home = Household.objects.get(source_id=number)
    assert Standing.objects.filter(hamlet__code=UPPER).count() == 1
    move(home.pk)
    undo_import(by=by, import_id=number, at=AT)
    assert set(Standing.objects.values_list("state", "hamlet__code")) == {("", LOWER)}
    assert set(Observation.objects.values_list("hamlet__code", flat=True)) == {LOWER}
    assert differences() == 0


def test_moving_many_costs_as_much_as_moving_one() -> None:
    homes = [
        NewHousehold(new_id(), UPPER, persons=[NewPerson(id=new_id(), full_name="Trần Văn Mới")])
        for _ in range(41)
    ]
    register_households(by=SYSTEM, households=homes, at=AT)
    persons = [person.id for home in homes for person in home.persons]
    told = [make.observation(person, "safety", "briefed") for person in persons]
    record_observations(by=SYSTEM, observations=told, at=AT)
    record_visits(by=SYSTEM, visits=[make.visit(home.id) for home in homes], at=AT)

    def cost(moved: list[NewHousehold]) -> int:
        given = [(home.id, [person.id for person in home.persons], hamlet_id(LOWER), 7) for home in moved]
        with CaptureQueriesContext(connection) as statements, transaction.atomic():
            follow_moves(by=SYSTEM, moves=given, at=AT)
        return len([one for one in statements if "SAVEPOINT" not in one["sql"]])

    assert cost([]) == 0
    assert cost(homes[:1]) == cost(homes[1:]) == 1
    assert Counter(Visit.objects.values_list("hamlet__code", "revision")) == {(LOWER, 7): 41}
    assert Counter(Observation.objects.values_list("hamlet__code", "revision")) == {(LOWER, 7): 41}
    assert Counter(Standing.objects.values_list("hamlet__code", "revision")) == {(LOWER, 7): 41}


def test_who_may_not_move_takes_nothing_along() -> None:
    tell()
    before = places()
    with pytest.raises(RightMissing):
        follow_moves(by=actor("an"), moves=[(NGUYEN, [LAN], hamlet_id(LOWER), 1)], at=AT)
    assert places() == before
