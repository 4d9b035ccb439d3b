"""The timetable's work on the checklist."""

from __future__ import annotations

from datetime import UTC, datetime

from celery import shared_task

from areas.queries import list_hamlet_ids
from base.days import day_of
from base.models import SYSTEM
from checklist import actions


@shared_task
def audit_tallies() -> None:
    """Nightly: a twenty-eighth of the hamlets, so that each is recounted once in four weeks."""
    now = datetime.now(UTC)
    hamlets = list_hamlet_ids(share=now.toordinal() % 28, of=28)
    actions.audit_tallies(by=SYSTEM, hamlets=hamlets, on=day_of(now))


@shared_task
def move_tallies_on() -> None:
    """Each midnight: every tally becomes one of the new day; what was missed is done by the next night."""
    actions.move_tallies_on(by=SYSTEM, hamlets=list_hamlet_ids(), on=day_of(datetime.now(UTC)))
