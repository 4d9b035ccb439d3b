"""What a reader must know of the figures; said beside every table that shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from reports.rules.cuts import at_minute, told
from reports.rules.sheets import Place

Note = tuple[str, str]  # Vietnamese, English

DUE: Note = (
    "Mẫu số là số người đã đăng ký trong sổ, còn sống và chưa chuyển đi, đủ tuổi của từng tiêu chí.",
    "The denominator: persons in the books, alive and not moved away, of the age at which an item is due.",
)
EVIDENCE: Note = (
    "Tự khai, tận mắt trên màn hình và thao tác thành công trước mặt do thành viên Tổ và người dân ghi nhận; "
    "chỉ “hệ thống xác nhận” là đã đối chiếu với hệ thống.",
    "Self-declared, seen and witnessed are told by volunteers and citizens; only verified was checked "
    "against a system.",
)

OVERLAPPING: Note = (
    "Các dòng trạng thái cộng với số đã sẵn sàng bằng số người thuộc diện; dòng “trái nhau”, “đã cũ” và từng "
    "vướng mắc có thể trùng người.",
    "States, expired and never recorded add up, with the ready, to those due; contested, stale and blockers "
    "may tell of the same person.",
)

HOUSEHOLD_READY: Note = (
    "Hộ sẵn sàng khi mọi người lớn đang ở nhà có đủ cả bốn; người chưa rõ năm sinh được coi như người lớn.",
    "A household is ready when every present adult has all four; who is of unknown age may be an adult.",
)
LAST_VISIT: Note = (
    "Mỗi hộ được đếm một lần theo kết quả lượt đến gần nhất trong kỳ; không gặp ai vẫn là một lượt đến.",
    "Each household counts once, by what its last visit in the period came to, nobody at home included.",
)
WORK: Note = (
    "Công việc tính cho Tổ nơi người làm được phân công vào lúc làm, dù sau đó hộ hay người làm đã chuyển.",
    "Work is that of the team in whose post it was done, though household or member moved since.",
)

KNOWN_THEN: Note = (
    "Mỗi mốc là số liệu đã biết vào cuối ngày đó; ghi nhận đến muộn nằm ở mốc của ngày nhận được.",
    "Each point is what was known when the day ended; what came in late is in the point of the day it came.",
)

REGISTER: Note = (
    "Có thông tin cá nhân: chỉ dùng cho lý do đã ghi, không chuyển tiếp. Không có điện thoại, số định danh.",
    "Personal data: for the reason that was given only, not to be passed on. It has no phone or ID number.",
)
FOLLOW_UP: Note = (
    "Người lớn đang ở nhà còn thiếu một trong bốn mục, hoặc có mục cần xác nhận lại; gấp nhất đứng trước.",
    "Those present who lack one of the four that is due, or hold one in doubt; the most urgent come first.",
)

FORECAST: Note = (
    "Ngày dự báo giả định mỗi ngày tăng như trung bình của kỳ; để trống khi không tăng hoặc chưa có số chốt.",
    "The forecast takes the average gain of the period; none where nothing was gained or no day was kept.",
)

TEAMS: Note = (
    "Tổ là thôn, tổ dân phố có ít nhất một thành viên hoặc tổ trưởng được phân công vào cuối ngày báo cáo.",
    "A team is a hamlet with at least one volunteer or lead in post at the end of the day.",
)


def met(reached: int, of: int) -> Note:
    """How many of the targets shown are met."""
    return (f"Đạt {reached} trên {of} chỉ tiêu.", f"{reached} of {of} targets are met.")


def unknown_age(persons: int) -> list[Note]:
    """That so many registered persons are in no rate; nothing when there are none."""
    if not persons:
        return []
    return [
        (
            f"{persons} người chưa rõ năm sinh không nằm trong tỷ lệ nào.",
            f"{persons} persons of unknown age are in no rate.",
        )
    ]


def unconverted(places: Sequence[Place]) -> list[Note]:
    """Which units' figures cannot be given to the closed unit that is asked for."""
    if not places:
        return []
    names = ", ".join(f"{place.name} ({place.code})" for place in places)
    return [
        (
            f"Không cộng được vào tổng vì nằm trên địa giới của nhiều địa bàn cũ: {names}.",
            f"Not in the totals, for they are made of parts of several former units: {names}.",
        )
    ]


def closed(at: datetime | None) -> list[Note]:
    """That the figures are those of a closed period; nothing for what is known now."""
    if at is None:
        return []
    words = at_minute(at)
    return [
        (
            f"Số liệu của kỳ đã chốt lúc {words}; điều chỉnh về sau xem bảng “Điều chỉnh sau chốt kỳ”.",
            f"Figures of a period that was closed at {words}; later corrections are in the adjustments.",
        )
    ]


def gaps(days: Sequence[date]) -> list[Note]:
    """The days of a trend for which no figures were kept."""
    if not days:
        return []
    words = ", ".join(told(day) for day in days)
    return [(f"Không có số chốt của các ngày: {words}.", f"No figures were kept of: {words}.")]
