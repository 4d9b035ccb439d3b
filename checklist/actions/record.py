"""Recording observations: a set of facts grows, and standings and tallies follow in the same transaction.

Whatever the number, the statements are two: one reads where the persons live and what is known of them, one
takes the next revisions and writes facts, standings and tallies, if nobody wrote in these hamlets meanwhile.
Somebody did: the hamlets are locked first, and what was read is read again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.conf import settings

from areas.actions.revisions import take_revisions, taking
from base import bulk
from base.days import day_of
from base.errors import NotFound, Receipt, Refusal
from base.models import Asker
from base.scope import Part
from checklist.actions.ground import check_ground
from checklist.actions.read import read_known
from checklist.actions.write import write_facts
from checklist.queries import Fact, list_facts
from checklist.rules import Evidence, Observation, Standing, check_observation, standings_of
from checklist.rules.tallies import Step, StepKey, item_steps, moved
from people.queries import Place, places_of
from people.rules.basis import grown_birth
from people.rules.persons import PersonRestricted


class IdTaken(Refusal):
    code = "observation.id_taken"
    vi = "Mã này đã dùng cho một lần ghi nhận khác."
    en = "This id was used for another observation."
    status = 409


class BadInstant(Refusal):
    code = "observation.bad_instant"
    vi = "Thời điểm ghi nhận không thể có."
    en = "The instant of the observation is impossible."
    status = 400


class NotYours(Refusal):
    code = "observation.not_yours"
    vi = "Chỉ người ghi nhận, tổ trưởng hoặc cán bộ quản lý địa bàn được rút lại."
    en = "Only its author, a team lead or an area admin may retract it."
    status = 403


Word = Annotated[str, msgspec.Meta(max_length=40)]
# A phone's clock may be years off, but no phone starts before 1970.
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class NewObservation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody says about a person and an item; `id` is minted by the author."""

    id: UUID
    person: UUID
    item: Word
    state: Word
    evidence: Word
    observed_at: Instant
    kind: Word = ""
    blocker: Word = ""
    expires_on: date | None = None
    visit: UUID | None = None


class NewRetraction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An observation that withdraws another; the other stays readable."""

    id: UUID
    observation: UUID


@dataclass(slots=True)
class Draft:
    """A batch on its way: what was read, what will be written."""

    by: Asker
    at: datetime
    source: UUID | None
    places: dict[UUID, Place]
    known: dict[UUID, Fact]
    receipts: dict[int, Receipt] = field(default_factory=dict)
    fresh: list[tuple[int, Fact]] = field(default_factory=list)
    twins: list[tuple[int, Fact]] = field(default_factory=list)
    # Who was born later is a minor: without a representative's consent nothing is recorded of him.
    grown: date = field(init=False)

    def __post_init__(self) -> None:
        self.grown = grown_birth(day_of(self.at), settings.MINOR_UNDER)

    def history(self) -> dict[UUID, list[Observation]]:
        """The known facts of each person."""
        found: dict[UUID, list[Observation]] = defaultdict(list)
        for fact in self.known.values():
            found[fact.person].append(fact.said)
        return found


@bulk.again
def record_observations(
    *, by: Asker, observations: Sequence[NewObservation], at: datetime, source: UUID | None = None
) -> list[Receipt]:
    """Records facts; a receipt for each, in order.

    A person out of sight is refused like one who does not exist. The same id with the same content
    is a duplicate, with other content a conflict. `observed_at` never lies after `at`.
    """
    by.must("record")
    draft = Draft(by, at, source, *read_known(observations))
    seen: dict[UUID, Fact] = {}
    for number, new in enumerate(observations):
        try:
            fact = _accept(draft, new)
        except Refusal as refusal:
            draft.receipts[number] = Receipt(new.id, "refused", refusal=refusal)
            continue
        _sort_in(draft, seen, number, fact)
    return _finish(draft)


def _accept(draft: Draft, new: NewObservation) -> Fact:
    """The observation as it is stored; refuses with the field at fault."""
    if new.observed_at.year < 1970:
        raise BadInstant(path="observed_at")
    check_observation(
        item=new.item,
        kind=new.kind,
        state=new.state,
        evidence=new.evidence,
        blocker=new.blocker,
        expires_on=new.expires_on,
    )
    place = draft.places.get(new.person)
    if place is None or not draft.by.holds("record", *place.path):
        raise NotFound(path="person")
    check_ground(place, draft.grown)
    said = Observation(
        id=new.id,
        item=new.item,
        kind=new.kind,
        state=new.state,
        evidence=Evidence.of(new.evidence),
        observed_at=min(new.observed_at, draft.at),
        expires_on=new.expires_on,
        blocker=new.blocker,
    )
    return Fact(new.person, said, visit=new.visit, by=draft.by.user_id, recorded_at=draft.at)


def _sort_in(draft: Draft, seen: dict[UUID, Fact], number: int, fact: Fact) -> None:
    """New, a duplicate of what is stored or of an earlier one in the batch, or a conflict with it."""
    other = seen.get(fact.said.id) or draft.known.get(fact.said.id)
    if other is None:
        seen[fact.said.id] = fact
        draft.fresh.append((number, fact))
    elif other.same_content(fact):
        draft.twins.append((number, other))
    else:
        draft.receipts[number] = Receipt(fact.said.id, "conflict", refusal=IdTaken(path="id"))


@bulk.again
def retract_observations(
    *, by: Asker, retractions: Sequence[NewRetraction], at: datetime, source: UUID | None = None
) -> list[Receipt]:
    """Withdraws facts (one's own, or anybody's for a team lead and above); a receipt for each, in order."""
    by.must("record")
    targets = list_facts(persons=[], items=[], ids=[new.observation for new in retractions])
    persons = {fact.person for fact in targets.values()}
    places = places_of(persons)
    known = list_facts(
        persons=list(places),
        items=list({fact.said.item for fact in targets.values()}),
        ids=[new.id for new in retractions],
    )
    draft = Draft(by, at, source, places, known)
    seen: dict[UUID, Fact] = {}
    for number, new in enumerate(retractions):
        try:
            fact = _accept_retraction(draft, new, targets.get(new.observation))
        except Refusal as refusal:
            draft.receipts[number] = Receipt(new.id, "refused", refusal=refusal)
            continue
        _sort_in(draft, seen, number, fact)
    return _finish(draft)


def _accept_retraction(draft: Draft, new: NewRetraction, target: Fact | None) -> Fact:
    place = draft.places.get(target.person) if target else None
    if target is None or place is None or not draft.by.sees(*place.path):
        raise NotFound(path="observation")
    if target.said.retracts is not None:
        raise NotFound(path="observation")
    own = target.by is not None and target.by == draft.by.user_id
    if not own and not draft.by.holds("retract_any", *place.path):
        raise NotYours(path="observation")
    if place.restricted:
        raise PersonRestricted(path="observation")
    said = Observation(
        id=new.id,
        item=target.said.item,
        kind=target.said.kind,
        state=target.said.state,
        evidence=target.said.evidence,
        observed_at=draft.at,
        retracts=new.observation,
    )
    return Fact(target.person, said, visit=None, by=draft.by.user_id, recorded_at=draft.at)


def _finish(draft: Draft) -> list[Receipt]:
    """Writes what is new and what follows from it, all at once; a receipt for each document."""
    if draft.fresh:
        counts = Counter(draft.places[fact.person].facts.hamlet_id for _, fact in draft.fresh)
        seen = {place.facts.hamlet_id: place.revision for place in draft.places.values()}
        following = {hamlet: seen[hamlet] + 1 for hamlet in counts}
        if not _write(draft, following, taking(counts, seen)):
            with Part():
                _write(draft, _lock(draft, counts, seen), taking({}, {}))
    for number, fact in draft.twins:
        draft.receipts[number] = Receipt(fact.said.id, "duplicate", revision=fact.revision)
    return [draft.receipts[number] for number in range(len(draft.receipts))]


def _write(draft: Draft, following: dict[int, int], taken: tuple[str, dict[str, Any]]) -> bool:
    """Numbers the facts, computes what follows and writes it; False when somebody wrote meanwhile."""
    for number, fact in draft.fresh:
        hamlet = draft.places[fact.person].facts.hamlet_id
        fact.revision = following[hamlet]
        following[hamlet] += 1
        draft.receipts[number] = Receipt(fact.said.id, "applied", revision=fact.revision)
    facts = [fact for _, fact in draft.fresh]
    return write_facts(draft, facts, *consequences(draft, facts), taken)


def _lock(draft: Draft, counts: Mapping[int, int], seen: Mapping[int, int]) -> dict[int, int]:
    """The next revision of each hamlet, locked until COMMIT. When somebody wrote between our reading
    and our lock, what we read is read again under the lock."""
    following = take_revisions(by=draft.by, counts=counts)
    if all(first == seen[hamlet] + 1 for hamlet, first in following.items()):
        return following
    touched = {fact.person for _, fact in draft.fresh}
    current = places_of(touched)
    read = {pk: _as_judged(draft.places[pk]) for pk in touched}
    if {pk: _as_judged(place) for pk, place in current.items()} != read:
        raise bulk.Raced
    items = {fact.said.item for _, fact in draft.fresh}
    ids = [fact.said.id for _, fact in draft.fresh]
    draft.known = list_facts(persons=list(touched), items=list(items), ids=ids)
    if any(number in draft.known for number in ids):
        raise bulk.Raced
    return following


def _as_judged(place: Place) -> tuple[Any, ...]:
    return place.facts, place.decided, place.agreed, place.restricted


def consequences(
    draft: Draft, facts: Iterable[Fact]
) -> tuple[list[tuple[Fact, Standing | None]], dict[StepKey, int]]:
    """The standings after these facts (None: nothing holds any more) and how the tallies move."""
    by_person: dict[UUID, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_person[fact.person].append(fact)
    history = draft.history()
    standings: list[tuple[Fact, Standing | None]] = []
    before: list[Step] = []
    after: list[Step] = []
    for person, new in by_person.items():
        items = {fact.said.item for fact in new}
        known = [said for said in history.get(person, ()) if said.item in items]
        were = standings_of(known)
        are = standings_of(known + [fact.said for fact in new])
        place = draft.places[person].facts
        before += item_steps(place, were.values())
        after += item_steps(place, are.values())
        latest = {(fact.said.item, fact.said.kind): fact for fact in new}
        standings += [(fact, are.get(subject)) for subject, fact in latest.items()]
    return standings, dict(moved(before, after))
