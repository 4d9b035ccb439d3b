"""Telling somebody something: the row first, then a channel, again when it failed, then no more."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import F

from base.bulk import insert
from base.models import Asker
from base.queue import nudge
from notices.channels import CHANNELS, Message
from notices.models import Mailbox, Notice
from notices.rules import LIFE, MOST_TRIES, PATIENCE, Kind, next_try

TEXTS = Path(__file__).resolve().parent / "texts"
_COLUMNS = {
    "to_id": "uuid",
    "kind": "text",
    "subject": "uuid",
    "about": "text",
    "link": "text",
    "language": "text",
    "state": "text",
    "channel": "text",
    "tries": "smallint",
    "made_at": "timestamptz",
    "due_at": "timestamptz",
}


def enqueue(
    *, by: Asker, to: Iterable[UUID], kind: str, subject: UUID, about: str, link: str, language: str,
    at: datetime,
) -> int:  # fmt: skip
    """Notices to these accounts, in the caller's transaction; returns how many are new.

    Told once: the same kind of the same subject to the same person is one notice.
    """
    by.must("keep_house")
    same = {"kind": Kind(kind), "subject": subject, "about": about[:200], "link": link[:200]}
    same |= {"language": language, "state": "waiting", "channel": "", "tries": 0}
    rows = [{**same, "to_id": user, "made_at": at, "due_at": at} for user in sorted(set(to))]
    new = insert("notices_notice", _COLUMNS, rows, on_conflict="ON CONFLICT DO NOTHING")
    if new:
        nudge("notices.tasks.deliver_due")
    return new


def deliver(*, by: Asker, notice_id: int, at: datetime) -> bool:
    """Carries one notice out of the house; whether this call did. At least once: a worker that dies between
    the channel and the row tells it again. After MOST_TRIES it is left as failed."""
    by.must("keep_house")
    due = Notice.objects.filter(pk=notice_id, state__in=("waiting", "sending"), due_at__lte=at)
    claimed = due.update(state="sending", tries=F("tries") + 1, due_at=at + PATIENCE)
    if not claimed:
        return False
    notice = Notice.objects.get(pk=notice_id)
    address = Mailbox.objects.filter(user=notice.to_id).values_list("email", flat=True).first() or ""
    channel = CHANNELS["email" if address else "console"]
    mine = Notice.objects.filter(pk=notice_id, state="sending", tries=notice.tries)
    try:
        channel.send(_in_words(notice, address))
    except Exception:  # whatever a mail server may say: it is tried again, and never keeps others waiting
        over = notice.tries >= MOST_TRIES
        mine.update(state="failed" if over else "waiting", due_at=at + next_try(notice.tries))
        return False
    return bool(mine.update(state="sent", sent_at=at, channel=channel.code))


def _in_words(notice: Notice, address: str) -> Message:
    title, _, text = _text(notice.kind, notice.language).partition("\n")
    link = settings.SITE_URL + notice.link
    return Message(notice.pk, address, title, text.format(about=notice.about, link=link))


@cache
def _text(kind: str, language: str) -> str:
    """The words of a kind; the first line is the title."""
    return (TEXTS / f"{Kind(kind)}.{'en' if language == 'en' else 'vi'}.txt").read_text(encoding="utf-8")


def set_mailbox(*, by: Asker, email: str, at: datetime) -> None:
    """From now on the asker has notices by e-mail there; with "" in the house only."""
    by.must("own_account")
    if email and by.user_id:
        Mailbox.objects.update_or_create(user_id=by.user_id, defaults={"email": email, "set_at": at})
    else:
        Mailbox.objects.filter(user__in=[by.user_id]).delete()


def drop_mailboxes(*, by: Asker, users: Collection[UUID]) -> None:
    """Nobody is written to there any more."""
    by.must("keep_house")
    Mailbox.objects.filter(user_id__in=users).delete()


def drop_old_notices(*, by: Asker, at: datetime) -> int:
    """Deletes what nobody needs to be told any more; returns how many."""
    by.must("keep_house")
    return Notice.objects.filter(made_at__lte=at - LIFE).delete()[0]
