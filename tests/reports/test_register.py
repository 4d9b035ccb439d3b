"""A list of persons: with the right and a reason, which stays; page by page, or as one stream."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import AccessNote
from base.models import SYSTEM
from base.sealed import opened_text
from checklist.items import PILLARS
from people.actions import Edit, NewHousehold, NewPerson, change_persons, register_households
from reports.queries import persons
from reports.rules import Cut
from reports.tables import TABLES
from tests.reports.figures import tell
from tests.village import AT, COMMUNE, FAR, LOWER, PROVINCE, TODAY, UPPER, actor, an_id, calling

pytestmark = pytest.mark.django_db
REASON = "Lập kế hoạch đến từng nhà tháng 11"


def register(name: str = "dung", language: str | None = None, **more: Any) -> Any:
    body = {"area": COMMUNE, "on": TODAY.isoformat(), "reason": REASON, **more}
    return calling(name, language).post("reports/register", body)


def test_a_row_tells_who_and_what_is_held_and_no_phone() -> None:
    tell(
        ("lan", "identity", "level2_granted", {"evidence": "witnessed"}),
        ("lan", "payment", "has", {"kind": "e_wallet", "evidence": "self_declared"}),
        ("lan", "signature", "has", {"kind": "ca", "expires_on": TODAY}),
    )
    answer = register(language="en")
    assert answer.status == 200, answer.json
    [lan] = [row for row in answer.json["rows"] if row["person"] == str(an_id("lan"))]
    last = lan.pop("last_at")
    assert last.startswith("2026-11-02T03:00")
    assert lan == {
        "hamlet": UPPER,
        "hamlet_name": "Thôn Thượng",
        "household": str(an_id("nguyen")),
        "person": str(an_id("lan")),
        "address": "Ngõ 3",
        "full_name": "Nguyễn Thị Lan",
        "born": 1958,
        "sex": "Female",
        "relation": "Head",
        "residence": "Permanent",
        "presence": "Present",
        "identity": "Level 2, granted, not activated",
        "payment": "Has one",
        "signature": "Has one",
        "service_account": None,
        "smartphone": None,
        "own_sim": None,
        "chip_card": None,
        "safety": None,
        "stage": 2,
        "evidence": "self-declared",
    }
    assert not [digits for digits in ("345678", "345 678") if digits in answer.raw.content.decode()]


def test_the_reason_stays_with_who_read_what_and_when() -> None:
    assert register().status == 200
    kept = {note.area.code: note for note in AccessNote.objects.filter(act="report.read") if note.area}
    assert {code: set(note.subjects) for code, note in kept.items()} == {
        UPPER: {an_id("lan"), an_id("hung"), an_id("mai")},
        LOWER: {an_id("tam")},
    }
    assert {(note.user_id, note.purpose) for note in kept.values()} == {(an_id("dung"), REASON)}


@pytest.mark.parametrize("reason", ["", "vì cần", " " * 40, "x" * 301, "Kiểm tra\u200bhộ dân"])
def test_without_a_reason_nothing_is_told(reason: str) -> None:
    answer = register(reason=reason)
    assert (answer.status, answer.json["errors"][0]["path"]) == (400, "reason")
    assert not AccessNote.objects.filter(act="report.read").exists()


@pytest.mark.parametrize(("name", "status"), [("an", 403), ("lien", 403), ("hai", 404), ("minh", 403)])
def test_who_has_no_right_or_no_sight_is_told_nothing_and_leaves_no_row(name: str, status: int) -> None:
    answer = register(name)
    assert answer.status == status
    assert "Lan" not in answer.raw.content.decode()
    assert not AccessNote.objects.filter(act="report.read").exists()


def test_nobody_reads_it_by_a_get_without_a_reason() -> None:
    assert calling("dung").get("reports/register").status == 405


def test_pages_hold_everybody_once_in_the_order_of_the_books() -> None:
    seen, cursor = [], {}
    while True:
        page = register("giang", area=PROVINCE, limit=2, **cursor).json
        seen += [row["person"] for row in page["rows"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    whole = [row["person"] for row in register("giang", area=PROVINCE).json["rows"]]
    assert seen == whole
    assert sorted(seen) == sorted(str(an_id(who)) for who in ("lan", "hung", "mai", "tam", "thu"))
    assert register(cursor="WyJhIl0:x").json["code"] == "cursor.bad"


def test_the_dead_and_the_gone_are_not_listed_and_an_expired_thing_is_told_so() -> None:
    change_persons(
        by=SYSTEM, edits=[Edit(an_id("tam"), {"presence": "present"}, {"presence": "deceased"})], at=AT
    )
    tell(("lan", "signature", "has", {"kind": "ca", "expires_on": date(2026, 11, 1)}))
    rows = register().json["rows"]
    assert {row["full_name"] for row in rows} == {"Nguyễn Thị Lan", "Đặng Văn Hùng", "Đặng Ngọc Mai"}
    assert [row["signature"] for row in rows if row["full_name"] == "Nguyễn Thị Lan"] == ["Hết hạn: Đã có"]


def crowd(size: int) -> None:
    homes = [
        NewHousehold(
            id=an_id(f"home {n}"),
            hamlet=(UPPER, LOWER, FAR)[n % 3],
            persons=[NewPerson(id=an_id(f"one {n}"), full_name=f"Lê Thị Số {n}", birth_year=1960 + n % 50)],
        )
        for n in range(size)
    ]
    register_households(by=SYSTEM, households=homes, at=AT)


def opened_row(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Addresses leave PostgreSQL sealed."""
    return tuple(opened_text(cell) if isinstance(cell, str) else cell for cell in row)


def test_a_copy_of_the_query_gives_the_rows_of_the_sheet() -> None:
    """What a file type copies out of PostgreSQL is what the screen reads, row for row."""
    crowd(40)
    sheet = TABLES["register"].read(actor("giang"), Cut(PROVINCE, TODAY), "vi")
    assert sheet.query is not None
    rows = [tuple(row) for row in sheet.rows]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({sheet.query.text}) AS every", dict(sheet.query.params))
        assert [opened_row(row) for row in cursor.fetchall()] == rows
    assert {row[4] for row in rows} >= {"Ngõ 3", "Canary 7"}
    assert len(rows) == 45
    assert all(len(row) == len(sheet.columns) for row in rows)


def test_rows_come_through_a_cursor_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    crowd(30)
    monkeypatch.setattr(persons, "_ROWS", 10)
    with transaction.atomic():
        sheet = TABLES["register"].read(actor("giang"), Cut(PROVINCE, TODAY), "vi")
        rows = iter(sheet.rows)
        next(rows)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_cursors")
            assert cursor.fetchone()[0] == 1, "it stands in the database, not in memory"
        assert len(list(rows)) == 34


def test_files_leave_out_the_codes_and_copy_the_same_columns() -> None:
    sheet = TABLES["register"].read(actor("dung"), Cut(COMMUNE, TODAY), "vi").for_files()
    assert "person" not in {column.code for column in sheet.columns}
    assert sheet.query is not None
    with connection.cursor() as cursor:
        cursor.execute(sheet.query.text, dict(sheet.query.params))
        assert [tuple(row) for row in sheet.rows] == [opened_row(row) for row in cursor.fetchall()]
    assert len(PILLARS) == 4
