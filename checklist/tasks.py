"""The timetable's work on the checklist."""

from __future__ import annotations

from datetime import UTC, datetime

from celery import shared_task

from areas.queries import list_hamlet_ids
from base.models import SYSTEM
from checklist import actions


@shared_task
def audit_tallies() -> None:
    """Nightly: a twenty-eighth of the hamlets, so that each is recounted once in four weeks."""
    night = datetime.now(UTC).toordinal() % 28
    actions.audit_tallies(by=SYSTEM, hamlets=list_hamlet_ids(share=night, of=28))
