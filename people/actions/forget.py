"""Erasure: all that is kept of persons goes, the figures move with it, and phones are told so.

What stays is the id and the moment, in the ledger: whatever brings the id again is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from areas.actions import take_revisions
from areas.queries import path_ids
from base import bulk
from base.models import Asker
from base.names import fold
from base.registry import plug
from people.actions.stage import StagedHousehold
from people.models import Import
from people.rules.persons import COUNTED, PersonChange, PersonFacts

_WHO = """
SELECT person.id, person.household_id, person.hamlet_id, person.born_on, person.presence, person.removed_at,
    person.full_name, NOT EXISTS (
        SELECT 1 FROM people_person other
        WHERE other.household_id = person.household_id AND other.id <> ALL(%(persons)s::uuid[]))
FROM people_person person WHERE person.id = ANY(%(persons)s::uuid[])
"""
# The keys between persons, households and consents are looked at when all is done.
_ERASE = (
    """UPDATE people_consent SET representative_id = NULL
    WHERE representative_id = ANY(%(persons)s::uuid[])""",
    """UPDATE people_household kept SET
        consent_id = (SELECT other.consent_id FROM people_person other WHERE other.household_id = kept.id
            AND other.id <> ALL(%(persons)s::uuid[]) AND other.consent_id IS NOT NULL LIMIT 1),
        basis_id = coalesce(basis_id, (SELECT other.basis_id FROM people_person other
            WHERE other.household_id = kept.id AND other.id <> ALL(%(persons)s::uuid[])
                AND other.basis_id IS NOT NULL LIMIT 1))
    WHERE kept.consent_id IN (SELECT id FROM people_consent WHERE person_id = ANY(%(persons)s::uuid[]))
        AND kept.id <> ALL(%(households)s::uuid[])""",
    "DELETE FROM people_change WHERE person_id = ANY(%(persons)s::uuid[])"
    " OR household_id = ANY(%(households)s::uuid[])",
    "DELETE FROM people_consent WHERE person_id = ANY(%(persons)s::uuid[])",
    "DELETE FROM people_person WHERE id = ANY(%(persons)s::uuid[])",
    "DELETE FROM people_household WHERE id = ANY(%(households)s::uuid[])",
    """INSERT INTO people_forgotten (record, kind, at)
    SELECT record, kind, at FROM json_to_recordset(%(gone)s::json)
        AS given(record uuid, kind text, at timestamptz) ON CONFLICT DO NOTHING""",
    """INSERT INTO people_departure (hamlet_id, record, kind, revision)
    SELECT hamlet_id, record, kind, revision FROM json_to_recordset(%(gone)s::json)
        AS given(hamlet_id bigint, record uuid, kind text, revision bigint)
    ON CONFLICT (hamlet_id, record) DO UPDATE SET revision = excluded.revision""",
)


@dataclass(frozen=True, slots=True)
class Erased:
    """The ids that were forgotten, the hamlets where they were, and the names, for what is found by name."""

    persons: list[UUID]
    households: list[UUID]
    hamlets: set[int]

    @property
    def records(self) -> list[UUID]:
        return self.persons + self.households


@bulk.atomic
def forget_persons(*, by: Asker, persons: Collection[UUID], at: datetime) -> Erased:
    """Erases persons with all that hangs on them, and households in which nobody is left; ids that are
    nobody's are passed over, so that once more does nothing."""
    by.must("record")
    rows = _who(persons)
    hamlets = {row[2] for row in rows}
    take_revisions(by=by, counts=dict.fromkeys(hamlets, 0))  # takes none, but locks them
    if _who(persons) != rows:
        raise bulk.Raced
    ids = [row[0] for row in rows]
    empty = {row[1]: row[2] for row in rows if row[7]}
    if not ids:
        return Erased([], [], set())
    leaving = [
        PersonChange(PersonFacts(pk, hamlet, born_on, presence in COUNTED), None)
        for pk, _, hamlet, born_on, presence, removed_at, *_ in rows
        if removed_at is None
    ]
    if leaving:
        plug("people.persons_changed")(by=by, changes=leaving, at=at)
    plug("people.forget_facts")(by=by, persons=ids, households=list(empty))
    gone = [{"record": row[0], "kind": "person", "hamlet_id": row[2], "at": at} for row in rows]
    gone += [
        {"record": pk, "kind": "household", "hamlet_id": hamlet, "at": at} for pk, hamlet in empty.items()
    ]
    _number(by, gone)
    for statement in _ERASE:
        given = {"persons": ids, "households": list(empty), "gone": bulk.rows_of(gone)}
        bulk.execute(statement, {name: given[name] for name in given if f"%({name})s" in statement})
    _forget_staged({(row[6], row[3] and row[3].year) for row in rows}, hamlets)
    return Erased(ids, list(empty), hamlets)


def remember_forgotten(*, by: Asker, entries: Sequence[tuple[UUID, str, datetime]]) -> int:
    """Takes over lines of the ledger that lies outside the database; returns how many were new."""
    by.must("keep_house")
    rows = [{"record": record, "kind": kind, "at": at} for record, kind, at in entries]
    columns = {"record": "uuid", "kind": "text", "at": "timestamptz"}
    return bulk.insert("people_forgotten", columns, rows, on_conflict="ON CONFLICT DO NOTHING")


def _who(persons: Collection[UUID]) -> list[tuple[Any, ...]]:
    return sorted(bulk.execute(_WHO, {"persons": sorted(persons)})) if persons else []


def _number(by: Asker, gone: list[dict[str, Any]]) -> None:
    """Gives each its revision in the feed of its hamlet."""
    following = take_revisions(by=by, counts=Counter(row["hamlet_id"] for row in gone))
    for row in gone:
        row["revision"] = following[row["hamlet_id"]]
        following[row["hamlet_id"]] += 1


def _forget_staged(whom: set[tuple[str, int | None]], hamlets: set[int]) -> None:
    """Takes out of rosters that wait the rows of these names (and years, where both tell one)."""
    nodes = {node for path in path_ids(hamlets).values() for node in path}
    named = {(fold(name), year) for name, year in whom}
    for roster in Import.objects.select_for_update().filter(state="staged", area_id__in=nodes):
        households = msgspec.convert(roster.staged, list[StagedHousehold])
        kept = [_without(household, named) for household in households]
        left = [household for household in kept if household.persons]
        if left != households:
            roster.staged = msgspec.to_builtins(left)
            roster.save(update_fields=["staged"])


def _without(household: StagedHousehold, named: set[tuple[str, int | None]]) -> StagedHousehold:
    def meant(person: Any) -> bool:
        year = person.birth_year or (person.birth_date and person.birth_date.year)
        return any(
            fold(person.full_name) == name and (not year or not born or year == born) for name, born in named
        )

    persons = [person for person in household.persons if not meant(person)]
    return msgspec.structs.replace(household, persons=persons)
