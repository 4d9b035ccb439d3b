"""A notice is a row first: told once, tried again, given up, read by its reader alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from django.core import mail
from django.test import override_settings

from base.models import SYSTEM, new_id
from notices import tasks
from notices.actions import deliver, drop_old_notices, enqueue, set_mailbox
from notices.channels import CHANNELS, Channel
from notices.models import Notice
from notices.queries import due_notices
from notices.rules import LIFE, MOST_TRIES, Kind
from tests.village import AT, actor, an_id, calling

pytestmark = pytest.mark.django_db
ABOUT = "Mức độ bao phủ, Xã Đông Anh"


def tell(*names: str, subject: UUID | None = None, kind: str = "file_ready") -> int:
    return enqueue(
        by=SYSTEM,
        to=[an_id(name) for name in names],
        kind=kind,
        subject=subject or an_id("a file"),
        about=ABOUT,
        link="/api/v1/reports/exports/x",
        language="vi",
        at=AT,
    )


def carry(at: Any = AT) -> list[bool]:
    return [deliver(by=SYSTEM, notice_id=each, at=at) for each in due_notices(at)]


def test_the_same_thing_is_told_once_however_often_it_is_asked_for() -> None:
    assert tell("dung", "giang") == 2
    assert tell("dung", "giang") == 0
    assert tell("dung", subject=new_id()) == 1
    assert carry() == [True, True, True]
    assert carry() == []


def test_who_has_a_mailbox_gets_a_letter_with_the_link_and_no_file() -> None:
    set_mailbox(by=actor("dung"), email="dung@example.org", at=AT)
    tell("dung", "giang")
    with override_settings(SITE_URL="https://so.example.org"):
        carry()
    [letter] = mail.outbox
    assert letter.to == ["dung@example.org"]
    assert letter.subject == "Tệp báo cáo đã sẵn sàng"
    assert ABOUT in letter.body
    assert "https://so.example.org/api/v1/reports/exports/x" in letter.body
    assert letter.attachments == []
    assert {row.channel for row in Notice.objects.all()} == {"email", "console"}


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_kind_has_its_words_in_both_languages(kind: str, language: str) -> None:
    set_mailbox(by=actor("dung"), email="dung@example.org", at=AT)
    tell("dung", kind=kind)
    Notice.objects.update(language=language)
    assert carry() == [True]
    [letter] = mail.outbox
    assert letter.subject.isascii() == (language == "en")
    assert "{" not in letter.body


def test_a_letter_that_cannot_leave_is_tried_later_each_time_and_at_last_given_up() -> None:
    set_mailbox(by=actor("dung"), email="dung@example.org", at=AT)
    tell("dung")
    broken = Channel("email", lambda message: (_ for _ in ()).throw(OSError("no route")))
    at, waits = AT, []
    with patch.dict(CHANNELS, email=broken):
        for _ in range(MOST_TRIES):
            assert carry(at) == [False]
            assert carry(at) == [], "not at once"
            row = Notice.objects.get()
            waits.append(row.due_at - at)
            at = row.due_at
        assert carry(at) == []
    assert waits == [timedelta(minutes=n) for n in (1, 2, 4, 8, 16)]
    assert Notice.objects.get().state == "failed"


def test_a_notice_whose_worker_died_is_told_by_another_when_its_patience_is_over() -> None:
    tell("dung")
    with patch.dict(CHANNELS, console=replace(CHANNELS["console"], send=_die)), pytest.raises(SystemExit):
        carry()
    assert carry() == [], "it may still be at it"
    assert carry(AT + timedelta(minutes=6)) == [True]


def _die(message: object) -> None:
    raise SystemExit


def test_two_workers_never_carry_the_same_notice() -> None:
    """The second finds that the row is taken; without the claim it would send it too."""
    tell("dung")
    [notice_id] = due_notices(AT)
    sent = []

    def while_sending(message: object) -> None:
        sent.append(message)
        if len(sent) == 1:
            assert not deliver(by=SYSTEM, notice_id=notice_id, at=AT)

    with patch.dict(CHANNELS, console=replace(CHANNELS["console"], send=while_sending)):
        assert deliver(by=SYSTEM, notice_id=notice_id, at=AT)
    assert len(sent) == 1


def test_everybody_reads_his_own_notices_and_sets_his_own_mailbox() -> None:
    tell("dung")
    Notice.objects.update(made_at=datetime.now(UTC))
    [mine] = calling("dung").get("notices").json["results"]
    assert (mine["kind"], mine["about"]) == ("file_ready", ABOUT)
    assert calling("giang").get("notices").json == {"results": [], "next": None}
    assert calling().get("notices").status == 401
    dung = calling("dung")
    assert dung.call("PUT", "notices/mailbox", {"email": "dung@example.org"}).status == 200
    assert dung.get("notices/mailbox").json == {"email": "dung@example.org"}
    assert calling("giang").get("notices/mailbox").json == {"email": ""}
    assert dung.call("PUT", "notices/mailbox", {"email": "no address"}).status == 400
    assert dung.call("PUT", "notices/mailbox", {"email": ""}).status == 200
    assert dung.get("notices/mailbox").json == {"email": ""}


def test_the_timetable_tells_what_no_nudge_did_and_forgets_what_is_old() -> None:
    tell("dung")
    tasks.deliver_due()
    assert Notice.objects.get().state == "sent"
    assert drop_old_notices(by=SYSTEM, at=AT + LIFE - timedelta(seconds=1)) == 0
    assert drop_old_notices(by=SYSTEM, at=AT + LIFE) == 1
