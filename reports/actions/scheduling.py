"""Reports that come by themselves, each week or month, to those who hold a post at the area."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction

from accounts.queries import actors_of, holders_at
from accounts.rules import Role
from areas.queries import find_area
from base.days import day_of
from base.errors import NotFound, Refusal
from base.models import Asker
from reports.actions.asking import request_export
from reports.formats import FORMATS
from reports.models import Schedule
from reports.queries.places import find_parts
from reports.queries.schedules import list_schedules
from reports.rules.exports import UnknownFormat
from reports.rules.sheets import Cut
from reports.rules.timetable import MOST, NotByTimetable, TooMany, begins, due_days
from reports.tables import TABLES, table_for


def set_schedule(
    *,
    by: Asker,
    schedule_id: UUID,
    table: str,
    form: str,
    cut: Cut,
    every: str,
    roles: Sequence[Role],
    language: str,
    at: datetime,
) -> Schedule:
    """From now on the table of this cut is made when a week or month is over, for the asker and for those who
    hold one of the roles at the area. Each gets a file of his own, by his own right."""
    by.must("export")
    asked = table_for(table, cut, today=day_of(at))
    if asked.is_personal:
        raise NotByTimetable(path="table")
    if form not in FORMATS:
        raise UnknownFormat(path="format", known=", ".join(FORMATS))
    find_parts(by, "export", cut.area)
    area = find_area(cut.area)
    if area is None or by.user_id is None:
        raise NotFound(path="area")
    if list_schedules(by).exclude(pk=schedule_id).count() >= MOST:
        raise TooMany(most=MOST)
    words = {"table": table, "format": form, "area_id": area.pk, "every": every, "by": cut.by}
    words |= {"filters": dict(cut.filters), "language": language, "roles": sorted(roles)}
    schedule, is_new = Schedule.objects.get_or_create(
        pk=schedule_id, defaults={**words, "owner_id": by.user_id, "made_at": at, "last_on": _yesterday(at)}
    )
    if not is_new and schedule.owner_id != by.user_id:
        raise NotFound()
    return schedule


def _yesterday(at: datetime) -> date:
    return day_of(at) - timedelta(days=1)


def end_schedule(*, by: Asker, schedule_id: UUID, at: datetime) -> None:
    """It is made no more; what was made stays."""
    by.must("export")
    if not Schedule.objects.filter(pk=schedule_id, owner__in=[by.user_id], ended_at=None).update(ended_at=at):
        raise NotFound()


@transaction.atomic
def run_schedule(*, by: Asker, schedule_id: UUID, at: datetime) -> int:
    """Asks for the files of the periods that are over and were not asked for; returns how many.

    Their ids are made of the timetable, the day and the reader: however often it runs, each is asked for
    once. Who may not export there now is passed over.
    """
    by.must("keep_house")
    running = Schedule.objects.select_for_update(of=("self",), skip_locked=True)
    schedule = running.select_related("area").filter(pk=schedule_id, ended_at=None).first()
    days = due_days(schedule.every, schedule.last_on, day_of(at)) if schedule else []
    if schedule is None or not days:
        return 0
    readers = {schedule.owner_id, *holders_at([schedule.area_id], schedule.roles, at)}
    actors = actors_of(sorted(readers), at)
    asked = sum(_ask(schedule, actor, day, at) for day in days for actor in actors.values())
    Schedule.objects.filter(pk=schedule_id).update(last_on=days[-1])
    return asked


def _ask(schedule: Schedule, reader: Asker, day: date, at: datetime) -> bool:
    since = begins(schedule.every, day) if TABLES[schedule.table].has_period else None
    try:
        request_export(
            by=reader,
            export_id=uuid5(schedule.pk, f"{day.isoformat()} {reader.user_id}"),
            table=schedule.table,
            form=schedule.format,
            cut=Cut(schedule.area.code, day, since, None, schedule.by, schedule.filters),
            language=schedule.language,
            at=at,
            schedule_id=schedule.pk,
        )
    except Refusal:
        return False
    return True
