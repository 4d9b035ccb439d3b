"""The timetable's work on accounts."""

from __future__ import annotations

from datetime import UTC, datetime

from celery import shared_task

from accounts import actions
from base.models import SYSTEM


@shared_task
def drop_stale_enrolments() -> None:
    """Hourly: invitations nobody used are forgotten."""
    actions.drop_stale_enrolments(by=SYSTEM, at=datetime.now(UTC))
