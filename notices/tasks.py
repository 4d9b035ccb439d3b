"""The timetable's work on notices."""

from __future__ import annotations

from datetime import UTC, datetime

from celery import shared_task

from base.models import SYSTEM
from notices import actions, queries


@shared_task
def deliver_due() -> None:
    """Each minute, and whenever one was written: whatever is to be told is told."""
    for notice_id in queries.due_notices(datetime.now(UTC)):
        actions.deliver(by=SYSTEM, notice_id=notice_id, at=datetime.now(UTC))


@shared_task
def drop_old_notices() -> None:
    """Hourly: notices of a month ago are forgotten."""
    actions.drop_old_notices(by=SYSTEM, at=datetime.now(UTC))
