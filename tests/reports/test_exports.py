"""A file is a row first; a worker makes it; it says what it is."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db.models import BinaryField, CharField, FileField, TextField

from accounts.models import Post
from base.models import SYSTEM, new_id
from checklist.actions import record_observations
from notices.models import Notice
from reports import tasks
from reports.models import Export
from tests.make import observation
from tests.reports.exporting import ask, build_all, folder, made, table_of
from tests.village import AT, COMMUNE, PROVINCE, UPPER, an_id, calling

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
__all__ = ["folder"]


def lines_of(body: bytes) -> list[list[str]]:
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))


def test_an_office_asks_waits_and_takes_its_file() -> None:
    lan = observation(an_id("lan"), "identity", "level2_active")
    record_observations(by=SYSTEM, observations=[lan], at=AT)
    dung = calling("dung")
    asked = ask(dung)
    assert (asked.status, asked.json["state"], asked.json["file"]) == (202, "waiting", None)
    assert build_all() == [True]
    told = dung.get(f"reports/exports/{asked.json['id']}").json
    assert told["state"] == "ready"
    reply = dung.get(told["file"])
    assert reply.status == 200
    assert reply.raw.headers["Content-Disposition"] == (
        f'attachment; filename="coverage-{COMMUNE}-2026-11-02-{told["serial"]}.csv"'
    )
    assert reply.raw.headers["Cache-Control"] == "no-store"
    assert hashlib.sha256(reply.body).hexdigest() == told["sha256"]
    assert len(reply.body) == told["bytes"] == int(reply.raw.headers["Content-Length"])


def test_the_file_holds_what_the_screen_shows_and_says_what_it_is() -> None:
    dung = calling("dung")
    told, body = made(dung)
    _, *lines = lines_of(body)
    rows = [line for line in lines if line[0] != "#"]
    facts = {line[1]: line[2] for line in lines if line[0] == "#"}
    screen = dung.get("reports/coverage", area=COMMUNE, on="2026-11-02").json["rows"]
    assert [(row[0], row[3], row[4]) for row in rows] == [
        (row["key"], str(row["due"]), str(row["ready"])) for row in screen
    ]
    assert facts["Số dòng"] == str(len(rows)) == str(told["rows"])
    assert facts["Địa bàn"] == "Xã Đông Anh (00454)"
    assert facts["Người yêu cầu"] == "Dung"
    assert facts["Số tệp"] == told["serial"]
    content = body.removeprefix(b"\xef\xbb\xbf").split(b"#;", 1)[0]
    assert facts["SHA-256 của nội dung"] == hashlib.sha256(content).hexdigest() == told["content_sha256"]
    assert body.rstrip().endswith(told["content_sha256"].encode()), "a file that was cut off lacks its seal"


def test_X_09_whoever_asked_is_told_with_a_link_and_no_file() -> None:
    told, _ = made(calling("dung"))
    [notice] = Notice.objects.all()
    assert (notice.to_id, notice.kind) == (an_id("dung"), "file_ready")
    assert notice.link == f"/api/v1/reports/exports/{told['id']}"
    assert notice.about.startswith("Mức độ bao phủ, Xã Đông Anh, CSV")


def test_asked_twice_by_the_same_id_it_is_one_export() -> None:
    dung, mine = calling("dung"), str(new_id())
    assert ask(dung, id=mine).json["id"] == ask(dung, id=mine).json["id"] == mine
    assert Export.objects.count() == 1
    assert ask(dung, id=mine, format="xlsx").status == 409
    assert ask(calling("giang"), id=mine).json["code"] == "export.asked_otherwise"


REFUSED: dict[str, tuple[dict[str, Any], int, str, str]] = {
    "table": ({"table": "moon"}, 404, "report.unknown_table", "coverage"),
    "format": ({"format": "doc"}, 400, "export.unknown_format", "csv, docx, pdf, xlsx"),
    "by": ({"by": "moon"}, 400, "report.unknown_word", "area, item, evidence"),
    "future": ({"on": "2999-01-01"}, 400, "report.day_ahead", ""),
    "past": ({"on": "1999-01-01"}, 400, "report.day_too_early", ""),
    "area": ({"area": "99999"}, 404, "thing.not_found", ""),
    "unseen": ({"area": "00004"}, 404, "thing.not_found", ""),
    "above": ({"area": PROVINCE}, 404, "thing.not_found", ""),
    "backwards": ({"since": "2026-11-03"}, 400, "report.end_before_start", "03/11/2026"),
    "no period": ({"table": "bottlenecks", "since": "2026-11-01"}, 400, "report.no_period", "since"),
    "filter": (
        {"table": "trend", "filters": {"item": "zalo"}},
        400,
        "report.unknown_word",
        "identity, payment",
    ),
    "map": ({"as_of": "soon"}, 400, "report.unknown_word", "now, then, YYYY-MM-DD"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_made_is_refused_at_once_and_says_what_can(case: str) -> None:
    more, status, code, known = REFUSED[case]
    reply = ask(calling("dung"), **more)
    assert (reply.status, reply.json["code"]) == (status, code)
    assert known in reply.json["title"]
    assert not Export.objects.exists()


def test_a_file_of_a_unit_that_is_no_more_says_when_it_was() -> None:
    reply = ask(calling("giang"), area="001")
    assert (reply.status, reply.json["code"]) == (404, "report.unit_closed")
    assert "as_of: một ngày từ" in reply.json["title"]
    told, _ = made(calling("giang"), area="001", as_of="2024-01-01")
    assert told["rows"] > 0


@pytest.mark.parametrize(("name", "status"), [("an", 403), ("lien", 403), ("nobody", 403), ("binh", 404)])
def test_only_who_may_export_the_area_asks(name: str, status: int) -> None:
    assert ask(calling(name)).status == status
    assert ask(calling("binh"), area=UPPER).status == 202


def test_a_right_that_ends_before_the_file_is_made_ends_the_file() -> None:
    told = ask(calling("dung")).json
    Post.objects.filter(user_id=an_id("dung")).update(to_at=AT)
    assert build_all() == [True]
    export = Export.objects.get(pk=told["id"])
    assert (export.state, export.failure) == ("failed", "export.right_ended")
    assert Notice.objects.get().kind == "file_failed"


def test_the_timetable_makes_what_no_nudge_did() -> None:
    ask(calling("dung"))
    tasks.build_due()
    assert Export.objects.get().state == "ready"
    tasks.build_export(str(Export.objects.get().pk))
    tasks.expire_exports()
    assert Export.objects.get().state == "ready", "called again, nothing happens"


def test_a_fault_of_the_house_is_tried_again_some_times_and_told_without_values(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*given: Any) -> Any:
        raise RuntimeError("row (Nguyễn Thị Lan, 0912345678)")

    with table_of(1, is_personal=False, read=broken):
        told = ask(calling("dung"), table="people_here").json
        due = []
        for _ in range(4):
            row = Export.objects.get(pk=told["id"])
            due.append(row.due_at)
            build_all(row.due_at)
            assert build_all(row.due_at) == [], "not at once"
    row.refresh_from_db()
    assert [after - before for before, after in pairwise(due)] == [timedelta(minutes=n) for n in (1, 2, 4)]
    assert (row.state, row.failure) == ("failed", "export.gave_up")
    assert [record.name for record in caplog.records if record.levelname == "ERROR"] == ["alarm"] * 3
    assert "Lan" not in caplog.text


def test_a_full_disk_fails_the_file_with_its_reason_and_nothing_else(folder: Any) -> None:
    import resource

    dung = calling("dung")
    told = ask(dung).json
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, hard))
    try:
        build_all()
        assert dung.get("reports/coverage", area=COMMUNE).status == 200, "the rest works meanwhile"
        waiting = ask(dung, format="xlsx").json
        assert waiting["state"] == "waiting"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    told = dung.get(f"reports/exports/{told['id']}").json
    assert (told["state"], told["failure"]["code"], told["file"]) == ("failed", "export.disk_full", None)
    assert "hết chỗ" in told["failure"]["title"]
    assert list(folder.iterdir()) == []
    [notice] = Notice.objects.filter(to=an_id("dung"))
    assert notice.kind == "file_failed"
    build_all()
    assert dung.get(f"reports/exports/{waiting['id']}").json["state"] == "ready", "what came later is made"


def test_X_09_control_a_notice_that_carried_the_file_would_be_seen() -> None:
    """What a notice has room for is a line and a link; a file is a hundred times that."""
    _, body = made(calling("dung"))
    [notice] = Notice.objects.all()
    columns = [field for field in Notice._meta.get_fields() if isinstance(field, CharField | TextField)]
    assert max(len(str(getattr(notice, field.name))) for field in columns) < 300 < len(body)
    assert not any(isinstance(field, BinaryField | FileField) for field in Notice._meta.get_fields())
