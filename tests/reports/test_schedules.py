"""Reports that come by themselves: once for each period, caught up, to each by his own right."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.actions import dismiss
from accounts.models import Post
from accounts.rules import Role
from base.models import SYSTEM, new_id
from notices.models import Notice
from reports import tasks
from reports.actions import build_export, end_schedule, run_schedule, set_schedule
from reports.models import Export, Schedule
from reports.queries.exports import due_exports
from reports.rules.sheets import Cut
from reports.rules.timetable import MOST, MOST_MISSED, Every, begins, due_days
from tests.reports.exporting import folder, table_of
from tests.village import AT, COMMUNE, actor, an_id, calling

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
__all__ = ["folder"]
# The village's day is a Monday.
NEXT_MONDAY = datetime(2026, 11, 9, 1, 0, tzinfo=UTC)


def schedule(name: str = "dung", **more: Any) -> Schedule:
    given = {"table": "coverage", "form": "csv", "every": "week", "roles": [], "language": "vi", **more}
    cut = Cut(given.pop("area", COMMUNE), date(2026, 11, 2))
    return set_schedule(by=actor(name), schedule_id=new_id(), cut=cut, at=AT, **given)


def run(at: datetime) -> int:
    return sum(run_schedule(by=SYSTEM, schedule_id=each.pk, at=at) for each in Schedule.objects.all())


def days_asked() -> list[str]:
    return sorted(export.cut["on"] for export in Export.objects.all())


def test_when_the_week_is_over_its_report_is_asked_for_once() -> None:
    schedule()
    assert run(NEXT_MONDAY - timedelta(hours=10)) == 0, "the week is not over"
    assert run(NEXT_MONDAY) == 1
    assert run(NEXT_MONDAY + timedelta(hours=1)) == 0
    Schedule.objects.update(last_on=date(2026, 11, 1))
    run(NEXT_MONDAY)
    assert days_asked() == ["2026-11-08"], "even when it forgot that it had run"


def test_each_missed_period_is_caught_up() -> None:
    schedule()
    run(NEXT_MONDAY + timedelta(weeks=2))
    assert days_asked() == ["2026-11-08", "2026-11-15", "2026-11-22"]


def test_its_readers_get_a_file_each_and_a_notice_with_a_link() -> None:
    schedule(roles=[Role.AREA_ADMIN], name="giang")
    assert run(NEXT_MONDAY) == 2
    for export_id in due_exports(NEXT_MONDAY):
        assert build_export(by=SYSTEM, export_id=export_id, at=NEXT_MONDAY)
    assert {notice.to_id for notice in Notice.objects.all()} == {an_id("dung"), an_id("giang")}
    assert {export.state for export in Export.objects.all()} == {"ready"}
    seals = set(Export.objects.values_list("content_sha256", flat=True))
    assert len(seals) == 1, "the same figures"


def test_who_has_lost_his_right_is_passed_over() -> None:
    schedule()
    dismiss(by=SYSTEM, post_id=Post.objects.get(user_id=an_id("dung")).pk, at=AT + timedelta(days=1))
    assert run(NEXT_MONDAY) == 0


def test_a_report_that_was_ended_comes_no_more() -> None:
    one = schedule()
    end_schedule(by=actor("dung"), schedule_id=one.pk, at=AT)
    assert run(NEXT_MONDAY) == 0


def test_a_period_goes_into_tables_that_take_one() -> None:
    with table_of(1, is_personal=False, has_period=True):
        schedule(table="people_here")
        run(NEXT_MONDAY)
    [export] = Export.objects.all()
    assert (export.cut["since"], export.cut["on"]) == ("2026-11-02", "2026-11-08")


def test_the_doors() -> None:
    dung, body = calling("dung"), {"table": "coverage", "format": "pdf", "area": COMMUNE, "every": "month"}
    made = dung.post("reports/schedules", {**body, "roles": ["team_lead"]})
    assert made.status == 201
    assert dung.post("reports/schedules", {**body, "id": made.json["id"]}).status == 201
    assert [each["id"] for each in dung.get("reports/schedules").json["results"]] == [made.json["id"]]
    assert calling("giang").get("reports/schedules").json["results"] == []
    path = f"reports/schedules/{made.json['id']}"
    assert calling("giang").delete(path).status == 404
    assert calling("giang").post("reports/schedules", {**body, "id": made.json["id"]}).status == 404
    assert dung.delete(path).status == 204
    assert dung.delete(path).status == 404
    assert dung.post("reports/schedules", {**body, "area": "00004"}).status == 404
    assert dung.post("reports/schedules", {**body, "every": "day"}).status == 400
    assert dung.post("reports/schedules", {**body, "format": "doc"}).status == 400
    assert calling("lien").post("reports/schedules", body).status == 403
    with table_of(1):
        reply = dung.post("reports/schedules", {**body, "table": "people_here"})
    assert reply.json["code"] == "schedule.personal"


def test_nobody_has_more_than_some() -> None:
    for _ in range(MOST):
        schedule()
    body = {"table": "coverage", "format": "csv", "area": COMMUNE, "every": "week"}
    assert calling("dung").post("reports/schedules", body).json["code"] == "schedule.too_many"


def test_the_timetable_runs_them() -> None:
    schedule()
    Schedule.objects.update(last_on=date(2026, 10, 1))
    tasks.run_schedules()
    assert Export.objects.count() == MOST_MISSED


@pytest.mark.parametrize(
    ("every", "last_on", "today", "due"),
    [
        (Every.WEEK, date(2026, 11, 8), date(2026, 11, 15), []),
        (Every.WEEK, date(2026, 11, 8), date(2026, 11, 16), [date(2026, 11, 15)]),
        (Every.MONTH, date(2026, 1, 31), date(2026, 2, 28), []),
        (Every.MONTH, date(2026, 1, 31), date(2026, 3, 1), [date(2026, 2, 28)]),
        (
            Every.MONTH,
            date(2027, 11, 30),
            date(2028, 3, 31),
            [date(2027, 12, 31), date(2028, 1, 31), date(2028, 2, 29)],
        ),
    ],
)
def test_which_days_are_due(every: Every, last_on: date, today: date, due: list[date]) -> None:
    assert due_days(every, last_on, today) == due
    assert all(begins(every, day).day == 1 or begins(every, day).isoweekday() == 1 for day in due)
