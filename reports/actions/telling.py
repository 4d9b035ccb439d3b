"""Telling people of files: a notice with a link, never the file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from base.models import SYSTEM
from notices.actions import enqueue
from reports.models import Export
from reports.tables import TABLES


def tell_of(export: Export, kind: str, to: Iterable[UUID], at: datetime) -> None:
    """A notice of this kind to these accounts, in the caller's transaction."""
    table = TABLES[export.table].title(export.language)
    enqueue(
        by=SYSTEM,
        to=to,
        kind=kind,
        subject=export.pk,
        about=f"{table}, {export.area.name}, {export.format.upper()} ({export.serial})",
        link=f"/api/v1/reports/exports/{export.pk}",
        language=export.language,
        at=at,
    )
