"""The timetable's work for the office."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from celery import shared_task

from base.models import SYSTEM
from reports import actions
from reports.actions.snapshots import take_snapshots as take
from reports.queries.exports import due_exports
from reports.queries.schedules import running_schedules


@shared_task
def build_export(export_id: str) -> None:
    """Whenever one was asked for: its file."""
    actions.build_export(by=SYSTEM, export_id=UUID(export_id), at=datetime.now(UTC))


@shared_task
def build_due() -> None:
    """Each minute: files that no nudge had made, or whose worker died, one after the other."""
    for export_id in due_exports(datetime.now(UTC)):
        actions.build_export(by=SYSTEM, export_id=export_id, at=datetime.now(UTC))


@shared_task
def expire_exports() -> None:
    """Each ten minutes: files of a day ago are deleted."""
    actions.expire_exports(by=SYSTEM, at=datetime.now(UTC))


@shared_task
def take_snapshots() -> None:
    """Each hour: the figures of days that are over and were not kept yet."""
    take(by=SYSTEM, at=datetime.now(UTC))


@shared_task
def publish_figures() -> None:
    """Each hour: what the public is told of the last whole week, where it is not told yet."""
    actions.publish_figures(by=SYSTEM, at=datetime.now(UTC))


@shared_task
def run_schedules() -> None:
    """Each hour: regular reports of weeks and months that are over are asked for."""
    for schedule_id in running_schedules():
        actions.run_schedule(by=SYSTEM, schedule_id=schedule_id, at=datetime.now(UTC))
