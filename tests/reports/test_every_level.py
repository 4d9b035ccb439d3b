"""Every table, at every level: a hamlet, a commune, a province, and units that are no more, on their map."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from base.models import SYSTEM
from checklist.actions import record_visits
from reports.actions.periods import close_period
from reports.actions.snapshots import take_snapshots
from reports.actions.targets import load_targets
from reports.rules import Cut, Kind
from reports.rules.days import end_of
from reports.tables import TABLES, Table
from tests.make import visit
from tests.reports.figures import tell
from tests.reports.test_households import has_all_four
from tests.village import AT, COMMUNE, PROVINCE, TODAY, UPPER, actor, an_id, calling

pytestmark = pytest.mark.django_db
# What straddles a former border is in nobody's list, and no target of today held then.
EMPTY = {
    (code, level)
    for code in ("register", "follow_up", "targets")
    for level in ("former district", "former commune")
}
REASON = "Lập kế hoạch đến từng nhà tháng 11"
MONTH = {"since": "2026-10-01", "on": "2026-10-31"}
# level -> (who asks, which area, more of the map)
LEVELS: dict[str, tuple[str, str, dict[str, str]]] = {
    "hamlet": ("binh", UPPER, {}),
    "commune": ("dung", COMMUNE, {}),
    "province": ("giang", PROVINCE, {}),
    "commune of then": ("dung", COMMUNE, {"as_of": "then"}),
    "former district": ("giang", "001", {"as_of": "2024-01-01"}),
    "former commune": ("giang", "00004", {"as_of": "2024-01-01"}),
}


@pytest.fixture
def something_to_tell() -> None:
    """Facts of both communes, a visit, targets, a kept day and a closed month."""
    has_all_four("lan", "verified")
    has_all_four("thu", "self_declared")
    tell(
        ("hung", "identity", "level1", {"blocker": "no_phone"}), ("tam", "signature", "none", {"kind": "ca"})
    )
    record_visits(by=actor("an"), visits=[visit(an_id("nguyen"), "nobody")], at=AT)
    load_targets(by=SYSTEM, at=AT)
    take_snapshots(by=SYSTEM, at=end_of(TODAY - timedelta(days=1)))
    days = {"first_on": TODAY.replace(month=10, day=1), "last_on": TODAY.replace(month=10, day=31)}
    close_period(by=actor("giang"), area=PROVINCE, at=AT, **days)


def asked(code: str, level: str, **more: str) -> Any:
    """The answer of a table's door."""
    name, area, of_map = LEVELS[level]
    days = MONTH if code == "adjustments" else {"on": TODAY.isoformat()}
    given = {"area": area, **days, **of_map, **more}
    if code == "register":
        return calling(name).post("reports/register", {**given, "reason": REASON})
    return calling(name).get(f"reports/{code}", **given)


@pytest.mark.usefixtures("something_to_tell")
@pytest.mark.parametrize("code", TABLES)
def test_every_table_is_told_of_every_level(code: str) -> None:
    for level, (_, area, _) in LEVELS.items():
        answer = asked(code, level)
        if code == "adjustments" and level.startswith("former"):
            assert answer.status == 404, "no period was closed then"
            continue
        assert answer.status == 200, (level, answer.json)
        assert answer.json["area"]["code"] == area
        assert answer.json["rows"] or (code, level) in EMPTY


def ready(level: str, **more: str) -> int:
    rows = asked("coverage", level, by="item", **more).json["rows"]
    return next(row["ready"] for row in rows if row["item"] == "identity")


@pytest.mark.usefixtures("something_to_tell")
def test_a_level_is_the_sum_of_what_is_below_it() -> None:
    """A table that told the same of each level would not show that it reads the level at all."""
    assert [ready(level) for level in ("hamlet", "commune", "province")] == [1, 1, 2]
    persons = {
        level: len(asked("register", level).json["rows"]) for level in ("hamlet", "commune", "province")
    }
    assert persons == {"hamlet": 3, "commune": 4, "province": 5}
    homes = [asked("households", level).json["totals"][0]["households"] for level in list(LEVELS)[:3]]
    assert homes == [1, 2, 3]


def sheet(table: Table, by: str = "") -> Any:
    since = TODAY.replace(month=10, day=1) if table.code in ("team_activity", "adjustments") else None
    on = TODAY.replace(month=10, day=31) if table.code == "adjustments" else TODAY
    return table.read(actor("giang"), Cut(PROVINCE, on, since, by=by), "vi")


def unsaid(table: Table) -> set[str]:
    """The rates of a table that do not name both of their numbers."""
    known = {column.code for column in table.columns}
    return {
        column.code
        for column in table.columns
        if column.kind is Kind.RATE and not (len(column.of) == 2 and set(column.of) <= known)
    }


# What somebody set is no figure that was counted.
SET = {("targets", "share")}
EVIDENCE: dict[str, Callable[[set[str]], bool]] = {
    "indicators": lambda codes: len({code for code in codes if code.endswith("verified")}) == 5,
}
LEVELS_OF_EVIDENCE = {"self_declared", "seen", "witnessed", "verified"}


@pytest.mark.parametrize("code", TABLES)
def test_every_rate_has_its_two_numbers_and_its_evidence_beside_it(code: str) -> None:
    table = TABLES[code]
    assert {(code, name) for name in unsaid(table)} <= SET
    codes = {column.code for column in table.columns}
    if any(column.kind is Kind.RATE for column in table.columns):
        assert EVIDENCE.get(code, LEVELS_OF_EVIDENCE.issubset)(codes)


@pytest.mark.usefixtures("something_to_tell")
@pytest.mark.parametrize(("code", "by"), [(code, by) for code, table in TABLES.items() for by in table.bys])
def test_every_rate_is_the_share_that_it_says(code: str, by: str) -> None:
    table = TABLES[code]
    found = sheet(table, by)
    names = [column.code for column in table.columns]
    for cells in [*found.rows, *found.totals]:
        row = dict(zip(names, cells, strict=True))
        for column in table.columns:
            if column.of:
                part, whole = (row[name] for name in column.of)
                told = round(100 * part / whole, 1) if whole else None
                assert row[column.code] == told, (row, column.code)


def test_control_a_rate_alone_is_found() -> None:
    from dataclasses import replace

    columns = [replace(column, of=()) for column in TABLES["coverage"].columns]
    assert unsaid(replace(TABLES["coverage"], columns=columns)) == {"rate"}
    wrong = [replace(column, of=("ready", "moon")) for column in columns if column.kind is Kind.RATE]
    assert unsaid(replace(TABLES["coverage"], columns=wrong)) == {"rate"}
