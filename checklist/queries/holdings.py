"""What persons hold of each item, for statements that read many persons at once: checklist.rules.holding
in SQL. tests/reports proves that both say the same."""

from __future__ import annotations

from datetime import date, timedelta

from base import bulk
from checklist.items import ITEMS, PILLARS
from people.rules.persons import latest_birth


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


_STATES = ", ".join(
    f"('{item.code}', '{state}', {rank}, {str(item.is_ready_state(state)).lower()})"
    for item in ITEMS.values()
    for state, rank in item.ranks.items()
)
_TITLES = ", ".join(
    f"('{item.code}', '{state.code}', {_quoted(state.title_vi)}, {_quoted(state.title_en)})"
    for item in ITEMS.values()
    for state in item.states
)
_SEVERAL = ", ".join(f"'{item.code}'" for item in ITEMS.values() if item.kinds)
_PILLARS = ", ".join(f"'{code}'" for code in PILLARS)
_COLUMNS = """standing.person_id, standing.item, standing.kind, standing.state, standing.evidence,
    standing.blocker, standing.contested, standing.observed_at, standing.expires_on,
    known.rank, known.is_ready_state"""
_KNOWN = f"""
FROM checklist_standing standing
JOIN scope ON scope.hamlet_id = standing.hamlet_id
JOIN (VALUES {_STATES}) AS known (item, state, rank, is_ready_state)
    ON known.item = standing.item AND known.state = standing.state
"""
# Of an item with several kinds the one that decides. Needs a `scope(hamlet_id)` and the day %(on)s; of a day
# it says `ready`.
HELD = f"""
SELECT *, is_ready_state AND (expires_on IS NULL OR expires_on >= %(on)s::date) AS ready FROM (
    SELECT {_COLUMNS} {_KNOWN} WHERE standing.item NOT IN ({_SEVERAL})
    UNION ALL
    SELECT * FROM (
        SELECT DISTINCT ON (standing.person_id, standing.item) {_COLUMNS} {_KNOWN}
        WHERE standing.item IN ({_SEVERAL})
        ORDER BY standing.person_id, standing.item, known.is_ready_state DESC,
            coalesce(standing.expires_on, 'infinity') DESC, known.rank DESC, standing.evidence DESC,
            standing.contested, standing.observed_at DESC, standing.kind COLLATE "C" DESC
    ) AS of_several
) AS held
"""  # noqa: S608 - put together from constants
# The same with the title of the state in both languages.
TITLED = f"""
SELECT held.*, titled.title_vi, titled.title_en FROM ({HELD}) AS held
JOIN (VALUES {_TITLES}) AS titled (item, state, title_vi, title_en)
    ON titled.item = held.item AND titled.state = held.state
"""  # noqa: S608 - put together from constants
# What is in the way of an item, whatever kind it was said of.
BLOCKED = """
SELECT DISTINCT person_id, item, blocker FROM checklist_standing JOIN scope USING (hamlet_id)
WHERE blocker <> '' AND state <> ''
"""
# For each person of the `held` how many of the four are ready on the day, and the weakest evidence of those.
STAGES = f"""
SELECT person_id, count(*) AS stage, min(evidence) AS weakest
FROM held WHERE ready AND item IN ({_PILLARS}) GROUP BY person_id
"""  # noqa: S608 - put together from constants
# The items as a statement needs them: for whom each is due, and from when on an observation is fresh.
DUE_ITEMS = (
    "SELECT * FROM json_to_recordset(%(items)s::json) AS given(item text, born_by date, fresh_from date)"
)


def due_items_on(on: date) -> str:
    """The parameter `items` of DUE_ITEMS for a day; `fresh_from` is a day in Viet Nam."""
    return bulk.rows_of(
        [
            {
                "item": item.code,
                "born_by": latest_birth(on, item.due_age),
                "fresh_from": on - timedelta(days=item.stale_after_days),
            }
            for item in ITEMS.values()
        ]
    )
