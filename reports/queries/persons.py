"""Lists of persons: hamlet by hamlet, so that a million rows are neither sorted nor kept anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection

from areas.queries.parts import HAMLETS_UNDER, NAMED_HAMLETS
from base import bulk
from base.days import ZONE
from base.sealed import opened_text
from checklist.items import ITEMS, PILLARS, Item
from checklist.queries.holdings import BLOCKED, STAGES, TITLED
from checklist.queries.work import LAST_VISITS
from checklist.rules import BLOCKERS, OUTCOMES, Evidence
from people.queries.books import LISTED_PERSONS
from people.rules.persons import latest_birth
from reports.rules import Cell, Cut, Query
from reports.rules.words import PRESENCES, RELATIONS, RESIDENCES, SEXES, WHY, in_language

_ROWS = 2000  # through the cursor at a time
# Somebody who has what he needs but not yet active is five minutes away from it; he is seen first.
_URGENT = {"activate": 1, "contested": 2, "expired": 3, "state": 4, "unrecorded": 4, "stale": 5}
_SCOPED = f"""
SELECT named.hamlet_id, named.code, named.name FROM ({NAMED_HAMLETS}) AS named
WHERE hamlet_id IN (SELECT hamlet_id FROM ({HAMLETS_UNDER}) AS under) AND named.code >= %(after_hamlet)s::text
"""  # noqa: S608 - put together from constants
_STATES = ", ".join(
    f"max(CASE WHEN ready OR NOT is_ready_state THEN {{title}} ELSE %(expired)s::text || {{title}} END)"
    f" FILTER (WHERE item = '{code}') AS {code}"
    for code in ITEMS
)
_AFTER = """
    AND (%(after_hamlet)s::text = '' OR (scoped.code, {keys}) > (%(after_hamlet)s::text, {values}))
"""
_REGISTER = f"""
SELECT scoped.code, scoped.name, listed.household_id::text, listed.id::text, listed.address, listed.full_name,
    listed.born, %(sexes)s::jsonb ->> listed.sex, %(relations)s::jsonb ->> listed.relation,
    %(residences)s::jsonb ->> listed.residence, %(presences)s::jsonb ->> listed.presence,
    {", ".join(ITEMS)}, coalesce(stage, 0)::integer, %(levels)s::jsonb ->> weakest::text, last_at
FROM ({_SCOPED}) AS scoped CROSS JOIN LATERAL (
    WITH scope AS (SELECT scoped.hamlet_id), held AS MATERIALIZED ({TITLED}), stages AS ({STAGES}),
    holds AS (
        SELECT person_id, {_STATES}, max(observed_at) AS last_at FROM held GROUP BY person_id
    )
    SELECT person.*, {", ".join(ITEMS)}, last_at, stage, weakest FROM ({LISTED_PERSONS}) AS person
    LEFT JOIN holds ON holds.person_id = person.id LEFT JOIN stages ON stages.person_id = person.id
) AS listed
WHERE true {
    _AFTER.format(
        keys="listed.household_id, listed.id", values="%(after_household)s::uuid, %(after_person)s::uuid"
    )
}
ORDER BY scoped.code, listed.household_id, listed.id
"""  # noqa: S608 - put together from constants
_NEVER = "00000000-0000-0000-0000-000000000000"


def register_query(areas: list[int], cut: Cut, language: str) -> Query:
    """Everybody in the books of these areas (ids), with what is held of each item on the day: a row for each
    person, by hamlet and in the order in which households and persons were registered. What the cut goes on
    `after` is hamlet, household and person."""
    hamlet, household, person = cut.after or ("", _NEVER, _NEVER)
    levels = {str(level.value): level.title_en if language == "en" else level.title_vi for level in Evidence}
    params = {
        "areas": areas,
        "on": cut.on,
        "expired": "Expired: " if language == "en" else "Hết hạn: ",
        "sexes": _json(in_language(SEXES, language)),
        "relations": _json(in_language(RELATIONS, language)),
        "residences": _json(in_language(RESIDENCES, language)),
        "presences": _json(in_language(PRESENCES, language)),
        "levels": _json(levels),
        "after_hamlet": hamlet,
        "after_household": household,
        "after_person": person,
    }
    return _limited(Query(_REGISTER.format(title=f"title_{language}"), params, (4,)), cut)


def _json(words: dict[str, str]) -> str:
    return json.dumps(words, ensure_ascii=False)


_DUE_PILLARS = """
SELECT * FROM json_to_recordset(%(items)s::json)
    AS given(item text, place integer, title text, one_short text, born_by date, fresh_from date)
"""
_FOLLOW_UP = f"""
SELECT scoped.code, scoped.name, listed.urgency, listed.household_id::text, listed.id::text, listed.address,
    listed.full_name, listed.born, listed.why, listed.hindered, listed.visited_at,
    %(outcomes)s::jsonb ->> listed.outcome
FROM ({_SCOPED}) AS scoped CROSS JOIN LATERAL (
    WITH scope AS (SELECT scoped.hamlet_id), held AS MATERIALIZED ({TITLED}), blocked AS ({BLOCKED}),
    visit AS ({LAST_VISITS}), due_item AS ({_DUE_PILLARS}), person AS ({LISTED_PERSONS}),
    lacking AS (
        SELECT person.id, due_item.place, due_item.title, held.{{title}} AS state,
            CASE WHEN held.item IS NULL THEN 'unrecorded'
                WHEN held.is_ready_state AND NOT held.ready THEN 'expired'
                WHEN held.contested THEN 'contested'
                WHEN NOT held.ready AND held.state = due_item.one_short THEN 'activate'
                WHEN NOT held.ready THEN 'state'
                WHEN held.observed_at < due_item.fresh_from::timestamp AT TIME ZONE %(zone)s THEN 'stale'
            END AS reason
        FROM person JOIN due_item ON person.born_on <= due_item.born_by
        LEFT JOIN held ON held.person_id = person.id AND held.item = due_item.item
        WHERE person.presence = 'present'
    ),
    why AS (
        SELECT id, min((%(urgent)s::jsonb ->> reason)::integer) AS urgency,
            string_agg(
                title || ': ' || coalesce(%(words)s::jsonb ->> reason, state), '; ' ORDER BY place
            ) AS why
        FROM lacking WHERE reason IS NOT NULL GROUP BY id
    ),
    hindered AS (
        SELECT person_id, string_agg(DISTINCT %(blockers)s::jsonb ->> blocker, '; ') AS hindered
        FROM blocked GROUP BY person_id
    )
    SELECT person.*, why.urgency, why.why, hindered.hindered, visit.visited_at, visit.outcome
    FROM person JOIN why ON why.id = person.id LEFT JOIN hindered ON hindered.person_id = person.id
    LEFT JOIN visit ON visit.household_id = person.household_id
) AS listed
WHERE true {
    _AFTER.format(
        keys="listed.urgency, listed.household_id, listed.id",
        values="%(after_urgency)s::integer, %(after_household)s::uuid, %(after_person)s::uuid",
    )
}
ORDER BY scoped.code, listed.urgency, listed.household_id, listed.id
"""  # noqa: S608 - put together from constants


def follow_up_query(areas: list[int], cut: Cut, language: str) -> Query:
    """Whom to see next in these areas (ids), and why: the present persons to whom one of the four is due and
    not held on the day, or held in doubt, the most urgent first in each hamlet. What the cut goes on `after`
    is hamlet, urgency, household and person."""
    hamlet, urgency, household, person = cut.after or ("", "0", _NEVER, _NEVER)
    params = {
        "areas": areas,
        "on": cut.on,
        "since": None,
        "zone": ZONE,
        "items": _pillars(cut.on, language),
        "words": _json(in_language(WHY, language)),
        "urgent": json.dumps(_URGENT),
        "outcomes": _json(in_language(OUTCOMES, language)),
        "blockers": _json(in_language(BLOCKERS, language)),
        "after_hamlet": hamlet,
        "after_urgency": int(urgency),
        "after_household": household,
        "after_person": person,
    }
    return _limited(Query(_FOLLOW_UP.format(title=f"title_{language}"), params, (5,)), cut)


def _limited(query: Query, cut: Cut) -> Query:
    if not cut.limit:
        return query
    return Query(f"{query.text} LIMIT %(limit)s", {**query.params, "limit": cut.limit}, query.sealed)


def _pillars(on: date, language: str) -> str:
    """The parameter `items` of _DUE_PILLARS."""
    return bulk.rows_of(
        [
            {
                "item": item.code,
                "place": item.order,
                "title": item.title_en if language == "en" else item.title_vi,
                "one_short": _one_short(item),
                "born_by": latest_birth(on, item.due_age),
                "fresh_from": on - timedelta(days=item.stale_after_days),
            }
            for item in (ITEMS[code] for code in PILLARS)
        ]
    )


def _one_short(item: Item) -> str:
    """The state from which a volunteer helps to readiness at the door; "" where there is none."""
    ways = (way for way in item.ways if way.where == "home" and item.is_ready_state(way.ends))
    return next((start for way in ways for start in way.starts if item.ranks[start]), "")


def read_rows(query: Query) -> Iterator[tuple[Cell, ...]]:
    """The rows of a query, a few thousand in memory at a time; inside the caller's transaction, if any."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(query.text, dict(query.params))
        while rows := cursor.fetchmany(_ROWS):
            yield from (_opened(row, query.sealed) for row in rows) if query.sealed else rows


def _opened(row: Sequence[Any], sealed: Sequence[int]) -> tuple[Cell, ...]:
    cells = list(row)
    for n in sealed:
        cells[n] = opened_text(cells[n])
    return tuple(cells)
