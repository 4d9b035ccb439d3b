"""A roster is read and explained before anything is stored about anybody."""

from __future__ import annotations

import pytest

from accounts.models import AccessNote
from people.models import Import
from tests import poison
from tests.people.rosters import applied, csv, row, sample, staged, staging, truth
from tests.village import COMMUNE, an_id, calling

pytestmark = pytest.mark.django_db
FAULTY = csv(
    row("Nguyễn Thị Lan", born="1958"),
    row("", born="1960"),
    row("Lê Văn Tám", born="31/02/1990", phone="không nhớ"),
    row("Trần Thị Mai", born="2990"),
    row("Phạm Oanh", phone="12"),
    row("Đỗ Bình", vneid="hình như có"),
    row("Đỗ Bình", vneid="hình như có"),
)


def test_nothing_is_stored_about_anybody_yet() -> None:
    before = poison.stored()
    staged(sample("xa-dong"))
    after = poison.stored()
    assert {table for table in after if after[table] != before[table]} == {"people_import"}


def test_A_01_who_is_compared_with_a_roster_is_noted() -> None:
    staged(sample("xa-dong"))
    assert not AccessNote.objects.filter(act="import.stage").exists(), "nobody of the village is in it"
    staged(csv(row("Nguyễn Thị Lan", born="1958"), row("Lê Văn Tám", born="1990")))
    [note] = AccessNote.objects.filter(act="import.stage")
    assert (note.user_id, note.subjects) == (an_id("dung"), [an_id("lan")])


def test_applying_it_would_have_changed_more() -> None:
    """The control."""
    before = poison.stored()
    applied(sample("xa-dong"))
    after = poison.stored()
    changed = {table for table in after if after[table] != before[table]}
    assert changed > {"people_import", "people_person", "checklist_observation", "checklist_tally"}


def test_each_problem_has_its_row_its_column_and_a_sentence() -> None:
    told = staged(FAULTY)
    assert [(p["row"], p["column"], p["code"], p["refused"]) for p in told["problems"]] == [
        (3, "Họ và tên", "row.no_name", True),
        (4, "Năm sinh", "row.bad_birth", True),
        (4, "Điện thoại", "row.bad_phone", False),
        (5, "Năm sinh", "row.future_birth", True),
        (6, "Điện thoại", "row.bad_phone", False),
        (7, "VNeID", "row.unknown_mark", False),
    ]
    assert told["problems"][0]["message"] == "Dòng không có họ tên."
    assert told["counts"] == {
        "rows": 7, "households": 1, "persons": 3, "new": 2, "matched": 1, "refused": 3, "duplicates": 1,
    }  # fmt: skip


def test_in_english_for_who_asks_in_english() -> None:
    reply = staging(FAULTY, language="en-GB,vi;q=0.5")
    assert reply.json["problems"][0]["message"] == "The row has no name."
    seen = calling("dung", "en").get(f"people/imports/{reply.json['id']}").json
    assert seen == reply.json
    assert (
        calling("dung").get(f"people/imports/{reply.json['id']}").json["problems"][0]["message"]
        != (seen["problems"][0]["message"])
    )


def test_the_columns_are_named_and_no_cell_is_repeated() -> None:
    reply = staging(FAULTY)
    assert reply.json["columns"]["full_name"] == "Họ và tên"
    for cell in ("không nhớ", "31/02/1990", "hình như có", "Lê Văn Tám"):
        assert cell.encode() not in reply.raw.content


def test_the_sample_tells_its_bad_rows() -> None:
    told = staged(sample("xa-dong"))
    assert len({problem["row"] for problem in told["problems"] if problem["refused"]}) == len(
        truth("xa-dong")["bad_rows"]
    )


def test_what_was_staged_is_forgotten_when_it_is_applied() -> None:
    """Names and phones are not kept twice."""
    done = applied(csv(row("Bùi Thị Én", phone="0912777888")))
    assert Import.objects.get(pk=done["id"]).staged is None
    kept = str(list(Import.objects.values_list()))
    assert "Bùi Thị Én" not in kept
    assert "912777888" not in kept


def test_the_area_is_a_commune_or_a_hamlet() -> None:
    for area, status in ((COMMUNE, 201), ("00454-01", 201), ("01", 422)):
        assert staging(csv(row("Bùi Thị Én")), area=area, who="giang").status == status
