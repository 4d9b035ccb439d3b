"""When two spellings are one name, and in what order names stand. No database."""

from __future__ import annotations

from itertools import pairwise

import pytest

from areas.rules import (
    BadKind,
    BadName,
    Level,
    clean_kind,
    clean_name,
    exact_key,
    hamlet_code,
    hamlet_key,
    has_accents,
    kind_of,
    level_of,
    may_be,
    name_columns,
    order_key,
    serial_of,
)


@pytest.mark.parametrize(
    "spelling",
    [
        "TDP 3",
        "tdp3",
        "T.D.P 3",
        "TDP. 03",
        "TDP số 3",
        "Tổ dân phố 3",
        "Tổ dân phố số 3",
        "TỔ DÂN PHỐ SỐ 03",
        "Tổ  dân phố so 3",
        "Tô\u0309 dân phố 3",
    ],
)
def test_one_neighbourhood_is_written_in_many_ways(spelling: str) -> None:
    assert hamlet_key(spelling) == "tổ dân phố 3"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tổ dân phố 3", "Tổ dân phố 30"),
        ("Tổ dân phố 3", "Tổ dân phố 3A"),
        ("Tổ dân phố 3", "Thôn 3"),
        ("Tổ dân phố 3", "Tổ 3"),
        ("Thôn Ba Tơ", "Thôn Ba Tô"),
        ("Thôn 0", "Thôn 00 1"),
        ("Thôn TDP", "Thôn Tổ dân phố"),
    ],
)
def test_different_hamlets_stay_different(one: str, other: str) -> None:
    assert hamlet_key(one) != hamlet_key(other)


@pytest.mark.parametrize(
    ("written", "stored", "same"),
    [
        ("To dan pho so 3", "TDP 3", True),
        ("Thon Ba To", "Thôn Ba Tơ", True),
        ("Thôn Ba To", "Thôn Ba Tơ", True),
        ("Thôn Ba Tơ", "Thon Ba To", True),
        ("Thôn Ba Tô", "Thôn Ba Tơ", False),
        ("Thôn Ba", "Thôn Ba Tơ", False),
    ],
)
def test_a_missing_mark_may_be_guessed_and_a_wrong_one_never(written: str, stored: str, same: bool) -> None:
    assert may_be(hamlet_key(written), hamlet_key(stored)) is same


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Hoà Bình", "hòa bình"),
        ("Thuỷ Nguyên", "thủy nguyên"),
        ("HUỶ", "hủy"),
        ("Khoẻ", "khỏe"),
        ("Quý", "quý"),
        ("Quỳnh", "quỳnh"),
        ("Hoàng", "hoàng"),
        ("Toàn", "toàn"),
    ],
)
def test_the_tone_stands_where_older_spelling_puts_it(text: str, key: str) -> None:
    assert exact_key(text) == key


def test_accents_are_noticed() -> None:
    assert [has_accents(text) for text in ("Ba To", "BA TO", "Ba Tơ", "đa", "Ea H\u2019Leo")] == [
        False,
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "...",
        "Thôn\x00 1",
        "Thôn\n1",
        "Thôn\t1",
        "Thôn \u202e1",
        "Thôn\u200b 1",
        "Thôn\ufeff1",
        "Thôn\u20281",
        "Thôn \ud800",
        "Thôn \ue000",
        "x" * 101,
    ],
)
def test_a_name_that_hides_something_is_refused(text: str) -> None:
    with pytest.raises(BadName) as refused:
        clean_name(text, "hamlets[1].name")
    assert (refused.value.code, refused.value.path) == ("area.bad_name", "hamlets[1].name")
    assert "100" in refused.value.message("vi")
    assert "100" in refused.value.message("en")


def test_a_name_is_stored_in_one_spelling() -> None:
    assert clean_name("  Buôn  Ea H\u2019Leo ") == "Buôn Ea H'Leo"
    assert clean_name("Bản Nậm Ma\u0323") == "Bản Nậm Mạ"
    assert clean_name("x" * 100) == "x" * 100


def test_the_keys_of_the_strangest_name_can_be_stored() -> None:
    columns = name_columns(clean_name("1a" * 50))
    assert order_key("Thôn ²٣ 北").isascii()
    assert columns["sort_key"].isascii()


def test_only_the_two_legal_kinds_of_hamlet() -> None:
    assert clean_kind("village") == "village"
    with pytest.raises(BadKind):
        clean_kind("thôn")


def test_lists_go_by_name_then_number_whatever_the_kind() -> None:
    names = [
        "TDP 1",
        "Thôn 2",
        "Tổ dân phố số 10",
        "Thôn An",
        "Xã Ân",
        "Phường Ba",
        "Thôn Bà",
        "Khu phố Bá",
        "Xã Đá",
        "Xã Ea H'Leo",
    ]
    keys = [order_key(name) for name in names]
    assert all(one < other for one, other in pairwise(keys))


def test_codes_tell_their_level() -> None:
    codes = ["01", "001", "00001", "00001-01", "00001-100", "0", "00001-", "00001-1", "0000a", "००००१"]
    levels = [Level.PROVINCE, Level.DISTRICT, Level.COMMUNE, Level.HAMLET, Level.HAMLET, *[None] * 5]
    assert [level_of(code) for code in codes] == levels
    assert (hamlet_code("00004", 3), hamlet_code("00004", 100)) == ("00004-03", "00004-100")
    assert serial_of("00004-100") == 100


def test_the_official_name_tells_the_kind() -> None:
    assert kind_of(Level.COMMUNE, "Đặc khu Cồn Cỏ") == "special_zone"
    assert kind_of(Level.DISTRICT, "Thành phố Thủ Đức") == "city"
    with pytest.raises(ValueError, match="no kind"):
        kind_of(Level.COMMUNE, "Thôn Phường")
