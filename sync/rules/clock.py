"""The clock of a phone is not trusted: what it says is moved by how far it is off."""

from __future__ import annotations

from datetime import datetime, timedelta

# A batch is minutes on its way at a weak signal: no clock is corrected for that.
PATIENCE = timedelta(minutes=2)


def offset_of(sent_at: datetime, received_at: datetime) -> timedelta:
    """How far the phone's clock is behind ours (negative: ahead); what two minutes explain is nothing."""
    offset = received_at - sent_at
    return offset if abs(offset) > PATIENCE else timedelta(0)


def moved(said_at: datetime, offset: timedelta, received_at: datetime) -> datetime:
    """An instant of the phone in our time; it never lies after the receipt."""
    try:
        return min(said_at + offset, received_at)
    except OverflowError:  # the years 1 and 9999
        return said_at if offset < timedelta(0) else received_at
