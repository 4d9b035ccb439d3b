"""The one statement that writes facts with all that follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from base import bulk
from checklist.queries import Fact
from checklist.rules import Standing
from checklist.rules.cells import DIGITS, packed
from checklist.rules.tallies import FIRST_DAY, StepKey

if TYPE_CHECKING:
    from checklist.actions.record import Draft

_FACTS = """
facts AS (
    INSERT INTO checklist_observation (id, person_id, hamlet_id, item, kind, state, evidence, blocker,
        expires_on, observed_at, visit, retracts_id, by_id, post_id, device, source_id, recorded_at, revision)
    SELECT id, person_id, hamlet_id, item, kind, state, evidence, blocker,
        expires_on, observed_at, visit, retracts_id, by_id, post_id, %(device)s::bigint,
        %(source)s::uuid, %(at)s::timestamptz, revision
    FROM json_to_recordset(%(facts)s::json) AS given(id uuid, person_id uuid, hamlet_id bigint, item text,
        kind text, state text, evidence smallint, blocker text, expires_on date, observed_at timestamptz,
        visit uuid, retracts_id uuid, by_id uuid, post_id bigint, revision bigint)
    WHERE (SELECT whole FROM taken)
), standings AS (
    INSERT INTO checklist_standing AS kept (person_id, item, kind, hamlet_id, state, evidence, observed_at,
        expires_on, blocker, contested, decided_by, revision)
    SELECT * FROM json_to_recordset(%(standings)s::json) AS given(person_id uuid, item text, kind text,
        hamlet_id bigint, state text, evidence smallint, observed_at timestamptz, expires_on date,
        blocker text, contested boolean, decided_by uuid, revision bigint)
    WHERE (SELECT whole FROM taken)
    ON CONFLICT (person_id, item, kind) DO UPDATE SET hamlet_id = excluded.hamlet_id,
        state = excluded.state, evidence = excluded.evidence, observed_at = excluded.observed_at,
        expires_on = excluded.expires_on, blocker = excluded.blocker, contested = excluded.contested,
        decided_by = excluded.decided_by, revision = excluded.revision
)
"""
# What checklist.rules.cells.packed makes of steps.
_PACKED = f"sum(n * ('1' || repeat('0', {DIGITS} * (cell - 1)))::numeric)"
# The tally is of a day: what moves up to it is counted in it, what moves later is a step alone.
_MOVES = f"""
moves AS (
    SELECT * FROM json_to_recordset(%(steps)s::json)
        AS given(hamlet_id bigint, day date, cell smallint, n integer)
    WHERE (SELECT whole FROM taken)
), steps AS (
    INSERT INTO checklist_tallystep AS kept (hamlet_id, day, cell, n) SELECT * FROM moves
    ON CONFLICT (hamlet_id, day, cell) DO UPDATE SET n = kept.n + excluded.n
), tallies AS (
    INSERT INTO checklist_tally AS kept (hamlet_id, day, cells)
    SELECT hamlet_id, %(first)s::date, cells
    FROM json_to_recordset(%(tallies)s::json) AS given(hamlet_id bigint, cells numeric)
    WHERE (SELECT whole FROM taken)
    ON CONFLICT (hamlet_id) DO UPDATE SET cells = kept.cells + excluded.cells + (
        SELECT coalesce({_PACKED}, 0) FROM moves
        WHERE moves.hamlet_id = kept.hamlet_id AND moves.day <= kept.day
    )
)
"""  # noqa: S608 - put together from constants
_TALLIES = f"WITH taken AS (SELECT true AS whole), {_MOVES} SELECT"
# The tally as of a later day; under the hamlet's lock.
_MOVE_ON = f"""
UPDATE checklist_tally kept SET day = %(on)s, cells = cells + (
    SELECT coalesce({_PACKED}, 0) FROM checklist_tallystep
    WHERE hamlet_id = %(hamlet)s AND day > kept.day AND day <= %(on)s
)
WHERE hamlet_id = %(hamlet)s AND day < %(on)s
"""  # noqa: S608 - as above


def write_facts(
    draft: Draft,
    facts: Sequence[Fact],
    standings: Iterable[tuple[Fact, Standing | None]],
    tallies: Mapping[StepKey, int],
    taken: tuple[str, dict[str, Any]],
) -> bool:
    """Takes the revisions (areas.actions.taking) and writes facts, standings and tallies, in one statement;
    False, and nothing is written, when somebody wrote in one of the hamlets meanwhile.

    In the order of their ids: two batches in two hamlets that give the same new ids wait, and never deadlock.
    """
    written = bulk.execute_whole(
        _statement(taken[0]),
        {
            "facts": bulk.rows_of([_fact_row(draft, fact) for fact in sorted(facts, key=_by_id)]),
            "standings": bulk.rows_of([_standing_row(draft, *pair) for pair in standings]),
            **_tally_rows(tallies),
            "device": draft.by.device_id,
            "source": draft.source,
            "at": draft.at,
            **taken[1],
        },
    )
    return bool(written[0][0])


@cache
def _statement(taking: str) -> str:
    return f"WITH {taking}, {_FACTS}, {_MOVES} SELECT whole FROM taken"  # noqa: S608


def write_tallies(tallies: Mapping[StepKey, int]) -> None:
    """Moves tallies."""
    if tallies:
        bulk.execute(_TALLIES, _tally_rows(tallies))


def move_on(hamlet_id: int, on: date) -> None:
    """Makes the tally of a hamlet one of a later day; no figure of any day changes by it."""
    bulk.execute(_MOVE_ON, {"hamlet": hamlet_id, "on": on})


def _by_id(fact: Fact) -> int:
    return fact.said.id.int


def _fact_row(draft: Draft, fact: Fact) -> dict[str, Any]:
    place = draft.places[fact.person]
    said = fact.said
    return {
        "id": said.id,
        "person_id": fact.person,
        "hamlet_id": place.facts.hamlet_id,
        "item": said.item,
        "kind": said.kind,
        "state": said.state,
        "evidence": int(said.evidence),
        "blocker": said.blocker,
        "expires_on": said.expires_on,
        "observed_at": said.observed_at,
        "visit": fact.visit,
        "retracts_id": said.retracts,
        "by_id": fact.by,
        "post_id": draft.by.post_for("record", *place.path),
        "revision": fact.revision,
    }


def _standing_row(draft: Draft, fact: Fact, standing: Standing | None) -> dict[str, Any]:
    """Where nothing holds any more the row stays, its state empty: so that phones learn of it, too."""
    said = fact.said
    if standing is None:
        standing = Standing(
            said.item, said.kind, "", said.evidence, said.observed_at, None, "", False, decided_by=said.id
        )
    return {
        "person_id": fact.person,
        "item": standing.item,
        "kind": standing.kind,
        "hamlet_id": draft.places[fact.person].facts.hamlet_id,
        "state": standing.state,
        "evidence": int(standing.evidence),
        "observed_at": standing.observed_at,
        "expires_on": standing.expires_on,
        "blocker": standing.blocker,
        "contested": standing.contested,
        "decided_by": standing.decided_by,
        "revision": fact.revision,
    }


def _tally_rows(tallies: Mapping[StepKey, int]) -> dict[str, Any]:
    """The parameters of _MOVES: what is so from FIRST_DAY on as the cells of each hamlet, and later steps."""
    cells: dict[int, dict[int, int]] = {}
    steps = []
    for (hamlet, day, cell), n in tallies.items():
        of_hamlet = cells.setdefault(hamlet, {})
        if day == FIRST_DAY:
            of_hamlet[cell] = n
        else:
            steps.append({"hamlet_id": hamlet, "day": day, "cell": cell, "n": n})
    rows = [{"hamlet_id": hamlet, "cells": str(packed(moved))} for hamlet, moved in cells.items()]
    return {"tallies": bulk.rows_of(rows), "steps": bulk.rows_of(steps), "first": FIRST_DAY}
