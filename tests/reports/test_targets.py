"""Targets: set by who manages the area, met or not by what is counted, and forecast by what was kept."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command

from base.models import SYSTEM
from reports.actions.snapshots import take_snapshots
from reports.actions.targets import load_targets, set_targets
from reports.models import Target
from reports.rules import target_file
from reports.rules.targets import NewTarget, Outlook, forecast, outlook
from tests.reports.figures import only, rows, table, tell
from tests.reports.test_snapshots import DAY, NIGHT
from tests.village import AT, COMMUNE, LOWER, OTHER_COMMUNE, PROVINCE, TODAY, UPPER, actor, calling

pytestmark = pytest.mark.django_db
YEAR = {"first_on": date(2026, 1, 1), "last_on": date(2026, 12, 31)}
DOCUMENT = "Kế hoạch 31/KH-UBND ngày 27/01/2026"


def goal(area: str = COMMUNE, item: str = "identity", **more: Any) -> NewTarget:
    given = {"denominator": "registered", "share": Decimal(50), "number": None, **YEAR, **more}
    return NewTarget(area=area, item=item, **{"document": DOCUMENT, **given})


def given(*goals: NewTarget, name: str = "giang", at: datetime = AT) -> list[str]:
    return [one.state for one in set_targets(by=actor(name), targets=goals, at=at)]


def test_a_share_of_the_registered_persons_is_wanted_reached_and_told_with_its_denominator() -> None:
    given(goal())
    tell(("lan", "identity", "level2_active", {"evidence": "witnessed"}))
    [row] = table("targets")["rows"]
    told = {
        name: row[name] for name in ("base", "share", "wanted", "ready", "of_target", "of_base", "change")
    }
    assert told == {
        "base": 4,
        "share": 50.0,
        "wanted": 2,
        "ready": 1,
        "of_target": 50.0,
        "of_base": 25.0,
        "change": None,
    }
    assert (row["witnessed"], row["outlook"], row["document"]) == (1, "unknown", DOCUMENT)


def test_each_denominator_counts_against_its_own_number() -> None:
    given(
        goal(item="payment", denominator="population15", number=10, share=Decimal("45.5")),
        goal(item="payment", denominator="assigned", number=2, share=None),
        goal(item="payment", share=Decimal("33.4")),
    )
    tell(("lan", "payment", "has", {"kind": "e_wallet"}))
    found = table("targets")
    assert {row["of"]: (row["base"], row["wanted"], row["of_base"]) for row in found["rows"]} == {
        "population15": (10, 5, 10.0),
        "assigned": (3, 2, 33.3),
        "registered": (3, 2, 33.3),
    }
    assert "0 of 3 targets are met." in table("targets", language="en")["notes"]


def test_what_was_gained_since_a_kept_day_tells_when_the_target_is_met() -> None:
    given(goal(share=Decimal(100)))
    take_snapshots(by=SYSTEM, at=NIGHT)  # nobody was ready when the second of November ended
    tell(("lan", "identity", "level2_active", {}), at=NIGHT + DAY)
    [row] = table("targets", since="2026-11-03", on="2026-11-04")["rows"]
    assert (row["change"], row["reached_on"], row["outlook"]) == (1, "2026-11-10", "on_time")
    assert row["wanted"] - row["ready"] == 3, "three more at one in two days"
    given(goal(share=Decimal(100), last_on=date(2026, 11, 9)))
    late = only(table("targets", since="2026-11-03", on="2026-11-04"), last_on="2026-11-09")
    assert late["outlook"] == "late"


def test_a_target_of_above_holds_below_when_it_is_a_share() -> None:
    given(goal(PROVINCE), goal(PROVINCE, denominator="assigned", number=5, share=None))
    found = table("targets", by="area")
    assert {(row["key"], row["of"], row["base"]) for row in found["rows"]} == {
        (UPPER, "registered", 3),
        (LOWER, "registered", 1),
    }
    assert len(table("targets", "giang", area=PROVINCE)["rows"]) == 2, "the number is the province's own"
    given(goal(OTHER_COMMUNE, "safety"))
    assert not rows(table("targets", by="area"), item="safety"), "that of a neighbour is not"


def test_a_target_set_anew_ends_the_one_before_and_both_stay() -> None:
    assert given(goal()) == ["applied"]
    assert given(goal(), at=AT + DAY) == ["duplicate"]
    assert given(goal(share=Decimal(60)), at=AT + DAY) == ["applied"]
    assert [row["share"] for row in table("targets")["rows"]] == [60.0]
    assert sorted((row.share, row.ended_at) for row in Target.objects.filter(ended_at=AT + DAY)) == [
        (Decimal(50), AT + DAY)
    ]


@pytest.mark.parametrize(
    ("name", "area", "status"),
    [
        ("dung", COMMUNE, 201),
        ("dung", UPPER, 201),
        ("giang", COMMUNE, 201),
        ("dung", PROVINCE, 404),
        ("hai", COMMUNE, 404),
        ("hai", "99999", 404),
        ("binh", UPPER, 403),
        ("lien", COMMUNE, 403),
        ("giang", "", 400),
    ],
)
def test_who_manages_the_area_or_one_above_sets_its_target(name: str, area: str, status: int) -> None:
    body = {
        "area": area,
        "item": "identity",
        "first_on": "2026-01-01",
        "last_on": "2026-12-31",
        "denominator": "registered",
        "share": "80",
        "document": DOCUMENT,
    }
    assert calling(name).post("reports/targets", body).status == status
    assert Target.objects.exists() == (status == 201)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"item": "zalo"}, "target.unknown_item"),
        ({"denominator": "people"}, "target.unknown_denominator"),
        ({"last_on": date(2025, 12, 31)}, "target.bad_period"),
        ({"share": None}, "target.share_needed"),
        ({"share": Decimal(101)}, "target.share_needed"),
        ({"number": 3}, "target.not_both"),
        ({"denominator": "population15"}, "target.number_needed"),
        ({"denominator": "assigned", "number": 5}, "target.not_both"),
        ({"denominator": "assigned", "number": 0, "share": None}, "target.number_needed"),
        ({"area": "99999"}, "thing.not_found"),
        ({"document": "x"}, "target.document_needed"),
        ({"document": "Kế hoạch\u202e31"}, "target.document_needed"),
    ],
)
def test_a_target_that_says_too_little_or_too_much_is_refused(wrong: dict[str, Any], code: str) -> None:
    [receipt] = set_targets(by=actor("giang"), targets=[goal(**wrong)], at=AT)
    assert receipt.refusal is not None
    assert receipt.refusal.code == code
    assert not Target.objects.exists()


def sheet(*lines: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["Mã địa bàn", "Tiêu chí", "Từ ngày", "Đến ngày", "Mẫu số", "Tỷ lệ %", "Số người", "Văn bản"])
    for line in lines:
        page.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_spreadsheet_sets_what_is_right_and_names_each_row_that_is_not() -> None:
    first, last = datetime(2026, 1, 1), "31/12/2026"
    data = sheet(
        [COMMUNE, "identity", first, last, "registered", 80, None, DOCUMENT],
        [COMMUNE, "Tài khoản thanh toán số", first, last, "Số người được giao", None, "1.200", DOCUMENT],
        [None] * 8,
        [454, "identity", first, last, "registered", 80, None, DOCUMENT],
        [OTHER_COMMUNE, "identity", first, last, "registered", 80, None, DOCUMENT],
        [COMMUNE, "signature", first, "cuối năm", "registered", "62,5 %", None, DOCUMENT],
        [COMMUNE, "signature", first, last, "registered", "62,5 %", None, DOCUMENT],
        [COMMUNE, "signature", first, last, "registered", "cao", None, "x"],
        [COMMUNE, "signature", first, last, "registered", 120, None, DOCUMENT],
    )
    answer = calling("dung").upload("reports/targets/import", "chi-tieu.xlsx", data)
    assert answer.status == 200, answer.json
    assert [(row["row"], row["state"], row["column"], row["code"]) for row in answer.json["rows"]] == [
        (2, "applied", None, None),
        (3, "applied", None, None),
        (5, "refused", "area", "target.code_not_text"),
        (6, "refused", "area", "thing.not_found"),
        (7, "refused", "last_on", "target.day_unreadable"),
        (8, "applied", None, None),
        (9, "refused", "share", "target.number_unreadable"),
        (10, "refused", "share", "target.share_needed"),
    ]
    stored = {(one.item, one.share, one.number) for one in Target.objects.filter(ended_at=None)}
    assert stored == {
        ("identity", Decimal(80), None),
        ("payment", None, 1200),
        ("signature", Decimal("62.50"), None),
    }
    again = calling("dung").upload("reports/targets/import", "chi-tieu.xlsx", data).json
    assert (again["applied"], again["duplicate"], again["refused"]) == (0, 3, 5)


def test_more_rows_than_can_be_read_are_refused_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target_file, "MOST_ROWS", 2)
    line = [COMMUNE, "identity", date(2026, 1, 1), date(2026, 12, 31), "registered", 80, None, DOCUMENT]
    answer = calling("dung").upload("reports/targets/import", "chi-tieu.xlsx", sheet(*[line] * 3))
    assert (answer.status, answer.json["code"]) == (422, "target.too_many_rows")
    assert not Target.objects.exists()


@pytest.mark.parametrize("data", [b"", b"Ma dia ban;Tieu chi", b"PK\x03\x04 no archive", sheet()[:900]])
def test_a_file_that_is_no_spreadsheet_is_refused(data: bytes) -> None:
    answer = calling("dung").upload("reports/targets/import", "chi-tieu.xlsx", data or b" ")
    assert 400 <= answer.status < 500, answer.json


def test_the_targets_of_the_country_are_loaded_once_and_hold_everywhere() -> None:
    first = load_targets(by=SYSTEM, at=AT)
    assert {(one.item, one.last_on.year, one.share) for one in Target.objects.all()} == {
        ("smartphone", 2025, 80),
        ("payment", 2025, 80),
        ("signature", 2025, 50),
        ("smartphone", 2030, 95),
        ("signature", 2030, 70),
        ("service_account", 2030, 70),
    }
    assert load_targets(by=SYSTEM, at=AT + DAY) == {"new": 0, "known": first["new"]}
    call_command("load_targets", verbosity=0, stdout=io.StringIO())
    found = table("targets")
    ahead = only(found, item="signature", last_on="2030-12-31")
    assert (ahead["share"], ahead["base"], ahead["wanted"]) == (70.0, 3, 3)
    assert "411/QĐ-TTg" in ahead["document"]
    assert only(found, item="payment")["outlook"] == "missed", "its period ended with 2025"


def test_a_forecast_needs_a_gain_and_somebody_who_knows_it() -> None:
    on = TODAY
    assert forecast(ready=5, wanted=10, gained=5, days=7, on=on) == on + timedelta(days=7)
    assert forecast(ready=5, wanted=11, gained=5, days=7, on=on) == on + timedelta(days=9), "rounded up"
    for gained in (None, 0, -1):
        assert forecast(ready=5, wanted=10, gained=gained, days=7, on=on) is None
    assert forecast(ready=10, wanted=10, gained=5, days=7, on=on) is None
    assert outlook(ready=10, wanted=10, reached_on=None, last_on=on, on=on) is Outlook.MET
    assert outlook(ready=1, wanted=10, reached_on=None, last_on=on - DAY, on=on) is Outlook.MISSED
