"""The official units load in one go, twice is the same as once, and nothing else is touched."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, Q

from areas.actions import BadRelease, add_hamlets, close_area, load_release
from areas.actions.release import DATA
from areas.models import Alias, Area, FormerName, Succession
from areas.queries import find_area
from base.errors import RightMissing
from base.models import SYSTEM
from tests.areas.cast import AT, Admin

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the release, to be edited."""
    return Path(shutil.copytree(DATA, tmp_path / "release"))


def edit(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


def versions() -> set[tuple[Any, ...]]:
    """Every row of the four tables with the transaction that wrote it."""
    tables = [model._meta.db_table for model in (Area, FormerName, Alias, Succession)]
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{t}', id, xmin::text, ctid::text FROM {t}" for t in tables)
        )
        return set(cursor.fetchall())


def test_the_country_has_34_provinces_and_3321_communes_in_force() -> None:
    def count(**key: Any) -> int:
        return Area.objects.filter(**key).count()

    now = {"closed_on__isnull": True}
    assert [count(level=level, **now) for level in ("province", "district", "commune")] == [34, 0, 3321]
    before = {"closed_on": "2025-06-30", "scheme": "2004"}
    assert [count(level=level, **before) for level in ("province", "district", "commune")] == [63, 696, 10035]


def test_a_first_load_fills_an_empty_house() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE areas_area CASCADE")
    written = load_release(by=SYSTEM)
    assert written == {"areas": 14149, "former_names": 11, "aliases": 1, "successions": 10665}


def test_every_old_commune_has_an_heir_and_every_new_one_a_predecessor() -> None:
    assert not Area.objects.filter(scheme="2004", level="commune", heirs=None).exists()
    assert not Area.objects.filter(scheme="2025", predecessors=None).exclude(level="hamlet").exists()
    heirs = Area.objects.filter(scheme="2004").annotate(
        heir_count=Count("heirs"), defaults=Count("heirs", filter=Q(heirs__is_default=True))
    )
    assert heirs.filter(heir_count=1).count() == 9632
    assert heirs.filter(level="commune", heir_count__gt=0).exclude(defaults=1).count() == 0
    assert Area.objects.filter(heirs__extent="part", level="commune").distinct().count() == 471


def test_a_second_load_writes_nothing() -> None:
    before = versions()
    assert set(load_release(by=SYSTEM).values()) == {0}
    assert versions() == before


def test_a_second_load_costs_one_read_per_level_and_table(django_assert_max_num_queries: Any) -> None:
    # 6 levels, read and mapped to ids; 3 other tables; the savepoint of the transaction.
    with django_assert_max_num_queries(6 * 2 + 3 + 2):
        load_release(by=SYSTEM)


def test_the_command_says_what_it_wrote_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_areas")
    assert capsys.readouterr().out == "areas 0, former_names 0, aliases 0, successions 0\n"


def test_a_changed_name_in_a_newer_file_updates_that_row_only(folder: Path) -> None:
    before = find_area("00004")
    assert before is not None
    edit(folder, "areas_2025.csv", "commune,00004,01,Phường Ba Đình", "commune,00004,01,Phường Ba Đình Mới")
    assert load_release(by=SYSTEM, folder=folder) == {
        "areas": 1,
        "former_names": 0,
        "aliases": 0,
        "successions": 0,
    }
    after = find_area("00004")
    assert after is not None
    assert (after.pk, after.name, after.search_key) == (before.pk, "Phường Ba Đình Mới", "phuong ba dinh moi")


def test_the_names_arrive_in_one_spelling(folder: Path) -> None:
    decomposed = "Phường  Ba Đi\u0300nh"
    edit(folder, "areas_2025.csv", "commune,00004,01,Phường Ba Đình", f"commune,00004,01,{decomposed}")
    assert load_release(by=SYSTEM, folder=folder)["areas"] == 0


def test_a_load_leaves_hamlets_and_closed_units_alone(folder: Path) -> None:
    [hamlet] = add_hamlets(by=SYSTEM, commune="00004", hamlets=[("Tổ dân phố 7", "neighbourhood")], at=AT)
    close_area(by=SYSTEM, code="00008", heirs=["00004"], on=AT.date())
    edit(folder, "areas_2025.csv", "commune,00008,01,Phường Ngọc Hà", "commune,00008,01,Phường Ngọc Hạ")
    load_release(by=SYSTEM, folder=folder)
    assert Area.objects.get(pk=hamlet.pk).code == hamlet.code
    closed = Area.objects.get(scheme="2025", level="commune", code="00008")
    assert (closed.name, closed.closed_on) == ("Phường Ngọc Hạ", AT.date())


@pytest.mark.parametrize(
    ("file", "old", "new", "line"),
    [
        # A spreadsheet has stripped the zeros: codes are text.
        ("areas_2025.csv", "commune,00004,01,", "commune,4,01,", 36),
        ("areas_2025.csv", "commune,00004,01,", "commune,00004,02,", 36),
        ("areas_2025.csv", "commune,00004,01,", "hamlet,00004,01,", 36),
        ("areas_2025.csv", "commune,00004,01,", "commune,00008,01,", 37),
        ("areas_2025.csv", "commune,00004,01,Phường Ba Đình", "commune,00004,01,Phường Ba\u200bĐình", 36),
        ("successions_2025.csv", "commune,00001,commune,00097,whole", "commune,00001,commune,99999,whole", 2),
        ("successions_2025.csv", "commune,00001,commune,00097,whole", "commune,00001,commune,00097,half", 2),
        ("amendments.csv", "25270,kind,Xã Lộc Ninh,Phường", "25270,kind,Xã Lộc Ninh,Khu", 0),
        ("amendments.csv", "2026-04-30,province,75", "2026-04-31,province,75", 12),
        ("amendments.csv", "commune,25270,kind", "commune,99999,kind", 2),
    ],
)
def test_a_wrong_row_is_refused_and_nothing_changes(
    folder: Path, file: str, old: str, new: str, line: int
) -> None:
    before = versions()
    edit(folder, file, old, new)
    with pytest.raises(BadRelease) as refused:
        load_release(by=SYSTEM, folder=folder)
    assert refused.value.details["line"] == line or not line
    assert versions() == before


def test_only_the_house_loads() -> None:
    with pytest.raises(RightMissing):
        load_release(by=Admin())
