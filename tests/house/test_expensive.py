"""What is dear of one person runs twice at once, exactly, and not three times."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from base.api import Door, seats
from base.api.seats import LIFE, MOST, Seat, TooManyAtOnce
from base.models import new_id
from base.queue import NoCount, redis_at
from reports.api import tables
from tests.house.routes import Route, routes
from tests.sync.saying import observation, push
from tests.together import together
from tests.village import UPPER, an_id, calling

EXPENSIVE = {
    "people/duplicates",
    "people/imports",
    "people/imports/<uuid:import_id>/apply",
    "people/imports/<uuid:import_id>/undo",
    "privacy/persons/<uuid:person_id>/disclosure",
    "reports/adjustments",
    "reports/bottlenecks",
    "reports/coverage",
    "reports/coverage/chart.png",
    "reports/coverage/chart.svg",
    "reports/exports/<uuid:export_id>/file",
    "reports/follow_up",
    "reports/households",
    "reports/indicators",
    "reports/periods",
    "reports/register",
    "reports/targets",
    "reports/targets/import",
    "reports/team_activity",
    "reports/trend",
    "reports/trend/chart.png",
    "reports/trend/chart.svg",
}
# Doors of the office that read or write a row or two.
CHEAP = {
    "reports/<str:table>": "names the tables there are",
    "reports/exports": "a row; a worker makes the file",
    "reports/exports/<uuid:export_id>": "a row",
    "reports/exports/<uuid:export_id>/approve": "a row",
    "reports/exports/<uuid:export_id>/refuse": "a row",
    "reports/public": "made once a week, and of nobody who could be counted",
    "reports/public/manifest": "made with the release",
    "reports/schedules": "a row",
    "reports/schedules/<uuid:schedule_id>": "a row",
}


def dear(found: Iterable[Route]) -> set[str]:
    return {path_of(route) for route in found if getattr(view_of(route), "expensive", False)}


def view_of(route: Route) -> Any:
    return getattr(route.view, "cls", None) or getattr(route.view, "view_class", None)


def path_of(route: Route) -> str:
    return route.pattern.removeprefix("api/v1/")


def undeclared(found: Iterable[Route]) -> set[str]:
    """Doors of the office that nobody has said to be dear or cheap."""
    office = {path_of(route) for route in found if path_of(route).startswith("reports/")}
    return office - EXPENSIVE - set(CHEAP)


def test_R_09_every_door_of_the_office_is_dear_or_cheap_for_a_reason() -> None:
    assert dear(routes()) == EXPENSIVE
    assert undeclared(routes()) == set()
    assert set(CHEAP) <= {path_of(route) for route in routes()}


def listed(who: str) -> Any:
    return calling(who).post("reports/register", {"area": UPPER, "reason": "Kiểm tra ai còn được nêu"})


def nested(monkeypatch: pytest.MonkeyPatch, who: str, deep: int) -> list[Any]:
    """The answers to requests of which each begins while the one before it is running."""
    real, answers = tables.RegisterDoor.post, list[Any]()

    def post(self: Any, request: Any) -> Any:
        if len(answers) < deep:
            ask()
        return real(self, request)

    def ask() -> None:
        answers.append(None)
        number = len(answers) - 1
        answers[number] = listed(who)

    with monkeypatch.context() as planted:
        planted.setattr(tables.RegisterDoor, "post", post)
        ask()
    return answers


@pytest.mark.django_db
def test_R_09_the_third_at_once_is_told_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = nested(monkeypatch, "dung", 3)
    assert (first.status, second.status) == (200, 200)
    assert (third.status, third.json["code"]) == (429, "limit.at_once")
    assert int(third.raw.headers["Retry-After"]) > 0
    assert listed("dung").status == 200, "the seats are left"


@pytest.mark.django_db
def test_R_09_control_with_one_seat_more_the_third_is_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seats, "MOST", MOST + 1)
    assert [answer.status for answer in nested(monkeypatch, "dung", 3)] == [200, 200, 200]


@pytest.mark.django_db
def test_R_09_it_is_counted_by_person_over_all_doors_and_phones_go_on() -> None:
    taken = [Seat(an_id("binh")) for _ in range(MOST)]
    refused = calling("binh").get("reports/households", area=UPPER)
    assert (refused.status, refused.json["code"]) == (429, "limit.at_once")
    assert calling("dung").get("reports/households", area=UPPER).status == 200
    assert calling("binh").get("reports/exports").status == 200
    assert push("binh", observation(an_id("lan")))[0]["state"] == "applied"
    assert calling("binh").get("sync/pull").status == 200, "a page is a thousand rows by their index"
    taken[0].leave()
    assert calling("binh").get("reports/households", area=UPPER).status == 200


@pytest.mark.django_db
def test_R_09_who_is_refused_or_fails_leaves_no_seat_taken() -> None:
    for _ in range(MOST + 1):
        assert calling("dung").get("reports/households", area="99999").status == 404
    assert calling("dung").get("reports/households", area=UPPER).status == 200


def coming(who: Any) -> bool:
    try:
        return bool(Seat(who))
    except TooManyAtOnce:
        return False


def test_R_09_of_twenty_at_once_exactly_two_pass() -> None:
    who = new_id()
    assert together(*([lambda: coming(who)] * 20)).count(True) == MOST


def test_R_09_control_looking_first_and_sitting_then_lets_more_pass() -> None:
    from threading import Barrier

    link, key, looked = redis_at(settings.REDIS_URL, 5), f"{settings.REDIS_PREFIX}naive", Barrier(20)

    def come() -> bool:
        may = int(link.zcard(key)) < MOST
        looked.wait(10)
        link.zadd(key, {str(new_id()): 1})
        return may

    assert together(*([come] * 20)).count(True) == 20


def test_R_09_the_seat_of_a_process_that_died_is_free_after_its_time() -> None:
    who = new_id()
    seat, other = Seat(who), Seat(who)
    assert not coming(who)
    link, key = redis_at(settings.REDIS_URL, 5), f"{settings.REDIS_PREFIX}{seat.key}"
    assert 0 < link.ttl(key) <= LIFE
    link.zadd(key, {seat.name: link.zscore(key, seat.name) - LIFE})
    assert coming(who)
    assert not coming(who)
    other.leave()
    assert coming(who)


@pytest.mark.django_db
def test_R_09_while_nobody_can_count_all_are_let_in() -> None:
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        for _ in range(MOST + 1):
            Seat(an_id("dung"))
        assert calling("dung").get("reports/households", area=UPPER).status == 200


def test_a_redis_that_hangs_is_asked_for_a_seat_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def hangs(*given: Any) -> Any:
        asked.append(given)
        raise NoCount()

    monkeypatch.setattr(seats, "counted", hangs)
    Seat(an_id("dung")).leave()
    assert len(asked) == 1


def test_R_09_control_a_door_of_the_office_that_nobody_declared_is_found() -> None:
    assert undeclared([Route("api/v1/reports/new", Door)]) == {"reports/new"}
