"""Days in Viet Nam: instants are kept in UTC, days are those of Asia/Ho_Chi_Minh."""

from __future__ import annotations

from datetime import date, datetime, timedelta

# The country has one zone and no summer time.
_VIET_NAM = timedelta(hours=7)
ZONE = "Asia/Ho_Chi_Minh"  # for statements that ask for days


def day_of(instant: datetime) -> date:
    """The day in Viet Nam at an instant given in UTC."""
    return (instant + _VIET_NAM).date()
