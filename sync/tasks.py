"""The timetable's work on what phones said."""

from __future__ import annotations

from datetime import UTC, datetime

from celery import shared_task

from base.models import SYSTEM
from sync import actions


@shared_task
def judge_held() -> None:
    """Each minute: held work whose reason is gone is applied."""
    actions.judge_held(by=SYSTEM, at=datetime.now(UTC))
