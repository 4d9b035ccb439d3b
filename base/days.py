"""Days in Viet Nam: instants are kept in UTC, days are those of Asia/Ho_Chi_Minh."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

# The country has one zone and no summer time.
_VIET_NAM = timedelta(hours=7)
ZONE = "Asia/Ho_Chi_Minh"  # for statements that ask for days


def day_of(instant: datetime) -> date:
    """The day in Viet Nam at an instant given in UTC."""
    return (instant + _VIET_NAM).date()


def local(instant: datetime) -> datetime:
    """The instant as clocks in Viet Nam show it."""
    return instant.astimezone(timezone(_VIET_NAM))


def from_local(instant: datetime) -> datetime:
    """The instant that somebody in Viet Nam has written; one with a zone of its own stays as it is."""
    return instant if instant.tzinfo else instant.replace(tzinfo=timezone(_VIET_NAM))
