"""A backup is sealed, and what is restored from it is what was backed up, table by table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from base import sealed
from base.models import SYSTEM
from privacy.actions.backups import NotEmpty, backup, restore
from tests.live import address_of, environment, manage, own_database

pytestmark = pytest.mark.django_db
# The epoch is another one after a restore: that is how phones are told.
CHANGED = {"sync_epoch"}


def contents(address: str) -> dict[str, tuple[int, str]]:
    """Of every table how many rows, and a fingerprint of all of them whatever their order."""
    with psycopg.connect(address) as link:
        tables = link.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {
            table: link.execute(  # type: ignore[misc]
                f"SELECT count(*), coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') "
                f'FROM "{table}" AS t'
            ).fetchone()
            for (table,) in tables
        }


def differences(one: dict[str, Any], other: dict[str, Any]) -> set[str]:
    return {table for table in one.keys() | other.keys() if one.get(table) != other.get(table)}


def test_O_06_a_restored_backup_is_what_was_backed_up(tmp_path: Path) -> None:
    file, here = tmp_path / "nightly" / "house.backup", address_of(str(connection.settings_dict["NAME"]))
    size, _ = backup(by=SYSTEM, path=file)
    assert size > 0
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    with own_database("restored") as database:
        env = {**environment(database), "ERASURES_FILE": str(tmp_path / "erasures.log")}
        manage(env, "restore", str(file))
        before, after = contents(here), contents(database)
        assert before["people_person"][0] == 5
        assert differences(before, after) == CHANGED
        with psycopg.connect(database, autocommit=True) as link:
            link.execute("UPDATE people_person SET full_name = full_name || '.' WHERE full_name LIKE '%Tâm'")
        found = differences(before, contents(database))
        assert found == {*CHANGED, "people_person", "accounts_accessnote"}, "and that it was written is noted"


def test_O_06_control_what_was_changed_or_cut_off_is_not_restored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "house.backup"
    backup(by=SYSTEM, path=file)
    whole = file.read_bytes()
    assert "Trần Văn Tâm".encode() not in whole
    with pytest.raises(NotEmpty):
        restore(by=SYSTEM, path=file)
    for damaged in (
        whole[:-1],
        whole[: len(whole) // 2],
        whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:],
    ):
        file.write_bytes(damaged)
        with pytest.raises(sealed.NotWhole), file.open("rb") as opened:
            sealed.reopen(opened, "backup").verify()
