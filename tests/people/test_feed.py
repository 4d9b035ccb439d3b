"""What the feed of a hamlet tells of its people: valid JSON whatever they are called, and no whole number."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from areas.queries.parts import FEEDS_OF
from base.models import SYSTEM, new_id
from people.actions import Move, NewHousehold, NewPerson, give_consents, move_households, register_households
from people.models import Consent, Household, Person
from people.queries import FEED_KINDS
from people.queries.feed import MASKED
from people.queries.sealed import ADDRESS
from people.rules.persons import (
    OLDEST,
    RELATIONS,
    Presence,
    Residence,
    Sex,
    check_phone,
    mask_phone,
    phone_end,
)
from tests import make
from tests.people.feed import person_data, told, visible
from tests.village import AT, LOWER, UPPER, actor, an_id

pytestmark = pytest.mark.django_db
NASTY = [
    'Ngõ "3"',
    "Ngõ \\3\\",
    "Ngõ 3\u2028tổ 4\u2029",
    "'; DROP TABLE people_person; --",
    "100 % ở %(code)s %s {0} {code} $1",
    "\U0001f3e0 nhà \u202e",
    "\\u0022 \\\" \\' /\\/",
    'a","gone":true,"x":"',
    "tab\tnew\nline\r\x1f\x7f",
    "]]> </script> &amp;",
    "Đường Lê Thị Hồng Gấm",
]


def register(*persons: NewPerson, **more: Any) -> UUID:
    home = NewHousehold(new_id(), UPPER, persons=persons, **more)
    [receipt] = register_households(by=SYSTEM, households=[home], at=AT)
    assert receipt.state == "applied", receipt
    return home.id


def of_kind(kind: str, code: str = UPPER) -> dict[str, Any]:
    return {change["id"]: change for change in told(code) if change["kind"] == kind}


def test_every_kind_is_told_with_exactly_its_fields() -> None:
    give_consents(by=actor("an"), consents=[make.consent(an_id("lan"), id=an_id("yes"))], at=AT)
    changes = {(change["kind"], change["id"]): change for change in told(UPPER)}
    home = Household.objects.get(pk=an_id("nguyen"))
    assert changes["household", str(home.pk)] == {
        "kind": "household",
        "id": str(home.pk),
        "hamlet": UPPER,
        "revision": home.revision,
        "data": {"hamlet": UPPER, "address": "Ngõ 3", "language": "", "edit": 0},
    }
    lan, hung = Person.objects.get(pk=an_id("lan")), Person.objects.get(pk=an_id("hung"))
    assert changes["person", str(lan.pk)] == {
        "kind": "person",
        "id": str(lan.pk),
        "hamlet": UPPER,
        "revision": lan.revision,
        "data": {
            "household": str(home.pk),
            "full_name": "Nguyễn Thị Lan",
            "birth_year": 1958,
            "sex": "female",
            "phone": "+••••••••678",
            "relation": "head",
            "residence": "permanent",
            "presence": "present",
            "edit": 0,
        },
    }
    assert changes["person", str(hung.pk)]["data"]["birth_date"] == "1985-03-12"
    consent = Consent.objects.get()
    assert changes["consent", str(consent.pk)] == {
        "kind": "consent",
        "id": str(consent.pk),
        "hamlet": UPPER,
        "revision": consent.revision,
        "data": {
            "person": str(lan.pk),
            "decision": "given",
            "text": "2026-01",
            "language": "vi",
            "channel": "spoken",
            "witness": "none",
            "given_at": "2026-11-02T03:00:00+00:00",
        },
    }
    assert set(changes) == set(visible(UPPER))


def test_what_left_is_told_with_the_id_and_nothing_else() -> None:
    [receipt] = move_households(by=actor("dung"), moves=[Move(an_id("nguyen"), LOWER)], at=AT)
    left = told(UPPER)
    revision = left[0]["revision"]
    ids = {("household", "nguyen"), ("person", "lan"), ("person", "hung"), ("person", "mai")}
    assert sorted(left, key=lambda change: change["id"]) == sorted(
        (
            {"kind": kind, "id": str(an_id(name)), "hamlet": UPPER, "revision": revision, "gone": True}
            for kind, name in ids
        ),
        key=lambda change: str(change["id"]),
    )
    came = [change for change in told(LOWER) if change["revision"] == receipt.revision]
    assert {(change["kind"], change["id"]) for change in came} == {
        (kind, str(an_id(name))) for kind, name in ids
    }


@pytest.mark.parametrize("text", NASTY)
def test_whatever_people_write_is_told_as_they_wrote_it(text: str) -> None:
    """Straight into the table: no door has to be trusted for the feed to be read."""
    home = register(NewPerson(id=new_id(), full_name="Lê Thị Lan"))
    Household.objects.filter(pk=home).update(address=ADDRESS.seal(home, text), language=text[:8])
    Person.objects.filter(household=home).update(full_name=text)
    data = of_kind("household")[str(home)]["data"]
    assert (data["address"], data["language"]) == (text, text[:8])
    person = Person.objects.get(household=home)
    assert of_kind("person")[str(person.pk)]["data"] == person_data(person)


def test_every_word_and_every_birth_is_told() -> None:
    births: list[dict[str, Any]] = [
        {},
        {"birth_year": AT.year - OLDEST},
        {"birth_date": date(1900, 2, 28), "birth_year": 1900},
        {"birth_date": date(2024, 2, 29)},
        {"birth_date": date(2026, 11, 2)},
    ]
    words: list[dict[str, Any]] = [{"relation": word} for word in RELATIONS]
    words += [{"sex": word} for word in Sex] + [{"residence": word} for word in Residence]
    words += [{"presence": word} for word in Presence]
    home = register(*(NewPerson(id=new_id(), full_name="Lê Thị Lan", **more) for more in births + words))
    people = of_kind("person")
    for person in Person.objects.filter(household=home):
        assert people[str(person.pk)]["data"] == person_data(person)


def test_the_mask_in_sql_is_the_mask_in_python() -> None:
    typed = ["", "0912345678", "024 3825 5555", "+1 202 555 0123", "+44 20 7946 0018", "+65 6123 4567"]
    typed += ["+683 4000", "+290 22222", "+49 1512 3456789", "0084 912 345 678"]
    phones = {check_phone(text) for text in typed}
    phones |= {f"+84{prefix}{n:07}" for prefix in (90, 35, 86) for n in range(0, 10_000_000, 99_991)}
    # What no check would let in is masked alike.
    phones |= {"1", "12", "123", "1234", "+", "+1", "+12", "+123", "+1234", "0912.345.678", "x12345"}
    with connection.cursor() as cursor:
        ends = {phone: phone_end(phone) for phone in phones}
        cursor.execute(
            f"SELECT phone_end, {MASKED} FROM unnest(%s::text[]) AS row(phone_end)", [[*ends.values()]]
        )
        by_end = dict(cursor.fetchall())
    masked = {phone: by_end[end] for phone, end in ends.items()}
    assert masked == {phone: mask_phone(phone) for phone in phones}
    assert {phone: mask_phone(shown) for phone, shown in masked.items()} == masked, "a mask stays a mask"
    assert len(masked) > 300
    assert not [phone for phone, shown in masked.items() if len(phone) > 9 and phone[-5:] in shown]


def test_nobodys_number_is_in_the_feed() -> None:
    feed = str(told(UPPER) + told("00004-01"))
    assert "678" in feed
    assert "912345" not in feed
    assert "98765" not in feed


def test_the_words_that_are_not_quoted_are_checked_before_they_are_stored() -> None:
    for field in ("sex", "relation", "residence", "presence"):
        person = NewPerson(id=new_id(), full_name="Lê Thị Lan", **{field: 'x"'})  # type: ignore[arg-type]
        home = NewHousehold(new_id(), UPPER, persons=[person])
        [receipt] = register_households(by=SYSTEM, households=[home], at=AT)
        assert receipt.refusal is not None
        assert (receipt.refusal.code, receipt.refusal.path) == ("person.bad_word", f"persons[0].{field}")


def test_every_table_of_the_feed_is_found_by_hamlet_and_revision() -> None:
    with connection.cursor() as cursor:
        for kind in FEED_KINDS:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = %s", [kind.table])
            assert [one for (one,) in cursor.fetchall() if one.endswith("(hamlet_id, revision)")], kind.table


def test_the_feeds_of_some_areas_are_those_of_their_hamlets() -> None:
    from areas.models import Area

    ids = dict(Area.objects.filter(closed_on=None).values_list("code", "pk"))

    def codes(*areas: str) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(FEEDS_OF, {"areas": [ids[code] for code in areas]})
            return sorted(row[1] for row in cursor.fetchall())

    assert codes(UPPER) == [UPPER]
    assert codes("00454") == [UPPER, LOWER]
    assert codes("00454", UPPER) == [UPPER, LOWER]
    assert codes("00454", "00004-01") == ["00004-01", UPPER, LOWER]
    assert codes("01") == []
    assert codes() == []
