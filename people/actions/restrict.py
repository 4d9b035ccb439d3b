"""Restriction: what is kept of somebody stays, and nobody works with it until he wishes it again.

He leaves the books as by an erasure: figures, lists and phones lose him. His facts get the revision 0, which
no feed tells; when he comes back, all of them get a new one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from areas.actions import take_revisions
from base import bulk
from base.models import Asker
from base.registry import plug
from people.actions.history import remember
from people.rules.persons import COUNTED, PersonChange, PersonFacts

_WHO = """
SELECT person.id, person.household_id, person.hamlet_id, household.hamlet_id, person.born_on, person.presence,
    household.removed_at IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM people_person other WHERE other.household_id = person.household_id
            AND other.removed_at IS NULL AND other.id <> ALL(%(persons)s::uuid[]))
FROM people_person person JOIN people_household household ON household.id = person.household_id
WHERE person.id = ANY(%(persons)s::uuid[]) AND {which}
ORDER BY person.id
"""
_IN_BOOKS = _WHO.format(which="person.removed_at IS NULL")
_RESTRICTED = _WHO.format(which="person.restricted_at IS NOT NULL")
_GIVEN = """WITH given AS MATERIALIZED (SELECT * FROM json_to_recordset(%(rows)s::json)
    AS given(id uuid, home uuid, hamlet bigint, revision bigint, went bigint))"""
_HIDE_THEM = (
    """UPDATE people_person kept SET removed_at = %(at)s, restricted_at = %(at)s, revision = given.revision
    FROM given WHERE kept.id = given.id""",
    """UPDATE people_household kept SET removed_at = %(at)s, restricted_at = %(at)s,
        revision = given.revision
    FROM given WHERE kept.id = given.home AND kept.removed_at IS NULL""",
    "UPDATE people_consent kept SET revision = 0 FROM given WHERE kept.person_id = given.id",
)
# His household may have moved meanwhile: he and what is his follow it, and where he was he is gone.
_SHOW_THEM = (
    """INSERT INTO people_departure (hamlet_id, record, kind, revision)
    SELECT kept.hamlet_id, kept.id, 'person', given.went
    FROM given JOIN people_person kept ON kept.id = given.id WHERE kept.hamlet_id <> given.hamlet
    ON CONFLICT (hamlet_id, record) DO UPDATE SET revision = excluded.revision""",
    """DELETE FROM people_departure kept USING given
    WHERE kept.hamlet_id = given.hamlet AND kept.record = given.id""",
    """UPDATE people_person kept SET removed_at = NULL, restricted_at = NULL, revision = given.revision,
        hamlet_id = given.hamlet
    FROM given WHERE kept.id = given.id""",
    """UPDATE people_household kept SET removed_at = NULL, restricted_at = NULL, revision = given.revision
    FROM given WHERE kept.id = given.home AND kept.removed_at IS NOT NULL""",
    """UPDATE people_consent kept SET revision = given.revision, hamlet_id = given.hamlet
    FROM given WHERE kept.person_id = given.id""",
    "UPDATE people_change kept SET hamlet_id = given.hamlet FROM given WHERE kept.person_id = given.id",
)
_HIDE, _SHOW = ([f"{_GIVEN} {one}" for one in some] for some in (_HIDE_THEM, _SHOW_THEM))


class _Who(NamedTuple):
    id: UUID
    household: UUID
    hamlet: int
    home: int  # the hamlet of his household
    born_on: Any
    presence: str
    alone: bool  # nobody else of the household is in the books, or it is not

    def facts(self) -> PersonFacts:
        return PersonFacts(self.id, self.home, self.born_on, self.presence in COUNTED)


@bulk.atomic
def restrict_persons(*, by: Asker, persons: Collection[UUID], at: datetime) -> set[int]:
    """Takes persons out of everybody's work, and households in which nobody is left; who is not in the books
    is passed over. Returns the hamlets in which they were."""
    by.must("record")
    rows = _locked(by, persons, _IN_BOOKS)
    if not rows:
        return set()
    # A household is told gone once, whoever of it is the last.
    given = _numbered(by, rows)
    changes = [PersonChange(row.facts(), replace(row.facts(), counted=False)) for row in rows]
    plug("people.persons_changed")(by=by, changes=changes, at=at)
    _run(_HIDE, given, at)
    alone = {row.household for row in rows if row.alone}
    plug("people.hide_facts")(by=by, persons=[row.id for row in rows], households=sorted(alone))
    _remember(by, rows, "", "restricted", at)
    return {row.hamlet for row in rows}


@bulk.atomic
def lift_restrictions(*, by: Asker, persons: Collection[UUID], at: datetime) -> int:
    """Brings restricted persons back, with all that was kept of them, to where their household is now;
    returns how many there were."""
    by.must("record")
    rows = _locked(by, persons, _RESTRICTED)
    if not rows:
        return 0
    given = _numbered(by, rows)
    _run(_SHOW, given, at)
    changes = [PersonChange(replace(row.facts(), counted=False), row.facts()) for row in rows]
    plug("people.persons_changed")(by=by, changes=changes, at=at)
    moves = [
        (row.household, [row.id], row.home, one["revision"]) for row, one in zip(rows, given, strict=True)
    ]
    plug("people.persons_moved")(by=by, moves=moves, at=at)
    _remember(by, rows, "restricted", "", at)
    return len(rows)


def _locked(by: Asker, persons: Iterable[UUID], which: str) -> list[_Who]:
    """The persons, with the locks of the hamlets; Raced when one of them changed meanwhile."""
    asked = {"persons": sorted(persons)}
    rows = [_Who(*row) for row in bulk.execute(which, asked)]
    hamlets = {hamlet for row in rows for hamlet in (row.hamlet, row.home)}
    take_revisions(by=by, counts=dict.fromkeys(hamlets, 0))  # takes none, but locks them
    if rows and [_Who(*row) for row in bulk.execute(which, asked)] != rows:
        raise bulk.Raced
    return rows


def _numbered(by: Asker, rows: Iterable[_Who]) -> list[dict[str, Any]]:
    """A revision for each in the feed of the household's hamlet, and one where he was before."""
    counts = Counter(hamlet for row in rows for hamlet in {row.home, row.hamlet})
    following = take_revisions(by=by, counts=counts)
    given = []
    for row in rows:
        given.append(
            {
                "id": row.id,
                "home": row.household if row.alone else None,
                "hamlet": row.home,
                "revision": following[row.home],
                "went": following[row.hamlet],
            }
        )
        for hamlet in {row.home, row.hamlet}:
            following[hamlet] += 1
    return given


def _run(statements: Iterable[str], rows: list[dict[str, Any]], at: datetime) -> None:
    for statement in statements:
        given = {"rows": bulk.rows_of(rows)} | ({"at": at} if "%(at)s" in statement else {})
        bulk.execute(statement, given)


def _remember(by: Asker, rows: Iterable[_Who], old: str, new: str, at: datetime) -> None:
    entry = {"field": "restriction", "old": old, "new": new, "clashed": False}
    remember(by, "person_id", [(row.home, row.id, entry) for row in rows], at)
