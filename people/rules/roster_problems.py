"""What is wrong with one row. A fatal problem refuses the row; any other is a remark beside it."""

from __future__ import annotations

from dataclasses import dataclass

_TEXTS: dict[str, tuple[bool, str, str]] = {
    "row.no_name": (True, "Dòng không có họ tên.", "The row has no name."),
    "row.bad_name": (
        True,
        "Họ tên có ký tự ẩn, không có chữ cái nào hoặc quá dài.",
        "The name has invisible characters, no letter at all or is too long.",
    ),
    "row.bad_birth": (
        True,
        "Ngày sinh không có thật hoặc không đọc được.",
        "The birth date does not exist or cannot be read.",
    ),
    "row.future_birth": (True, "Ngày sinh ở tương lai.", "The birth date lies in the future."),
    "row.bad_phone": (
        False,
        "Không đọc được số điện thoại; dòng được nhận không kèm số.",
        "The phone number cannot be read; the row is kept without it.",
    ),
    "row.unknown_mark": (
        False,
        "Không hiểu dấu ghi trong ô; không ghi nhận gì từ ô này.",
        "The mark in the cell is not understood; nothing is recorded from it.",
    ),
    "row.unknown_sex": (
        False,
        "Không hiểu giới tính ghi trong dòng.",
        "The sex written in the row is not understood.",
    ),
    "roster.no_households": (
        False,
        "Danh sách không cho biết ai chung hộ: mỗi người được coi là một hộ.",
        "The list does not tell who lives together: each person is taken as one household.",
    ),
}


@dataclass(frozen=True)
class Problem:
    """`row` as in Excel, `column` the header; the cell itself is never repeated, it may be private."""

    row: int
    column: str | None
    code: str
    vi: str
    en: str
    fatal: bool


def problem(code: str, row: int, column: str | None = None) -> Problem:
    """The problem of that code, in both languages."""
    fatal, vi, en = _TEXTS[code]
    return Problem(row, column, code, vi, en, fatal)
