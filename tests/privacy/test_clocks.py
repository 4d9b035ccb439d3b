"""Two working days to answer, so many days to act, one extension; what is due or late is told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from base.models import SYSTEM
from notices.models import Notice
from people.models import Person
from privacy.actions import answer_request, end_request, extend_request, file_request, raise_alarms
from privacy.models import Request
from privacy.rules import Kind, RequestOver, clocks_of, is_working_day, working_days_after
from tests.village import AT, TODAY, actor, an_id, calling

LAN = an_id("lan")


@pytest.mark.parametrize(
    ("filed", "answer"),
    [
        (date(2026, 11, 2), date(2026, 11, 4)),  # Monday
        (date(2026, 11, 5), date(2026, 11, 9)),  # Thursday: over the weekend
        (date(2026, 11, 7), date(2026, 11, 10)),  # Saturday
        (date(2026, 4, 29), date(2026, 5, 5)),  # before 30 April, 1 May and a weekend
        (date(2027, 2, 4), date(2027, 2, 11)),  # before a Tet that the office has named
    ],
)
def test_an_answer_is_due_after_two_working_days(filed: date, answer: date) -> None:
    tet = {date(2027, 2, 5), date(2027, 2, 8), date(2027, 2, 9)}
    assert working_days_after(filed, 2, tet) == answer
    assert is_working_day(answer, tet)


def test_each_kind_has_its_days_to_act() -> None:
    days = {kind.value: (clocks_of(kind, TODAY, ()).act_on - TODAY).days for kind in Kind}
    assert days == {"access": 10, "correct": 10, "withdraw": 15, "restrict": 15, "object": 15, "erase": 20}


@pytest.mark.django_db
def test_a_request_is_answered_extended_once_and_ended() -> None:
    by = actor("dung")
    request = file_request(by=actor("an"), person=LAN, kind="object", at=AT)
    assert answer_request(by=by, request_id=request.pk, at=AT).state == "answered"
    assert extend_request(by=by, request_id=request.pk, at=AT).act_on == TODAY + timedelta(days=30)
    with pytest.raises(RequestOver):
        extend_request(by=by, request_id=request.pk, at=AT)
    assert end_request(by=by, request_id=request.pk, granted=False, at=AT).state == "refused"
    for again in (answer_request, extend_request):
        with pytest.raises(RequestOver):
            again(by=by, request_id=request.pk, at=AT)
    assert Person.objects.filter(pk=LAN).exists()


@pytest.mark.django_db
def test_a_correction_is_made_when_it_is_granted() -> None:
    wanted = {"full_name": "Nguyễn Thị Lan Anh", "phone": "0912345679", "birth_year": 1959}
    said = {"kind": "correct", "wanted": wanted}
    done = calling("an").post(f"privacy/persons/{LAN}/requests", said)
    assert done.status == 201
    door = f"privacy/inbox/{done.json['id']}"
    assert calling("dung").post(f"{door}/end", {"granted": True}).json["state"] == "done"
    told = calling("an").get(f"people/persons/{LAN}").json
    assert (told["full_name"], told["phone"], told["birth_year"]) == (
        "Nguyễn Thị Lan Anh",
        "+••••••••679",
        1959,
    )
    assert Request.objects.get().wanted is None
    nothing = calling("an").post(f"privacy/persons/{LAN}/requests", {"kind": "correct"})
    assert (nothing.status, nothing.json["code"]) == (422, "request.wanted_missing")


@pytest.mark.django_db
def test_officers_are_told_once_of_what_is_due_and_of_what_is_late() -> None:
    file_request(by=actor("an"), person=LAN, kind="erase", at=AT)

    def told(days: int) -> list[str]:
        Notice.objects.all().delete()
        raise_alarms(by=SYSTEM, at=AT + timedelta(days=days))
        return list(Notice.objects.filter(to_id=an_id("dung")).values_list("kind", flat=True))

    assert [told(day) for day in (1, 2, 2, 3, 4)] == [[], ["request_due"], [], ["request_late"], []]
    answer_request(by=actor("dung"), request_id=Request.objects.get().pk, at=AT)
    days = {day: told(day) for day in range(5, 24)}
    assert {day: kinds for day, kinds in days.items() if kinds} == {18: ["request_due"], 21: ["request_late"]}


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["an", "binh", "hai", "lien", "nobody"])
def test_only_the_office_of_the_place_acts(who: str) -> None:
    pk = file_request(by=actor("an"), person=LAN, kind="erase", at=AT).pk
    calls: list[Any] = [
        calling(who).get(f"privacy/inbox/{pk}"),
        *(calling(who).post(f"privacy/inbox/{pk}/{act}") for act in ("answer", "extend")),
        calling(who).post(f"privacy/inbox/{pk}/end", {"granted": True}),
        calling(who).get(f"privacy/persons/{LAN}/disclosure"),
    ]
    assert {reply.status for reply in calls} <= {403, 404}
    assert Request.objects.get().state == "filed"
    assert [row["id"] for row in calling("dung").get("privacy/inbox").json["results"]] == [str(pk)]
