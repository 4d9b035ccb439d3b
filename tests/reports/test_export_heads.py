"""A file says where the log of access ended when it was asked for: who cuts the log has paper against him."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AccessLink
from accounts.queries.signing import head_of
from areas.queries import find_area
from reports.models import Export
from tests.accounts.noted import seal, tamper
from tests.reports.exporting import ask, build_all, folder
from tests.village import COMMUNE, PROVINCE, an_id, calling

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
__all__ = ["folder"]


@pytest.fixture(autouse=True)
def heads(tmp_path: Path, settings: Any) -> None:
    settings.AUDIT_HEADS_DIR = tmp_path / "heads"


def grown() -> str:
    """The log after one more reading that was sealed, as a paper would tell it."""
    assert calling("an").get(f"people/persons/{an_id('lan')}").status == 200
    assert seal() >= 1
    return head_of(find_area(COMMUNE))


def built(told: dict[str, Any]) -> bytes:
    """The file as a worker makes it, of the figures of the moment when it was asked for."""
    asked_at = Export.objects.get(pk=told["id"]).asked_at
    Export.objects.filter(pk=told["id"]).update(state="waiting", due_at=asked_at, expires_at=None)
    assert build_all(asked_at) == [True]
    done = calling("dung").get(f"reports/exports/{told['id']}").json
    return calling("dung").get(done["file"]).body


def words(body: bytes) -> str:
    """What a file says; of a workbook or a document, its parts."""
    if not body.startswith(b"PK"):
        return body.decode()
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))


@pytest.mark.parametrize("form", ["csv", "xlsx", "docx"])
def test_A_03_the_head_of_the_log_is_printed_on_a_file_as_it_was_asked_for(form: str) -> None:
    head = grown()
    told = ask(calling("dung"), format=form).json
    first = built(told)
    assert grown() != head
    assert built(told) == first, "of one export the bytes stay the same, whenever it is made"
    assert head in words(first)
    link = AccessLink.objects.exclude(signature=None).order_by("-seq")[1]
    assert head == f"{PROVINCE}-{link.seq}-{bytes(link.hash).hex()[:16]}"


def test_A_03_control_a_head_that_is_read_when_the_file_is_made_changes_it() -> None:
    grown()
    told = ask(calling("dung")).json
    first = built(told)
    Export.objects.filter(pk=told["id"]).update(audit_head=grown())
    assert built(told) != first


def test_A_03_a_printed_head_is_looked_for_in_the_log() -> None:
    grown()
    head = grown()
    call_command("verify_audit", "--head", head)
    for wrong in (head[:-1] + ("0" if head[-1] != "0" else "1"), "01-999-0", "01-x-0", "99-1-0", "x"):
        with pytest.raises(CommandError, match="not in the log"):
            call_command("verify_audit", "--head", wrong)
    last = AccessLink.objects.order_by("-seq").values_list("note_id", flat=True)[0]
    tamper(
        f"DELETE FROM accounts_accesslink WHERE note_id = {last}",
        f"DELETE FROM accounts_accessnote WHERE id = {last}",
    )
    call_command("verify_audit")  # no head outside: the log looks whole
    with pytest.raises(CommandError, match="not in the log"):
        call_command("verify_audit", "--head", head)


def test_before_the_first_sealing_a_file_says_nothing_of_it() -> None:
    tamper("DELETE FROM accounts_accesslink")
    assert "Nhật ký truy cập đến" not in words(built(ask(calling("dung")).json))
