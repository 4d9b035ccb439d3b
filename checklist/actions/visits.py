"""Recording visits to households: a set that grows, and nothing follows from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from areas.actions import take_revisions
from areas.queries import HamletPath
from base import bulk
from base.errors import NotFound, Receipt, Refusal
from base.models import Asker
from checklist.actions.record import Instant, Word
from checklist.queries import Visited, visits_by_id
from checklist.rules import check_outcome
from people.queries.grounds import Home, grounds_of
from people.rules.basis import NoBasis
from people.rules.persons import PersonRestricted


class IdTaken(Refusal):
    code = "visit.id_taken"
    vi = "Mã này đã dùng cho một lượt đến nhà khác."
    en = "This id was used for another visit."
    status = 409


class BadInstant(Refusal):
    code = "visit.bad_instant"
    vi = "Thời điểm đến nhà không thể có."
    en = "The instant of the visit is impossible."
    status = 400


class NewVisit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That somebody went to a household's door, and what came of it; `id` is minted by the author."""

    id: UUID
    household: UUID
    visited_at: Instant
    outcome: Word


_COLUMNS = {
    "id": "uuid",
    "household_id": "uuid",
    "hamlet_id": "bigint",
    "visited_at": "timestamptz",
    "outcome": "text",
    "by_id": "uuid",
    "post_id": "bigint",
    "device": "bigint",
    "recorded_at": "timestamptz",
    "revision": "bigint",
}


@bulk.atomic
def record_visits(*, by: Asker, visits: Sequence[NewVisit], at: datetime) -> list[Receipt]:
    """Records visits; a receipt for each, in order.

    A household out of sight is refused like one that does not exist. The same id with the same content is a
    duplicate, with other content a conflict. `visited_at` never lies after `at`.
    """
    by.must("record")
    homes = grounds_of({new.household for new in visits})
    known = visits_by_id([new.id for new in visits])
    receipts: dict[int, Receipt] = {}
    fresh: list[tuple[int, Visited]] = []
    twins: list[tuple[int, Visited]] = []
    for number, new in enumerate(visits):
        try:
            visit = _accept(by, new, homes, at)
        except Refusal as refusal:
            receipts[number] = Receipt(new.id, "refused", refusal=refusal)
            continue
        other = known.setdefault(new.id, visit)
        if other is visit:
            fresh.append((number, visit))
        elif other.same_content(visit):
            twins.append((number, other))
        else:
            receipts[number] = Receipt(new.id, "conflict", refusal=IdTaken(path="id"))
    _store(by, [visit for _, visit in fresh], homes)
    for number, visit in fresh:
        receipts[number] = Receipt(visit.id, "applied", revision=visit.revision)
    for number, visit in twins:
        receipts[number] = Receipt(visit.id, "duplicate", revision=visit.revision)
    return [receipts[number] for number in range(len(visits))]


def _accept(by: Asker, new: NewVisit, homes: Mapping[UUID, Home], at: datetime) -> Visited:
    """The visit as it is stored; refuses with the field at fault."""
    if new.visited_at.year < 1970:
        raise BadInstant(path="visited_at")
    check_outcome(new.outcome)
    home = homes.get(new.household)
    if home is None or not by.holds("record", *home.path):
        raise NotFound(path="household")
    if home.restricted:
        raise PersonRestricted(path="household")
    if not home.grounded:
        raise NoBasis(path="household")
    visited_at = min(new.visited_at, at)
    return Visited(new.id, new.household, visited_at, new.outcome, by.user_id, recorded_at=at)


def _store(by: Asker, fresh: Sequence[Visited], homes: Mapping[UUID, Home]) -> None:
    """Numbers the visits and writes them; Raced when a household moved or left the books meanwhile."""
    if not fresh:
        return
    touched = {visit.household: homes[visit.household] for visit in fresh}
    counts = Counter(touched[visit.household].path.hamlet_id for visit in fresh)
    following = take_revisions(by=by, counts=counts)
    if grounds_of(touched) != touched:
        raise bulk.Raced
    rows = []
    for visit in fresh:
        path = touched[visit.household].path
        visit.revision = following[path.hamlet_id]
        following[path.hamlet_id] += 1
        rows.append(_row(by, visit, path))
    # In the order of their ids: two batches that give the same new ids wait, and never deadlock.
    rows.sort(key=lambda row: row["id"])
    if bulk.insert("checklist_visit", _COLUMNS, rows, on_conflict="ON CONFLICT (id) DO NOTHING") != len(rows):
        raise bulk.Raced


def _row(by: Asker, visit: Visited, path: HamletPath) -> dict[str, Any]:
    return {
        "id": visit.id,
        "household_id": visit.household,
        "hamlet_id": path.hamlet_id,
        "visited_at": visit.visited_at,
        "outcome": visit.outcome,
        "by_id": visit.by,
        "post_id": by.post_for("record", *path),
        "device": by.device_id,
        "recorded_at": visit.recorded_at,
        "revision": visit.revision,
    }
