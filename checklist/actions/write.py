"""The one statement that writes facts with all that follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from base import bulk
from checklist.queries import Fact
from checklist.rules import Standing
from checklist.rules.tallies import HeadKey, TallyKey

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
), tallies AS (
    INSERT INTO checklist_tally AS kept (hamlet_id, item, state, evidence, due_on, until_on, n)
    SELECT * FROM json_to_recordset(%(tallies)s::json) AS given(hamlet_id bigint, item text, state text,
        evidence smallint, due_on date, until_on date, n integer)
    WHERE (SELECT whole FROM taken)
    ON CONFLICT (hamlet_id, item, state, evidence, due_on, until_on) DO UPDATE SET n = kept.n + excluded.n
)
"""
_GONE = """, gone AS (
    DELETE FROM checklist_standing kept
    USING json_to_recordset(%(gone)s::json) AS given(person_id uuid, item text, kind text)
    WHERE (kept.person_id, kept.item, kept.kind) = (given.person_id, given.item, given.kind)
        AND (SELECT whole FROM taken)
)"""
_TALLIES = """
INSERT INTO checklist_tally AS kept (hamlet_id, item, state, evidence, due_on, until_on, n)
SELECT * FROM json_to_recordset(%(tallies)s::json) AS given(hamlet_id bigint, item text, state text,
    evidence smallint, due_on date, until_on date, n integer)
ON CONFLICT (hamlet_id, item, state, evidence, due_on, until_on) DO UPDATE SET n = kept.n + excluded.n
"""
_HEADS = """
INSERT INTO checklist_headcount AS kept (hamlet_id, born_on, n)
SELECT * FROM json_to_recordset(%(heads)s::json) AS given(hamlet_id bigint, born_on date, n integer)
ON CONFLICT (hamlet_id, born_on) DO UPDATE SET n = kept.n + excluded.n
"""


def write_facts(
    draft: Draft,
    facts: Sequence[Fact],
    standings: Iterable[tuple[Fact, Standing | None]],
    tallies: Mapping[TallyKey, int],
    taken: tuple[str, dict[str, Any]],
) -> bool:
    """Takes the revisions (areas.actions.taking) and writes facts, standings and tallies, in one statement;
    False, and nothing is written, when somebody wrote in one of the hamlets meanwhile.

    In the order of their ids: two batches in two hamlets that give the same new ids wait, and never deadlock.
    """
    kept = [(fact, standing) for fact, standing in standings if standing is not None]
    gone = [
        {"person_id": fact.person, "item": fact.said.item, "kind": fact.said.kind}
        for fact, standing in standings
        if standing is None
    ]
    written = bulk.execute_whole(
        _statement(taken[0], bool(gone)),
        {
            "facts": bulk.rows_of([_fact_row(draft, fact) for fact in sorted(facts, key=_by_id)]),
            "standings": bulk.rows_of([_standing_row(draft, *pair) for pair in kept]),
            "tallies": bulk.rows_of(_tally_rows(tallies)),
            "device": draft.by.device_id,
            "source": draft.source,
            "at": draft.at,
            **taken[1],
            **({"gone": bulk.rows_of(gone)} if gone else {}),
        },
    )
    return bool(written[0][0])


@cache
def _statement(taking: str, with_gone: bool) -> str:
    return f"WITH {taking}, {_FACTS}{_GONE if with_gone else ''} SELECT whole FROM taken"  # noqa: S608


def write_tallies(tallies: Mapping[TallyKey, int]) -> None:
    """Moves tallies."""
    if tallies:
        bulk.execute(_TALLIES, {"tallies": bulk.rows_of(_tally_rows(tallies))})


def write_heads(heads: Mapping[HeadKey, int]) -> None:
    """Moves headcounts."""
    rows = [{"hamlet_id": hamlet, "born_on": born, "n": n} for (hamlet, born), n in heads.items() if n]
    if rows:
        bulk.execute(_HEADS, {"heads": bulk.rows_of(rows)})


def _by_id(fact: Fact) -> UUID:
    return fact.said.id


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
    assert standing is not None
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


def _tally_rows(tallies: Mapping[TallyKey, int]) -> list[dict[str, Any]]:
    return [
        {
            "hamlet_id": hamlet,
            "item": item,
            "state": state,
            "evidence": evidence,
            "due_on": due_on,
            "until_on": until_on,
            "n": n,
        }
        for (hamlet, item, state, evidence, due_on, until_on), n in tallies.items()
    ]
