"""Targets: of whom, how many, and when they are reached at the present pace."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from uuid import UUID

from base.errors import Refusal


class Of(StrEnum):
    """What a target is a share of, or that it is a number."""

    REGISTERED = "registered"
    POPULATION15 = "population15"
    ASSIGNED = "assigned"


OF_TITLES: Mapping[Of, tuple[str, str]] = {
    Of.REGISTERED: ("Người đã đăng ký trong sổ, thuộc diện", "Registered persons for whom it is due"),
    Of.POPULATION15: ("Dân số từ 15 tuổi (số chính thức)", "Population of 15 and over (official)"),
    Of.ASSIGNED: ("Số người được giao", "Assigned number of persons"),
}


class TargetBad(Refusal):
    """The base of what a target may be refused for."""

    code = "target.bad"
    vi = "Chỉ tiêu chưa đúng."
    en = "The target is not as it should be."


class UnknownItem(TargetBad):
    code = "target.unknown_item"
    vi = "Không có tiêu chí “{value}”. Các tiêu chí: {known}."
    en = 'There is no item "{value}". There are: {known}.'


class UnknownDenominator(TargetBad):
    code = "target.unknown_denominator"
    vi = "Không có mẫu số “{value}”. Được dùng: {known}."
    en = 'There is no denominator "{value}". There are: {known}.'


class BadPeriod(TargetBad):
    code = "target.bad_period"
    vi = "Cần ngày đầu và ngày cuối của kỳ, ngày cuối không trước ngày đầu."
    en = "A period has a first and a last day, the last not before the first."


class ShareNeeded(TargetBad):
    code = "target.share_needed"
    vi = "Chỉ tiêu theo tỷ lệ cần một tỷ lệ lớn hơn 0 và không quá 100 %."
    en = "A target that is a share needs one above 0 and up to 100 %."


class NumberNeeded(TargetBad):
    code = "target.number_needed"
    vi = "Chỉ tiêu theo dân số hoặc số được giao cần một số người là số nguyên dương."
    en = "A target of a population or of an assigned number needs a number of persons, whole and above 0."


class NotBoth(TargetBad):
    code = "target.not_both"
    vi = "Mẫu số này không đi cùng {field}."
    en = "This denominator does not go with {field}."


class DocumentNeeded(TargetBad):
    code = "target.document_needed"
    vi = "Hãy ghi văn bản giao chỉ tiêu (số, ngày, cơ quan), tối đa 200 ký tự, không có ký tự ẩn."
    en = "Name the document that sets the target (number, day, body), up to 200 characters, none hidden."


@dataclass(frozen=True, slots=True)
class NewTarget:
    """A target as somebody sets it; `area` is a code, "" for the whole country, `share` per cent."""

    area: str
    item: str
    first_on: date
    last_on: date
    denominator: str
    share: Decimal | None
    number: int | None
    document: str


@dataclass(frozen=True, slots=True)
class Goal:
    """A target in force: at which area (None: the country)."""

    id: UUID
    area_id: int | None
    item: str
    first_on: date
    last_on: date
    of: Of
    share: Decimal | None
    number: int | None
    document: str

    def base(self, due: int) -> int:
        """Of how many persons the rate is told: the population where there is one, else those due."""
        return self.number if self.of is Of.POPULATION15 and self.number else due

    def wanted(self, due: int) -> int:
        """How many persons are to be ready; a share of persons is rounded up."""
        if self.share is None:
            return self.number or 0
        return int((self.share * self.base(due) / 100).to_integral_value(ROUND_CEILING))


def check_target(new: NewTarget, items: Mapping[str, object]) -> None:
    """Refuses a target that says too little, too much or nothing, with the field at fault."""
    if new.item not in items:
        raise UnknownItem(path="item", value=new.item[:40], known=", ".join(items))
    if new.denominator not in list(Of):
        raise UnknownDenominator(path="denominator", value=new.denominator[:40], known=", ".join(Of))
    if new.last_on < new.first_on:
        raise BadPeriod(path="last_on")
    _check_numbers(new, Of(new.denominator))
    hidden = any(unicodedata.category(char)[0] == "C" for char in new.document)
    if hidden or not 3 <= len(new.document.strip()) <= 200:
        raise DocumentNeeded(path="document")


def _check_numbers(new: NewTarget, of: Of) -> None:
    if of is Of.ASSIGNED and new.share is not None:
        raise NotBoth(path="share", field="share")
    if of is Of.REGISTERED and new.number is not None:
        raise NotBoth(path="number", field="number")
    if of is not Of.ASSIGNED and (new.share is None or not 0 < new.share <= 100):
        raise ShareNeeded(path="share")
    if of is not Of.REGISTERED and (new.number is None or not 0 < new.number < 10**9):
        raise NumberNeeded(path="number")


class Outlook(StrEnum):
    """How a target stands on a day."""

    MET = "met"
    ON_TIME = "on_time"
    LATE = "late"
    MISSED = "missed"  # its period is over
    UNKNOWN = "unknown"  # nothing moves, or nobody knows how fast


OUTLOOK_TITLES: Mapping[Outlook, tuple[str, str]] = {
    Outlook.MET: ("Đã đạt", "Met"),
    Outlook.ON_TIME: ("Sẽ đạt đúng hạn", "Will be met in time"),
    Outlook.LATE: ("Sẽ đạt sau hạn", "Will be met late"),
    Outlook.MISSED: ("Hết kỳ, chưa đạt", "Missed: the period is over"),
    Outlook.UNKNOWN: ("Chưa dự báo được", "No forecast"),
}


def forecast(*, ready: int, wanted: int, gained: int | None, days: int, on: date) -> date | None:
    """The day on which the wanted number is reached when as many are gained each day as in the last `days`
    on average; None when it is reached already, when nothing was gained, or when nobody knows what was."""
    if ready >= wanted or not gained or gained <= 0 or days <= 0:
        return None
    left = -(-(wanted - ready) * days // gained)  # whole days, rounded up
    return on + timedelta(days=left) if left < 365 * 100 else None


def outlook(*, ready: int, wanted: int, reached_on: date | None, last_on: date, on: date) -> Outlook:
    """How a target stands on the day `on`, given the forecast."""
    if ready >= wanted:
        return Outlook.MET
    if on > last_on:
        return Outlook.MISSED
    if reached_on is None:
        return Outlook.UNKNOWN
    return Outlook.ON_TIME if reached_on <= last_on else Outlook.LATE
