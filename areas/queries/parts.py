"""Parts of statements of other rooms that ask which hamlets lie where."""

from __future__ import annotations

# For a statement that is given ids of areas: the hamlets at or below them, and in which of them each lies.
HAMLETS_UNDER = """
SELECT hamlet.id AS hamlet_id, hamlet.id AS place FROM areas_area hamlet
WHERE hamlet.level = 'hamlet' AND hamlet.id = ANY(%(areas)s::bigint[])
UNION ALL
SELECT hamlet.id, hamlet.parent_id FROM areas_area hamlet
WHERE hamlet.level = 'hamlet' AND hamlet.parent_id = ANY(%(areas)s::bigint[])
UNION ALL
SELECT hamlet.id, commune.parent_id
FROM areas_area hamlet JOIN areas_area commune ON commune.id = hamlet.parent_id
WHERE hamlet.level = 'hamlet' AND commune.parent_id = ANY(%(areas)s::bigint[])
"""

# The same for all provinces, and units that lie in none as 0. Of hamlets with a commune in a province that is
# asked for PostgreSQL expects a few, and would look each of ninety thousand up.
HAMLETS_OF_PROVINCES = """
SELECT hamlet.id AS hamlet_id, coalesce(commune.parent_id, 0) AS place
FROM areas_area hamlet LEFT JOIN areas_area commune ON commune.id = hamlet.parent_id
"""

NAMED_HAMLETS = "SELECT id AS hamlet_id, code, name FROM areas_area WHERE level = 'hamlet'"

# For a statement that gives the `areas`: the feeds of the hamlets that are among them or lie in the communes
# among them, closed ones too; a province or a district adds none. `looks` changes with whatever is told of
# the hamlet or of its commune.
_FEED = """
SELECT hamlet.id AS hamlet_id, hamlet.code, feed.revision,
       hashtextextended(hamlet::text, hashtextextended(commune::text, 0)) AS looks
FROM areas_area hamlet
JOIN areas_feed feed ON feed.hamlet_id = hamlet.id JOIN areas_area commune ON commune.id = hamlet.parent_id
WHERE {column} = ANY((SELECT %(areas)s::bigint[])::bigint[])"""
# Two index scans, as in `hamlets_under`; UNION, for somebody may have posts at a hamlet and its commune. The
# areas stand in a SELECT of their own, so that the planner does not see how many: it plans once for all.
FEEDS_OF = _FEED.format(column="feed.hamlet_id") + " UNION " + _FEED.format(column="hamlet.parent_id")
