"""Reading a list of persons on the screen: a reason is given first, and stays as a row."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from django.db import transaction

from base.errors import Refusal
from base.models import Asker, new_id
from reports.models import PersonalReading
from reports.queries.places import find_parts
from reports.rules import Cut, Sheet
from reports.tables import TABLES


class ReasonMissing(Refusal):
    code = "report.reason_missing"
    vi = "Danh sách có tên người: hãy ghi lý do, từ 10 đến 300 ký tự."
    en = "This list names persons: give a reason of 10 to 300 characters."
    status = 400


def read_personal(*, by: Asker, table: str, cut: Cut, reason: str, language: str, at: datetime) -> Sheet:
    """The sheet of a table of persons; who read what, when and why is kept before the first row is.

    ReasonMissing where the reason is none; NotFound for an area out of sight, of which nothing is kept.
    """
    by.must("export")
    words = " ".join(reason.split())
    if not 10 <= len(words) <= 300 or any(unicodedata.category(char)[0] == "C" for char in words):
        raise ReasonMissing(path="reason")
    with transaction.atomic():
        place = find_parts(by, TABLES[table].verb, cut.area, cut.as_of).whole
        PersonalReading.objects.create(
            id=new_id(),
            table=table,
            area_id=place.id,
            cut=cut.as_json(),
            reason=words,
            by_id=by.user_id,
            device=by.device_id,
            read_at=at,
        )
    return TABLES[table].read(by, cut, language)
