"""Asking for a file, and agreeing that one with names may be made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.actor import step_up
from accounts.queries.signing import head_of
from areas.queries import find_area
from base.days import day_of
from base.errors import NotFound
from base.models import Asker
from base.names import clean
from base.queue import nudge
from reports.actions.telling import tell_of
from reports.formats import FORMATS
from reports.models import Export
from reports.queries.exports import find_export, may_approve
from reports.queries.places import find_parts
from reports.rules.exports import (
    LEAST_REASON,
    AskedOtherwise,
    NotYours,
    ReasonNeeded,
    Refused,
    UnknownFormat,
    serial_of,
)
from reports.rules.sheets import Cut
from reports.tables import table_for

BUILD = "reports.tasks.build_export"


def request_export(
    *,
    by: Asker,
    export_id: UUID,
    table: str,
    form: str,
    cut: Cut,
    language: str,
    at: datetime,
    reason: str = "",
    schedule_id: UUID | None = None,
) -> Export:
    """The promise of a file: a row, and a hint to a worker after COMMIT. Asked again with the same id and the
    same words it is the same export.

    Refuses an unknown table or format and a day without figures, each with what there is; an area where the
    asker may not export like one that does not exist; a table of persons without a reason.
    """
    by.must("export")
    asked = table_for(table, cut, today=day_of(at))
    by.must(asked.verb)
    if form not in FORMATS:
        raise UnknownFormat(path="format", known=", ".join(FORMATS))
    find_parts(by, "export", cut.area, cut.as_of)
    if asked.is_personal:
        step_up(by, at)
    why = clean(reason)
    if asked.is_personal and len(why) < LEAST_REASON:
        raise ReasonNeeded(path="reason", least=LEAST_REASON)
    area = find_area(cut.area, as_of=cut.as_of)
    if area is None or by.user_id is None:
        raise NotFound(path="area")
    words: dict[str, Any] = {"table": table, "format": form, "cut": cut.as_json(), "language": language}
    words |= {"reason": why, "asker_id": by.user_id}
    more: dict[str, Any] = {"area_id": area.pk, "asked_at": at, "due_at": at, "schedule_id": schedule_id}
    more["audit_head"] = head_of(area)  # kept now, so that the file is the same whenever it is made
    serial = serial_of(export_id, day_of(at))
    export = Export(
        id=export_id, serial=serial, state="waiting", is_personal=asked.is_personal, **words, **more
    )
    try:
        with transaction.atomic():
            export.save(force_insert=True)
    except IntegrityError:
        return _known(by, export_id, words)
    nudge(BUILD, str(export.pk))
    return export


def _known(by: Asker, export_id: UUID, words: Mapping[str, Any]) -> Export:
    """The export that was asked for by this id before; AskedOtherwise when it was another one."""
    known = find_export(by, export_id)
    if known is None or any(getattr(known, name) != word for name, word in words.items()):
        raise AskedOtherwise(path="id")
    return known


def approve_export(*, by: Asker, export_id: UUID, at: datetime) -> Export:
    """A second person who answers for the area agrees that a file with many names is made."""
    by.must("export")
    step_up(by, at)
    export = _decide(by, export_id)
    mine = Export.objects.filter(pk=export_id, state="waiting", for_approval=True)
    mine.update(for_approval=False, approver_id=by.user_id, approved_at=at, due_at=at, tries=0)
    nudge(BUILD, str(export_id))
    export.refresh_from_db()
    return export


def refuse_export(*, by: Asker, export_id: UUID, at: datetime) -> Export:
    """He does not agree: the export has failed, and its asker is told."""
    by.must("export")
    export = _decide(by, export_id)
    mine = Export.objects.filter(pk=export_id, state="waiting", for_approval=True)
    no = {"failure": Refused.code, "failure_text": Refused().message(export.language)}
    with transaction.atomic():
        if mine.update(state="failed", approver_id=by.user_id, approved_at=at, **no):
            tell_of(export, "file_failed", [export.asker_id], at)
    export.refresh_from_db()
    return export


def _decide(by: Asker, export_id: UUID) -> Export:
    export = find_export(by, export_id)
    if export is None or not export.is_personal:
        raise NotFound()
    if export.asker_id == by.user_id:
        raise NotYours()
    if not may_approve(by, export):
        raise NotFound()
    return export
