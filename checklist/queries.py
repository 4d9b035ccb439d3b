"""Reading facts, standings and figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from base.models import Asker
from checklist.items import ITEMS, PILLARS
from checklist.models import Headcount, Observation, Standing, Tally
from checklist.rules import Evidence, household_is_ready, is_ready, is_stale, readiness, standings_of
from checklist.rules import Observation as Said
from checklist.rules import Standing as Holds
from checklist.rules.tallies import NEVER, HeadKey, TallyKey, counted_rows, head_key, latest_birth
from people.queries import facts_in_hamlet, members_of, present_adults


@dataclass(slots=True)
class Fact:
    """An observation as it is kept: what is said, of whom, by whom."""

    person: UUID
    said: Said
    visit: UUID | None
    by: UUID | None
    recorded_at: datetime
    revision: int | None = None

    def same_content(self, other: Fact) -> bool:
        """True when the other, arriving later, says the same of the same person; a moment in the future
        was set back to the receipt, and each arrival sets it back anew."""
        mine, theirs = self.said, other.said
        clock = mine.observed_at == min(theirs.observed_at, self.recorded_at) or (
            mine.observed_at == self.recorded_at and theirs.observed_at == other.recorded_at
        )
        return (
            clock
            and self.person == other.person
            and self.visit == other.visit
            and (mine.item, mine.kind, mine.state, mine.evidence, mine.blocker)
            == (theirs.item, theirs.kind, theirs.state, theirs.evidence, theirs.blocker)
            and (mine.expires_on, mine.retracts) == (theirs.expires_on, theirs.retracts)
        )


FACT_COLUMNS = (
    "person_id, id, item, kind, state, evidence, observed_at, expires_on, blocker, retracts_id, "
    "visit, by_id, recorded_at, revision"
)
_FACTS = f"""
SELECT {FACT_COLUMNS} FROM checklist_observation
WHERE (person_id = ANY(%(persons)s::uuid[]) AND item = ANY(%(items)s::text[]))
   OR id = ANY(%(ids)s::uuid[])
"""  # noqa: S608 - put together from constants


def list_facts(*, persons: Sequence[UUID], items: Sequence[str], ids: Sequence[UUID]) -> dict[UUID, Fact]:
    """The facts about these persons and items, and those with these ids wherever they are; by id."""
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, {"persons": list(persons), "items": list(items), "ids": list(ids)})
        rows = cursor.fetchall()
    return {row[1]: fact_of(row) for row in rows}


def fact_of(row: tuple[Any, ...]) -> Fact:
    """A row of FACT_COLUMNS."""
    said = Said(row[1], row[2], row[3], row[4], Evidence(row[5]), row[6], row[7], row[8], row[9])
    return Fact(row[0], said, visit=row[10], by=row[11], recorded_at=row[12], revision=row[13])


def list_observations(by: Asker, person_id: UUID) -> QuerySet[Any]:
    """The history of a person in sight, to be paged by (revision, id)."""
    return Observation.objects.visible_to(by).filter(person_id=person_id)


def facts_of_source(source: UUID) -> list[UUID]:
    """The observations an import brought that nobody has retracted."""
    brought = Observation.objects.filter(source_id=source, retracts=None)
    withdrawn = Observation.objects.filter(retracts=OuterRef("pk"))
    return list(brought.filter(~Exists(withdrawn)).values_list("pk", flat=True))


def persons_observed_beside(source: UUID) -> set[UUID]:
    """The persons brought or observed by an import about whom facts from elsewhere stand."""
    brought = Observation.objects.filter(source_id=source).values("person_id")
    withdrawn = Observation.objects.filter(retracts=OuterRef("pk"))
    others = Observation.objects.filter(
        Q(person_id__in=brought) | Q(person__source_id=source),
        ~Q(source_id=source) | Q(source=None),
        ~Exists(withdrawn),
        retracts=None,
    )
    return set(others.values_list("person_id", flat=True))


def list_standings(person_ids: Sequence[UUID]) -> dict[UUID, list[Holds]]:
    """The standings of these persons; a person of whom nothing is known has an empty list."""
    found: dict[UUID, list[Holds]] = {person_id: [] for person_id in person_ids}
    rows = Standing.objects.filter(person_id__in=person_ids).values_list(
        "person_id",
        "item",
        "kind",
        "state",
        "evidence",
        "observed_at",
        "expires_on",
        "blocker",
        "contested",
        "decided_by",
    )
    for row in rows:
        found[row[0]].append(
            Holds(row[1], row[2], row[3], Evidence(row[4]), row[5], row[6], row[7], row[8], row[9])
        )
    return found


def describe_standings(person_ids: Sequence[UUID], on: date) -> dict[UUID, list[dict[str, Any]]]:
    """The standings as they are told, in the order of the checklist (plug `people.standings`)."""
    order = {code: number for number, code in enumerate(ITEMS)}
    return {
        person_id: [
            _told(standing, on) for standing in sorted(standings, key=lambda s: (order[s.item], s.kind))
        ]
        for person_id, standings in list_standings(person_ids).items()
    }


def _told(standing: Holds, on: date) -> dict[str, Any]:
    return {
        "item": standing.item,
        "kind": standing.kind,
        "state": standing.state,
        "evidence": standing.evidence.code,
        "observed_at": standing.observed_at,
        "expires_on": standing.expires_on,
        "ready": is_ready(standing, on),
        "contested": standing.contested,
        "stale": is_stale(standing, on),
    }


def count_ready_adults(household_ids: Sequence[UUID], on: date) -> dict[UUID, tuple[int, int]]:
    """For each household its present adults (an unknown age may be one), and how many of them hold all
    four, which is what is due for an adult (plug)."""
    holds_all = Q(*(Exists(_holding(code, on)) for code in PILLARS))
    adults = present_adults(on).filter(household_id__in=household_ids).values_list("household_id")
    counted = adults.annotate(has=Count("pk"), ready=Count("pk", filter=holds_all))
    return {household: (has, ready) for household, has, ready in counted}


def filter_households(
    households: QuerySet[Any], *, readiness: str, follow_up: bool | None, on: date
) -> QuerySet[Any]:
    """Households by readiness ("ready": every present adult is, as `household_is_ready` says; "partly":
    some are; "none") and by whether somebody has to be seen again: a present adult not ready, or a
    contested standing (plug)."""
    adults = present_adults(on).filter(household=OuterRef("pk"))
    holds_all = [Exists(_holding(code, on)) for code in PILLARS]
    ready, lacking = adults.filter(*holds_all), adults.exclude(*holds_all)
    if readiness == "ready":
        households = households.filter(Exists(ready.exclude(born_on=None)), ~Exists(lacking))
    elif readiness == "partly":
        households = households.filter(Exists(ready), Exists(lacking))
    elif readiness == "none":
        households = households.filter(~Exists(ready), Exists(adults))
    if follow_up is not None:
        contested = Standing.objects.filter(contested=True, person_id=OuterRef("pk"))
        waiting = Exists(lacking) | Exists(adults.filter(Exists(contested)))
        households = households.filter(waiting if follow_up else ~waiting)
    return households


def _holding(code: str, on: date) -> QuerySet[Any]:
    """Standings of the outer person that make the pillar ready on the day."""
    item = ITEMS[code]
    states = [state.code for state in item.states if item.is_ready_state(state.code)]
    valid = Q(expires_on=None) | Q(expires_on__gte=on)
    return Standing.objects.filter(valid, person_id=OuterRef("pk"), item=code, state__in=states)


def readiness_of_household(by: Asker, household_id: UUID, on: date) -> dict[str, Any] | None:
    """Every member with readiness, and whether the household as a whole is ready; None out of sight."""
    members = members_of(by, household_id)
    if members is None:
        return None
    known = list_standings([person.pk for person in members])
    persons = [(person, readiness(person.born_on, known[person.pk], on)) for person in members]
    return {
        "household": household_id,
        "is_ready": household_is_ready((person.presence == "present", how) for person, how in persons),
        "persons": persons,
        "known": known,
    }


@dataclass(frozen=True, slots=True)
class Figures:
    """Tallies and headcounts of one hamlet, rows of zero left out."""

    tallies: dict[TallyKey, int]
    heads: dict[HeadKey, int]

    def differences(self, other: Figures) -> int:
        """In how many rows two counts differ."""
        return len(set(self.tallies.items()) ^ set(other.tallies.items())) + len(
            set(self.heads.items()) ^ set(other.heads.items())
        )


def kept_figures(hamlet_id: int) -> Figures:
    """The figures as they are kept."""
    tallies = Tally.objects.filter(hamlet_id=hamlet_id).exclude(n=0)
    rows = tallies.values_list("hamlet_id", "item", "state", "evidence", "due_on", "until_on", "n")
    heads = Headcount.objects.filter(hamlet_id=hamlet_id).exclude(n=0)
    return Figures(
        {tuple(row[:6]): row[6] for row in rows},
        {(row[0], row[1]): row[2] for row in heads.values_list("hamlet_id", "born_on", "n")},
    )


def recount(hamlet_id: int) -> Figures:
    """The figures counted anew, from the observations of every living person of the hamlet."""
    persons = facts_in_hamlet(hamlet_id)
    said: dict[UUID, list[Said]] = defaultdict(list)
    for fact in list_facts(persons=[p.id for p in persons], items=list(ITEMS), ids=[]).values():
        said[fact.person].append(fact.said)
    tallies: Counter[TallyKey] = Counter()
    heads: Counter[HeadKey] = Counter()
    for person in persons:
        tallies.update(counted_rows(person, standings_of(said[person.id]).values()))
        if person.counted:
            heads[head_key(person)] += 1
    return Figures(dict(tallies), dict(heads))


# Grouped, so that the planner knows each hamlet to come once and hashes them, not the figures.
_ROWS = """
    SELECT hamlet_id, min(row) AS row
    FROM unnest(%(hamlets)s::bigint[], %(rows)s::int[]) AS given(hamlet_id, row) GROUP BY hamlet_id
"""
# "+ 0": with the day in the index condition PostgreSQL 18 fears a skip scan, and reads the whole table.
_SUMS = """
SELECT place.row, tally.item, tally.state, tally.evidence,
       sum(tally.n) AS n, sum(tally.n) FILTER (WHERE tally.until_on >= %(on)s) AS valid
FROM ({places}) AS place
JOIN checklist_tally tally ON tally.hamlet_id = place.hamlet_id
WHERE tally.due_on + 0 <= %(on)s AND tally.n <> 0
GROUP BY place.row, tally.item, tally.state, tally.evidence
"""


def sum_tallies(rows_by_hamlet: Mapping[int, int], on: date) -> list[tuple[int, str, str, int, int, int]]:
    """Tallies of these hamlets summed by row: (row, item, state, evidence, persons, of them still valid).

    Counted are those for whom the item is due on the day.
    """
    return _summed(_SUMS.format(places=_ROWS), rows_by_hamlet, on=on)


_DUE = """
SELECT place.row, {columns}, coalesce(sum(head.n) FILTER (WHERE head.born_on = %(never)s), 0)
FROM ({places}) AS place
JOIN checklist_headcount head ON head.hamlet_id = place.hamlet_id
WHERE head.born_on <= %(latest)s OR head.born_on = %(never)s
GROUP BY place.row
"""


def count_due(rows_by_hamlet: Mapping[int, int], on: date) -> dict[int, tuple[dict[str, int], int]]:
    """For each row how many persons each item is due for, and how many are of unknown age."""
    births = {code: latest_birth(code, on) for code in ITEMS}
    days = sorted(set(births.values()))
    names = [f"born_{number}" for number in range(len(days))]
    column = "coalesce(sum(head.n) FILTER (WHERE head.born_on <= %({})s), 0)"
    sql = _DUE.format(columns=", ".join(column.format(name) for name in names), places=_ROWS)
    params: dict[str, Any] = dict(zip(names, days, strict=True))
    found = _summed(sql, rows_by_hamlet, never=NEVER, latest=days[-1], **params)
    return {
        row[0]: ({code: int(row[1 + days.index(day)]) for code, day in births.items()}, int(row[-1]))
        for row in found
    }


def _summed(sql: str, rows_by_hamlet: Mapping[int, int], **params: Any) -> list[Any]:
    places = {"hamlets": list(rows_by_hamlet), "rows": list(rows_by_hamlet.values())}
    with connection.cursor() as cursor:
        cursor.execute(sql, {**places, **params})
        return list(cursor.fetchall())
