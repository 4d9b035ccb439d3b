"""What was stored before there were seals is sealed by the migrations, begun again as often as needed, and
opened when they are taken back."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from accounts.models import Totp, User
from accounts.queries import TOTP_SECRET
from base.sealed import unveiled
from base.sealed.rotating import sealed_columns
from people.models import Change, Household, Import, Person
from people.queries.sealed import PHONE_INDEX, address_of, change_of, phone_of
from sync.models import Receipt
from sync.queries.receipts import DATA
from tests.people import rosters
from tests.people.doing import editing
from tests.sync.saying import batch, person
from tests.village import an_id, calling

pytestmark = pytest.mark.django_db
ROOMS = {
    "people": "0008_seal_what_is_there",
    "sync": "0004_seal_what_is_there",
    "accounts": "0005_sealed_phones",
    "privacy": "0002_sealed_wishes",
}
CHECKS = {
    "people_person": "phone_sealed",
    "people_household": "address_sealed",
    "people_change": "change_sealed",
    "accounts_user": "account_phone_sealed",
    "accounts_enrolment": "enrolment_phone_sealed",
}


def run(name: str) -> None:
    """`seal` or `unseal` of every room's migration."""
    for room, migration in ROOMS.items():
        getattr(import_module(f"{room}.migrations.{migration}"), name)(apps, None)


def without_checks() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, check in CHECKS.items():
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {check}")


def live() -> None:
    """Something in every table that keeps a phone or an address."""
    assert editing(calling("an"), an_id("lan"), "phone", "+••••••••678", "0911222333").status == 200
    assert rosters.staging(rosters.csv(rosters.row("Bùi Thị Én", phone="0905111222"))).status == 201
    assert calling("dung").post("accounts/totp").status == 201
    held = person(an_id("never"), phone="0905111333")
    assert calling("an").post("sync/push", batch(held)).json["receipts"][0]["state"] == "held"


def plainly() -> dict[str, Any]:
    """What the tables hold, whoever reads them."""
    lan, [change] = Person.objects.get(pk=an_id("lan")), Change.objects.all()
    return {
        "phone": lan.phone,
        "address": Household.objects.get(pk=an_id("nguyen")).address,
        "history": (change.old, change.new),
        "staged": Import.objects.get().staged[0]["persons"][0]["phone"],
        "held": Receipt.objects.get().data["phone"],
        "account": User.objects.get(pk=an_id("an")).phone,
        "digest": len(lan.digest),
    }


PLAIN = {
    "phone": "+84911222333",
    "address": "Ngõ 3",
    "history": ("+84912345678", "+84911222333"),
    "staged": "+84905111222",
    "held": "0905111333",
    "account": "+84912000001",
    "digest": 16,
}


def test_what_is_there_is_sealed_and_opened_again_and_nothing_is_lost() -> None:
    live()
    fingerprint = unveiled(Person.objects.get(pk=an_id("lan")).digest)
    secret = TOTP_SECRET.open(an_id("dung"), Totp.objects.get().secret)
    without_checks()
    run("unseal")
    assert plainly() == PLAIN
    assert bytes(Person.objects.get(pk=an_id("lan")).digest) == fingerprint
    assert not Totp.objects.get().secret.startswith("~1")
    Person.objects.update(phone_end="", phone_index=None)
    for _ in range(2):  # the second time there is nothing left to do
        run("seal")
        assert not [name for name, kept in plainly().items() if kept == PLAIN[name]]
        lan = Person.objects.get(pk=an_id("lan"))
        assert (phone_of(lan), lan.phone_end) == ("+84911222333", "333")
        assert bytes(lan.phone_index or b"") == PHONE_INDEX.index("+84911222333")
        assert address_of(Household.objects.get(pk=an_id("nguyen"))) == "Ngõ 3"
        assert change_of(Change.objects.get()) == PLAIN["history"]
        assert unveiled(lan.digest) == fingerprint
        held = Receipt.objects.get()
        assert DATA.open(held.pk, held.data)["phone"] == "0905111333"
        assert User.objects.of_phone("0912 000 001").get().number == "+84912000001"
        assert secret == TOTP_SECRET.open(an_id("dung"), Totp.objects.get().secret)
    assert {field.model._meta.app_label for field in sealed_columns()} == set(ROOMS), "no room is forgotten"
