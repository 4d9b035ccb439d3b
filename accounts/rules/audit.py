"""The log of who saw or wrote what of whom: its acts, its chain, and how many one may be shown a day."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

# What is noted, in the words for whoever asks who looked. Codes stay as they are: old notes bear them.
ACTS: dict[str, tuple[str, str]] = {
    "household.list": ("Xem danh sách hộ", "Saw the list of households"),
    "household.read": ("Xem một hộ", "Saw a household"),
    "person.read": ("Xem hồ sơ một người", "Saw a person's record"),
    "duplicate.list": ("Xem người có thể bị ghi hai lần", "Saw who may be there twice"),
    "consent.list": ("Xem các lần đồng ý", "Saw the consents"),
    "observation.list": ("Xem lịch sử ghi nhận", "Saw the history"),
    "readiness.read": ("Xem mức độ sẵn sàng", "Saw the readiness"),
    "visit.list": ("Xem các lượt đến nhà", "Saw the visits"),
    "request.read": ("Xem yêu cầu của một người", "Saw a person's request"),
    "person.disclose": ("Lập bản cung cấp dữ liệu cho chính người ấy", "Made the disclosure for the person"),
    "person.self_view": ("Tự xem dữ liệu của mình bằng mã", "Saw his own data by a code"),
    "reader.list": ("Xem ai đã xem", "Saw who had looked"),
    "sync.pull": ("Tải về điện thoại", "Took to a phone"),
    "sync.receipts": ("Xem lại biên nhận", "Saw receipts"),
    "sync.held": ("Xem việc đang giữ lại", "Saw held work"),
    "report.read": ("Xem danh sách có tên", "Saw a list of names"),
    "export.build": ("Lập tệp danh sách có tên", "Had a file of names made"),
    "export.open": ("Mở tệp danh sách có tên", "Opened a file of names"),
    "import.stage": ("Đối chiếu danh sách gửi lên với sổ", "Had a roster compared with the books"),
    "person.register": ("Ghi mới", "Registered"),
    "person.change": ("Sửa hồ sơ", "Changed the record"),
    "person.erase": ("Xóa khỏi sổ", "Erased from the books"),
    "household.change": ("Sửa thông tin hộ", "Changed the household"),
    "change.clashed": ("Sửa trùng lúc", "Tried a change that clashed"),
    "consent.record": ("Ghi sự đồng ý", "Recorded a consent"),
    "observation.record": ("Ghi nhận tình trạng", "Recorded an observation"),
    "observation.retract": ("Rút lại ghi nhận", "Retracted an observation"),
    "visit.record": ("Ghi lượt đến nhà", "Recorded a visit"),
    "door.refused": ("Bị từ chối", "Was refused"),
    # Of accounts, not of persons.
    "account.unlock": ("Mở khóa tài khoản", "Unlocked an account"),
    "token.reused": ("Mã làm mới cũ bị dùng lại, máy bị thu hồi", "An old refresh token ended its device"),
}

# By these acts nobody learns of anybody.
UNTOLD = ("export.build", "door.refused")

# A day's budget: so many times what is entrusted to somebody, and at least so many persons and households.
BUDGET_TIMES = 3
BUDGET_LEAST = 1000
# Refusals of one account that are noted one by one in a minute; the rest of them is one note with a count.
REFUSALS_A_MINUTE = 1000

# How long notes are kept; the triggers on their tables say the same.
KEPT_MONTHS = 24
KEPT = timedelta(days=731)

# Before the first link of a province.
START = bytes(32)


def chained(before: bytes, canonical: str) -> bytes:
    """The link of a note: SHA-256 over the link before it and the note as text."""
    return sha256(before + canonical.encode()).digest()


def head_text(province: int, seq: int, link: bytes, at: datetime) -> bytes:
    """What the house signs: so long is the chain of a province at this instant, and this is its last link."""
    return f"san-sang-so audit|{province}|{seq}|{link.hex()}|{at.timestamp():.6f}".encode()


def printed_head(code: str, seq: int, link: bytes) -> str:
    """A head as papers bear it: the province, the number, and 64 bits of the hash."""
    return f"{code}-{seq}-{link.hex()[:16]}"
