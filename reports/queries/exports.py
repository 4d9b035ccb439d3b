"""Reading exports: one's own, those that wait for one's approval, and what the timetable looks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from areas.queries import path_of
from base.models import Asker
from reports.models import Export
from reports.rules.exports import mark_of


def list_exports(by: Asker) -> QuerySet[Export]:
    """The asker's own."""
    return Export.objects.filter(asker__in=[by.user_id]).select_related("area")


def find_export(by: Asker, export_id: UUID) -> Export | None:
    """One of the asker's own, or one that waited for the approval of somebody like him."""
    found = Export.objects.filter(pk=export_id).select_related("area__parent__parent", "asker").first()
    if found is None or found.asker_id == by.user_id or may_approve(by, found):
        return found
    return None


def may_approve(by: Asker, export: Export) -> bool:
    """True when an export names persons and the asker answers for its area."""
    return export.is_personal and by.holds("appoint", *path_of(export.area))


def find_file(serial: str) -> tuple[UUID, UUID] | None:
    """The id of a list of persons by the number that is printed on it, and who had it made (plug
    `privacy.find_file`)."""
    found = Export.objects.filter(serial=serial, is_personal=True)
    return found.values_list("pk", "asker_id").first()


def usual_rows(export: Export, since: datetime) -> list[int]:
    """How many rows the lists of the same asker had since then, this one left out."""
    lists = Export.objects.filter(asker=export.asker_id, is_personal=True, snapshot_at__gt=since)
    found = lists.exclude(pk=export.pk).values_list("rows", flat=True)
    return [rows for rows in found if rows is not None]


def due_exports(at: datetime, most: int = 100) -> list[UUID]:
    """The ids of those to be built now, the longest waiting first; also those whose worker may have died."""
    due = Export.objects.filter(state__in=("waiting", "building"), for_approval=False, due_at__lte=at)
    return list(due.order_by("due_at").values_list("pk", flat=True)[:most])


def ended_exports(at: datetime) -> list[UUID]:
    """The ids of those whose files are to be deleted."""
    return list(Export.objects.filter(state="ready", expires_at__lte=at).values_list("pk", flat=True))


def path_of_file(export: Export) -> Path:
    """Where its file lies while it is ready."""
    return Path(settings.EXPORTS_DIR) / f"{export.pk}.{export.format}"


def kept_files(names: Sequence[str]) -> set[str]:
    """Those of these file names that belong to an export that is ready or being built."""
    living = Export.objects.filter(Q(state="ready") | Q(state="building")).values_list("pk", "format")
    known = {f"{pk}.{end}" for pk, kind in living for end in (kind, f"{kind}.part")}
    return known & set(names)


def exports_marked(mark: str, row_id: str, key: bytes) -> list[UUID]:
    """Which exports gave this row this mark: the way back from a list that was found somewhere."""
    personal = Export.objects.filter(is_personal=True).order_by("asked_at").values_list("pk", flat=True)
    return [pk for pk in personal if mark_of(key, pk, row_id) == mark]
