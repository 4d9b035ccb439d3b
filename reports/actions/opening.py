"""Links to files, and their opening: once, by whom they were made for, kept as a row."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, cast
from uuid import UUID

from django.conf import settings

from accounts.actions import note_opening
from accounts.actor import Actor
from base import sealed
from base.bulk import insert
from base.errors import NotFound
from base.models import Asker, new_id
from reports.formats import FORMATS
from reports.models import Export
from reports.queries.exports import find_export, path_of_file
from reports.queries.places import find_parts
from reports.rules.exports import Bound, Damaged, read_link, sign_link
from reports.rules.papers import file_name
from reports.rules.sheets import Cut

log = logging.getLogger("alarm")
_COLUMNS = {
    "link": "uuid",
    "export_id": "uuid",
    "user_id": "uuid",
    "device": "bigint",
    "opened_at": "timestamptz",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A file to be sent: its plain bytes, what it is, how it is to be called. Whoever has it closes it."""

    file: BinaryIO
    media_type: str
    name: str
    bytes: int


def _key() -> bytes:
    return b"export link|" + settings.SECRET_KEY.encode()


def link_of(*, by: Asker, export: Export, at: datetime) -> str | None:
    """The key of a link that opens the file once, for this asker at this device, within minutes; None while
    there is no file, or for who may not take it."""
    by.must("export")
    if export.state != "ready" or by.user_id != export.asker_id or (export.expires_at or at) <= at:
        return None
    return sign_link(_key(), new_id(), at, Bound(export.pk, export.asker_id, by.device_id))


def open_file(*, by: Asker, export_id: UUID, key: str, at: datetime) -> Opened:
    """The file behind a link. NotFound, the same for each: a link used before, over, tampered with or another
    one's, a file that is gone. Damaged when what lies on the disk is not what was written there."""
    by.must("export")
    export = find_export(by, export_id)
    if export is None or by.user_id is None or export.asker_id != by.user_id:
        raise NotFound()
    link = read_link(_key(), key, at, Bound(export_id, by.user_id, by.device_id))
    is_there = export.state == "ready" and (export.expires_at or at) > at and path_of_file(export).is_file()
    if link is None or not is_there:
        raise NotFound()
    # The right is that of this moment, at this area.
    find_parts(by, "export", export.cut["area"], Cut.of_json(export.cut).as_of)
    row = {
        "link": link,
        "export_id": export_id,
        "user_id": by.user_id,
        "device": by.device_id,
        "opened_at": at,
    }
    if not insert("reports_opening", _COLUMNS, [row], on_conflict="ON CONFLICT DO NOTHING"):
        raise NotFound()
    if export.is_personal and isinstance(by, Actor):
        note_opening(by=by, ref=export_id, since=export.asked_at, at=at)
    file = _whole(export)
    form = FORMATS[export.format]
    cut = Cut.of_json(export.cut)
    name = file_name(export.table, cut.area, cut.on, export.serial, form.code)
    return Opened(file, form.media_type, name, export.bytes or 0)


def _whole(export: Export) -> BinaryIO:
    """Its plain bytes, every one of which was looked at; else the export has failed, and nothing is sent."""
    path = path_of_file(export)
    file = path.open("rb")
    try:
        plain = sealed.reopen(file, path.name)
        plain.verify()
    except sealed.NotWhole:
        file.close()
        log.error("a file was damaged or changed: export %s", export.pk)
        failure = {"failure": Damaged.code, "failure_text": Damaged().message(export.language)}
        Export.objects.filter(pk=export.pk).update(state="failed", **failure)
        raise Damaged() from None
    return cast(BinaryIO, plain)
