"""A household moves to another hamlet, with all that is known of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from areas.actions import take_revisions
from areas.queries import HamletPath, hamlets_by_code, path_ids
from base import bulk
from base.errors import NotFound, Receipt, Refusal, RightMissing
from base.models import Asker
from base.registry import plug
from people.actions.history import remember
from people.models import Household
from people.rules.persons import COUNTED, PersonChange, PersonFacts

# The losing hamlet keeps the ids alone; what had left the gaining one comes back.
_MOVE = """
WITH given AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(moves)s::json)
        AS given(id uuid, old_id bigint, new_id bigint, came bigint, went bigint)
), homes AS (
    UPDATE people_household AS kept SET hamlet_id = given.new_id, revision = given.came
    FROM given WHERE kept.id = given.id AND kept.hamlet_id = given.old_id AND kept.removed_at IS NULL
    RETURNING given.*
), persons AS (
    UPDATE people_person AS kept SET hamlet_id = homes.new_id, revision = homes.came
    FROM homes WHERE kept.household_id = homes.id AND kept.removed_at IS NULL
    RETURNING kept.id, kept.household_id, kept.born_on, kept.presence
), moved AS MATERIALIZED (
    SELECT 'household' AS kind, id AS record, homes.* FROM homes
    UNION ALL
    SELECT 'person', persons.id, homes.* FROM persons JOIN homes ON homes.id = persons.household_id
), consents AS (
    UPDATE people_consent AS kept SET hamlet_id = moved.new_id, revision = moved.came
    FROM moved WHERE kept.person_id = moved.record
), household_history AS (
    UPDATE people_change AS kept SET hamlet_id = moved.new_id
    FROM moved WHERE kept.household_id = moved.record
), person_history AS (
    UPDATE people_change AS kept SET hamlet_id = moved.new_id
    FROM moved WHERE kept.person_id = moved.record
), back AS (
    DELETE FROM people_departure AS kept USING moved
    WHERE kept.hamlet_id = moved.new_id AND kept.record = moved.record
), departures AS (
    INSERT INTO people_departure (hamlet_id, record, kind, revision)
    SELECT old_id, record, kind, went FROM moved
)
SELECT homes.id, persons.id, persons.born_on, persons.presence
FROM homes LEFT JOIN persons ON persons.household_id = homes.id
"""


@dataclass(frozen=True, slots=True)
class Move:
    """A household, and the code of the hamlet where it lives from now on."""

    household: UUID
    hamlet: str


@dataclass(slots=True)
class _Home:
    """A household as read, and the hamlet where it will be after the moves accepted so far."""

    row: Household
    hamlet_id: int
    code: str
    came: int = 0
    went: int = 0

    @property
    def has_moved(self) -> bool:
        return self.hamlet_id != self.row.hamlet_id


@bulk.atomic
def move_households(*, by: Asker, moves: Sequence[Move], at: datetime) -> list[Receipt]:
    """Moves households with their persons and all that is known of them; a receipt for each, in order.

    The right is asked at both hamlets; a household or a hamlet out of sight is refused like one that does
    not exist. To be where one is to go is a duplicate; of several moves of one household the last holds.
    """
    by.must("move")
    found = Household.objects.visible_to(by).filter(pk__in={m.household for m in moves}, removed_at=None)
    homes = {row.pk: _Home(row, row.hamlet_id, row.hamlet.code) for row in found.select_related("hamlet")}
    paths = path_ids({home.hamlet_id for home in homes.values()})
    goals = hamlets_by_code({move.hamlet for move in moves})
    verdicts = [_accept(by, move, homes.get(move.household), paths, goals) for move in moves]
    moving = [home for home in homes.values() if home.has_moved]
    _store(by, moving, at)
    receipts = []
    for move, verdict in zip(moves, verdicts, strict=True):
        if isinstance(verdict, Refusal):
            receipts.append(Receipt(move.household, "refused", refusal=verdict))
        else:
            home = homes[move.household]
            receipts.append(Receipt(move.household, verdict, revision=home.came or home.row.revision))
    return receipts


def _accept(
    by: Asker,
    move: Move,
    home: _Home | None,
    paths: Mapping[int, HamletPath],
    goals: Mapping[str, HamletPath],
) -> Literal["applied", "duplicate"] | Refusal:
    """What becomes of a move; one that is accepted is noted in the household."""
    if home is None:
        return NotFound()
    # To see a household (as an auditor there) is not yet to move it.
    if not by.holds("move", *paths[home.row.hamlet_id]):
        return RightMissing()
    goal = goals.get(move.hamlet)
    if goal is None or not by.holds("move", *goal):
        return NotFound(path="hamlet")
    if goal.hamlet_id == home.hamlet_id:
        return "duplicate"
    home.hamlet_id, home.code = goal.hamlet_id, move.hamlet
    return "applied"


def _store(by: Asker, homes: Sequence[_Home], at: datetime) -> None:
    """Numbers the moves, one revision in each of the two hamlets, and writes them; Raced when a household
    moved or left the books meanwhile."""
    if not homes:
        return
    counts = Counter(hamlet for home in homes for hamlet in (home.hamlet_id, home.row.hamlet_id))
    following = take_revisions(by=by, counts=counts)
    for home in homes:
        home.came, home.went = following[home.hamlet_id], following[home.row.hamlet_id]
        following[home.hamlet_id] += 1
        following[home.row.hamlet_id] += 1
    members = _write(homes)
    changes = [
        PersonChange(_facts(home.row.hamlet_id, person), _facts(home.hamlet_id, person))
        for home in homes
        for person in members[home.row.pk]
    ]
    if changes:
        plug("people.persons_changed")(by=by, changes=changes, at=at)
    moves = [
        (home.row.pk, [person[0] for person in members[home.row.pk]], home.hamlet_id, home.came)
        for home in homes
    ]
    plug("people.persons_moved")(by=by, moves=moves, at=at)
    remember(by, "household_id", _history(homes), at)


def _write(homes: Iterable[_Home]) -> dict[UUID, list[tuple[UUID, date | None, str]]]:
    """Moves the rows, under the hamlets' locks; returns the living persons of each household."""
    members: dict[UUID, list[tuple[UUID, date | None, str]]] = {home.row.pk: [] for home in homes}
    moves = [
        {
            "id": home.row.pk,
            "old_id": home.row.hamlet_id,
            "new_id": home.hamlet_id,
            "came": home.came,
            "went": home.went,
        }
        for home in homes
    ]
    found = bulk.execute(_MOVE, {"moves": bulk.rows_of(moves)})
    if {row[0] for row in found} != set(members):
        raise bulk.Raced
    for household, *person in found:
        if person[0] is not None:
            members[household].append((person[0], person[1], person[2]))
    return members


def _facts(hamlet_id: int, person: tuple[UUID, date | None, str]) -> PersonFacts:
    person_id, born_on, presence = person
    return PersonFacts(person_id, hamlet_id, born_on, presence in COUNTED)


def _history(homes: Iterable[_Home]) -> list[tuple[int, UUID, dict[str, Any]]]:
    return [
        (
            home.hamlet_id,
            home.row.pk,
            {"field": "hamlet", "old": home.row.hamlet.code, "new": home.code, "clashed": False},
        )
        for home in homes
    ]
