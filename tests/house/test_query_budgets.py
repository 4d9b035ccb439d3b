"""A list costs the same number of statements with 1 row and with 50."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import appoint, open_account
from accounts.models import Device
from accounts.queries import actor_of
from accounts.rules import Role
from areas.actions import add_hamlets
from areas.models import Area
from base.models import SYSTEM, new_id
from checklist.actions import record_observations, record_visits
from notices.actions import enqueue
from people.actions import (
    NewHousehold,
    NewPerson,
    give_consents,
    register_households,
    register_persons,
)
from reports.actions import request_export, set_schedule
from reports.rules import Cut
from sync.actions import Pushed, Spoken, apply_batch
from tests import make
from tests.village import AT, COMMUNE, LOWER, PASSWORD, actor, an_id, calling

pytestmark = pytest.mark.django_db
MORE = range(49)


def households() -> None:
    new = [
        NewHousehold(
            new_id(),
            LOWER,
            address="",
            persons=[NewPerson(id=new_id(), full_name=f"Trần Văn Bé {n}", birth_year=1970, relation="head")],
        )
        for n in MORE
    ]
    register_households(by=SYSTEM, households=new, at=AT)


def persons() -> None:
    new = [
        NewPerson(id=new_id(), household=an_id("tran"), full_name=f"Trần Thị Út {n}", birth_year=1990)
        for n in MORE
    ]
    receipts = register_persons(by=SYSTEM, persons=new, at=AT)
    record_observations(
        by=SYSTEM,
        observations=[make.observation(r.id, "identity", "level1") for r in receipts if r.id],
        at=AT,
    )


def observations() -> None:
    new = [
        make.observation(an_id("tam"), "identity", "level1", observed_at=AT - timedelta(days=n)) for n in MORE
    ]
    record_observations(by=SYSTEM, observations=new, at=AT)


def consents() -> None:
    new = [make.consent(an_id("tam"), given_at=AT - timedelta(days=n)) for n in MORE]
    give_consents(by=SYSTEM, consents=new, at=AT)


def visits() -> None:
    new = [make.visit(an_id("tran"), visited_at=AT - timedelta(days=n)) for n in MORE]
    record_visits(by=SYSTEM, visits=new, at=AT)


def devices() -> None:
    later = AT + timedelta(days=9999)
    Device.objects.bulk_create(
        Device(
            user_id=an_id("chi"),
            name="máy",
            token_hash=bytes([n] * 32),
            created_at=AT,
            token_until=later,
            expires_at=later,
        )
        for n in MORE
    )


def posts() -> None:
    for n in MORE:
        user = open_account(by=SYSTEM, phone=f"+849130000{n:02}", full_name=f"Ai {n}", password=PASSWORD)
        appoint(by=SYSTEM, user_id=user.pk, role=Role.VOLUNTEER, area=LOWER, at=AT - timedelta(days=1))


def batches() -> None:
    """Of twenty phones, the most that one page shows: work that was done, and work that is held."""
    for n in range(20):
        user = open_account(by=SYSTEM, phone=f"+849140000{n:02}", full_name=f"Ai {n}", password=PASSWORD)
        appoint(by=SYSTEM, user_id=user.pk, role=Role.VOLUNTEER, area=LOWER, at=AT - timedelta(days=1))
        device = Device.objects.create(
            user=user, name="máy", token_hash=bytes([n] * 32), created_at=AT, token_until=AT, expires_at=AT
        )
        by = replace(actor_of(user.pk, AT), device_id=device.pk)
        said = [make.document(person, "identity", "level1") for person in (an_id("tam"), new_id(), new_id())]
        spoken = [Spoken(new_id(), "observation.record", document) for document in said]
        apply_batch(by=by, pushed=Pushed(new_id(), AT, spoken, 0, "", lambda: 0), at=AT)


def hamlets() -> None:
    add_hamlets(by=SYSTEM, commune=COMMUNE, hamlets=[(f"Xóm {n}", "village") for n in MORE], at=AT)


def notices() -> None:
    words: dict[str, Any] = {"kind": "file_ready", "about": "x", "link": "/x", "language": "vi"}
    for _ in MORE:
        enqueue(by=SYSTEM, to=[an_id("dung")], subject=new_id(), at=datetime.now(UTC), **words)


def exports() -> None:
    words: dict[str, Any] = {"table": "coverage", "form": "csv", "language": "vi", "at": AT}
    for _ in MORE:
        request_export(by=actor("dung"), export_id=new_id(), cut=Cut(COMMUNE, AT.date()), **words)


def schedules() -> None:
    words: dict[str, Any] = {"table": "coverage", "form": "csv", "language": "vi", "at": AT}
    for _ in range(20):
        words |= {"schedule_id": new_id(), "every": "week", "roles": []}
        set_schedule(by=actor("dung"), cut=Cut(COMMUNE, AT.date()), **words)


# The door, who asks, what grows behind it, and how many statements it may cost (the token, the note).
BUDGETS: dict[str, tuple[str, Callable[[], None], int]] = {
    "areas?parent=00454": ("chi", hamlets, 2),
    "accounts/me": ("chi", devices, 3),
    "accounts/devices": ("chi", devices, 2),
    "accounts/posts": ("dung", posts, 2),
    "people/households": ("chi", households, 5),
    "people/households?q=Tran": ("chi", households, 5),
    f"people/households?area={LOWER}&readiness=none&follow_up=true": ("chi", households, 6),
    f"people/households/{an_id('tran')}": ("chi", persons, 6),
    f"people/households/{an_id('tran')}/persons": ("chi", persons, 6),
    f"people/persons/{an_id('tam')}": ("chi", observations, 5),
    f"people/persons/{an_id('tam')}/consents": ("chi", consents, 4),
    f"people/duplicates?area={COMMUNE}": ("dung", persons, 6),
    f"checklist/persons/{an_id('tam')}/observations": ("chi", observations, 4),
    f"checklist/persons/{an_id('tam')}/readiness": ("chi", observations, 4),
    f"checklist/households/{an_id('tran')}/readiness": ("chi", persons, 5),
    f"checklist/households/{an_id('tran')}/visits": ("chi", visits, 4),
    "sync/pull": ("chi", persons, 3),
    "sync/receipts": ("chi", batches, 4),
    "sync/held": ("dung", batches, 5),
    "sync/devices": ("dung", batches, 6),
    f"reports/coverage?area={COMMUNE}": ("dung", hamlets, 8),
    "notices": ("dung", notices, 2),
    "reports/exports": ("dung", exports, 2),
    "reports/schedules": ("dung", schedules, 2),
    f"reports/coverage/chart.svg?area={COMMUNE}": ("dung", hamlets, 8),
    f"reports/coverage/chart.png?area={COMMUNE}": ("dung", hamlets, 8),
    f"reports/coverage?area={COMMUNE}&by=item": ("dung", households, 8),
    f"reports/bottlenecks?area={COMMUNE}": ("dung", hamlets, 8),
    f"reports/households?area={COMMUNE}": ("dung", households, 8),
    f"reports/team_activity?area={COMMUNE}": ("dung", visits, 8),
    f"reports/follow_up?area={COMMUNE}&limit=2": ("dung", persons, 12),
    f"reports/indicators?area={COMMUNE}": ("dung", hamlets, 20),
    f"reports/trend?area={COMMUNE}": ("dung", hamlets, 10),
    f"reports/targets?area={COMMUNE}&by=area": ("dung", hamlets, 10),
    f"reports/periods?area={COMMUNE}": ("dung", households, 6),
}


def cost(read: Callable[[], object]) -> int:
    """How many statements a reading takes, without the transaction that it is (a savepoint here)."""
    with CaptureQueriesContext(connection) as captured:
        read()
    said = [query["sql"].split(" ", 1)[0] for query in captured.captured_queries]
    # A pull asks who is there before it.
    return len(said) - (2 if "SAVEPOINT" in said[:2] and said[-1] == "RELEASE" else 0)


def grows(read: Callable[[], object], more: Callable[[], None], budget: int) -> str:
    """ "" when the reading costs the same after `more` rows came, and no more than its budget."""
    few = cost(read)
    more()
    many = cost(read)
    return (
        ""
        if few == many <= budget
        else f"{few} statements with few rows, {many} with many ({budget} allowed)"
    )


@pytest.mark.parametrize("door", BUDGETS)
def test_a_list_costs_the_same_with_fifty_rows(door: str) -> None:
    who, more, budget = BUDGETS[door]
    caller = calling(who)

    def read() -> None:
        reply = caller.get(door)
        assert reply.status == 200, reply.json

    observed = [make.observation(an_id("tam"), "identity", "level1")]
    record_observations(by=SYSTEM, observations=observed, at=AT)
    record_visits(by=SYSTEM, visits=[make.visit(an_id("tran"))], at=AT)
    spoken = [Spoken(new_id(), "observation.record", make.document(new_id(), "identity", "level1"))]
    apply_batch(by=actor("chi"), pushed=Pushed(new_id(), AT, spoken, 0, "", lambda: 0), at=AT)
    read()  # the day's first sight of somebody begins the day's count
    assert grows(read, more, budget) == ""


def test_a_planted_query_for_each_row_is_found() -> None:
    def read() -> list[str]:
        return [area.parent.code for area in Area.objects.filter(code__startswith="00454-") if area.parent]

    assert grows(read, hamlets, 100) == "3 statements with few rows, 52 with many (100 allowed)"


def test_a_planted_costly_reading_is_found() -> None:
    def read() -> list[int]:
        return [Area.objects.count() for _ in range(9)]

    assert grows(read, hamlets, 8) == "9 statements with few rows, 9 with many (8 allowed)"
