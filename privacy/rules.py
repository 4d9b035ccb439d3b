"""What may be asked about one's own data, and by when it has to be answered and done.

The days are those of Decree 356/2025/ND-CP as far as they could be confirmed: two working days to answer;
15 days to act on a withdrawal, a restriction or an objection, and one extension of 15. Those of access and
correction (10) and erasure (20) are kept on the safe side until they are confirmed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from base.errors import Refusal


class Kind(StrEnum):
    """What somebody asks."""

    ACCESS = "access"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    RESTRICT = "restrict"
    OBJECT = "object"
    ERASE = "erase"


class State(StrEnum):
    """Where a request stands; `done` and `refused` are ends."""

    FILED = "filed"
    ANSWERED = "answered"
    DONE = "done"
    REFUSED = "refused"


class Leak(StrEnum):
    """By what data were exposed: a phone or browser, an account, what is kept of an area, a file of names."""

    DEVICE = "device"
    ACCOUNT = "account"
    AREA = "area"
    FILE = "file"


LEAK_TITLES = {
    Leak.DEVICE: ("Mất hoặc lộ thiết bị", "A device lost or taken over"),
    Leak.ACCOUNT: ("Lộ tài khoản", "An account taken over"),
    Leak.AREA: ("Lộ dữ liệu của một địa bàn", "What is kept of an area exposed"),
    Leak.FILE: ("Lộ tệp danh sách", "A file of names exposed"),
}
# To notify a breach, from the alarm on: what Law 91/2025/QH15 asks in serious cases, as far as it could be
# confirmed; here it is asked of all, to be safe.
NOTIFY_WITHIN = timedelta(hours=72)
NOTIFY_SOON = timedelta(hours=24)

OPEN = (State.FILED.value, State.ANSWERED.value)
ANSWER_WITHIN = 2  # working days
ACT_WITHIN = {
    Kind.ACCESS: 10,
    Kind.CORRECT: 10,
    Kind.WITHDRAW: 15,
    Kind.RESTRICT: 15,
    Kind.OBJECT: 15,
    Kind.ERASE: 20,
}
EXTENSION = 15
# Days off that fall on the same day each year (Labour Code 2019, article 112). Those of the lunar calendar
# are decided anew each year: the setting HOLIDAYS names them. A day too few makes the house answer earlier.
FIXED_HOLIDAYS = frozenset({(1, 1), (4, 30), (5, 1), (9, 2)})
# How long what is kept: no number of the law, but a choice that the office files with its register.
LIMITS = {
    "persons_left": timedelta(days=365),  # since somebody left the books, moved away for good or died
    "persons_ungrounded": timedelta(days=365),  # since the last decision ended of who has not agreed himself
    "households_empty": timedelta(days=365),  # since an address was written down at which nobody lives
    "contacts_changed": timedelta(days=90),  # since a phone or an address became another
    "roster_problems": timedelta(days=90),  # since a roster was applied
    "said": timedelta(days=90),  # since a phone said what clashed or was turned down
    "held": timedelta(days=365),  # since it said what nobody took
    "requests": timedelta(days=730),  # since the end of a request
    "codes": timedelta(0),  # since a code has ended
    "staff": timedelta(days=730),  # since the last post and device of an account: as long as the log
    "device_names": timedelta(days=365),  # since a device was revoked or ended
    "export_reasons": timedelta(days=730),  # since a file was asked for: as long as the log
}
CODE_LIFE = timedelta(days=14)
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("OIL", "011", " -")
CODE_LENGTH = 12  # 60 bits


class RequestOver(Refusal):
    code = "request.over"
    vi = "Yêu cầu này đã kết thúc hoặc đã được gia hạn."
    en = "This request is over, or was extended already."
    status = 409


def is_working_day(day: date, holidays: Collection[date]) -> bool:
    """Monday to Friday, and no public holiday."""
    return day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS and day not in holidays


def working_days_after(day: date, count: int, holidays: Collection[date]) -> date:
    """The day on which so many working days have passed since the day, which itself is not counted."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day, holidays)
    return day


@dataclass(frozen=True, slots=True)
class Clocks:
    """The last days on which a request may be answered and done."""

    answer_on: date
    act_on: date


def clocks_of(kind: Kind, filed_on: date, holidays: Collection[date]) -> Clocks:
    """The clocks of a request that was filed on that day."""
    return Clocks(
        answer_on=working_days_after(filed_on, ANSWER_WITHIN, holidays),
        act_on=filed_on + timedelta(days=ACT_WITHIN[kind]),
    )


def alarm_of(state: str, clocks: Clocks, on: date) -> str:
    """What is due or late on the day: "answer_due", "answer_late", "act_due", "act_late", or ""."""
    if state == State.FILED and on >= clocks.answer_on:
        return "answer_late" if on > clocks.answer_on else "answer_due"
    if state in OPEN and on >= clocks.act_on - timedelta(days=2):
        return "act_late" if on > clocks.act_on else "act_due"
    return ""


class BreachClock(StrEnum):
    """What the clock of a breach says."""

    RUNNING = "running"
    DUE = "due"
    LATE = "late"
    STOPPED = "stopped"


def clock_of_breach(due_at: datetime, closed_at: datetime | None, at: datetime) -> BreachClock:
    """Stopped by its end; late or nearly so as the alarm says."""
    if closed_at:
        return BreachClock.STOPPED
    return BreachClock((breach_alarm(due_at, at) or "breach_running").removeprefix("breach_"))


def breach_alarm(due_at: datetime, at: datetime) -> str:
    """What the clock of an open breach says: "breach_due" in the last day, "breach_late" after it, or ""."""
    if at > due_at:
        return "breach_late"
    return "breach_due" if at >= due_at - NOTIFY_SOON else ""


def code_of(bits: int) -> str:
    """Sixty bits as twelve characters in threes of four, with no letter that looks like a digit."""
    plain = "".join(_DIGITS[bits >> shift & 31] for shift in range(55, -1, -5))
    return "-".join(plain[first : first + 4] for first in range(0, CODE_LENGTH, 4))


def plain_code(text: str) -> str:
    """The code as it is hashed, whatever blanks, hyphens and small letters it is written with."""
    return text.upper().translate(_READ_AS)[: CODE_LENGTH + 1]
