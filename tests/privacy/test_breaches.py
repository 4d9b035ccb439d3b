"""Whom a breach concerns is known by one command, exactly; its clock runs, and the notice is ready."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AccessNote, Device
from base.models import SYSTEM, new_id
from notices.models import Notice
from people.actions import Move, NewHousehold, NewPerson, move_households, register_households
from people.actions.restrict import lift_restrictions, restrict_persons
from people.models import Person
from privacy.actions import close_breach, forget, open_breach, raise_breach_alarms
from privacy.actions.breaches import Answer, BreachOver
from privacy.models import Breach
from tests.reports.exporting import folder, made
from tests.village import AT, COMMUNE, FAR, LOWER, OTHER_COMMUNE, UPPER, actor, an_id, calling

pytestmark = pytest.mark.django_db
__all__ = ["folder"]
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def now() -> datetime:
    return datetime.now(UTC)


def device_of(name: str) -> int:
    return Device.objects.get(user=an_id(name)).pk


def breach(kind: str, what: object, **span: datetime) -> Answer:
    given: Any = {"since": LONG_AGO, "until": now(), **span}
    return open_breach(by=SYSTEM, kind=kind, what=str(what), at=now(), is_drill=True, **given)


def persons(answer: Answer) -> set[UUID]:
    return {one.person for one in answer.exposed}


def ids(*names: str) -> set[UUID]:
    return {an_id(name) for name in names}


def settled(name: str, hamlet: str, at: datetime = AT) -> UUID:
    """One more household of one, and the person's id."""
    home = NewHousehold(new_id(), hamlet, persons=[NewPerson(new_id(), name, birth_year=1970, sex="male")])
    [receipt] = register_households(by=SYSTEM, households=[home], at=at)
    assert receipt.state == "applied"
    return home.persons[0].id


def on_dungs_phone() -> set[UUID]:
    """What the phone of chị Dung, of the whole commune, is told; and everybody else it is not told of."""
    phone = calling("dung")
    assert phone.get(f"people/persons/{an_id('lan')}").status == 200
    assert phone.get("people/households", area=LOWER, limit=1).status == 200
    assert calling("an").get(f"people/persons/{an_id('mai')}").status == 200
    settled("Hoàng Văn Sau", UPPER, now())
    return ids("lan", "tam")


def test_C_11_a_lost_phone_concerns_exactly_those_it_was_told_of() -> None:
    told = on_dungs_phone()
    found = breach("device", device_of("dung"))
    assert persons(found) == told
    assert [(code, n) for (code, _), n in found.by_commune.items()] == [(COMMUNE, 2)]
    assert found.breach.persons == 2


def test_C_11_an_account_answers_for_all_its_phones() -> None:
    told = on_dungs_phone()
    other = Device.objects.get(user=an_id("dung"))
    Device.objects.filter(pk=other.pk).update(token_hash=b"lost")
    other.pk = None
    other.save()
    assert calling("dung").get(f"people/persons/{an_id('hung')}").status == 200
    assert persons(breach("device", other.pk)) == ids("hung")
    assert persons(breach("account", an_id("dung"))) == told | ids("hung")


def test_C_11_who_came_to_a_household_after_it_was_told_is_not_concerned() -> None:
    assert calling("an").get("people/households", area=UPPER).status == 200
    Person.objects.filter(pk=an_id("mai")).update(recorded_at=now() + timedelta(seconds=1))
    Person.objects.filter(pk=an_id("hung")).update(removed_at=AT)
    assert persons(breach("device", device_of("an"))) == ids("lan")


def test_C_11_who_was_restricted_meanwhile_was_not_told_of() -> None:
    assert calling("an").get(f"people/persons/{an_id('mai')}").status == 200
    restrict_persons(by=SYSTEM, persons=ids("hung", "mai"), at=now())
    assert calling("an").get("people/households", area=UPPER).status == 200
    lift_restrictions(by=SYSTEM, persons=ids("hung"), at=now())
    assert persons(breach("device", device_of("an"))) == ids("lan", "mai")
    assert calling("an").get("people/households", area=UPPER).status == 200
    assert persons(breach("device", device_of("an"))) == ids("lan", "mai", "hung")
    assert persons(breach("area", COMMUNE)) == ids("lan", "hung", "mai", "tam"), "kept, and so copied"


def test_C_11_the_span_is_kept() -> None:
    phone = calling("an")
    phone.get(f"people/persons/{an_id('lan')}")
    between = now()
    phone.get(f"people/persons/{an_id('hung')}")
    assert persons(breach("device", device_of("an"), until=between)) == ids("lan")
    assert persons(breach("device", device_of("an"), since=between)) == ids("hung")


def test_C_11_who_was_erased_is_a_number_at_no_place() -> None:
    on_dungs_phone()
    forget(by=actor("dung"), persons=[an_id("lan")], at=now())
    found = breach("device", device_of("dung"))
    assert persons(found) == ids("lan", "tam")
    assert found.by_commune[("", "")] == 1


def test_C_11_an_area_concerns_who_was_kept_there_in_the_span() -> None:
    early, late = settled("Vũ Văn Sớm", UPPER), settled("Vũ Văn Muộn", FAR, AT + timedelta(days=9))
    gone = settled("Vũ Văn Đi", UPPER)
    Person.objects.filter(pk=gone).update(removed_at=AT + timedelta(days=2))
    home = Person.objects.get(pk=early).household_id
    move_households(by=SYSTEM, moves=[Move(home, FAR)], at=AT + timedelta(days=5))
    here = ids("lan", "hung", "mai", "tam") | {gone}  # out of the books, and in every copy of the database

    def kept(area: str, first: int, last: int) -> set[UUID]:
        span = {"since": AT + timedelta(days=first), "until": AT + timedelta(days=last)}
        return persons(breach("area", area, **span))

    assert kept(COMMUNE, 0, 3) == here | {early}
    assert kept(COMMUNE, 6, 9) == here
    assert kept(OTHER_COMMUNE, 0, 3) == ids("thu")
    assert kept(OTHER_COMMUNE, 6, 8) == ids("thu") | {early}
    assert kept("01", 0, 9) == here | ids("thu") | {early, late}


@pytest.mark.usefixtures("folder")
def test_C_11_a_file_concerns_whom_it_names() -> None:
    told, _ = made(calling("dung"), table="register", area=UPPER, reason="Kiểm tra đợt tập huấn")
    settled("Hoàng Văn Sau", UPPER, now())
    assert persons(breach("file", told["serial"])) == ids("lan", "hung", "mai")


def test_C_11_control_everybody_of_the_area_is_too_many_and_the_last_day_too_few() -> None:
    told = on_dungs_phone()
    earlier = {"at": now() - timedelta(days=3), "user_id": an_id("dung"), "device": device_of("dung")}
    home = Person.objects.get(pk=an_id("hung")).hamlet_id
    AccessNote.objects.create(**earlier, area_id=home, act="person.read", subjects=[an_id("hung")])
    exact = persons(breach("device", device_of("dung")))
    assert exact == told | ids("hung")
    assert persons(breach("area", COMMUNE)) > exact
    assert persons(breach("device", device_of("dung"), since=now() - timedelta(days=1))) < exact


def test_C_11_one_command_answers_enters_and_writes_the_notice(tmp_path: Path) -> None:
    on_dungs_phone()
    said, path = StringIO(), tmp_path / "who.csv"
    call_command(
        "breach_drill",
        "device",
        str(device_of("dung")),
        "--alarm-at",
        "2026-11-20T08:00",
        "--list",
        str(path),
        stdout=said,
    )
    row = Breach.objects.get()
    assert (row.kind, row.persons, row.is_drill, row.closed_at) == ("device", 2, True, None)
    assert row.alarm_at == datetime(2026, 11, 20, 1, tzinfo=UTC)
    assert row.due_at == row.alarm_at + timedelta(hours=72)
    assert path.read_text().splitlines() == [
        "person,hamlet",
        f"{an_id('lan')},{UPPER}",
        f"{an_id('tam')},{LOWER}",
    ]
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError):
        call_command("breach_drill", "account", str(an_id("dung")), "--list", str(path))
    assert Breach.objects.count() == 1
    told = said.getvalue()
    for word in ("[DIỄN TẬP]", "[DRILL]", "08:00 23/11/2026", "Số người bị ảnh hưởng: 2", f"({COMMUNE}): 2"):
        assert word in told
    assert "{" not in told
    assert "Nguyễn Thị Lan" not in told
    call_command("breach_drill", "close", str(row.pk))
    assert Breach.objects.get().closed_at is not None


@pytest.mark.parametrize(
    "what",
    [
        "device 999999",
        "device x",
        "account x",
        "area 99999",
        "file x",
        "close x",
        "close 999999",
        "area 01 --since 2999-01-01",
    ],
)
def test_C_11_what_is_not_there_is_said_and_not_entered(what: str) -> None:
    with pytest.raises(CommandError):
        call_command("breach_drill", *what.split(), stdout=StringIO())
    assert not Breach.objects.exists()


def test_C_11_who_answers_is_told_once_in_the_last_day_and_once_after_it() -> None:
    answer = breach("device", device_of("an"))
    row = answer.breach

    def told(hours: int) -> list[str]:
        Notice.objects.all().delete()
        raise_breach_alarms(by=SYSTEM, at=row.alarm_at + timedelta(hours=hours))
        return list(Notice.objects.filter(to_id=an_id("giang")).values_list("kind", flat=True))

    found = {hour: kinds for hour in range(100) if (kinds := told(hour))}
    assert found == {48: ["breach_due"], 73: ["breach_late"]}
    Breach.objects.update(alarm="")
    assert told(73) == ["breach_late"]
    link = Notice.objects.get(to_id=an_id("giang")).link.removeprefix("/api/v1/")
    assert calling("giang").get(link).json["results"][0]["number"] == row.pk
    close_breach(by=SYSTEM, number=row.pk, at=now())
    Breach.objects.update(alarm="")
    assert told(101) == []
    with pytest.raises(BreachOver):
        close_breach(by=SYSTEM, number=row.pk, at=now())


def test_who_answers_for_a_province_reads_the_register_and_its_clocks() -> None:
    """Nobody is named there, and nobody changes it there."""
    on_dungs_phone()
    late, due, fresh, over = (breach("device", device_of("dung")).breach for _ in range(4))
    for row, hours in ((late, 73), (due, 49), (over, 80)):
        Breach.objects.filter(pk=row.pk).update(due_at=row.due_at - timedelta(hours=hours))
    close_breach(by=SYSTEM, number=over.pk, at=now())
    told = calling("giang").get("privacy/breaches").json["results"]
    assert [(row["number"], row["clock"]) for row in told] == [
        (over.pk, "stopped"),
        (late.pk, "late"),
        (due.pk, "due"),
        (fresh.pk, "running"),
    ]
    assert {(row["kind"], row["what"], row["persons"]) for row in told} == {
        ("device", str(device_of("dung")), 2)
    }
    first = calling("giang").get("privacy/breaches", limit=3).json
    second = calling("giang").get("privacy/breaches", limit=3, cursor=first["next"]).json
    assert [row["number"] for row in second["results"]] == [fresh.pk]
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert calling("giang").call(method, "privacy/breaches", {}).status == 405


@pytest.mark.parametrize(("who", "status"), [("dung", 403), ("an", 403), ("minh", 403), (None, 401)])
def test_nobody_else_reads_it(who: str | None, status: int) -> None:
    breach("device", device_of("an"))
    assert calling(*filter(None, [who])).get("privacy/breaches").status == status
