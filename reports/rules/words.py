"""The words of lists and files for what the house keeps as codes, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

Words = Mapping[str, tuple[str, str]]

SEXES: Words = {"male": ("Nam", "Male"), "female": ("Nữ", "Female"), "unknown": ("Chưa rõ", "Unknown")}
RELATIONS: Words = {
    "head": ("Chủ hộ", "Head"),
    "spouse": ("Vợ/chồng", "Spouse"),
    "child": ("Con đẻ", "Child"),
    "parent": ("Bố/mẹ", "Parent"),
    "grandchild": ("Cháu", "Grandchild"),
    "grandparent": ("Ông/bà", "Grandparent"),
    "sibling": ("Anh/chị/em", "Sibling"),
    "relative": ("Họ hàng", "Relative"),
    "lodger": ("Người ở nhờ, ở trọ", "Lodger"),
    "other": ("Khác", "Other"),
    "unknown": ("Chưa rõ", "Unknown"),
}
RESIDENCES: Words = {
    "permanent": ("Thường trú", "Permanent"),
    "temporary": ("Tạm trú", "Temporary"),
    "staying": ("Đang lưu trú", "Staying"),
}
PRESENCES: Words = {"present": ("Có mặt", "Present"), "away": ("Đi vắng", "Away")}
WHY: Words = {
    "unrecorded": ("chưa ghi nhận", "never recorded"),
    "expired": ("đã hết hạn", "expired"),
    "contested": ("thông tin trái nhau", "contested"),
    "stale": ("ghi nhận đã cũ", "stale"),
}

# What the rows of a table stand for, and the words that narrow it.
BYS: Words = {
    "area": ("Địa bàn", "Area"),
    "item": ("Tiêu chí", "Item"),
    "evidence": ("Mức chứng thực", "Evidence level"),
    "all_four": ("Đủ cả bốn mục", "All four"),
    "day": ("Ngày", "Day"),
    "week": ("Tuần", "Week"),
    "month": ("Tháng", "Month"),
}
FILTERS: Words = {"item": ("Tiêu chí", "Item")}
UNCONVERTED: Words = {
    "": ("", ""),
    "area.straddles": ("Gồm phần của nhiều địa bàn cũ", "Parts of several former units"),
}


def in_language(words: Words, language: str) -> dict[str, str]:
    """The words in "vi" or "en", by code."""
    return {code: pair[language == "en"] for code, pair in words.items()}
