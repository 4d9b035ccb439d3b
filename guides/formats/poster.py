"""A guide as a poster: one sheet of A4 with a QR code, for the wall of the hamlet's cultural house."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import segno

from guides.rules import Told

TEMPLATE = Path(__file__).with_suffix(".typ")
WORDS: dict[str, dict[str, str]] = {
    "vi": {
        "from": "Sẵn Sàng Số · Hướng dẫn từng bước",
        "see": "Bạn sẽ thấy",
        "beware": "Cẩn thận",
        "scan": "Quét mã để xem chi tiết từng bước trên điện thoại",
        "never": "Không đọc mật khẩu, mã xác nhận cho bất kỳ ai. Không ai của Tổ thu tiền.",
        "valid": "Có hiệu lực đến hết ngày {day:%d/%m/%Y}.",
    },
    "en": {
        "from": "Sẵn Sàng Số · Step by step",
        "see": "You should see",
        "beware": "Beware",
        "scan": "Scan the code to read each step in detail on a phone",
        "never": "Never tell anybody your password or your codes. The team never takes money.",
        "valid": "Valid until {day:%d/%m/%Y}.",
    },
}


def poster_of(guide: Told, url: str) -> bytes:
    """The PDF, the same bytes for the same guide and address; `url` is where its page is."""
    import typst  # heavy, and most processes never print

    given = {"poster": msgspec.json.encode(_shown(guide, url)).decode()}
    made = typst.compile(
        TEMPLATE.read_bytes(),
        sys_inputs=given,
        format="pdf",
        ignore_system_fonts=True,
        font_paths=_fonts(),
        timestamp=_seconds(guide["checked_on"]),
    )
    return bytes(made)


@cache
def _fonts() -> Any:
    """The fonts that come with typst, so that a poster looks the same everywhere."""
    import typst

    return typst.Fonts(include_system_fonts=False)


def _seconds(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86_400


def _shown(guide: Told, url: str) -> dict[str, Any]:
    words = WORDS.get(guide["language"], WORDS["vi"])
    steps = [
        {
            "number": step["number"],
            "text": step["text"],
            "see": step["you_see"],
            "warning": step["warning"],
        }
        for step in guide["steps"]
    ]
    day = guide["checked_on"]
    return {
        "lang": guide["lang"],
        "title": guide["title"],
        "summary": guide["summary"],
        "steps": steps,
        "date": {"year": day.year, "month": day.month, "day": day.day},
        "url": url,
        "qr": _qr(url),
        "words": {name: text.format(day=guide["valid_until"]) for name, text in words.items()},
    }


def _qr(url: str) -> str:
    picture = segno.make(url, error="m", micro=False).svg_inline(border=4, light="#fff")
    return str(picture).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
