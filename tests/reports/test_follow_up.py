"""Whom to see next and why: what is five minutes away comes first, and nobody out of sight is named."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from base.models import SYSTEM
from checklist.actions import record_visits
from checklist.items import ITEMS, PILLARS
from people.actions import Edit, change_persons
from tests.make import visit
from tests.reports.figures import table, tell
from tests.village import AT, COMMUNE, LOWER, UPPER, an_id, calling

pytestmark = pytest.mark.django_db


def by_name(found: Any) -> dict[str, dict[str, Any]]:
    return {row["full_name"]: row for row in found["rows"]}


def test_who_is_one_step_short_comes_first_and_each_says_what_is_lacking() -> None:
    tell(
        ("hung", "identity", "level2_granted", {}),
        ("lan", "payment", "none", {"kind": "bank_account", "blocker": "no_card"}),
    )
    found = table("follow_up", "binh", "en", area=UPPER)
    assert [row["full_name"] for row in found["rows"]] == ["Đặng Văn Hùng", "Nguyễn Thị Lan", "Đặng Ngọc Mai"]
    told = by_name(found)
    assert told["Đặng Văn Hùng"]["why"].startswith(
        "VNeID electronic identity: Level 2, granted, not activated; "
    )
    assert told["Nguyễn Thị Lan"]["hindered"] == "No chip identity card"
    assert told["Đặng Ngọc Mai"]["why"] == "VNeID electronic identity: never recorded", "she is fourteen"


def test_who_has_everything_is_not_followed_until_something_is_in_doubt() -> None:
    for code in PILLARS:
        item = ITEMS[code]
        tell(("tam", code, item.ready_from, {"kind": item.kind_codes[0], "evidence": "witnessed"}))
    assert table("follow_up", area=LOWER)["rows"] == []
    tell(
        ("tam", "identity", "none", {"evidence": "self_declared", "observed_at": AT}),
        at=AT + timedelta(hours=1),
    )
    assert table("follow_up", area=LOWER)["rows"] == [], "a weaker word of the same moment changes nothing"
    later = AT + timedelta(hours=1)
    tell(("tam", "identity", "none", {"evidence": "self_declared", "observed_at": later}), at=later)
    [tam] = table("follow_up", area=LOWER)["rows"]
    assert (tam["why"], tam["urgency"]) == ("Tài khoản định danh điện tử VNeID: thông tin trái nhau", 2)


def test_the_last_visit_is_told_and_who_is_away_is_not_listed() -> None:
    record_visits(by=SYSTEM, visits=[visit(an_id("nguyen"), "nobody")], at=AT)
    away = Edit(an_id("hung"), {"presence": "present"}, {"presence": "away"})
    change_persons(by=SYSTEM, edits=[away], at=AT)
    told = by_name(table("follow_up", area=UPPER))
    assert "Đặng Văn Hùng" not in told
    assert told["Nguyễn Thị Lan"]["outcome"] == "Không có ai ở nhà"
    assert told["Nguyễn Thị Lan"]["visited_at"].startswith("2026-11-02T03:00")


def test_pages_go_on_where_they_ended() -> None:
    tell(("hung", "identity", "level2_granted", {}))
    whole = [row["person"] for row in table("follow_up")["rows"]]
    first = table("follow_up", limit="1")
    rest = table("follow_up", cursor=first["next"])
    assert [row["person"] for row in (*first["rows"], *rest["rows"])] == whole
    assert rest["next"] is None
    foreign = calling("dung").get("reports/follow_up", area=COMMUNE, cursor=first["next"] + "x")
    assert foreign.json["code"] == "cursor.bad"


@pytest.mark.parametrize(("name", "status"), [("an", 403), ("minh", 403), ("hai", 404), ("binh", 404)])
def test_names_are_for_who_may_report_and_see_there(name: str, status: int) -> None:
    answer = calling(name).get("reports/follow_up", area=COMMUNE)
    assert answer.status == status
    assert "Lan" not in answer.raw.content.decode()
