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


@shared_task
def seal_notes() -> None:
    """Each minute: the notes of who saw whom get their places in the chains."""
    actions.seal_notes(by=SYSTEM, at=datetime.now(UTC))


@shared_task
def anchor_heads() -> None:
    """Hourly: the signed ends of the chains are written outside the database."""
    actions.anchor_heads(by=SYSTEM, at=datetime.now(UTC))


@shared_task
def verify_audit() -> None:
    """Daily: the whole log is looked through; a fault is told to those who answer for the provinces."""
    at = datetime.now(UTC)
    actions.report_audit(by=SYSTEM, verdict=actions.verify_audit(by=SYSTEM, at=at), at=at)
