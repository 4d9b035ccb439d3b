"""A phone was off line while somebody was erased: what it brings of him is refused, and kept nowhere."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from accounts.models import Device
from base.models import new_id
from people.models import Person
from privacy.actions import forget
from sync import tasks
from sync.models import Receipt
from tests.accounts.doing import holding, signing_in
from tests.bench.phone import Phone
from tests.privacy.grounds import by_consent
from tests.sync.proofs.wire import in_process
from tests.sync.saying import batch, change, consent, household, observation, person, push, states, visit
from tests.village import AT, CAST, PASSWORD, actor, calling, token_of

pytestmark = pytest.mark.django_db
NAME = "Lò Thị Hoa Kanary"


@pytest.fixture(autouse=True)
def ledger(settings: Any, tmp_path: Any) -> None:
    settings.ERASURES_FILE = str(tmp_path / "erasures.log")


def late(hoa: UUID, home: UUID) -> list[dict[str, Any]]:
    """All that a phone can say of somebody."""
    found = {"id": str(hoa), "full_name": NAME, "birth_year": 1970}
    return [
        household(new_id(), persons=[found]),
        person(home, hoa, full_name=NAME),
        change(hoa, full_name=("Lò Thị Hoa", NAME)),
        consent(hoa),
        visit(home),
        observation(hoa),
    ]


def kept() -> str:
    """All that the ledger keeps of what was said."""
    return str(list(Receipt.objects.exclude(data=None).values_list("data", flat=True)))


def erased() -> tuple[UUID, UUID]:
    hoa = by_consent("Lò Thị Hoa")
    home = Person.objects.get(pk=hoa).household_id
    forget(by=actor("dung"), persons=[hoa], at=AT)
    return hoa, home


@pytest.mark.parametrize("who", ["an", "chi"])
def test_C_06_what_comes_late_about_an_erased_person_is_refused_and_not_kept(who: str) -> None:
    hoa, home = erased()
    told = push(who, *late(hoa, home))
    said = {(receipt["state"], receipt["code"]) for receipt in told}
    assert said == {("refused", "record.forgotten")}
    assert "xóa" in told[0]["message"]
    assert (kept(), Person.objects.filter(pk=hoa).exists()) == ("[]", False)
    assert calling("binh").get("sync/held").json["results"] == []


@pytest.mark.parametrize("who", ["an", "chi"])
def test_C_06_control_of_somebody_who_is_not_known_yet_it_is_held(who: str) -> None:
    told = push(who, *late(new_id(), new_id())[1:])
    assert states(told) == ["held"] * 5
    assert NAME in kept()


def test_C_06_what_was_held_before_is_refused_with_the_same_word() -> None:
    hoa = by_consent("Lò Thị Hoa")
    held = observation(hoa)
    assert states(push("chi", held)) == ["held"]
    forget(by=actor("dung"), persons=[hoa], at=AT)
    line = Receipt.objects.get(pk=held["id"])
    assert (line.state, line.code, line.data) == ("refused", "record.forgotten", None)


def test_C_06_held_work_that_an_erasure_did_not_see_goes_at_the_next_look() -> None:
    hoa = by_consent("Lò Thị Hoa")
    held = observation(hoa)
    push("chi", held)
    line = Receipt.objects.filter(pk=held["id"]).values().get()
    forget(by=actor("dung"), persons=[hoa], at=AT)
    Receipt.objects.filter(pk=held["id"]).update(**line)  # as a backup brings it back
    tasks.judge_held()
    again = Receipt.objects.get(pk=held["id"])
    assert (again.state, again.code, again.data) == ("refused", "record.forgotten", None)


def test_C_06_a_revoked_phone_leaves_nothing_of_him_in_quarantine() -> None:
    hoa, home = erased()
    lost = holding(signing_in(CAST["an"][0], PASSWORD, "Máy bị mất").json["token"])
    device = Device.objects.get(name="Máy bị mất").pk
    assert calling("binh").delete(f"accounts/devices/{device}").status == 204
    answer = lost.post("sync/quarantine", batch(*late(hoa, home)))
    assert (answer.status, answer.json["taken"], kept()) == (200, 0, "[]")


def test_on_line_too_his_id_is_nobodys_again() -> None:
    hoa, _ = erased()
    found = {"id": str(hoa), "full_name": NAME, "birth_year": 1970}
    home = calling("an").post(
        "people/households", {"id": str(new_id()), "hamlet": "00454-01", "persons": [found]}
    )
    assert (home.status, home.json["code"]) == (410, "record.forgotten")


def test_a_phone_of_the_example_drops_what_it_was_told_to() -> None:
    hoa = by_consent("Lò Thị Hoa")
    phone = Phone(in_process(), token_of("an"))
    assert phone.sync()
    command = phone.say("observation.record", observation(hoa)["data"])
    edit = phone.edit("person", str(hoa), {"full_name": NAME})
    forget(by=actor("dung"), persons=[hoa], at=AT)
    assert phone.sync()
    assert {phone.outbox[pk].state for pk in (command, edit)} == {"refused"}
    assert NAME not in str(phone.outbox)
    assert str(hoa) not in phone.rows("person")
    assert phone.counts() == phone.ask_counts()
