"""Where people are stuck: by state, by doubt about what is held, and by what is in the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from areas.queries.parts import HAMLETS_UNDER
from base import bulk
from base.days import ZONE
from base.models import Asker
from checklist.items import ITEMS
from checklist.queries.holdings import BLOCKED, DUE_ITEMS, HELD, due_items_on
from checklist.rules import BLOCKERS, Evidence
from people.queries.books import COUNTED_PERSONS
from reports.queries.places import Parts, find_parts
from reports.rules import Place

# Whoever an item is due for, what he holds of it, and how sure that is. One statement, so of one moment; a
# hamlet at a time, so that nothing is too much for memory.
_STUCK = f"""
SELECT here.place, stuck.item, stuck.what, stuck.code, stuck.evidence, stuck.contested, stuck.stale, sum(n)
FROM ({HAMLETS_UNDER}) AS here CROSS JOIN LATERAL (
    WITH scope AS (SELECT here.hamlet_id), due_item AS ({DUE_ITEMS}), held AS ({HELD}),
    blocked AS ({BLOCKED}),
    person AS MATERIALIZED (
        SELECT counted.id, counted.born_on FROM ({COUNTED_PERSONS}) AS counted
        WHERE counted.hamlet_id = here.hamlet_id AND counted.born_on IS NOT NULL
    ),
    due AS MATERIALIZED (
        SELECT person.id, held.item COLLATE "C" AS item, held.state COLLATE "C" AS state, held.evidence,
            held.contested, held.ready, held.is_ready_state,
            held.observed_at < due_item.fresh_from::timestamp AT TIME ZONE %(zone)s AS stale
        FROM held JOIN person ON person.id = held.person_id
        JOIN due_item ON due_item.item = held.item AND person.born_on <= due_item.born_by
    )
    SELECT item, 'due' AS what, '' AS code, 0 AS evidence, false AS contested, false AS stale, count(*) AS n
    FROM person JOIN due_item ON person.born_on <= due_item.born_by GROUP BY item
    UNION ALL
    SELECT item, CASE WHEN ready THEN 'ready' WHEN is_ready_state THEN 'expired' ELSE 'state' END, state,
        evidence, contested, stale, count(*)
    FROM due GROUP BY item, 2, state, evidence, contested, stale
    UNION ALL
    SELECT due.item, 'blocker', blocked.blocker, due.evidence, false, false, count(*)
    FROM due JOIN blocked ON blocked.person_id = due.id AND blocked.item = due.item
    WHERE NOT due.ready GROUP BY 1, 3, 4
) AS stuck
GROUP BY here.place, stuck.item, stuck.what, stuck.code, stuck.evidence, stuck.contested, stuck.stale
"""  # noqa: S608 - put together from constants


@dataclass(slots=True)
class Stuck:
    """So many persons, split by the evidence of what is known of them; nothing is known of some."""

    persons: int = 0
    evidence: dict[str, int] = field(default_factory=dict)

    def add(self, persons: int, evidence: int) -> None:
        """Counts more persons; evidence 0: nothing is known."""
        self.persons += persons
        if evidence:
            level = Evidence(evidence).code
            self.evidence[level] = self.evidence.get(level, 0) + persons


# By item, then by reason: "due", "ready", "unrecorded", "state:<state>", "expired", "contested", "stale",
# "blocker:<blocker>".
Reasons = dict[str, dict[str, Stuck]]


@dataclass(frozen=True, slots=True)
class Bottlenecks:
    """Of each part of an area, and of all that can be given to it (`whole`), how many are stuck where."""

    parts: Parts
    rows: list[tuple[Place, Reasons]]
    whole: Reasons


def bottlenecks(by: Asker, *, area: str, on: date, as_of: date | None = None) -> Bottlenecks:
    """Where people of an area in sight are stuck on the day, by what is known now.

    Of those for whom an item is due each is ready, or has expired, or is in one state, or nothing was ever
    recorded: these add up. Contested and stale cut across them; of those not ready, a person may name several
    blockers.
    """
    parts = find_parts(by, "report", area, as_of)
    params = {"areas": parts.sources, "on": on, "items": due_items_on(on), "zone": ZONE}
    found = bulk.execute(_STUCK, params)
    rows = [(part.place, _reasons(found, part.sources)) for part in parts.parts]
    return Bottlenecks(parts, rows, _reasons(found, parts.counted_sources))


def _reasons(rows: Sequence[tuple[Any, ...]], sources: Sequence[int]) -> Reasons:
    found: Reasons = {item: defaultdict(Stuck) for item in ITEMS}
    for place, item, what, code, evidence, contested, stale, persons in rows:
        if place not in sources:
            continue
        reasons = [what] if what in ("due", "ready", "expired") else [f"{what}:{code}"]
        reasons += ["contested"] * contested + ["stale"] * stale
        for reason in reasons:
            found[item][reason].add(int(persons), evidence)
    for item, of_item in found.items():
        states = [f"state:{state}" for state in ITEMS[item].ranks]
        known = sum(of_item[one].persons for one in (*states, "ready", "expired") if one in of_item)
        of_item["unrecorded"] = Stuck(of_item["due"].persons - known)
    return found


def reasons_of(item: str) -> list[str]:
    """Why somebody may be short of ready with an item, in the order in which it is told."""
    states = [f"state:{state}" for state in ITEMS[item].ranks if not ITEMS[item].is_ready_state(state)]
    return ["unrecorded", *states, "expired", "contested", "stale", *(f"blocker:{code}" for code in BLOCKERS)]
