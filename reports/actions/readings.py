"""Reading a list of persons: a reason is given where one is asked for, and who read of whom is noted."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from areas.queries.codes import hamlet_ids
from base.errors import Refusal
from base.models import Asker
from reports.rules import Cut, Sheet
from reports.tables import TABLES


class ReasonMissing(Refusal):
    code = "report.reason_missing"
    vi = "Danh sách có tên người: hãy ghi lý do, từ 10 đến 300 ký tự."
    en = "This list names persons: give a reason of 10 to 300 characters."
    status = 400


def read_personal(*, by: Asker, table: str, cut: Cut, reason: str, language: str) -> Sheet:
    """The sheet of a table of persons. ReasonMissing where the reason is none; NotFound for an area out of
    sight."""
    by.must("export")
    _plain(reason)
    return TABLES[table].read(by, cut, language)


def _plain(reason: str) -> str:
    words = " ".join(reason.split())
    if not 10 <= len(words) <= 300 or any(unicodedata.category(char)[0] == "C" for char in words):
        raise ReasonMissing(path="reason")
    return words


def note_rows(*, by: Asker, rows: Iterable[Mapping[str, Any]], reason: str = "") -> None:
    """Notes the persons of these rows (by the codes of their columns), with the reason that was given."""
    by.must("own_account")
    named: dict[str, list[UUID]] = defaultdict(list)
    for row in rows:
        named[row["hamlet"]].append(UUID(row["person"]))
    ids = hamlet_ids(named) if named else {}
    seen = ((ids[code], person) for code, persons in named.items() for person in persons)
    by.saw("report.read", seen, purpose=" ".join(reason.split()))
