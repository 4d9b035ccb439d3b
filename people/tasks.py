"""The timetable's work on people."""

from __future__ import annotations

from datetime import UTC, datetime

from celery import shared_task

from base.models import SYSTEM
from people import actions


@shared_task
def drop_stale_imports() -> None:
    """Hourly: rosters staged and never applied are forgotten."""
    actions.drop_stale_imports(by=SYSTEM, at=datetime.now(UTC))
