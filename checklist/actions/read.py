"""What a batch must know before it can be judged, in one statement: where the persons live, where the feeds
of their hamlets stand, and what is known of the items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from base import bulk
from checklist.queries import FACT_COLUMNS, Fact, fact_of
from people.queries import PLACES_OF_ASKED, Place, place_of

if TYPE_CHECKING:
    from checklist.actions.record import NewObservation

# Rows of a function: the planner expects the same number for every batch, so it plans once and for all.
_KNOWN = f"""
WITH asked AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(asked)s::json) AS asked(id uuid, person_id uuid, item text)
), places AS (
    {PLACES_OF_ASKED}
), facts AS (
    SELECT {FACT_COLUMNS} FROM checklist_observation
    WHERE id IN (SELECT id FROM asked)
    UNION
    SELECT {FACT_COLUMNS} FROM checklist_observation
    WHERE (person_id, item) IN (SELECT person_id, item FROM asked)
)
SELECT places.*, facts.* FROM places FULL JOIN facts ON facts.person_id = places.place_id
"""  # noqa: S608 - put together from constants


def read_known(observations: Sequence[NewObservation]) -> tuple[dict[UUID, Place], dict[UUID, Fact]]:
    """The places of the persons, in the asker's sight or not, and by id the facts about the same person
    and item, with those that have one of these ids wherever they are."""
    asked = [{"id": new.id, "person_id": new.person, "item": new.item} for new in observations]
    places: dict[UUID, Place] = {}
    facts: dict[UUID, Fact] = {}
    for row in bulk.execute(_KNOWN, {"asked": bulk.rows_of(asked)}):
        if row[0] is not None and row[0] not in places:
            places[row[0]] = place_of(row[:10])
        if row[11] is not None:
            facts[row[11]] = fact_of(row[10:])
    return places, facts
