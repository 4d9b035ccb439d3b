"""The texts that are read out or shown before somebody agrees: each version stays as it was.

Another wording is another version: `PINNED` holds the SHA-256 of every text, and a story proves that none has
changed. Where a text is read out in a language that has none of its own, the Vietnamese one was interpreted.
"""

from __future__ import annotations

import hashlib
from functools import cache

TEXTS: dict[str, dict[str, str]] = {
    "2026-01": {
        "vi": (
            "Tổ công nghệ số cộng đồng xin phép ghi họ tên, năm sinh, số điện thoại của "
            "ông/bà và việc ông/bà "
            "đã có tài khoản định danh, tài khoản thanh toán, chữ ký số, tài khoản dịch vụ "
            "công hay chưa, để "
            "hướng dẫn ông/bà. Không ghi số căn cước, mật khẩu, mã OTP hay tài khoản ngân "
            "hàng. Ông/bà có thể "
            "không đồng ý, và rút lại bất cứ lúc nào. Ông/bà có đồng ý không?"
        ),
        "en": (
            "The community digital technology team asks to write down your name, year of "
            "birth and phone, and "
            "whether you have a digital identity, a payment account, a digital signature and "
            "a public-service "
            "account, so that it can help you. No ID number, password, OTP or bank account "
            "is written down. "
            "You may say no, and you may withdraw at any time. Do you agree?"
        ),
    },
    "2026-11": {
        "vi": (
            "Tổ công nghệ số cộng đồng xin phép ghi họ tên, năm sinh, số điện thoại của "
            "ông/bà và việc ông/bà "
            "đã có tài khoản định danh, tài khoản thanh toán, chữ ký số, tài khoản dịch vụ "
            "công hay chưa, để "
            "hướng dẫn ông/bà. Không ghi số căn cước, mật khẩu, mã OTP hay tài khoản ngân "
            "hàng. Chỉ Tổ và cán "
            "bộ quản lý địa bàn được xem. Ông/bà có quyền xem, sửa, xóa dữ liệu của mình, "
            "không đồng ý, và rút "
            "lại bất cứ lúc nào; ông/bà có thể nhận một mã riêng để tự làm việc đó. Ông/bà "
            "có đồng ý không?"
        ),
        "en": (
            "The community digital technology team asks to write down your name, year of "
            "birth and phone, and "
            "whether you have a digital identity, a payment account, a digital signature and "
            "a public-service "
            "account, so that it can help you. No ID number, password, OTP or bank account "
            "is written down. "
            "Only the team and the area's officers see it. You may see, correct and erase "
            "your data, say no, "
            "and withdraw at any time; you can be given a code of your own to do so "
            "yourself. Do you agree?"
        ),
    },
}
LATEST = "2026-11"
PINNED = {
    "2026-01/vi": "a237aca59cea323f86ff35e9921b280a0b25b56b7bbc560ffbfb2799bababbf7",
    "2026-01/en": "4c8b7b3108b97e86e898582adb9425f0ba961fa5b347a498ca5b1514bce69701",
    "2026-11/vi": "dbb02da29cba94dd277c1e7d3d60bb890bcd6ff7ff89d5d735cb306e833a22de",
    "2026-11/en": "f8c9b9e4dc38a5df69c9c529aa300352b13089ee3af737cf92de89357912c753",
}


def digest_of_text(text: str) -> str:
    """SHA-256 of a text, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def text_hash(version: str, language: str) -> str | None:
    """The SHA-256 of what was shown or read out; None where there is no such version."""
    texts = TEXTS.get(version)
    return digest_of_text(texts.get(language, texts["vi"])) if texts else None


def changed_texts(texts: dict[str, dict[str, str]]) -> list[str]:
    """The texts ("2026-01/vi") that are not what was pinned when they were published."""
    found = {
        f"{version}/{language}": text for version, said in texts.items() for language, text in said.items()
    }
    names = sorted(found.keys() | PINNED.keys())
    return [name for name in names if name not in found or digest_of_text(found[name]) != PINNED.get(name)]
