"""Erasure: files that may name somebody who is forgotten are over at once; figures stay."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial

from django.db import transaction

from areas.queries import path_ids
from base.models import Asker
from reports.actions.expiring import expire_exports
from reports.models import Export


def forget_files(*, by: Asker, hamlets: Collection[int], at: datetime) -> int:
    """Ends the person-level files of these hamlets and of the areas above them; returns how many. The files
    themselves go after COMMIT, and with the timetable should that fail."""
    by.must("record")
    nodes = {node for path in path_ids(hamlets).values() for node in path}
    ready = Export.objects.filter(is_personal=True, state="ready", area_id__in=nodes)
    ended = ready.update(state="expired", expires_at=at)
    if ended:
        transaction.on_commit(partial(expire_exports, by=by, at=at), robust=True)
    return ended


def drop_reasons(*, by: Asker, before: datetime, dry: bool) -> list[str]:
    """Why somebody wanted a file, in his words; that he had it stays (plug `privacy.drop_reasons`)."""
    by.must("keep_house")
    found = Export.objects.filter(asked_at__lte=before).exclude(reason="").order_by("pk")
    ids = list(found.values_list("pk", flat=True))
    if not dry:
        Export.objects.filter(pk__in=ids).update(reason="")
    return [str(pk) for pk in ids]
