"""The standing: what holds now, a pure function of the SET of observations.

The rule, for the observations of one person, item and kind:

1. Those that another one retracts do not count. A retraction states nothing itself, and cannot be retracted.
2. The others are read in the order of (`observed_at`, evidence, `id`), whatever order they arrived in.
3. The first one gives the state and begins a *run*. Then each one
   - with the same state *confirms*: the run goes on, and a contest ends, however weak the confirmation;
   - with a higher state *raises*: it takes effect whatever its evidence, and begins a new run;
   - with a lower state, and evidence at least the best of the run (equal is enough), *lowers*: it takes
     effect and begins a new run;
   - with a lower state and weaker evidence *contests*: the standing holds, marked `contested` (someone
     should visit). The run is not broken. Contests do not add up: three who were told something do not
     outvote one who saw it; each is compared with the best evidence of the run.
   A run is over on the day after its `expires_on`: whatever is said from then on begins a new run, so a
   renewal declared by mouth does not inherit the evidence of the signature that has expired.
4. `evidence` is the best of the run; `expires_on` the last one stated in the run; `observed_at`, `blocker`
   and `decided_by` come from the last one of the run, so that a contest does not make a standing fresh.

Sorting makes the order of arrival irrelevant; one that is read twice counts once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from checklist.items import ITEMS
from checklist.rules.facts import Evidence, Observation, day_of


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for one person, item and kind; `expires_on` is the last valid day, None when not known."""

    item: str
    kind: str
    state: str
    evidence: Evidence
    observed_at: datetime
    expires_on: date | None
    blocker: str
    contested: bool
    decided_by: UUID


def standing_of(observations: Iterable[Observation]) -> Standing | None:
    """The standing by the observations of ONE item and kind; None when nothing is stated."""
    facts = _not_retracted(observations)
    return _fold(facts) if facts else None


def standings_of(observations: Iterable[Observation]) -> dict[tuple[str, str], Standing]:
    """The standings of one person, by (item, kind)."""
    by_subject: dict[tuple[str, str], list[Observation]] = {}
    for fact in _not_retracted(observations):
        by_subject.setdefault((fact.item, fact.kind), []).append(fact)
    return {subject: _fold(facts) for subject, facts in by_subject.items()}


def _not_retracted(observations: Iterable[Observation]) -> list[Observation]:
    facts = []
    withdrawn = set()
    for observation in observations:
        if observation.retracts is None:
            facts.append(observation)
        else:
            withdrawn.add(observation.retracts)
    return [fact for fact in facts if fact.id not in withdrawn] if withdrawn else facts


def _moment(fact: Observation) -> tuple[datetime, int, int]:
    return (fact.observed_at, fact.evidence, fact.id.int)


def _fold(facts: list[Observation]) -> Standing:
    """Rules 2 to 4 over at least one fact; sorts the list it is given."""
    if len(facts) > 1:
        facts.sort(key=_moment)
    last = read = facts[0]
    evidence, expires_on, contested = last.evidence, last.expires_on, False
    ranks = ITEMS[last.item].ranks
    for fact in facts[1:]:
        if fact.id == read.id:
            continue
        read = fact
        over = expires_on is not None and day_of(fact.observed_at) > expires_on
        if fact.state == last.state and not over:
            evidence = fact.evidence if fact.evidence > evidence else evidence
            expires_on = fact.expires_on or expires_on
        elif over or ranks[fact.state] > ranks[last.state] or fact.evidence >= evidence:
            evidence, expires_on = fact.evidence, fact.expires_on
        else:
            contested = True
            continue
        last, contested = fact, False
    return Standing(
        last.item,
        last.kind,
        last.state,
        evidence,
        last.observed_at,
        expires_on,
        last.blocker,
        contested,
        last.id,
    )
