"""Whom a breach concerns: exactly those of whom something was told, or who were kept at a place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.queries.notes import NAMED, TOLD
from accounts.rules.audit import UNTOLD
from base import bulk

# To be told of a household is to be told of who was in it at that moment, and not restricted. Who was erased
# since is the number of nobody, at no place.
_OF = """
WITH told AS MATERIALIZED ({told})
SELECT id, hamlet_id FROM people_person WHERE id IN (SELECT subject FROM told)
UNION
SELECT person.id, person.hamlet_id FROM told JOIN people_person person ON person.household_id = told.subject
WHERE person.recorded_at <= told.at AND (person.removed_at IS NULL OR person.removed_at >= told.at)
    AND coalesce((
        SELECT new FROM people_change WHERE person_id = person.id AND field = 'restriction' AND at <= told.at
        ORDER BY at DESC, id DESC LIMIT 1), '') = ''
UNION
SELECT record, NULL FROM people_forgotten WHERE kind = 'person' AND record IN (SELECT subject FROM told)
ORDER BY 2, 1
"""
_OF_ASKER, _OF_FILE = _OF.format(told=TOLD), _OF.format(told=NAMED)
# Where somebody's household lived and when: what its moves say, and where he is now. Who was taken out of the
# books stays in the database where he was, and moves no more.
_AT = """
WITH moved AS (
    SELECT household_id, old, at AS went, lag(at) OVER (PARTITION BY household_id ORDER BY at, id) AS came
    FROM people_change WHERE field = 'hamlet' AND NOT clashed
), stay AS (
    SELECT person.id, person.hamlet_id, greatest(person.recorded_at, moved.came) AS came, moved.went
    FROM moved JOIN people_person person USING (household_id)
    WHERE moved.old = ANY(%(codes)s::text[])
        AND (person.removed_at IS NULL OR person.removed_at >= moved.went)
    UNION ALL
    SELECT person.id, person.hamlet_id, greatest(person.recorded_at, (
        SELECT max(went) FROM moved WHERE moved.household_id = person.household_id
            AND (person.removed_at IS NULL OR moved.went <= person.removed_at))), NULL
    FROM people_person person WHERE person.hamlet_id = ANY(%(hamlets)s::bigint[])
)
SELECT DISTINCT id, hamlet_id FROM stay
WHERE greatest(came, %(since)s::timestamptz) <= least(went, %(until)s::timestamptz)
ORDER BY 2, 1
"""


@dataclass(frozen=True, slots=True)
class Exposed:
    """Somebody whom a breach concerns, and the hamlet where he is in the books now; None: erased since."""

    person: UUID
    hamlet_id: int | None


def told_to(user: UUID, device: int | None, *, since: datetime, until: datetime) -> list[Exposed]:
    """Of whom an account was told or has written within the span, by one device or by any."""
    span = {"since": since, "until": until, "untold": list(UNTOLD)}
    return _found(_OF_ASKER, {"user": user, "device": device, **span})


def named_in(ref: UUID, user: UUID) -> list[Exposed]:
    """Whom a file names that the account had made, whether anybody has opened it or not."""
    return _found(_OF_FILE, {"ref": ref, "user": user})


def kept_at(
    hamlets: Collection[int], codes: Collection[str], *, since: datetime, until: datetime
) -> list[Exposed]:
    """Of whom anything was kept in these hamlets at some moment of the span, in the books or out of them, and
    who has not been erased since."""
    given = {"hamlets": list(hamlets), "codes": list(codes)}
    return _found(_AT, {**given, "since": since, "until": until})


def _found(statement: str, given: dict[str, object]) -> list[Exposed]:
    return [Exposed(*row) for row in bulk.execute(statement, given)]
