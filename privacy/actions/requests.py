"""A request is a row with two clocks: when it has to be answered, and when it has to be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.queries import holders_at
from accounts.rules import Role
from areas.queries import path_ids
from base.days import day_of
from base.errors import NotFound, Refusal
from base.models import SYSTEM, Asker, new_id
from base.scope import widened
from notices.actions import enqueue
from people.actions import correct_person
from people.queries import places_of
from privacy.actions.erasing import erase, forget, restrict
from privacy.models import Request
from privacy.queries import WANTED
from privacy.rules import EXTENSION, OPEN, Clocks, Kind, RequestOver, State, alarm_of, clocks_of


class WantedMissing(Refusal):
    code = "request.wanted_missing"
    vi = "Yêu cầu sửa phải nói rõ sửa trường nào thành gì."
    en = "A correction has to say which field is to become what."


def holidays() -> frozenset[date]:
    """The public holidays of changing days, as the office has named them."""
    return frozenset(date.fromisoformat(day) for day in settings.HOLIDAYS)


@transaction.atomic
def open_request(
    *, by: Asker, person: UUID, kind: str, channel: str, at: datetime, wanted: dict[str, Any] | None = None
) -> Request:
    """Files a request about a person; while one of the kind is open, that one is it. The officers of the
    commune are told. Refuses a person who is not there, and a correction of nothing."""
    by.must("own_account")
    with widened():  # who comes with a code has no place of his own
        return _open_request(by, person, kind, channel, at, wanted)


def _open_request(
    by: Asker, person: UUID, kind: str, channel: str, at: datetime, wanted: dict[str, Any] | None
) -> Request:
    place = places_of([person]).get(person)
    if place is None:
        raise NotFound(path="person")
    if kind == Kind.CORRECT and not wanted:
        raise WantedMissing(path="wanted")
    open_one: Request | None = Request.objects.filter(person=person, kind=kind, ended_at=None).first()
    if open_one:
        return open_one
    clocks = clocks_of(Kind(kind), day_of(at), holidays())
    request_id = new_id()
    request = Request.objects.create(
        id=request_id,
        person=person,
        hamlet_id=place.facts.hamlet_id,
        kind=kind,
        channel=channel,
        wanted=WANTED.seal(request_id, wanted) if kind == Kind.CORRECT else None,
        filed_at=at,
        answer_on=clocks.answer_on,
        act_on=clocks.act_on,
        by_id=by.user_id,
    )
    _tell(request, "request_filed", request.pk, at)
    return request


@transaction.atomic
def file_request(
    *, by: Asker, person: UUID, kind: str, at: datetime, wanted: dict[str, Any] | None = None
) -> Request:
    """The same by somebody who records where the person lives: what was said at the door."""
    by.must("record")
    place = places_of([person]).get(person)
    if place is None or not by.holds("record", *place.path):
        raise NotFound(path="person")
    return open_request(by=by, person=person, kind=kind, channel="door", at=at, wanted=wanted)


def follow_withdrawals(*, by: Asker, leaving: Sequence[UUID], staying: Sequence[UUID], at: datetime) -> None:
    """Who was kept by his consent alone is forgotten at once; of who is kept under a decision the office is
    asked, with the clock running (plug `people.withdrawn`)."""
    by.must("record")
    if leaving:
        erase(by=by, persons=leaving, at=at)
    for person in staying:
        open_request(by=by, person=person, kind=Kind.WITHDRAW, channel="withdrawal", at=at)


@transaction.atomic
def answer_request(*, by: Asker, request_id: UUID, at: datetime) -> Request:
    """The person has been told that it was received and what follows: the first clock stops."""
    by.must("answer_request")
    request = _open(by, request_id)
    if request.state != State.FILED:
        raise RequestOver()
    request.state, request.answered_at = State.ANSWERED, at
    request.save(update_fields=["state", "answered_at"])
    return request


@transaction.atomic
def extend_request(*, by: Asker, request_id: UUID, at: datetime) -> Request:
    """Fifteen days more to act, once."""
    by.must("answer_request")
    request = _open(by, request_id)
    if request.extended_at:
        raise RequestOver()
    request.extended_at, request.act_on = at, request.act_on + timedelta(days=EXTENSION)
    request.save(update_fields=["extended_at", "act_on"])
    return request


@transaction.atomic
def end_request(*, by: Asker, request_id: UUID, granted: bool, at: datetime) -> Request:
    """Does what was asked, or refuses it, and stops the clocks. Granted, a correction is made, and who
    withdraws, objects or wants to be forgotten is erased; who wants it restricted is in nobody's work until
    `lift`; access is given by the disclosure."""
    by.must("answer_request")
    request = _open(by, request_id)
    if granted and request.kind == Kind.CORRECT:
        _correct(by, request, at)
    request.state = State.DONE if granted else State.REFUSED
    request.answered_at = request.answered_at or at
    request.ended_at, request.wanted = at, None
    request.save(update_fields=["state", "answered_at", "ended_at", "wanted"])
    if granted and request.kind in (Kind.ERASE, Kind.WITHDRAW, Kind.OBJECT):
        forget(by=by, persons=[request.person], at=at)
    if granted and request.kind == Kind.RESTRICT:
        restrict(by=by, person=request.person, at=at)
    return request


def raise_alarms(*, by: Asker, at: datetime) -> int:
    """Tells the officers of requests that are due or late, each state of a clock once; how many were told."""
    by.must("keep_house")
    told = 0
    for request in Request.objects.filter(ended_at=None).order_by("act_on", "id"):
        alarm = alarm_of(request.state, Clocks(request.answer_on, request.act_on), day_of(at))
        if alarm and alarm != request.alarm:
            with transaction.atomic():
                Request.objects.filter(pk=request.pk).update(alarm=alarm)
                _tell(request, f"request_{alarm.rpartition('_')[2]}", new_id(), at)
            told += 1
    return told


def _open(by: Asker, request_id: UUID) -> Request:
    found = Request.objects.visible_to(by).select_for_update().filter(pk=request_id).first()
    if found is None or not by.holds("answer_request", *path_ids([found.hamlet_id])[found.hamlet_id]):
        raise NotFound()
    if found.state not in OPEN:
        raise RequestOver()
    row: Request = found
    return row


def _correct(by: Asker, request: Request, at: datetime) -> None:
    """Sets what was asked for, over what stands there now."""
    wanted = dict(WANTED.open(request.pk, request.wanted) or {})
    if wanted.get("birth_date"):
        wanted["birth_date"] = date.fromisoformat(wanted["birth_date"])
    receipt = correct_person(by=by, person=request.person, wanted=wanted, at=at)
    if receipt.refusal:
        raise receipt.refusal


def _tell(request: Request, kind: str, subject: UUID, at: datetime) -> None:
    """The admins of the commune; where it has none, those of its province. Nobody's name is told."""
    _, commune, province = path_ids([request.hamlet_id])[request.hamlet_id]
    officers = holders_at([commune], [Role.AREA_ADMIN], at) or holders_at([province], [Role.AREA_ADMIN], at)
    link = f"/api/v1/privacy/inbox/{request.pk}"
    enqueue(
        by=SYSTEM,
        to=officers,
        kind=kind,
        subject=subject,
        about=request.kind,
        link=link,
        language="vi",
        at=at,
    )
