"""How many persons one account is shown a day: a day's work is never stopped, a harvest is."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from accounts.actions import appoint, dismiss
from accounts.models import AccessNote, Post, Shown
from accounts.rules import Role
from areas.actions import add_hamlets
from base.models import SYSTEM, new_id
from notices.models import Notice
from people.actions import NewHousehold, NewPerson, register_households
from tests import make
from tests.accounts.noted import now
from tests.sync.reading import Phone
from tests.village import AT, COMMUNE, UPPER, an_id, calling

pytestmark = pytest.mark.django_db
HOMES, EACH = 5, 3


@pytest.fixture
def hamlets(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Eight hamlets of five households of three; whoever works in one may be shown sixty records a day."""
    monkeypatch.setattr("accounts.actions.notes.BUDGET_LEAST", 0)
    made = add_hamlets(by=SYSTEM, commune=COMMUNE, hamlets=[(f"Xóm {n}", "village") for n in range(8)], at=AT)
    for hamlet in made:
        register_households(by=SYSTEM, households=[home(hamlet.code) for _ in range(HOMES)], at=AT)
    return [hamlet.code for hamlet in made]


def home(hamlet: str) -> NewHousehold:
    persons = [NewPerson(id=new_id(), full_name=f"Lê Văn {n}", birth_year=1980) for n in range(EACH)]
    return NewHousehold(id=new_id(), hamlet=hamlet, persons=persons)


def send(who: str, hamlet: str) -> None:
    """An officer in league with the harvester lets him work in one hamlet after the other."""
    for post in Post.objects.filter(user_id=an_id(who), to_at=None):
        dismiss(by=SYSTEM, post_id=post.pk, at=now() - timedelta(seconds=1))
    appoint(by=SYSTEM, user_id=an_id(who), role=Role.VOLUNTEER, area=hamlet, at=now() - timedelta(seconds=1))


def disclosed(who: str) -> set[UUID]:
    kept = AccessNote.objects.filter(user_id=an_id(who), rule="").values_list("subjects", flat=True)
    return {subject for subjects in kept for subject in subjects}


def harvest(hamlets: list[str]) -> list[int]:
    """The status of each pull of a harvester who goes from hamlet to hamlet."""
    found = []
    for hamlet in hamlets:
        send("an", hamlet)
        found.append(calling("an").get("sync/pull").status)
    return found


def test_E_05_R_07_a_harvester_is_stopped_at_three_times_what_is_entrusted_to_him(hamlets: list[str]) -> None:
    assert harvest(hamlets) == [200] * 3 + [429] * 5
    assert len(disclosed("an")) <= 3 * HOMES * (1 + EACH)
    refused = calling("an").get("people/households")
    assert (refused.status, refused.json["code"]) == (429, "device.paused")
    assert int(refused.raw.headers["Retry-After"]) <= 24 * 3600
    assert set(Notice.objects.filter(kind="device_paused").values_list("to_id", flat=True)) == {
        an_id("dung"),
        an_id("giang"),
    }
    assert Notice.objects.count() == 2, "told once, however often he tries"


def test_E_05_work_already_done_can_still_be_sent_and_the_next_day_is_a_new_one(hamlets: list[str]) -> None:
    harvest(hamlets)
    person = AccessNote.objects.filter(area__code=hamlets[-1], act="person.register").first()
    assert person is not None
    document = make.document(person.subjects[0], "identity", "level1")
    assert calling("an").post("checklist/observations", document).status == 200
    with connection.cursor() as cursor:  # as if all of it was yesterday
        cursor.execute(
            "UPDATE accounts_shown SET day = day - 1, paused_until = paused_until - interval '1 day'"
        )
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE accounts_accessnote SET at = at - interval '1 day'")
        cursor.execute("SET session_replication_role = DEFAULT")
    assert calling("an").get("people/households").status == 200


def test_R_07_a_first_pull_and_a_day_of_work_are_never_stopped(hamlets: list[str]) -> None:
    send("an", hamlets[0])
    phone = Phone("an", limit=7)
    for _ in range(3):  # a new phone, or one that was reset, begins from zero
        phone = Phone("an", limit=7)
        phone.pull()
    for household in {pk for kind, pk in phone.store if kind == "household"}:
        for path in (f"people/households/{household}", f"checklist/households/{household}/readiness"):
            assert calling("an").get(path).status == 200
        for _ in range(5):
            assert calling("an").get("people/households").status == 200
    kept = Shown.objects.get(user_id=an_id("an"))
    assert (kept.paused_until, kept.most) == (None, 3 * HOMES * (1 + EACH))


def test_E_05_R_07_control_without_the_budget_he_takes_everything(
    hamlets: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.actions.notes.BUDGET_LEAST", 10**6)
    assert harvest(hamlets) == [200] * 8
    assert len(disclosed("an")) == 8 * HOMES * (1 + EACH)


def test_R_07_who_has_two_phones_has_one_budget(hamlets: list[str]) -> None:
    """Were the count that of a device, a second sign-in would begin anew."""
    harvest(hamlets[:3])
    send("an", hamlets[3])
    body = {"phone": "0912000001", "password": "mot-mat-khau-du-dai", "device_name": "máy hai"}
    token = calling().post("accounts/sign-in", body).json["token"]
    from tests.village import Caller

    assert Caller(token).get("sync/pull").status == 429
    assert UPPER not in hamlets
