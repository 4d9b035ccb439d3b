"""The timetable's work for data subjects."""

from __future__ import annotations

from datetime import UTC, datetime

from celery import shared_task

from base.models import SYSTEM
from privacy import actions


@shared_task
def raise_alarms() -> None:
    """Hourly: officers are told of requests that are due or late."""
    actions.raise_alarms(by=SYSTEM, at=datetime.now(UTC))


@shared_task
def raise_breach_alarms() -> None:
    """Hourly: who answers for the provinces is told of breaches that are to be notified."""
    actions.raise_breach_alarms(by=SYSTEM, at=datetime.now(UTC))


@shared_task
def keep_limits() -> None:
    """Daily: what is past its time goes."""
    actions.keep_limits(by=SYSTEM, at=datetime.now(UTC), dry=False)


@shared_task
def replay_erasures() -> None:
    """Hourly: both ledgers say the same, and nobody who was erased is back."""
    actions.replay_erasures(by=SYSTEM, at=datetime.now(UTC))
