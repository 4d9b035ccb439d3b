"""What phones said and nobody needs any more; a dry run only tells (plugs)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from base.errors import Refusal
from base.models import Asker
from sync.models import Receipt


class HeldTooLong(Refusal):
    code = "command.held_too_long"
    vi = "Việc này đã chờ quá lâu mà không ai nhận; nội dung đã được xóa."
    en = "This waited too long and nobody took it; what it said was erased."


def drop_said(*, by: Asker, before: datetime, dry: bool) -> list[str]:
    """Of work that clashed or was turned down, both versions; its outcome stays (`privacy.drop_said`)."""
    by.must("keep_house")
    kept = Receipt.objects.filter(at__lte=before).exclude(state="held").exclude(data=None, current=None)
    ids = _ids(kept)
    if not dry:
        Receipt.objects.filter(pk__in=ids).update(data=None, current=None, waits_for=None)
    return [str(pk) for pk in ids]


def drop_held(*, by: Asker, before: datetime, dry: bool) -> list[str]:
    """Work that was held all the time, and that nobody released or turned down, is refused
    (`privacy.drop_held`)."""
    by.must("keep_house")
    ids = _ids(Receipt.objects.filter(state="held", at__lte=before))
    if not dry:
        Receipt.objects.filter(pk__in=ids).update(
            state="refused",
            code=HeldTooLong.code,
            path="",
            data=None,
            current=None,
            waits_for=None,
            area=None,
            owner=None,
        )
    return [str(pk) for pk in ids]


def _ids(found: QuerySet[Receipt]) -> list[UUID]:
    return list(found.order_by("pk").values_list("pk", flat=True))
