"""How one villager's cell is read: dates, phones, marks, names, kinship."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from people.rules.roster_birth import BadBirth, FutureBirth, join_birth, read_birth
from people.rules.roster_cells import (
    BadName,
    BadPhone,
    read_name,
    read_phone,
    read_presence,
    read_relation,
    read_residence,
    read_sex,
)
from people.rules.roster_marks import UnknownMark, read_mark
from tests.people.test_roster_files import ON, one, persons, read

DAY = date(1984, 2, 9)


@pytest.mark.parametrize(
    "written",
    [
        "09/02/1984", "9/2/1984", "9-2-84", "09.02.1984", "9 - 2 - 1984", "1984-02-09", "1984-02-09 00:00:00",
        "ngày 9 tháng 2 năm 1984", "09/02/84", datetime(1984, 2, 9), DAY, 30721, "30721", 30721.0, "09021984",
        9021984, "1984/02/09T00:00:00Z",
    ],
)  # fmt: skip
def test_a_birthday_is_read_however_it_is_written(written):
    assert read_birth(written, ON) == (DAY, None)


@pytest.mark.parametrize(
    "written",
    [1984, "1984", 1984.0, "1984.0", "sinh năm 1984", "02/1984", "00/00/1984", "0/0/1984", "//1984",
    "--/--/1984",
     datetime(1905, 6, 6)],
)  # fmt: skip
def test_where_only_the_year_is_known_only_the_year_is_kept(written):
    assert read_birth(written, ON) == (None, 1984)


@pytest.mark.parametrize("written", [None, "", " ", "-", "không rõ", "Không nhớ"])
def test_an_old_woman_who_does_not_know_her_birthday_is_kept_without(written):
    assert read_birth(written, ON) == (None, None)


@pytest.mark.parametrize(
    "written",
    ["31/02/1990", "29/02/2023", "32/01/1990", "12/25/1980", "13/1980", "1899", 1899, "01/01/1890", 1905,
    "abc", "#VALUE!",
     True, 12, "1/2/3/4", 10**30, "9" * 400, "1e400", -5, "01/01/198", 10**4000],
)  # fmt: skip
def test_an_impossible_birth_is_refused(written):
    with pytest.raises(BadBirth):
        read_birth(written, ON)


@pytest.mark.parametrize("written", ["12/12/2099", 2027, "23/11/2026", datetime(2027, 1, 1), 47000])
def test_nobody_is_born_tomorrow(written):
    with pytest.raises(FutureBirth):
        read_birth(written, ON)


def test_two_digits_mean_the_latest_such_year_that_has_come():
    assert read_birth("1/5/26", ON)[0] == date(2026, 5, 1)
    assert read_birth("1/5/27", ON)[0] == date(1927, 5, 1)


def test_a_birth_in_three_columns():
    assert join_birth(9, 2.0, "1984", ON) == (DAY, None)
    assert join_birth(None, None, 1984, ON) == (None, 1984)
    assert join_birth(None, None, None, ON) == (None, None)


@pytest.mark.parametrize(
    "written",
    [
        "0912345678", "912345678", 912345678, 912345678.0, "9.12345678E8", "+84912345678", "84912345678",
        "0084912345678",
        "0912 345 678", "0912.345.678", "0912.345678", "(+84) 912-345-678", "+840912345678",
        "0912345678/0987654321",
        "0912345678; 0987654321", "0912345678 - 0987654321", "0912345678 0987654321", "0912345678 (con trai)",
        "0912345678\n0987654321", "912345678.0", "ĐT: 0912345678", "không rõ; 0912345678",
    ],
)  # fmt: skip
def test_a_phone_is_read_however_it_is_written(written):
    assert read_phone(written) == "+84912345678"


@pytest.mark.parametrize("written", [None, "", "0", 0, "-", "không có", "Không", "ko có", "chưa có", "x"])
def test_having_no_phone_is_no_mistake(written):
    assert read_phone(written) is None


@pytest.mark.parametrize(
    "written", ["12345", "01212345678", "113", "19001234", "abc", "09123", 10**400, "9" * 5000, "0100000000"]
)
def test_a_number_that_rings_nowhere_is_told(written):
    with pytest.raises(BadPhone):
        read_phone(written)


def test_a_prefix_newer_than_the_library_is_taken_and_a_landline_too():
    assert read_phone("0712832107") == "+84712832107"
    assert read_phone("024 3824 1234") == "+842438241234"


@pytest.mark.parametrize(
    "tick", ["x", "X", "có", "Có", "CÓ", "✓", "✔️", "v", 1, 1.0, "1", True, "đã có", "ü", " x ", "yes"]
)
def test_a_tick_under_each_header_says_what_the_header_says(tick):
    said = {
        field: [(mark.item, mark.kind, mark.state) for mark in read_mark(field, tick)]
        for field in ("identity", "identity.level1", "identity.level2_active", "payment", "payment.e_wallet",
                      "signature", "service_account")
    }  # fmt: skip
    assert said == {
        "identity": [("identity", "", "level2_granted")],
        "identity.level1": [("identity", "", "level1")],
        "identity.level2_active": [("identity", "", "level2_active")],
        "payment": [("payment", "unspecified", "has")],
        "payment.e_wallet": [("payment", "e_wallet", "has")],
        "signature": [("signature", "unspecified", "has")],
        "service_account": [("service_account", "", "logged_in")],
    }


@pytest.mark.parametrize("field", ["identity", "identity.level2_active", "identity.levels", "payment",
                                   "payment.bank_account", "signature", "service_account"])  # fmt: skip
@pytest.mark.parametrize(
    "word", [None, "", "0", 0, 0.0, False, "-", "không", "Không có", "chưa", "chưa có", "ko", "–"]
)
def test_an_empty_box_is_no_observation(field, word):
    assert read_mark(field, word) == []


@pytest.mark.parametrize(
    ("field", "cell", "state"),
    [
        ("identity", "mức 1", "level1"),
        ("identity", "Mức 2", "level2_granted"),
        ("identity", "mức độ 2", "level2_granted"),
        ("identity", "đã kích hoạt", "level2_active"),
        ("identity", "Mức 2, đã kích hoạt", "level2_active"),
        ("identity", "mức 2 chưa kích hoạt", "level2_granted"),
        ("identity.levels", 1, "level1"),
        ("identity.levels", "2", "level2_granted"),
    ],
)
def test_granted_is_not_active_unless_somebody_wrote_so(field, cell, state):
    assert [mark.state for mark in read_mark(field, cell)] == [state]


def test_a_cell_may_name_the_instruments():
    assert [m.kind for m in read_mark("payment", "MoMo")] == ["e_wallet"]
    assert [m.kind for m in read_mark("payment", "Agribank, ví Momo")] == ["e_wallet", "bank_account"]
    assert [m.kind for m in read_mark("payment", "Viettel Money")] == ["mobile_money"]
    assert [m.kind for m in read_mark("payment.bank_account", "BIDV")] == ["bank_account"]
    assert [m.kind for m in read_mark("signature", "VNPT")] == ["unspecified"]


@pytest.mark.parametrize("field", ["identity", "identity.levels", "payment", "signature", "service_account"])
@pytest.mark.parametrize("word", ["19036512345678", "abc", "hỏi lại", "?"])
def test_a_word_nobody_understands_records_nothing(field, word):
    with pytest.raises(UnknownMark):
        read_mark(field, word)


def test_an_account_number_under_a_payment_header_is_remarked_and_never_repeated():
    roster = read([["Họ tên", "Quan hệ", "TK ngân hàng"], ["Lê A", "Chủ hộ", "19036512345678"]])
    (remark,) = roster.problems
    assert (remark.code, remark.row, remark.column, remark.fatal) == (
        "row.unknown_mark",
        2,
        "TK ngân hàng",
        False,
    )
    assert "1903" not in repr(roster)
    assert persons(roster)[0].marks == []


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Tẩn  Thành  Khánh ", "Tẩn Thành Khánh"),
        ("LÊ NGỌC QUỲNH", "Lê Ngọc Quỳnh"),
        ("lê thị ánh", "Lê Thị Ánh"),
        ("H’ HEN NIÊ", "H' Hen Niê"),
        ("H'HEN NIÊ", "H'Hen Niê"),
        ("Y MOAN ÊÑUÔL", "Y Moan Êñuôl"),
        ("Lê Văn A", "Lê Văn A"),
        ("Nguye\u0302\u0303n Thị Hòa", "Nguyễn Thị Hòa"),
        ("Lê\nVăn\tBình", "Lê Văn Bình"),
        (None, ""),
        ("   ", ""),
        ("#N/A", ""),
    ],
)
def test_a_name_has_one_spelling(written, kept):
    assert read_name(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "Lê\u202eVăn",
        "Lê\u200bVăn",
        "Lê\x00A",
        "Lê\x07",
        "\ufeffLê",
        "=HYPERLINK(1)",
        "+Lê",
        "123",
        "-",
        "a" * 101,
        371,
    ],
)
def test_a_name_with_something_hidden_in_it_is_refused(written):
    with pytest.raises(BadName):
        read_name(written)


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("Chủ hộ", "head"), ("CH", "head"), ("Vợ", "spouse"), ("chồng", "spouse"), ("Con", "child"),
        ("Con trai", "child"),
        ("con đầu", "child"), ("Con dâu", "relative"), ("Con rể", "relative"), ("Bố", "parent"),
        ("Mẹ đẻ", "parent"),
        ("Ba", "parent"), ("Bà", "grandparent"), ("Ông nội", "grandparent"), ("Bố chồng", "relative"),
        ("Cháu", "grandchild"),
        ("Em gái", "sibling"), ("Anh", "sibling"), ("Ở trọ", "lodger"), ("Thuê nhà", "lodger"),
        ("Bác", "relative"),
        ("bạn", "other"), ("", "unknown"), (None, "unknown"), ("Wife", "spouse"), ("Daughter", "child"),
    ],
)  # fmt: skip
def test_kinship_has_one_code(word, code):
    assert read_relation(word) == code


@pytest.mark.parametrize(
    ("note", "presence", "residence"),
    [
        ("đi làm ăn xa", "away", None), ("Đi làm ăn xa ở Bình Dương", "away", None),
        ("tạm trú", None, "temporary"),
        ("KT3", None, "temporary"), ("thường trú", None, "permanent"), ("đã mất", "deceased", None),
        ("Đã chết năm 2020", "deceased", None), ("đã mất CCCD", None, None),
        ("đã mất điện thoại", None, None),
        ("đã chuyển đi", "moved", None), ("=1+1", None, None), (None, None, None), ("ở nhờ", None, "staying"),
    ],
)  # fmt: skip
def test_only_a_few_words_of_a_note_count(note, presence, residence):
    assert (read_presence(note), read_residence(note)) == (presence, residence)


def test_sex_is_male_female_unknown_or_not_understood():
    assert [read_sex(word) for word in ("Nam", "NỮ", "nư", None, "F", "x")] == [
        "male", "female", "female", "unknown", "female", None]  # fmt: skip


def test_a_note_is_never_kept():
    person = one(["Họ tên", "Năm sinh", "Ghi chú"], ["Lê A", 1980, "tạm trú; nợ ngân hàng 50 triệu"])
    assert person.residence == "temporary"
    assert "triệu" not in repr(person)
