"""Who is forgotten is nowhere: not in a table, a file or a phone's feed; the figures of the past stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import AccessNote
from base.errors import NotFound, RightMissing
from base.models import SYSTEM, new_id
from checklist.actions import record_observations, record_visits
from checklist.queries import kept_figures, recount
from config import serve
from people.actions import (
    Edit,
    Move,
    change_persons,
    give_consents,
    move_households,
    register_households,
    stage_import,
)
from people.models import Forgotten, Person
from people.queries.forgotten import list_forgotten
from privacy.actions import erasing, forget, issue_code, open_request, replay_erasures
from reports.models import Export
from reports.tables import TABLES
from tests import make
from tests.accounts.noted import seal, verify
from tests.people.doing import hamlet_id
from tests.privacy.grounds import by_consent
from tests.reports.exporting import ask, build_all, folder, plain
from tests.village import AT, FAR, UPPER, actor, an_id, calling, nguyen

pytestmark = pytest.mark.django_db
__all__ = ["folder"]
NAME, OLD_NAME, PHONE, ADDRESS = "Lò Thị Hoa Kanary", "Lò Thị Hoa Cũ Kanary", "+84987123456", "Ngõ Hoa 9"
# What a table would show; a phone and an address it shows of nobody.
SEALED = (PHONE, ADDRESS, "987123456")
CANARIES = (NAME, OLD_NAME, *SEALED, "lo thi hoa kanary")


@pytest.fixture(autouse=True)
def ledger(settings: Any, tmp_path: Path) -> Path:
    settings.ERASURES_FILE = str(tmp_path / "erasures.log")
    return tmp_path / "erasures.log"


def told_everywhere() -> UUID:
    """Somebody of whom every room holds something."""
    hoa = by_consent(OLD_NAME, phone=PHONE)
    household = Person.objects.get(pk=hoa).household_id
    said = make.observation(hoa, "identity", "level2_active")
    assert record_observations(by=actor("an"), observations=[said], at=AT)[0].state == "applied"
    assert record_visits(by=actor("an"), visits=[make.visit(household)], at=AT)[0].state == "applied"
    edit = Edit(hoa, {"full_name": OLD_NAME}, {"full_name": NAME})
    assert change_persons(by=actor("an"), edits=[edit], at=AT)[0].state == "applied"
    give_consents(by=actor("an"), consents=[make.consent(hoa)], at=AT)
    issue_code(by=actor("an"), person=hoa, at=AT)
    open_request(by=SYSTEM, person=hoa, kind="correct", channel="code", at=AT, wanted={"full_name": NAME})
    held = {"person": str(hoa), "base": {"full_name": "Ai"}, "set": {"full_name": f"{NAME} Hai"}}
    for who, kind in (("an", "person.change"), ("chi", "person.change")):
        command = {"id": str(new_id()), "kind": kind, "data": held}
        body = {"batch": str(new_id()), "sent_at": AT.isoformat(), "commands": [command]}
        assert calling(who).post("sync/push", body).json["receipts"][0]["state"] in ("conflict", "held")
    roster = f"Họ tên,Năm sinh\n{NAME},1970\nNguyễn Thị Lan,1958\n".encode()
    stage_import(by=actor("dung"), import_id=new_id(), area=UPPER, data=roster, at=AT)
    return hoa


def dumped() -> str:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() "
            "AND tablename NOT LIKE 'guides_%' AND tablename NOT LIKE 'areas_%'"
        )
        text = []
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} AS t")
            text.append(f"{table}: {cursor.fetchone()[0]}")
    return "\n".join(text)


def places_of_canaries() -> dict[str, list[str]]:
    lines = dumped().split("\n")
    found = {word: [line.split(":")[0] for line in lines if word in line] for word in CANARIES}
    return {word: tables for word, tables in found.items() if tables}


def test_C_06_who_is_forgotten_is_in_no_table_and_figures_follow() -> None:
    hoa = told_everywhere()
    erased = forget(by=actor("dung"), persons=[hoa], at=AT)
    assert (erased.persons, len(erased.households)) == ([hoa], 1)
    assert places_of_canaries() == {}
    assert recount(hamlet_id(UPPER)).differences(kept_figures(hamlet_id(UPPER))) == 0
    assert forget(by=actor("dung"), persons=[hoa], at=AT).persons == []
    pulled = calling("an").get("sync/pull").body.decode()
    assert pulled.count(str(hoa)) == 1
    assert '"gone":true' in pulled
    states = {row["state"] for row in calling("chi").get("sync/held").json.get("results", [])}
    assert states <= {"refused"}


def test_C_06_control_before_that_every_room_holds_something() -> None:
    told_everywhere()
    found = places_of_canaries()
    assert set(found) == set(CANARIES) - set(SEALED)
    tables = {table for tables in found.values() for table in tables}
    assert tables >= {
        *("people_person", "people_change", "people_import", "sync_receipt"),
        "privacy_request",
    }


def lists(folder: Path) -> list[str]:
    """What lies in the folder of files and names her, as the house reads it."""
    return [file.name for file in folder.glob("*.csv") if NAME.encode() in plain(file)]


def asked_for(table: str = "register") -> UUID:
    given = {"table": table, "area": UPPER, "reason": "Lập danh sách mời họp"}
    return UUID(ask(calling("binh"), **given).json["id"])


def test_C_06_a_file_that_names_her_goes_with_her_and_figures_stay(
    folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    hoa = told_everywhere()
    register, figures = asked_for(), asked_for("coverage")
    assert build_all() == [True, True]
    assert lists(folder) == [f"{register}.csv"]
    with django_capture_on_commit_callbacks(execute=True):
        forget(by=actor("dung"), persons=[hoa], at=datetime.now(UTC))
    assert [file.name for file in folder.iterdir()] == [f"{figures}.csv"]
    states = {export.pk: export.state for export in Export.objects.all()}
    assert states == {register: "expired", figures: "ready"}


@pytest.mark.parametrize("kind", ["erase", "restrict"])
def test_C_06_an_officer_does_it_and_a_list_of_where_she_was_before_goes_too(
    folder: Path, django_capture_on_commit_callbacks: Any, kind: str
) -> None:
    """She moved to another commune since; the office there ends the files of both."""
    hoa = told_everywhere()
    asked_for()
    assert build_all() == [True]
    move_households(by=SYSTEM, moves=[Move(Person.objects.get(pk=hoa).household_id, FAR)], at=AT)
    asked = calling("khanh").post(f"privacy/persons/{hoa}/requests", {"kind": kind})
    with django_capture_on_commit_callbacks(execute=True):
        done = calling("hai").post(f"privacy/inbox/{asked.json['id']}/end", {"granted": True})
    assert (done.status, done.json["state"]) == (200, "done")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("is_followed", [True, False], ids=["followed", "control"])
def test_C_06_a_file_that_was_being_built_meanwhile_is_built_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch, is_followed: bool
) -> None:
    """She was read already when she was forgotten. Control: who does not ask again hands her out."""
    hoa, real = told_everywhere(), TABLES["register"]
    export = Export.objects.get(pk=asked_for())
    if not is_followed:
        monkeypatch.setattr(erasing, "plug", lambda name: lambda **given: 0)

    def read(*cut: Any) -> Any:
        sheet = replace(real.read(*cut), query=None)
        rows = list(sheet.rows)
        forget(by=actor("dung"), persons=[hoa], at=datetime.now(UTC))
        return replace(sheet, rows=rows)

    with monkeypatch.context() as meanwhile:
        meanwhile.setitem(TABLES, "register", replace(real, read=read))
        assert build_all() == [not is_followed]
    assert (lists(folder) == []) == is_followed
    if is_followed:
        assert list(folder.iterdir()) == []
        assert build_all() == [True]
        export.refresh_from_db()
        assert (export.state, lists(folder)) == ("ready", [])


def test_C_06_A_02_the_log_holds_her_number_and_no_name_and_its_chain_is_whole() -> None:
    hoa = told_everywhere()
    assert seal() > 0
    forget(by=actor("dung"), persons=[hoa], at=datetime.now(UTC))
    seal()
    assert verify().faults == []
    assert [note.act for note in AccessNote.objects.filter(subjects__contains=[hoa])][-1] == "person.erase"


def test_nobody_comes_back_under_the_same_id() -> None:
    forget(by=actor("dung"), persons=[an_id("lan"), an_id("hung"), an_id("mai")], at=AT)
    [receipt] = register_households(by=actor("an"), households=[nguyen()], at=AT)
    assert (receipt.state, receipt.refusal and receipt.refusal.code) == ("refused", "record.forgotten")


def test_who_stays_in_the_household_keeps_it() -> None:
    erased = forget(by=actor("dung"), persons=[an_id("lan")], at=AT)
    assert erased.households == []
    told = calling("an").get(f"people/households/{an_id('nguyen')}").json
    assert sorted(person["full_name"] for person in told["persons"]) == ["Đặng Ngọc Mai", "Đặng Văn Hùng"]


@pytest.mark.parametrize("who", ["an", "binh", "hai", "lien"])
def test_only_the_office_of_the_place_erases(who: str) -> None:
    with pytest.raises((NotFound, RightMissing)):
        forget(by=actor(who), persons=[an_id("lan")], at=AT)
    assert Person.objects.filter(pk=an_id("lan")).exists()


def erased_and_restored(commit: Any) -> UUID:
    """Somebody is erased, and then the backup of the day before is restored: he is back, the ledger empty."""
    lan = an_id("lan")
    row = Person.objects.get(pk=lan)
    with commit(execute=True):
        forget(by=actor("dung"), persons=[lan], at=AT)
    Forgotten.objects.all().delete()
    row.save(force_insert=True)
    return lan


def test_C_07_a_backup_brings_nobody_back(django_capture_on_commit_callbacks: Any, ledger: Path) -> None:
    lan = erased_and_restored(django_capture_on_commit_callbacks)
    assert Person.objects.filter(pk=lan).exists()
    call_command("replay_erasures", verbosity=0)
    assert not Person.objects.filter(pk=lan).exists()
    assert calling("an").get(f"people/persons/{lan}").status == 404
    assert [(record, kind) for record, kind, _ in list_forgotten()] == [(lan, "person")]
    assert replay_erasures(by=SYSTEM, at=AT) == 0
    assert str(lan) in ledger.read_text()
    assert "Lan" not in ledger.read_text()


def test_C_07_control_without_the_ledger_he_would_be_back(
    django_capture_on_commit_callbacks: Any, ledger: Path
) -> None:
    lan = erased_and_restored(django_capture_on_commit_callbacks)
    ledger.unlink()
    assert replay_erasures(by=SYSTEM, at=AT) == 0
    assert Person.objects.filter(pk=lan).exists()


def test_C_07_a_line_that_the_house_did_not_write_erases_nobody(ledger: Path) -> None:
    ledger.write_text(f'["{an_id("lan")}", "person", "{AT.isoformat()}"] {"0" * 64}\n')
    assert replay_erasures(by=SYSTEM, at=AT) == 0
    assert Person.objects.filter(pk=an_id("lan")).exists()


def test_C_07_a_line_that_the_file_missed_is_written_later(
    django_capture_on_commit_callbacks: Any, ledger: Path
) -> None:
    forget(by=actor("dung"), persons=[an_id("tam")], at=AT + timedelta(days=1))
    assert not ledger.exists()
    replay_erasures(by=SYSTEM, at=AT)
    assert [line[0] for line in erasing.read_ledger()] == [record for record, *_ in list_forgotten()]


def test_the_house_replays_before_it_opens() -> None:
    source = Path(serve.__file__).read_text(encoding="utf-8")
    assert source.index('"migrate"') < source.index('"replay_erasures"') < source.index("def open_doors")
