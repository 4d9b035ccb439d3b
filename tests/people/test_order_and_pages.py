"""Lists run by the given name in the Vietnamese alphabet, and pages follow without gap or repeat."""

from __future__ import annotations

import random

import pytest
from django.core import signing

from tests.people.doing import household, names_of, person, registered
from tests.village import UPPER, an_id, calling

pytestmark = pytest.mark.django_db
IN_ORDER = [
    "Trần Thị Ánh", "Lê Văn Ân", "Bùi Bình", "Đỗ Dung", "Phạm Đào", "Nguyễn Đức", "Nguyễn Thị Lan", "Lê Minh",
    "Ngô Oanh", "Ngô Ôn", "Vũ Ơn", "Hà Uyên", "Hà Ước", "Bùi Văn Yên",
]  # fmt: skip


def others() -> list[str]:
    names = [name for name in IN_ORDER if name != "Nguyễn Thị Lan"]
    random.Random(7).shuffle(names)
    return names


def all_pages(who: str = "an", limit: int = 4, between: list[str] | None = None, **query: str) -> list[str]:
    """The heads on all pages; before each further page somebody new is registered."""
    caller, seen, cursor = calling(who), [], ""
    waiting = list(between or [])
    while True:
        reply = caller.get(
            "people/households", limit=limit, **query, **({"cursor": cursor} if cursor else {})
        )
        seen += names_of(reply)
        cursor = reply.json["next"]
        if not cursor:
            return seen
        if waiting:
            registered(calling("an"), waiting.pop())


def test_households_stand_by_the_given_name_of_the_head() -> None:
    registered(calling("an"), *others())
    assert names_of(calling("an").get("people/households")) == IN_ORDER


def test_by_code_points_the_order_would_be_another() -> None:
    """The control: đ after d and â after a are not where the computer puts them."""
    assert sorted(IN_ORDER, key=lambda name: name.split()[-1]) != IN_ORDER


def test_the_persons_of_a_household_stand_in_the_same_order() -> None:
    body = household(*(person(name) for name in others()))
    told = calling("an").post("people/households", body).json
    assert [row["full_name"] for row in told["persons"]] == [n for n in IN_ORDER if n != "Nguyễn Thị Lan"]


@pytest.mark.parametrize("limit", [1, 2, 4, 13, 14, 15])
def test_pages_are_complete_whatever_their_length(limit: int) -> None:
    registered(calling("an"), *others())
    assert all_pages(limit=limit) == IN_ORDER


def test_rows_that_come_while_one_pages_neither_repeat_nor_hide_the_others() -> None:
    registered(calling("an"), *others())
    seen = all_pages(limit=3, between=["Lê Ấn", "Lê An", "Zoãn", "Lê Lan", "Lê Oánh"])
    assert [name for name in seen if name in IN_ORDER] == IN_ORDER
    assert len(seen) == len(set(seen))


def test_counted_offsets_would_have_shown_somebody_twice() -> None:
    """The control: what an offset gives when somebody comes in before it."""
    rows = sorted(["B", "C", "D", "E"])
    first = rows[:2]
    second = sorted([*rows, "A"])[2:4]
    assert set(first) & set(second)


def test_namesakes_and_empty_households_have_their_place_on_the_pages() -> None:
    registered(calling("an"), *(["Lê Lan"] * 5))
    for _ in range(5):
        assert calling("an").post("people/households", household()).status == 201
    seen = all_pages(limit=2)
    assert len(seen) == 11
    assert [seen.count(name) for name in (None, "Lê Lan", "Nguyễn Thị Lan")] == [5, 5, 1]


def test_pages_of_a_search_are_complete_too() -> None:
    registered(calling("an"), *(f"Lê Thị Lan {letter}" for letter in "ABCDEFG"))
    assert len(all_pages(limit=3, q="lan")) == 8


@pytest.mark.parametrize("length", ["0", "-1", "201", "x", "1e3", "99999999999999999999", ""])
def test_a_page_has_between_1_and_200_rows(length: str) -> None:
    reply = calling("an").get("people/households", limit=length)
    assert (reply.status, [error["path"] for error in reply.json["errors"]]) == (400, ["limit"])


def test_a_cursor_that_was_tampered_with_is_refused() -> None:
    registered(calling("an"), *others())
    good = calling("an").get("people/households", limit=4).json["next"]
    body, sign = good[:-22], good[-22:]
    forged = signing.dumps(["", str(an_id("le"))], key="another", salt="page")
    alone = signing.dumps(["only one"], salt="page")
    for bad in (good[:-1], good + "x", body, sign, f"A{good}", "x", "::", "é", forged, alone, "\u0000"):
        reply = calling("an").get("people/households", cursor=bad)
        assert (reply.status, reply.json["errors"][0]["path"]) == (400, "cursor"), bad
    assert calling("an").get("people/households", cursor=good).status == 200


def test_a_cursor_gives_nobody_else_sight() -> None:
    registered(calling("an"), *others())
    good = calling("an").get("people/households", limit=4).json["next"]
    assert names_of(calling("chi").get("people/households", cursor=good)) == ["Trần Văn Tâm"]


def test_whoever_sees_a_province_chooses_or_searches_first() -> None:
    reply = calling("giang").get("people/households")
    assert (reply.status, reply.json["code"]) == (422, "area.required")
    assert names_of(calling("giang").get("people/households", area=UPPER)) == ["Nguyễn Thị Lan"]
