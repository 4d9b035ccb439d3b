"""A link opens a file once, for whom it was made, at his device, within minutes; all else is not found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Device, Post
from areas.models import Area
from base.errors import NotFound, Refusal
from base.models import SYSTEM, new_id
from reports.actions import expire_exports, link_of, open_file, opening
from reports.models import Export, Opening
from reports.rules.exports import LINK_LIFE
from tests.reports.exporting import ask, build_all, folder, made, plain
from tests.village import UPPER, actor, an_id, calling

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
__all__ = ["folder"]


@pytest.fixture
def export() -> Export:
    asked = ask(calling("dung"))
    assert build_all() == [True]
    return Export.objects.get(pk=asked.json["id"])


def at_the_desk(name: str) -> Any:
    now = datetime.now(UTC)
    return replace(actor(name, now), device_id=Device.objects.filter(user_id=an_id(name)).first().pk)


def key_of(export: Export, name: str = "dung") -> str:
    return str(link_of(by=at_the_desk(name), export=export, at=export.snapshot_at))


def opened(export: Export, key: str, name: str = "dung", **late: int) -> bool:
    try:
        by = at_the_desk(name)
        open_file(by=by, export_id=export.pk, key=key, at=export.snapshot_at + timedelta(**late))
    except NotFound:
        return False
    return True


def test_X_03_a_link_opens_once_and_leaves_a_row(export: Export) -> None:
    key = key_of(export)
    assert opened(export, key)
    assert not opened(export, key)
    assert opened(export, key_of(export)), "a new link opens again"
    rows = list(Opening.objects.values_list("user_id", "device"))
    assert rows == [(an_id("dung"), at_the_desk("dung").device_id)] * 2


def test_X_03_a_link_is_over_after_minutes(export: Export) -> None:
    minutes = int(LINK_LIFE.total_seconds()) // 60
    assert minutes <= 15
    assert not opened(export, key_of(export), minutes=minutes)
    assert opened(export, key_of(export), minutes=minutes - 1)


@pytest.mark.parametrize("name", ["giang", "binh", "hai"])
def test_X_03_nobody_else_opens_it_not_even_who_sees_more(export: Export, name: str) -> None:
    key = key_of(export)
    assert not opened(export, key, name)
    assert link_of(by=at_the_desk(name), export=export, at=export.snapshot_at) is None
    assert calling(name).get(f"reports/exports/{export.pk}").status == 404
    assert opened(export, key)


def test_X_03_it_opens_at_the_device_that_it_was_made_for_only(export: Export) -> None:
    key = key_of(export)
    other = replace(at_the_desk("dung"), device_id=99)
    with pytest.raises(NotFound):
        open_file(by=other, export_id=export.pk, key=key, at=export.snapshot_at)
    assert opened(export, key)


TAMPERED: list[Callable[[str], str]] = [
    lambda key: key[:-1] + ("A" if key[-1] != "A" else "B"),
    lambda key: ("A" if key[0] != "A" else "B") + key[1:],
    lambda key: key[:30] + ("A" if key[30] != "A" else "B") + key[31:],
    lambda key: key[:-4],
    lambda key: "",
    lambda key: "é" * 20,
    lambda key: key + "AAAA",
]


@pytest.mark.parametrize("tamper", TAMPERED)
def test_X_03_a_link_that_was_tampered_with_opens_nothing(
    export: Export, tamper: Callable[[str], str]
) -> None:
    key = key_of(export)
    assert tamper(key) != key
    assert not opened(export, tamper(key))
    assert not Opening.objects.exists()


def test_X_03_a_link_of_one_file_opens_no_other(export: Export) -> None:
    ask(calling("dung"))
    build_all()
    other = Export.objects.exclude(pk=export.pk).get()
    assert not opened(other, key_of(export))


def test_X_03_the_door_answers_the_same_whatever_is_wrong(export: Export) -> None:
    dung, file = calling("dung"), f"reports/exports/{export.pk}/file"
    link = dung.get(f"reports/exports/{export.pk}").json["file"]
    assert dung.get(link).status == 200
    wrong = [dung.get(link), calling("giang").get(link), dung.get(file, key="x"), dung.get(link[:-2] + "AA")]
    wrong.append(dung.get(f"reports/exports/{an_id('never')}/file", key="x"))
    assert {(reply.status, reply.body) for reply in wrong} == {(404, wrong[0].body)}
    assert calling().get(link).status == 401


def test_who_lost_his_right_takes_no_file_any_more(export: Export) -> None:
    key = key_of(export)
    Post.objects.filter(user_id=an_id("dung")).update(to_at=datetime(2026, 11, 3, tzinfo=UTC))
    with pytest.raises(Refusal):
        open_file(by=at_the_desk("dung"), export_id=export.pk, key=key, at=export.snapshot_at)


def test_who_exports_elsewhere_now_takes_no_file_of_here(export: Export) -> None:
    key = key_of(export)
    Post.objects.filter(user_id=an_id("dung")).update(
        area=Area.objects.get(code="00004", level="commune", closed_on=None)
    )
    assert "export" in at_the_desk("dung").verbs
    assert not opened(export, key)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_X_04_on_the_disk_nobody_reads_a_name(folder: Path, form: str) -> None:
    def kept(file: bytes) -> bool:
        return "Nguyễn Thị Lan".encode() in file or b"PK" in file[:2]

    asked = {"table": "register", "area": UPPER, "format": form, "reason": "Lập danh sách mời họp"}
    _, body = made(calling("binh"), **asked)
    [file] = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert kept(body)
    assert plain(file) == body
    assert not kept(file.read_bytes())
    assert body[-40:] not in file.read_bytes()


def spoil(file: Path, how: str) -> None:
    body = file.read_bytes()
    if how == "changed":
        file.write_bytes(body[:100] + bytes([body[100] ^ 1]) + body[101:])
    elif how == "cut off":
        file.write_bytes(body[:-1])
    else:  # that of another export lies in its place
        ask(calling("dung"))
        build_all()
        [other] = set(file.parent.iterdir()) - {file}
        other.replace(file)


@pytest.mark.parametrize("how", ["changed", "cut off", "another's"])
def test_a_damaged_file_is_refused_and_never_half_sent(
    export: Export, folder: Path, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    dung = calling("dung")
    [file] = folder.iterdir()
    link, again = (dung.get(f"reports/exports/{export.pk}").json["file"] for _ in range(2))
    assert dung.get(link).status == 200
    spoil(file, how)
    reply = dung.get(again)
    assert (reply.status, reply.json["code"]) == (410, "export.damaged")
    told = dung.get(f"reports/exports/{export.pk}").json
    assert (told["state"], told["failure"]["code"], told["file"]) == ("failed", "export.damaged", None)
    assert [record.name for record in caplog.records if record.levelname == "ERROR"] == ["alarm"]
    assert str(export.pk) in caplog.text


def test_X_04_after_a_day_the_file_is_deleted_and_its_row_stays(export: Export, folder: Path) -> None:
    day = export.snapshot_at + timedelta(hours=24)
    (folder / "stray.pdf").write_bytes(b"of an export that nobody knows")
    assert expire_exports(by=SYSTEM, at=day - timedelta(seconds=1)) == 1, "the stray one"
    assert len(list(folder.iterdir())) == 1
    key = key_of(export)
    assert expire_exports(by=SYSTEM, at=day) == 1
    assert list(folder.iterdir()) == []
    export.refresh_from_db()
    assert (export.state, export.rows is not None) == ("expired", True)
    assert not opened(export, key)
    assert calling("dung").get(f"reports/exports/{export.pk}").json["file"] is None


def test_X_03_control_a_link_that_is_not_bound_would_open_again_later_and_elsewhere(
    export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads each link as a new one, of whatever hour and device, is found by the same checks."""
    key = key_of(export)
    monkeypatch.setattr(opening, "read_link", lambda *given: new_id())
    assert opened(export, key)
    assert opened(export, key)
    assert opened(export, key, minutes=60)
    assert open_file(
        by=replace(at_the_desk("dung"), device_id=99), export_id=export.pk, key=key, at=export.snapshot_at
    )


def test_X_04_control_what_nobody_deletes_is_still_there_and_what_is_not_sealed_is_read(
    export: Export, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "unlink", lambda path, missing_ok=False: None)
    expire_exports(by=SYSTEM, at=export.snapshot_at + timedelta(hours=25))
    [file] = folder.iterdir()
    assert UPPER.encode() not in file.read_bytes()
    assert UPPER.encode() in plain(file)
