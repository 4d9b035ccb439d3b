"""Two hundred known phones and addresses go through the house; none of them is found where somebody could
steal a copy: in the database, in Redis, in the folders, in the log."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.test import override_settings

from base.models import new_id
from config.logs import JSONLine
from people.models import Household, Import, Person
from sync.models import Receipt
from tests.people import rosters
from tests.people.doing import household, person
from tests.reports.exporting import build_all
from tests.sync.saying import batch, command
from tests.village import COMMUNE, FAR, LOWER, PASSWORD, UPPER, an_id, calling

pytestmark = pytest.mark.django_db
PHONES = [f"09{71_000_000 + 7919 * n}" for n in range(100)]
ADDRESSES = [f"Ngách Chim Yến {n}{'abcd'[n % 4]}" for n in range(100)]
# What a copy must not hold: the number as typed and as kept, each nine digits of it; the address.
CANARIES = [phone[1:] for phone in PHONES] + ADDRESSES


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with override_settings(EXPORTS_DIR=tmp_path):
        yield tmp_path


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that any logger says, as the house prints it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JSONLine())
    loggers = [logging.getLogger(name) for name in ("", "request", "alarm")]
    before = loggers[0].level
    loggers[0].setLevel(logging.DEBUG)
    for logger in loggers:
        logger.addHandler(handler)
    yield stream
    for logger in loggers:
        logger.removeHandler(handler)
    loggers[0].setLevel(before)


def go_through_the_house() -> None:
    """Registered, edited, moved, pushed, held, in conflict, imported, staged, invited, enrolled, exported."""
    said = iter(zip(PHONES, ADDRESSES, strict=True))
    an, dung = calling("an"), calling("dung")
    for hamlet in (UPPER, LOWER) * 10:
        phone, address = next(said)
        home = household(person(phone=phone), hamlet=hamlet, address=address)
        assert dung.post("people/households", home).status == 201
    _push(said)
    _edit(an, dung, said)
    staged, applied = (_roster(said) for _ in range(2))
    assert rosters.staging(staged).status == 201
    rosters.applied(applied)
    for phone, _ in said:
        invited = {"role": "volunteer", "area": COMMUNE, "full_name": "Ai Đó", "phone": phone}
        assert dung.post("accounts/enrolments", invited).status == 201
        _enrol(dung, invited, phone) if phone == PHONES[-1] else None
    asked = {"table": "register", "format": "csv", "area": UPPER, "reason": "Kiểm tra bản lưu"}
    assert calling("binh").post("reports/exports", asked).status == 202
    assert build_all() == [True]


def _edit(an: Any, dung: Any, said: Any) -> None:
    (first, address), (second, other) = next(said), next(said)
    lan, home = f"people/persons/{an_id('lan')}", f"people/households/{an_id('nguyen')}"
    for new, state in ((first, 200), (second, 409)):
        assert an.patch(lan, {"base": {"phone": "+••••••••678"}, "set": {"phone": new}}).status == state
    for new, state in ((address, 200), (other, 409)):
        assert an.patch(home, {"base": {"address": "Ngõ 3"}, "set": {"address": new}}).status == state
    assert dung.post(f"{home}/move", {"hamlet": LOWER}).status == 200


def _push(said: Any) -> None:
    """What is stored, what is held (not his hamlet; a household that never came) and what clashes."""
    some = [next(said) for _ in range(20)]
    commands = [
        command(
            "household.register", hamlet=(UPPER, FAR)[n % 2], address=address, persons=[person(phone=phone)]
        )
        for n, (phone, address) in enumerate(some[:10])
    ]
    commands += [
        command("person.register", **person(phone=phone), household=new_id()) for phone, _ in some[10:15]
    ]
    commands += [
        command("person.change", person=an_id("hung"), base={"phone": "0900000001"}, set={"phone": phone})
        for phone, _ in some[15:]
    ]
    for spoken in commands:
        spoken["data"].pop("id", None)
    reply = calling("an").post("sync/push", batch(*commands))
    states = {receipt["state"] for receipt in reply.json["receipts"]}
    assert states == {"applied", "held", "conflict"}, reply.json


def _roster(said: Any) -> bytes:
    some = [next(said) for _ in range(15)]
    header = (*rosters.HEADER, "Địa chỉ")
    rows = [
        (*rosters.row(f"Bùi Thị Én {'ABCDEFGHIJKLMNO'[n]}", house=n + 1, phone=phone), address)
        for n, (phone, address) in enumerate(some)
    ]
    return rosters.csv(*rows, header=header)


def _enrol(dung: Any, invited: dict[str, Any], phone: str) -> None:
    code = dung.post("accounts/enrolments", invited).json["code"]
    words = {"password": PASSWORD, "device_name": "máy"}
    assert calling().post("accounts/enrol", {"code": code, **words}).status == 201
    assert calling().post("accounts/sign-in", {"phone": phone, **words}).status == 200


def dumped() -> Iterator[tuple[str, bytes]]:
    """Every table as a dump has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        for (table,) in cursor.fetchall():
            if not table.startswith("areas_"):
                with cursor.copy(f'COPY (SELECT * FROM "{table}") TO STDOUT') as rows:
                    yield table, b"".join(bytes(row) for row in rows)


def copies(folder: Path, log: io.StringIO) -> Iterator[tuple[str, bytes]]:
    """Everything that somebody could carry away."""
    yield from dumped()
    with redis.Redis.from_url(settings.REDIS_URL) as asked:
        for key in asked.scan_iter(f"*{settings.REDIS_PREFIX}*"):
            yield "redis", key + (asked.dump(key) or b"")
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files, "the export lies there"
    for path in files:
        yield path.name, path.name.encode() + path.read_bytes()
    yield "log", log.getvalue().encode()


def found(folder: Path, log: io.StringIO) -> dict[str, int]:
    """How many canaries each copy holds."""
    words = [word.encode() for word in CANARIES]
    found = {name: sum(word in text for word in words) for name, text in copies(folder, log)}
    return {name: n for name, n in found.items() if n}


def test_P_01_nobody_who_steals_a_copy_has_a_phone_or_an_address(folder: Path, log: io.StringIO) -> None:
    go_through_the_house()
    assert len(CANARIES) == 200
    assert log.getvalue().count("\n") > 30, "the log is listened to"
    assert found(folder, log) == {}
    # They are all there, for whoever has the key.
    assert Person.objects.exclude(phone="").count() > 30
    assert Household.objects.exclude(address="").count() > 30
    assert Import.objects.filter(staged__isnull=False).count() == 1
    assert Receipt.objects.filter(state="held").count() == 10


def test_P_01_control_whatever_is_stored_as_it_was_said_is_found(
    folder: Path, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault planted in each place: a column, a document, a key of Redis, a file, the log."""
    Person.objects.filter(pk=an_id("lan")).update(full_name=f"Lan +84{CANARIES[0]}")
    Import.objects.create(
        id=new_id(),
        area_id=Person.objects.get(pk=an_id("lan")).hamlet_id,
        state="staged",
        sha256="",
        columns={},
        ignored=[],
        hamlets=[],
        counts={},
        problems=[],
        staged=[{"address": ADDRESSES[1]}],
        staged_at=Person.objects.get(pk=an_id("lan")).recorded_at,
    )
    (folder / "a.csv").write_text(PHONES[2])
    logging.getLogger("alarm").error("person %s", PHONES[3])
    with redis.Redis.from_url(settings.REDIS_URL) as asked:
        asked.set(f"{settings.REDIS_PREFIX}x:{PHONES[4]}", 1, ex=60)
    assert found(folder, log) == {"people_person": 1, "people_import": 1, "a.csv": 1, "log": 1, "redis": 1}
