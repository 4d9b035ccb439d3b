"""Reading facts, visits, standings and figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from areas.queries.parts import HAMLETS_OF_PROVINCES, HAMLETS_UNDER
from base import bulk
from base.models import Asker
from checklist.items import ITEMS, PILLARS
from checklist.models import Standing, Tally, TallyStep
from checklist.queries.facts import (
    FACT_COLUMNS,
    HISTORY,
    Fact,
    fact_of,
    facts_of_source,
    list_facts,
    list_observations,
    persons_observed_beside,
)
from checklist.queries.feeds import FEED_KINDS
from checklist.queries.visits import Visited, list_visits, visits_by_id
from checklist.rules import Evidence, household_is_ready, is_ready, is_stale, readiness, standings_of
from checklist.rules import Observation as Said
from checklist.rules import Standing as Holds
from checklist.rules.cells import LAST_CELL, unpacked
from checklist.rules.tallies import FIRST_DAY, Step, head_steps, item_steps, moved
from people.queries import facts_in_hamlet, members_of, present_adults

__all__ = [
    "FACT_COLUMNS",
    "FEED_KINDS",
    "HISTORY",
    "Fact",
    "Figures",
    "Visited",
    "count_ready_adults",
    "describe_standings",
    "fact_of",
    "facts_of_source",
    "filter_households",
    "kept_figures",
    "list_facts",
    "list_observations",
    "list_standings",
    "list_visits",
    "persons_observed_beside",
    "readiness_of_household",
    "recount",
    "sum_tallies",
    "visits_by_id",
]


def list_standings(person_ids: Sequence[UUID]) -> dict[UUID, list[Holds]]:
    """The standings of these persons; a person of whom nothing is known has an empty list."""
    found: dict[UUID, list[Holds]] = {person_id: [] for person_id in person_ids}
    rows = (
        Standing.objects.filter(person_id__in=person_ids)
        .exclude(state="")
        .values_list(
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
    members = members_of(by, household_id, "readiness.read")
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
    """What is counted of one hamlet: cells as of a day, and steps by day and cell; zeros are left out."""

    day: date
    cells: dict[int, int]
    steps: dict[tuple[date, int], int]

    def differences(self, other: Figures) -> int:
        """In how many rows two counts differ, as of the other's day."""
        return len(set(self.on(other.day).items()) ^ set(other.cells.items())) + len(
            set(self.steps.items()) ^ set(other.steps.items())
        )

    def on(self, day: date) -> dict[int, int]:
        """The cells of another day."""
        found = Counter(self.cells)
        for (turn, cell), n in self.steps.items():
            found[cell] += n * ((turn <= day) - (turn <= self.day))
        return {cell: n for cell, n in found.items() if n}


def kept_figures(hamlet_id: int) -> Figures:
    """The figures as they are kept."""
    kept = Tally.objects.filter(hamlet_id=hamlet_id).first()
    steps = TallyStep.objects.filter(hamlet_id=hamlet_id).exclude(n=0)
    return Figures(
        kept.day if kept else FIRST_DAY,
        {cell: n for cell, n in enumerate(unpacked(f"{kept.cells:f}") if kept else [], start=1) if n},
        {(row[0], row[1]): row[2] for row in steps.values_list("day", "cell", "n")},
    )


def recount(hamlet_id: int) -> Figures:
    """The figures as of FIRST_DAY counted anew, from the observations of the living persons of a hamlet."""
    persons = facts_in_hamlet(hamlet_id)
    said: dict[UUID, list[Said]] = defaultdict(list)
    for fact in list_facts(persons=[p.id for p in persons], items=list(ITEMS), ids=[]).values():
        said[fact.person].append(fact.said)
    steps: list[Step] = []
    for person in persons:
        steps += head_steps(person) + item_steps(person, standings_of(said[person.id]).values())
    counted = moved([], steps)
    return Figures(
        FIRST_DAY,
        {cell: n for (_, day, cell), n in counted.items() if day == FIRST_DAY},
        {(day, cell): n for (_, day, cell), n in counted.items() if day > FIRST_DAY},
    )


# One statement, so the figures are of one moment. Each hamlet's steps are found by their key (OFFSET 0), for
# in a whole country far more steps lie between two days than in the hamlets that are asked for. Nothing is
# looked for where the tally is of the day itself, as the night leaves it.
_SUMS = """
SELECT place, 0, sum(cells)::text
FROM ({under}) AS under JOIN checklist_tally USING (hamlet_id) GROUP BY place
UNION ALL
SELECT place, cell, sum(CASE WHEN step.day > tally.day THEN step.n ELSE -step.n END)::text
FROM (SELECT hamlet_id, day FROM checklist_tally WHERE day <> %(on)s::date) AS tally
JOIN ({under}) AS under USING (hamlet_id)
CROSS JOIN LATERAL (
    SELECT day, cell, n FROM checklist_tallystep turn
    WHERE turn.hamlet_id = tally.hamlet_id AND turn.day > least(tally.day, %(on)s::date)
        AND turn.day <= greatest(tally.day, %(on)s::date) OFFSET 0
) AS step
GROUP BY place, cell
"""
_SUMS_OF_AREAS = _SUMS.format(under=HAMLETS_UNDER)
_SUMS_OF_PROVINCES = _SUMS.format(under=HAMLETS_OF_PROVINCES)


def sum_tallies(areas: Sequence[int], on: date, *, provinces: bool = False) -> dict[int, list[int]]:
    """The cells of the day (checklist.rules.cells), from 0, summed for each of these areas (ids).

    `provinces`: all of them are, and about as many as there are; the same sums, the country read at once."""
    sums_of = _SUMS_OF_PROVINCES if provinces else _SUMS_OF_AREAS
    rows = bulk.execute(sums_of, {"areas": list(areas), "on": on})
    found = {area: [0] * LAST_CELL for area in areas}
    for place, cell, sums in sorted(row for row in rows if row[0] in found):
        if cell:
            found[place][cell - 1] += int(sums)
        else:
            found[place] = unpacked(sums)
    return found
