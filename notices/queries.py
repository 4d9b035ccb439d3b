"""Reading notices: one's own."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from base.models import Asker
from notices.models import Mailbox, Notice
from notices.rules import LIFE


def list_notices(by: Asker, at: datetime) -> QuerySet[Notice]:
    """The asker's own notices that are still worth reading."""
    return Notice.objects.filter(to__in=[by.user_id], made_at__gt=at - LIFE)


def find_mailbox(by: Asker) -> str:
    """Where the asker wants notices by e-mail; "" where he does not."""
    found = Mailbox.objects.filter(user__in=[by.user_id]).values_list("email", flat=True).first()
    return found or ""


def due_notices(at: datetime, most: int = 500) -> list[int]:
    """The ids of those to be delivered now, the longest waiting first."""
    waiting = Notice.objects.filter(state__in=("waiting", "sending"), due_at__lte=at)
    return list(waiting.order_by("due_at").values_list("pk", flat=True)[:most])
