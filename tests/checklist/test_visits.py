"""Visits to households: each is work, whatever came of it, and is told once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from base.models import new_id
from checklist.actions import record_visits
from checklist.models import Visit
from people.actions import NewHousehold, register_households
from people.models import Household
from tests import make
from tests.checklist.counting import HAMLETS, feed_of, hamlet_id, stored_revisions
from tests.poison import bodies, refused, stored
from tests.village import AT, COMMUNE, FAR, LOWER, UPPER, Reply, actor, an_id, calling

pytestmark = pytest.mark.django_db
DOOR = "checklist/visits"
NGUYEN = an_id("nguyen")
STRANGER = UUID("11111111-1111-7111-8111-111111111111")


def tell(who: str | None, *documents: dict[str, Any]) -> Reply:
    return calling(who).post(DOOR, documents[0] if len(documents) == 1 else list(documents))


def states(reply: Reply) -> list[str]:
    return [receipt["state"] for receipt in reply.json["receipts"]]


def visits(home: UUID = NGUYEN, who: str = "an") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = calling(who).get(f"checklist/households/{home}/visits").json["results"]
    return found


def test_a_visit_is_told_as_it_was_recorded() -> None:
    before = feed_of(UPPER)
    told = make.visit_document(NGUYEN, "nobody")
    reply = tell("an", told)
    assert (reply.status, reply.json) == (
        200,
        {"receipts": [{"id": told["id"], "state": "applied", "revision": before + 1}]},
    )
    kept = Visit.objects.get(pk=told["id"])
    assert calling("binh").get(f"checklist/households/{NGUYEN}/visits").json == {
        "results": [
            {
                **told,
                "visited_at": AT.isoformat().replace("+00:00", "Z"),
                "hamlet": UPPER,
                "by": str(an_id("an")),
                "recorded_at": kept.recorded_at.isoformat().replace("+00:00", "Z"),
                "revision": before + 1,
            }
        ],
        "next": None,
    }


@pytest.mark.parametrize("outcome", ["met", "nobody", "refused", "moved_away", "no_such_house"])
def test_whatever_came_of_it_is_work_even_where_nobody_was_ever_observed(outcome: str) -> None:
    home = NewHousehold(new_id(), UPPER)
    register_households(by=actor("an"), households=[home], at=AT)
    assert states(tell("an", make.visit_document(home.id, outcome))) == ["applied"]
    assert [row["outcome"] for row in visits(home.id)] == [outcome]


def test_a_visit_keeps_the_post_and_the_device_by_which_it_was_told() -> None:
    tell("binh", make.visit_document(NGUYEN))
    tell("giang", make.visit_document(an_id("tran")))
    kept = Visit.objects.select_related("post__area")
    assert {row.by_id: (row.post.role, row.post.area.code, row.device is not None) for row in kept} == {
        an_id("binh"): ("team_lead", UPPER, True),
        an_id("giang"): ("area_admin", "01", True),
    }


def test_the_same_visit_again_is_a_duplicate_and_another_under_its_id_a_conflict() -> None:
    told = make.visit_document(NGUYEN, "nobody")
    [first] = tell("an", told).json["receipts"]
    after = stored()
    assert tell("an", told).json["receipts"] == [{**first, "state": "duplicate"}]
    for change in ({"outcome": "met"}, {"visited_at": "2026-11-01T03:00:00Z"}):
        reply = tell("an", {**told, **change})
        assert (reply.status, reply.json["code"]) == (409, "visit.id_taken")
        assert reply.json["errors"][0]["path"] == "id"
    assert tell("giang", {**told, "household": str(an_id("tran"))}).json["code"] == "visit.id_taken"
    assert stored() == after


def test_what_is_told_twice_in_one_list_is_stored_once() -> None:
    told = make.visit_document(NGUYEN)
    reply = tell("an", told, told, {**told, "outcome": "refused"})
    assert states(reply) == ["applied", "duplicate", "conflict"]
    first, second, _ = reply.json["receipts"]
    assert first["revision"] == second["revision"] == feed_of(UPPER)
    assert [row["outcome"] for row in visits()] == ["met"]


def test_a_clock_that_runs_ahead_is_set_back_to_the_receipt_and_the_repetition_is_known() -> None:
    told = make.visit_document(NGUYEN, visited_at=datetime(9999, 1, 1, tzinfo=UTC))
    assert states(tell("an", told)) == ["applied"]
    kept = Visit.objects.get()
    assert kept.visited_at == kept.recorded_at
    assert states(tell("an", told, told)) == ["duplicate", "duplicate"]


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"outcome": "asleep"}, "outcome.unknown", "outcome"),
        ({"outcome": ""}, "outcome.unknown", "outcome"),
        ({"visited_at": "1969-12-31T00:00:00Z"}, "visit.bad_instant", "visited_at"),
        ({"visited_at": "2026-11-02T03:00:00"}, "field.invalid", "visited_at"),
        ({"household": str(STRANGER)}, "thing.not_found", "household"),
        ({"household": "x"}, "field.invalid", "household"),
    ],
)
def test_what_is_wrong_is_named_and_the_neighbours_are_stored(
    change: dict[str, Any], code: str, path: str
) -> None:
    wrong = {**make.visit_document(NGUYEN), **change}
    reply = tell("an", make.visit_document(NGUYEN), wrong, make.visit_document(NGUYEN))
    assert states(reply) == ["applied", "refused", "applied"]
    told = reply.json["receipts"][1]
    assert (told["id"], told["code"], told["path"]) == (wrong["id"], code, path)
    alone = tell("an", {**make.visit_document(NGUYEN), **change})
    assert (alone.json["code"], alone.json["errors"][0]["path"]) == (code, path)
    assert Visit.objects.count() == 2


@pytest.mark.parametrize("name", ["tran", "le", "gone"])
def test_a_household_out_of_sight_is_refused_in_the_same_bytes_as_an_unknown_one(name: str) -> None:
    Household.objects.filter(pk=NGUYEN).update(removed_at=AT)
    home, told = NGUYEN if name == "gone" else an_id(name), {"id": str(new_id())}
    for extra in ([], [make.visit_document(STRANGER)]):
        hidden, unknown = (
            tell("an", {**make.visit_document(which), **told}, *extra) for which in (home, STRANGER)
        )
        assert hidden.raw.content == unknown.raw.content
    found, nothing = (calling("an").get(f"checklist/households/{which}/visits") for which in (home, STRANGER))
    assert (found.status, found.raw.content) == (404, nothing.raw.content)
    assert Visit.objects.count() == 0


@pytest.mark.parametrize(
    ("who", "status", "reading"),
    [
        ("an", 200, 200),
        ("binh", 200, 200),
        ("dung", 200, 200),
        ("giang", 200, 200),
        ("hai", 404, 404),
        ("khanh", 404, 404),
        ("chi", 404, 404),
        ("lien", 403, 200),
        ("minh", 403, 403),
        ("nobody", 403, 403),
        ("dismissed", 403, 403),
        ("revoked", 401, 401),
        (None, 401, 401),
    ],
)
def test_who_may_record_and_read_visits_of_the_upper_hamlet(
    who: str | None, status: int, reading: int
) -> None:
    assert tell(who, make.visit_document(NGUYEN)).status == status
    assert calling(who).get(f"checklist/households/{NGUYEN}/visits").status == reading
    assert Visit.objects.count() == (status == 200)


def test_each_hamlet_numbers_its_visits_in_the_order_of_the_list() -> None:
    start = {code: feed_of(code) for code in HAMLETS}
    homes = ["nguyen", "le", "nguyen", "tran", "nguyen"]
    reply = tell("giang", *(make.visit_document(an_id(home)) for home in homes))
    assert [receipt["revision"] for receipt in reply.json["receipts"]] == [
        start[UPPER] + 1,
        start[FAR] + 1,
        start[UPPER] + 2,
        start[LOWER] + 1,
        start[UPPER] + 3,
    ]
    for code in HAMLETS:
        assert sorted(stored_revisions(hamlet_id(code))) == list(range(1, feed_of(code) + 1))


def test_what_is_not_stored_takes_no_number() -> None:
    told = make.visit(NGUYEN)
    record_visits(by=actor("an"), visits=[told], at=AT)
    before = feed_of(UPPER)
    others = [told, make.visit(NGUYEN, id=told.id, outcome="nobody"), make.visit(STRANGER)]
    receipts = record_visits(by=actor("an"), visits=others, at=AT + timedelta(days=1))
    assert [receipt.state for receipt in receipts] == ["duplicate", "conflict", "refused"]
    assert feed_of(UPPER) == before


def test_many_visits_are_told_page_by_page_as_they_came_in() -> None:
    an = calling("an")
    told = [make.visit_document(NGUYEN, "nobody") for _ in range(230)]
    an.post(DOOR, told[200:])
    an.post(DOOR, told[:200])
    seen, cursor, sizes = [], None, []
    while cursor or not seen:
        page = an.get(f"checklist/households/{NGUYEN}/visits", **({"cursor": cursor} if cursor else {})).json
        seen += [row["id"] for row in page["results"]]
        sizes.append(len(page["results"]))
        cursor = page["next"]
    assert sizes == [100, 100, 30]
    assert seen == [document["id"] for document in (*told[200:], *told[:200])]


def test_500_visits_cost_as_much_as_one() -> None:
    homes = [NewHousehold(new_id(), HAMLETS[n % 3]) for n in range(499)]
    register_households(by=actor("giang"), households=[h for h in homes if h.hamlet != FAR], at=AT)
    register_households(by=actor("giang"), households=[h for h in homes if h.hamlet == FAR], at=AT)
    giang = calling("giang")

    def cost(documents: list[dict[str, Any]]) -> int:
        with CaptureQueriesContext(connection) as statements:
            reply = giang.post(DOOR, documents)
        assert set(states(reply)) == {"applied"}
        return len(statements)

    one = cost([make.visit_document(NGUYEN)])
    many = cost([make.visit_document(home.id, "nobody") for home in homes])
    assert one == many <= 10
    assert Visit.objects.filter(hamlet__parent__code=COMMUNE).count() > 300
    apart = sum(cost([make.visit_document(NGUYEN)]) for _ in range(2))
    assert apart > 10, "one call for each visit would be seen"


POISONS = [
    poison
    for poison in bodies(make.visit_document(NGUYEN))
    if poison.media_type == "application/json" and poison.name not in {"nothing"}
]
# Inside a list these leave no telling where they end, or make the whole body too large.
WITHOUT_END = {"half a document", "100,000 lists", "100,000 objects", "1 MiB and one byte", "3 MiB"}


def test_every_poison_at_once_beside_good_visits() -> None:
    import json

    alive = [p for p in POISONS if p.name not in WITHOUT_END and len(p.body) < 5_000]
    assert len(alive) > 60
    good = [json.dumps(make.visit_document(NGUYEN)).encode() for _ in range(2)]
    body = b"[" + b",".join([good[0], *(poison.body for poison in alive), good[1]]) + b"]"
    reply = calling("an").post(DOOR, body)
    assert reply.status == 200, reply.json
    assert states(reply) == ["applied", *["refused"] * len(alive), "applied"]


def test_every_poison_alone_is_a_problem_and_stores_nothing() -> None:
    before, an = stored(), calling("an")
    for poison in POISONS:
        reply = an.call("POST", DOOR, poison.body, content_type=poison.media_type)
        if poison.name in ("a list", "a list of lists", "900 lists"):  # this door does take lists
            assert reply.status == 200, poison.name
            assert all(state == "refused" for state in states(reply))
        else:
            refused(reply, poison)
    assert stored() == before
