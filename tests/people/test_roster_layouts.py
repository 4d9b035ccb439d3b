"""The many shapes of a village list: merged headers, sections, missing numbers, totals and signatures."""

from __future__ import annotations

import pytest

from people.rules.roster_refusals import Empty, NoRoster
from people.rules.roster_words import field_of, section_of
from tests.people.test_roster_files import one, persons, read


def families(roster):
    return [[person.full_name for person in household.persons] for household in roster.households]


@pytest.mark.parametrize(
    ("field", "headers"),
    [
        (
            "full_name",
            "Họ và tên|Họ tên|HỌ VÀ TÊN|Họ, chữ đệm và tên|Họ và tên (chữ in hoa)|Full name|Họ đệm và tên",
        ),
        ("family_name", "Họ|Họ đệm|Họ và tên đệm|Họ lót|Family name"),
        ("given_name", "Tên|Given name"),
        (
            "birth",
            "Ngày sinh|Năm sinh|Ngày, tháng, năm sinh|Sinh năm|NS|NTNS|Ngày sinh (dd/mm/yyyy)|Date of birth",
        ),
        ("sex", "Giới tính|GT|Phái|Nam/Nữ|Sex"),
        ("phone", "SĐT|Điện thoại|Số ĐT|Số điện thoại|Di động|ĐTDĐ|Phone number"),
        ("hamlet", "Thôn|Xóm|Bản|Ấp|Khóm|Tổ dân phố|TDP|Khu phố|Buôn|Làng|Thôn/Xóm/Bản|Tên thôn|Hamlet"),
        ("household", "Mã hộ|Hộ số|Số hộ|STT hộ|Hộ|Mã số hộ|Household No.|Household ID"),
        ("relation", "Quan hệ với chủ hộ|QH chủ hộ|Quan hệ|QHCH|Relationship to head"),
        ("head", "Họ tên chủ hộ|Chủ hộ|Họ và tên chủ hộ"),
        ("address", "Địa chỉ|Số nhà|Nơi ở hiện nay|Nơi thường trú|Address"),
        ("note", "Ghi chú|Ghi chú khác|Note|Tình trạng"),
        ("identity", "VNeID|Định danh mức 2|ĐDĐT|Định danh điện tử|Tài khoản định danh điện tử mức độ 2"),
        ("identity.level1", "Định danh mức 1|VNeID mức 1"),
        ("identity.level2_active", "Kích hoạt VNeID|VNeID (đã kích hoạt)|Đã kích hoạt VNeID mức 2"),
        ("identity.levels", "Mức định danh|VNeID mức 1/2"),
        ("payment", "TK thanh toán/ví điện tử|Tài khoản thanh toán|TKTT|Payment account"),
        ("payment.bank_account", "Tài khoản ngân hàng|TK ngân hàng|TK thanh toán ngân hàng|Bank account"),
        ("payment.e_wallet", "Ví điện tử|Ví Momo|E-wallet"),
        ("payment.mobile_money", "Mobile Money|Tiền di động"),
        ("signature", "CKS|Chữ ký số|Chữ ký số cá nhân|Digital signature"),
        ("service_account", "DVC|DVCTT|TK dịch vụ công|Tài khoản DVC trực tuyến|Public service account"),
        (
            "ignored",
            "CCCD|Số CCCD|CMND|Số định danh cá nhân|Mã định danh|Dân tộc|Tôn giáo|Số tài khoản|STK ngân hàng",
        ),
        (
            "ignored",
            "Bank account number|National ID|Họ tên cha|Nơi sinh|Số hộ khẩu|Điện thoại thông minh|Hộ nghèo",
        ),
        (None, "Chiều cao|Trình độ|xyz"),
    ],
)
def test_every_commune_has_its_own_word_for_a_column(field, headers):
    assert {header: field_of("", header) for header in headers.split("|")} == dict.fromkeys(
        headers.split("|"), field
    )


@pytest.mark.parametrize(
    ("row", "hamlet"),
    [
        ("Thôn A", "Thôn A"), ("I. THÔN ĐÔNG HẠ:", "THÔN ĐÔNG HẠ"), ("Thôn: Đông Hạ", "Thôn Đông Hạ"),
        ("Tổ 3 (45 hộ)", "Tổ 3"),
        ("2) Bản Nà Lốc", "Bản Nà Lốc"), ("Ấp 3", "Ấp 3"), ("Thôn", None), ("Lang Văn A", None),
        ("Ban chỉ đạo", None),
        ("Tổ công nghệ số cộng đồng", None), ("Nguyễn Văn A", None),
    ],
)  # fmt: skip
def test_a_row_may_announce_a_hamlet(row, hamlet):
    assert section_of(row) == hamlet


def test_hamlets_as_section_rows_and_numbers_that_begin_again_in_each():
    roster = read([
        ["DANH SÁCH NHÂN KHẨU"], [],
        ["STT", "Số hộ", "Họ và tên", "Năm sinh"],
        ["I", "Thôn Đông Hạ"],
        [1, 1, "Lê A", 1980], [2, 1, "Lê B", 1985],
        ["II", "Thôn Tây Thượng"],
        [3, 1, "Võ C", 1970], [4, 2, "Võ D", 1971],
    ])  # fmt: skip
    assert families(roster) == [["Lê A", "Lê B"], ["Võ C"], ["Võ D"]]
    assert [h.hamlet_name for h in roster.households] == [
        "Thôn Đông Hạ",
        "Thôn Tây Thượng",
        "Thôn Tây Thượng",
    ]
    assert len({h.key for h in roster.households}) == 3


def test_the_hamlet_may_stand_in_the_title_or_on_the_tab_or_nowhere():
    header, row = ["Họ tên", "Quan hệ", "Năm sinh"], ["Lê A", "Chủ hộ", 1980]
    assert read([["Thôn: Đông Hạ"], header, row]).households[0].hamlet_name == "Thôn Đông Hạ"
    assert read([header, row], title="Xóm Giữa").households[0].hamlet_name == "Xóm Giữa"
    assert read([header, row]).households[0].hamlet_name is None


def test_numbers_and_hamlets_merged_over_the_household_are_carried_down():
    roster = read([
        ["Thôn", "Hộ số", "Họ tên", "Quan hệ"],
        ["Thôn A", 1, "Lê A", "Chủ hộ"], [None, None, "Lê B", "Vợ"],
        [None, 2, "Võ C", "Chủ hộ"], [None, None, "Võ D", "Con"],
        ["Thôn B", 1, "Hồ E", "Chủ hộ"], [None, "01", "Hồ G", "Con"],
    ])  # fmt: skip
    assert families(roster) == [["Lê A", "Lê B"], ["Võ C", "Võ D"], ["Hồ E", "Hồ G"]]
    assert [h.hamlet_name for h in roster.households] == ["Thôn A", "Thôn A", "Thôn B"]


def test_without_numbers_the_head_opens_the_door_even_if_the_heads_own_row_is_bad():
    roster = read([
        ["Họ tên", "Quan hệ", "Năm sinh", "Địa chỉ"],
        ["Lê A", "Chủ hộ", "31/02/1990", "Số 5"], ["Lê B", "Vợ", 1985, None], ["Võ C", "Chủ hộ", 1970, None],
    ])  # fmt: skip
    assert families(roster) == [["Lê B"], ["Võ C"]]
    assert (roster.households[0].rows, roster.households[0].address) == ([2, 3], "Số 5")
    assert [(p.row, p.code, p.column, p.fatal) for p in roster.problems] == [
        (2, "row.bad_birth", "Năm sinh", True)
    ]


def test_the_name_of_the_head_may_stand_beside_each_member_or_alone():
    beside = read([
        ["Họ tên chủ hộ", "Họ tên thành viên", "Năm sinh"],
        ["Lê A", "Lê A", 1980], ["Lê A", "Lê B", 1985], ["Võ C", "Võ C", 1970],
    ])  # fmt: skip
    assert families(beside) == [["Lê A", "Lê B"], ["Võ C"]]
    assert [p.relation for p in persons(beside)] == ["head", "unknown", "head"]
    alone = read(
        [
            ["TT", "Họ tên chủ hộ", "SĐT", "Địa chỉ"],
            [1, "Lê A", "0912345678", "Số 5"],
            [2, "Võ C", None, None],
        ]
    )
    assert families(alone) == [["Lê A"], ["Võ C"]]
    assert {p.relation for p in persons(alone)} == {"head"}


def test_a_list_that_does_not_tell_who_lives_together_says_so():
    roster = read([["Họ tên", "Năm sinh"], ["Lê A", 1980], ["Lê B", 1985]])
    assert families(roster) == [["Lê A"], ["Lê B"]]
    assert [(p.row, p.code, p.fatal) for p in roster.problems] == [(1, "roster.no_households", False)]


def test_family_and_given_name_in_two_columns():
    assert (
        one(["Họ đệm", "Tên", "Quan hệ", "NS"], ["LÊ THỊ", "HOÀ", "Chủ hộ", 1980]).full_name == "Lê Thị Hoà"
    )
    merged = read([["Họ và tên", None, "Năm sinh"], ["Họ đệm", "Tên", None], ["Lê Thị", "Hoà", 1980]])
    assert families(merged) == [["Lê Thị Hoà"]]


def test_the_old_form_writes_the_year_under_the_sex():
    roster = read([
        ["TT", "Họ và tên", "Năm sinh", None, "Quan hệ"], [None, None, "Nam", "Nữ", None],
        ["(1)", "(2)", "(3)", "(4)", "(5)"],
        [1, "Lê A", 1980, None, "Chủ hộ"], [2, "Lê B", None, "02/03/1985", "Vợ"],
        [3, "Lê C", 2010, 2011, "Con"],
    ])  # fmt: skip
    assert [(p.sex, p.birth_year) for p in persons(roster)] == [
        ("male", 1980),
        ("female", None),
        ("unknown", 2010),
    ]
    assert [(p.row, p.code) for p in roster.problems] == [(6, "row.unknown_sex")]


def test_day_month_and_year_in_three_columns_under_one_header():
    roster = read([["Họ tên", "Quan hệ", "Ngày sinh", None, None], [None, None, "Ngày", "Tháng", "Năm"],
                   ["Lê A", "Chủ hộ", 9, 2, 1984], ["Lê B", "Vợ", None, None, 1985]])  # fmt: skip
    assert [(str(p.birth_date), p.birth_year) for p in persons(roster)] == [
        ("1984-02-09", None),
        ("None", 1985),
    ]


def test_levels_of_identity_and_residence_under_merged_headers():
    roster = read([
        ["Họ tên", "Quan hệ", "VNeID", None, None, "Cư trú", None],
        [None, None, "Mức 1", "Mức 2", "Kích hoạt", "Thường trú", "Tạm trú"],
        ["Lê A", "Chủ hộ", "x", "x", None, "x", None], ["Lê B", "Vợ", None, "x", "x", None, "x"],
        ["Lê C", "Con", "x", None, None, None, None],
    ])  # fmt: skip
    assert [[m.state for m in p.marks] for p in persons(roster)] == [
        ["level2_granted"],
        ["level2_active"],
        ["level1"],
    ]
    assert [p.residence for p in persons(roster)] == ["permanent", "temporary", "permanent"]


def test_totals_signatures_page_headers_and_prepared_lines_are_nobody():
    header = ["STT", "Họ và tên", "Quan hệ với chủ hộ", "Năm sinh", "SĐT"]
    roster = read([
        header, ["A", "B", 1, 2, 3],
        [1, "Tống Văn Công", "Chủ hộ", 1980, None], ["Cộng", None, None, 1, None], header,
        [2, "Công Tằng B", "Chủ hộ", 1981, None], [3, None, None, None, None], [],
        ["Tổng cộng: 2 người"], [None, None, None, "Ngày 1 tháng 9 năm 2026"],
        [None, "NGƯỜI LẬP BIỂU", None, None, "TM. UBND XÃ"], [None, "(Ký, ghi rõ họ tên)"],
        [None, "Phạm Thị Ký", None, None, "Hồ Ấn"],
    ])  # fmt: skip
    assert families(roster) == [["Tống Văn Công"], ["Công Tằng B"]]
    assert (roster.rows, roster.problems) == (2, [])


def test_a_hamlet_named_cong_hoa_and_a_hamlet_head_are_no_totals_and_no_signatures():
    roster = read([
        ["Thôn", "Họ tên", "Quan hệ", "Ghi chú"],
        ["Cộng Hòa", "Lê A", "Chủ hộ", None], [None, "Lê N", "Con", "Trưởng thôn"],
        ["Cộng Hòa", "N", "Chủ hộ", None],
    ])  # fmt: skip
    assert families(roster) == [["Lê A", "Lê N"], ["N"]]


def test_id_numbers_ethnicity_and_bank_numbers_are_told_as_ignored_and_kept_nowhere():
    roster = read([
        ["Họ tên", "Quan hệ", "Số CCCD", "Dân tộc", "Số tài khoản", "Chiều cao"],
        ["Lê A", "Chủ hộ", "001080001234", "Tày", "19036512345678", "1m60"],
    ])  # fmt: skip
    assert roster.ignored == ["Số CCCD", "Dân tộc", "Số tài khoản", "Chiều cao"]
    assert not any(secret in repr(roster.households) for secret in ("001080001234", "Tày", "1903", "1m60"))


def test_a_remark_keeps_the_row_and_a_hidden_letter_refuses_it():
    roster = read([
        ["Họ tên", "Quan hệ", "GT", "SĐT", "VNeID"],
        ["Lê A", "Chủ hộ", "abc", "123", "hỏi lại"], ["Lê\u202eB", "Vợ", "Nữ", None, None],
    ])  # fmt: skip
    assert families(roster) == [["Lê A"]]
    assert [(p.row, p.code, p.fatal) for p in roster.problems] == [
        (2, "row.unknown_sex", False), (2, "row.bad_phone", False), (2, "row.unknown_mark", False),
        (3, "row.bad_name", True),
    ]  # fmt: skip
    assert all(p.vi != p.en and p.vi.endswith(".") for p in roster.problems)


@pytest.mark.parametrize(
    "rows", [[["Báo cáo"], ["tháng 9"]], [["Tên thuốc", "Giá"], ["A", 1]], [["Họ tên"], ["Lê A"]]]
)
def test_a_sheet_that_is_no_list_of_people_is_refused(rows):
    with pytest.raises(NoRoster):
        read(rows)


def test_a_header_without_rows_and_a_file_without_cells_are_empty():
    for rows in ([["Họ tên", "Năm sinh"]], []):
        with pytest.raises(Empty):
            read(rows)


def test_a_formula_is_read_as_its_saved_value_never_computed():
    roster = read(
        [["Họ tên", "Quan hệ", "Ghi chú"], ["Lê A", "Chủ hộ", "=1+1"], ["Lê B", "Vợ", "=HYPERLINK(A1)"]]
    )
    assert families(roster) == [["Lê A", "Lê B"]]
