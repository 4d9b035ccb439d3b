"""A name is found as it is typed on a phone: without marks, with some of them, in part, in any order."""

from __future__ import annotations

import pytest

from base.models import new_id
from people.actions import NewHousehold, NewPerson, register_households
from tests.people.doing import names_of
from tests.village import AT, UPPER, actor, calling

pytestmark = pytest.mark.django_db
VILLAGE = (
    "Đặng Văn Hùng", "Đăng Văn Hưng", "Dang Quoc Hung", "ĐẶNG THỊ HOÀ", "Đặng Thị Hòa", "Trần Thị Hoa",
    "Lê Dâng", "H'Hen Niê", "Lò Thị Xuân",
)  # fmt: skip
HUNG, HUNG2, HUNG3, HOA, HOA2, HOA3, DANG, HEN, XUAN = VILLAGE
NGUYEN = "Nguyễn Thị Lan"  # of the cast: her son is Đặng Văn Hùng, her granddaughter Đặng Ngọc Mai


def found(q: str, who: str = "an") -> set[str]:
    return set(names_of(calling(who).get("people/households", area=UPPER, q=q)))


@pytest.fixture(autouse=True)
def _village(db: None) -> None:
    homes = [NewHousehold(new_id(), UPPER, persons=[head(name)]) for name in VILLAGE]
    register_households(by=actor("an"), households=homes, at=AT)


def head(name: str) -> NewPerson:
    return NewPerson(id=new_id(), full_name=name, relation="head")


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("dang van hung", {HUNG, HUNG2, NGUYEN}),
        ("DANG  VAN HUNG ", {HUNG, HUNG2, NGUYEN}),
        ("hung van dang", {HUNG, HUNG2, NGUYEN}),
        ("da hu", {HUNG, HUNG2, HUNG3, NGUYEN}),
        ("Đặng", {HUNG, HOA, HOA2, NGUYEN}),
        ("đặng", {HUNG, HOA, HOA2, NGUYEN}),
        ("dặng", {HUNG, HOA, HOA2, NGUYEN}),
        ("Đăng", {HUNG, HUNG2, HOA, HOA2, NGUYEN}),
        ("đang", {HUNG, HUNG2, HOA, HOA2, NGUYEN}),
        ("dâng", {DANG}),
        ("hùng", {HUNG, NGUYEN}),
        ("hưng", {HUNG2}),
        ("Hùng Đặng", {HUNG, NGUYEN}),
        ("hoà", {HOA, HOA2}),
        ("hòa", {HOA, HOA2}),
        ("hoa", {HOA, HOA2, HOA3}),
        ("h'hen", {HEN}),
        ("h’hen niê", {HEN}),
        ("hen nie", {HEN}),
        ("xuấn", set()),
        ("ùng", set()),
        ("ung", set()),
        ("Lan", {NGUYEN}),
    ],
)
def test_who_is_found(q: str, expected: set[str]) -> None:
    assert found(q) == expected


def test_a_search_that_ignored_the_marks_typed_would_find_too_many() -> None:
    """The control."""
    assert found("dang") > found("đặng") > set()


@pytest.mark.parametrize(
    "q",
    ["'", "&", "a & b", "!!", "(", "a:*", "\\", "%", "_", "½", "漢", "🐃", "[", "đ[", "ặ(", "<->", "ặ" * 100],
)
def test_signs_of_a_query_language_are_only_signs(q: str) -> None:
    assert calling("an").get("people/households", area=UPPER, q=q).status == 200


def test_a_search_reaches_no_further_than_ones_sight() -> None:
    assert found("canary") == set()
    assert found("Lê Thị Thu", "dung") == set()
    reply = calling("khanh").get("people/households", q="thu canary")
    assert names_of(reply) == ["Lê Thị Thu Canary"]
