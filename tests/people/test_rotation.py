"""Keys are changed while the house works; whoever is killed meanwhile, everything opens in the end."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from accounts.models import AccessNote
from base import bulk
from base.models import SYSTEM, new_id
from base.sealed.rotating import rotate, sealed_columns
from people.actions import (
    Edit,
    NewHousehold,
    NewPerson,
    change_households,
    change_persons,
    register_households,
)
from people.models import Household, Person
from people.queries.sealed import ADDRESS, PHONE, PHONE_INDEX, address_of, phone_of
from tests.bench.told import median
from tests.conftest import serving
from tests.village import AT, UPPER, an_id, calling

TODAY = "a-secret-of-today-that-is-long-enough"
ROUND = "a-secret-that-goes-round-the-one-before"
PERSONS = 600


def populate(persons: int) -> None:
    """Persons with phones and addresses, in homes of three, and some history."""
    for begin in range(0, persons, 300):
        homes = [
            NewHousehold(
                id=new_id(),
                hamlet=UPPER,
                address=f"Ngõ {n}",
                persons=[
                    NewPerson(id=new_id(), full_name="Bùi Thị Én", phone=f"09{begin + 3 * n + m:08}")
                    for m in range(3)
                ],
            )
            for n in range(min(100, (persons - begin) // 3))
        ]
        register_households(by=SYSTEM, households=homes, at=AT)
    edit = Edit(an_id("lan"), {"phone": "0912345678"}, {"phone": "0911222333"})
    change_persons(by=SYSTEM, edits=[edit], at=AT)
    change_households(
        by=SYSTEM, edits=[Edit(an_id("nguyen"), {"address": "Ngõ 3"}, {"address": "Ngõ 4"})], at=AT
    )


def said() -> dict[Any, str]:
    """What is said of everybody."""
    found: dict[Any, str] = {person.pk: phone_of(person) for person in Person.objects.all()}
    return found | {home.pk: address_of(home) for home in Household.objects.all()}


def stale() -> int:
    """How many values are not under the keys of today."""
    left = 0
    with connection.cursor() as cursor:
        for field in sealed_columns():
            where, params = field.stale()
            cursor.execute(f"SELECT count(*) FROM {field.model._meta.db_table} WHERE {where}", params)
            left += cursor.fetchone()[0]
    return left


@contextmanager
def new_keys() -> Iterator[None]:
    """The keys of today with those before."""
    from django.conf import settings

    with override_settings(
        SEALING_KEYS=[TODAY, *settings.SEALING_KEYS], INDEX_KEYS=[*settings.INDEX_KEYS, ROUND]
    ):
        yield


def killed_after(statements: int) -> int:
    """Rotates in a process of its own, which is killed after so many statements, before what they did is
    committed; the signal that ended it."""
    child = os.fork()
    if child == 0:
        try:
            # The parent's session is not ours to end: a new one, and never back into the parent's stack.
            inherited, connection.connection = connection.connection, None
            execute, left = bulk.execute, [statements]

            def counted(*args: Any, **kwargs: Any) -> Any:
                done = execute(*args, **kwargs)
                left[0] -= 1
                if not left[0]:
                    os.kill(os.getpid(), signal.SIGKILL)
                return done

            bulk.execute = counted
            rotate()
            del inherited
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def rotated_in_spite_of_kills(kills: int, most: int) -> None:
    """Rotates, killed at random points; after each everything opens, and at the end nothing is left."""
    before, by = said(), random.Random(20261122)
    with new_keys():
        for _ in range(kills):
            assert killed_after(by.randint(1, most)) == signal.SIGKILL
            assert said() == before
        rotate()
        assert stale() == 0
        assert said() == before
    with override_settings(SEALING_KEYS=[TODAY]):
        assert said() == before, "the key before can go"


def test_P_04_a_rotation_that_is_killed_goes_on_where_it_was(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("base.sealed.rotating.AT_ONCE", 50)
    populate(PERSONS)
    rotated_in_spite_of_kills(3, 20)


def test_P_04_control_a_rotation_that_loses_a_row_would_be_found(
    monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    right = PHONE.__class__.renewed
    monkeypatch.setattr(
        "base.sealed.fields.SealedField.renewed",
        lambda field, row, kept: right(field, row, kept) if row != an_id("lan") else field.seal(row, "0"),
    )
    before = said()
    with new_keys():
        rotate()
        assert said() != before
        assert stale() == 0


def test_P_05_a_new_index_key_goes_round_and_duplicates_are_found_as_before(db: None) -> None:
    lan = Person.objects.get(pk=an_id("lan"))
    with new_keys():
        assert bytes(lan.phone_index) != PHONE_INDEX.index("+84912345678")
        rotate()
        lan.refresh_from_db()
        assert bytes(lan.phone_index) == PHONE_INDEX.index("+84912345678")


def test_P_05_control_an_index_without_the_key_before_finds_nobody(db: None) -> None:
    with new_keys():
        rotate()
    with override_settings(INDEX_KEYS=[ROUND]):
        index = PHONE_INDEX.index("+84912345678")
        assert not Person.objects.filter(phone_index=index).exists()


def test_a_new_seal_is_no_write_about_anybody_and_anything_else_is(db: None) -> None:
    """Else a change of keys would be noted with everybody in the province."""

    def notes() -> int:
        return AccessNote.objects.filter(act__in=["person.change", "household.change"]).count()

    before = notes()
    with new_keys():
        rotate()
    assert notes() == before
    Person.objects.filter(pk=an_id("lan")).update(sex="unknown")
    Household.objects.filter(pk=an_id("nguyen")).update(language="tay")
    assert notes() == before + 2


def test_the_command_tells_what_it_did_and_what_does_not_open(db: None) -> None:
    told = StringIO()
    with new_keys():
        call_command("rotate_seals", stdout=told)
        assert "people_person.phone: 2 renewed, 0 do not open" in told.getvalue()
        assert stale() == 0
        broken = ADDRESS.seal(an_id("le"), "Ngõ 3")
        Household.objects.filter(pk=an_id("nguyen")).update(address=broken[:2] + "A" * 8 + broken[10:])
        with pytest.raises(CommandError, match="do not open"):
            call_command("rotate_seals", stdout=told)
    assert "people_household.address: 0 renewed, 1 do not open" in told.getvalue()


def test_P_02_over_http_what_was_tampered_with_is_hidden_and_no_alarm_of_the_door(db: None) -> None:
    """A row of another, a character changed, plain text past the service: the list and the pull go on."""
    stolen = Household.objects.get(pk=an_id("le")).address
    for planted in (stolen, stolen[:-6] + "AAAAAA", "~1Ngõ 3"):
        Household.objects.filter(pk=an_id("nguyen")).update(address=planted)
        an, path = calling("an"), f"people/households/{an_id('nguyen')}"
        assert (an.get(path).status, an.get(path).json["address"]) == (200, "•••")
        told = {row["id"]: row["data"] for row in an.get("sync/pull").json["changes"]}
        assert told[str(an_id("nguyen"))]["address"] == "•••"
        assert an.get("people/households", area=UPPER).json["results"][0]["address"] == "•••"
        mended = an.patch(path, {"base": {"address": "•••"}, "set": {"address": "Ngõ 3"}})
        assert (mended.status, mended.json["address"]) == (200, "Ngõ 3")


@pytest.mark.prove
@pytest.mark.timeout(1800)
def test_P_04_a_hundred_thousand_rows_and_ten_kills_while_others_write(committed: None) -> None:
    from threading import Event, Thread

    populate(100_000)
    over, failed, took = Event(), [], []

    def write() -> None:
        from time import perf_counter

        n = 0
        while not over.is_set():
            n += 1
            begun = perf_counter()
            reply = calling("an").patch(
                f"people/persons/{an_id('hung')}",
                {
                    "base": {"sex": "male" if n % 2 else "female"},
                    "set": {"sex": "female" if n % 2 else "male"},
                },
            )
            took.append(perf_counter() - begun)
            failed.extend([reply.status] if reply.status != 200 else [])
        connection.close()

    with new_keys():
        writer = Thread(target=write)
        writer.start()
        rotated_in_spite_of_kills(10, 300)
        over.set()
        writer.join()
    assert not failed
    print(f"{len(took)} edits meanwhile: median {median(took) * 1000:.1f} ms, longest {max(took):.2f} s")


@contextmanager
def as_a_command(house: str) -> Iterator[None]:
    """On the command line, under the role that serves: it owns nothing, and has the sight of the house."""
    with serving():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.house', %s, false)", [house])
        yield


def test_P_04_the_role_that_serves_may_rotate_everything(db: None) -> None:
    populate(9)
    before = said()
    with new_keys():
        assert stale() > 0
        with as_a_command("on"):
            rotate()
        assert stale() == 0
        assert said() == before


def test_P_04_control_without_the_sight_of_the_house_it_finds_no_person(db: None) -> None:
    populate(9)
    with new_keys():
        with as_a_command(""):
            rotate()
        assert stale() > 0
