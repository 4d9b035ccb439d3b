"""Erasure: files that may name somebody who is forgotten are over at once; figures stay."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Case, F, Q, Value, When

from areas.queries import path_ids
from base.models import SYSTEM, Asker
from reports.actions.expiring import expire_exports
from reports.models import Export


def forget_files(*, by: Asker, hamlets: Collection[int], at: datetime) -> int:
    """Ends the person-level files of these hamlets and of the areas above them; returns how many. One that is
    being built may have read him already: it is built anew. The files themselves go after COMMIT, and with
    the timetable should that fail.

    One statement: whoever makes a file ready at this moment is awaited, and found to be ready.
    """
    by.must("record")
    nodes = {node for path in path_ids(hamlets).values() for node in path}
    files = Export.objects.filter(is_personal=True, state__in=("ready", "building"), area_id__in=nodes)
    is_ready = Q(state="ready")
    ended = files.update(
        state=Case(When(is_ready, then=Value("expired")), default=Value("waiting")),
        expires_at=Case(When(is_ready, then=Value(at)), default=F("expires_at")),
    )
    if ended:
        transaction.on_commit(lambda: _delete_files(at), robust=True)
    return ended


def _delete_files(at: datetime) -> None:
    """By the house: who may erase persons does not keep it."""
    expire_exports(by=SYSTEM, at=at)


def drop_reasons(*, by: Asker, before: datetime, dry: bool) -> list[str]:
    """Why somebody wanted a file, in his words; that he had it stays (plug `privacy.drop_reasons`)."""
    by.must("keep_house")
    found = Export.objects.filter(asked_at__lte=before).exclude(reason="").order_by("pk")
    ids = list(found.values_list("pk", flat=True))
    if not dry:
        Export.objects.filter(pk__in=ids).update(reason="")
    return [str(pk) for pk in ids]
