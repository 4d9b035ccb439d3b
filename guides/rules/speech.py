"""Words that may stand in a guide: fit to be read aloud, asking for no secret, naming official hosts."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from guides.rules.texts import refuse

# Changing this list changes where citizens are sent: two persons look at it (security.md G-02).
OFFICIAL_HOSTS = frozenset({"dichvucong.gov.vn", "onetouch.mic.gov.vn", "binhdanhocvuso.gov.vn"})

# Said as they are written; every other word in capitals is an abbreviation.
_SAID = {"SIM", "QR", "VNPT"}
_CAPITALS = re.compile(r"(?<!\w)[A-ZĐƯƠÂÊÔ]{2,}(?!\w)")
_SHORT = re.compile(r"(?<!\w)(v\.v|vd|sđt|e\.g|i\.e|etc|tp)(?!\w)", re.IGNORECASE)

_HOST = re.compile(
    r"(?:https?://|www\.)[^\s/)\]>]+|(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:vn|com|net|org|info|top|xyz|cc|me|app|io|link|site)(?![\w-])",
    re.IGNORECASE,
)

_SECRET = re.compile(
    r"mã xác nhận|\botp\b|mật khẩu|mã pin|số thẻ ngân hàng|số tài khoản|"
    r"one-time code|password|passcode|\bpin\b|card number|account number",
    re.IGNORECASE,
)
_TELL = re.compile(
    r"\b(đọc|nói|gửi|đưa|cung cấp|(?<!tin )nhắn|cho biết|báo cho|tell|give|send|read out|share|show)\b",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"\b(không|đừng|chẳng|chớ|kẻ|lừa|never|not|nobody|no one|don't|scam|scammers?)\b", re.IGNORECASE
)


def check_words(text: str, file: str, line: int, *, aloud: bool = False) -> None:
    """Refuses a host that is not official, a request for a secret, hidden characters, letters not in NFC
    and, where the text is read `aloud`, abbreviations."""
    if unicodedata.normalize("NFC", text) != text or any(_is_hidden(char) for char in text):
        refuse(file, line, "có ký tự ẩn hoặc chữ chưa ở dạng NFC", "hidden characters, or letters not in NFC")
    for found in _HOST.finditer(text):
        check_host(found.group(), file, line)
    for sentence in re.split(r"[.!?;:\n]", text):
        if _SECRET.search(sentence) and _TELL.search(sentence) and not _NEVER.search(sentence):
            refuse(
                file, line, "câu này bảo người đọc nói ra điều bí mật", "this asks the reader for a secret"
            )
    if aloud:
        short = [word for word in _CAPITALS.findall(text) if word not in _SAID]
        short += [found.group() for found in _SHORT.finditer(text)]
        if short:
            refuse(file, line, f"chữ viết tắt không đọc được: {short[0]}", f"an abbreviation: {short[0]}")


def check_host(url: str, file: str, line: int) -> None:
    """Refuses an address that is not https at an official host."""
    given = url if ":" in url else f"https://{url}"
    try:
        parts = urlsplit(given)
        plain = parts.scheme == "https" and not (parts.port or parts.username or parts.password)
        official = plain and (parts.hostname or "").removeprefix("www.") in OFFICIAL_HOSTS
    except ValueError:
        official = False
    if not official:
        refuse(file, line, f"địa chỉ ngoài danh sách: {url[:80]}", f"an address not in the list: {url[:80]}")


def _is_hidden(char: str) -> bool:
    return char != "\n" and unicodedata.category(char) in ("Cc", "Cf", "Co", "Cn", "Cs")
