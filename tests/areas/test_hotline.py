"""The number of a commune's office: anybody reads it, its admins set it."""

from __future__ import annotations

import pytest

from accounts.models import Post
from areas.models import Area, Hotline
from areas.rules import BadHotline, clean_hotline
from tests.village import COMMUNE, Reply, an_id, calling

pytestmark = pytest.mark.django_db
DOOR = f"areas/{COMMUNE}/hotline"


def put(phone: object, who: str = "dung", door: str = DOOR) -> Reply:
    return calling(who).call("PUT", door, {"phone": phone})


def read() -> object:
    return calling().get(f"areas/{COMMUNE}").json["hotline"]


def test_an_admin_sets_it_anybody_reads_it_and_a_blank_takes_it_away() -> None:
    assert read() is None
    for given, shown in (("+842437331234", "024 3733 1234"), ("1022", "1022")):
        answer = put(given)
        assert (answer.status, answer.json, read()) == (200, {"phone": shown}, shown)
    assert (put(" ").json, read()) == ({"phone": ""}, None)
    assert put("").status == 200


def test_it_is_kept_by_which_post_it_was_set() -> None:
    put("024 3733 1234", "giang")
    row = Hotline.objects.get()
    assert (row.commune.code, row.by_post) == (COMMUNE, Post.objects.get(user_id=an_id("giang")).pk)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("024 3733 1234", "024 3733 1234"),
        ("(0210) 3.846.123", "0210 3846 123"),
        ("+84 912 345 678", "0912 345 678"),
        ("18001091", "1800 1091"),
        ("19001234", "1900 1234"),
        (" 1022 ", "1022"),
        ("", ""),
    ],
)
def test_a_number_is_shown_as_the_country_writes_it(written: str, shown: str) -> None:
    assert clean_hotline(written) == shown


@pytest.mark.parametrize(
    "written",
    [
        "12",
        "123456",
        "024 3733",
        "+1 415 555 2671",
        "024 3733 1234 ext 5",
        "gọi xã",
        "024373312345678",
        "١٢٣",
    ],
)
def test_what_cannot_be_called_is_refused(written: str) -> None:
    with pytest.raises(BadHotline):
        clean_hotline(written)
    answer = put(written)
    assert (answer.status, answer.json["code"]) == (400, "hotline.bad_phone")
    assert not Hotline.objects.exists()


@pytest.mark.parametrize(
    ("who", "door", "status"),
    [
        ("hai", DOOR, 404),
        ("binh", DOOR, 403),
        ("dung", "areas/00004/hotline", 404),
        ("giang", "areas/01/hotline", 404),
        ("giang", "areas/99999/hotline", 404),
    ],
)
def test_nobody_sets_it_for_a_place_that_is_not_his_commune(who: str, door: str, status: int) -> None:
    assert put("1022", who, door).status == status
    assert not Hotline.objects.exists()


def test_a_closed_commune_has_none() -> None:
    put("1022")
    Area.objects.filter(code=COMMUNE).update(closed_on="2026-10-31")
    told = calling().get(f"areas/{COMMUNE}", as_of="2026-10-31").json
    assert (told["closed_on"], told["hotline"]) == ("2026-10-31", None)
