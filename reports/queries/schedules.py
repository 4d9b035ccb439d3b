"""Reading the timetable of reports."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from base.models import Asker
from reports.models import Schedule


def list_schedules(by: Asker) -> QuerySet[Schedule]:
    """The asker's own that have not ended."""
    return Schedule.objects.filter(owner__in=[by.user_id], ended_at=None).select_related("area")


def running_schedules() -> list[UUID]:
    """The ids of all that have not ended, those that waited longest first."""
    return list(Schedule.objects.filter(ended_at=None).order_by("last_on", "pk").values_list("pk", flat=True))
