"""A roster is applied once, as a whole; and it can be taken back as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import msgspec

from areas.actions import HamletExists, add_hamlets, take_revisions
from areas.queries import find_hamlets_by_name, hamlets_by_code, path_ids, path_of
from areas.rules import Level, hamlet_key, order_key
from base import bulk
from base.errors import NotFound, Refusal
from base.models import Asker
from base.names import fold
from base.registry import plug
from base.scope import widened
from people.actions.editable import STILL_THERE
from people.actions.new import NewHousehold, NewPerson
from people.actions.register import register_households, register_persons
from people.actions.stage import StagedHousehold, StagedMark, StagedPerson
from people.models import Change, Consent, Household, Import, Person
from people.queries import match_persons
from people.queries.sealed import STAGED
from people.rules.matching import Known
from people.rules.persons import COUNTED, PersonChange, PersonFacts, PersonMark

STAGED_LIFE = timedelta(days=7)


class AlreadyApplied(Refusal):
    code = "import.already_applied"
    vi = "Danh sách này đã được nhập rồi; không nhập lần thứ hai."
    en = "This roster was applied before; it is not applied a second time."
    status = 409


class NotApplied(Refusal):
    code = "import.not_applied"
    vi = "Danh sách này chưa được nhập hoặc đã được hoàn tác."
    en = "This roster is not applied, or was undone."
    status = 409


class MovedAway(Refusal):
    code = "import.moved_away"
    vi = "Có người trong danh sách đã chuyển đến địa bàn khác; người quản lý cả hai nơi mới hoàn tác được."
    en = "Somebody of this roster moved to another area; only who manages both can undo it."
    status = 409


@dataclass(frozen=True, slots=True)
class Undone:
    """How many persons were taken out, and how many stay because somebody worked on them since."""

    removed: int
    kept: int


@bulk.atomic
def apply_import(*, by: Asker, import_id: UUID, at: datetime) -> Import:
    """Makes the staged households, persons and observations real: all of them or none, and only once."""
    by.must("import")
    roster = _held(by, import_id)
    if roster.state != "staged":
        raise AlreadyApplied()
    households = msgspec.convert(STAGED.open(roster.pk, roster.staged), list[StagedHousehold])
    hamlets, codes = _hamlets(by, roster, at)
    _lock(by, hamlets.values())  # before looking who is known: another roster may bring the same persons
    matches = match_persons(by, [household.rows(hamlets) for household in households])
    new_households, new_persons, ids = _sorted_out(roster.pk, households, codes, matches)
    receipts = register_households(by=by, households=new_households, at=at, source=roster.pk)
    receipts += register_persons(by=by, persons=new_persons, at=at, source=roster.pk)
    refused = [receipt.refusal for receipt in receipts if receipt.refusal]
    if refused:
        raise refused[0]
    marks = [
        PersonMark(uuid5(roster.pk, f"{ids[person.row]}/{m.item}/{m.kind}"), ids[person.row], *_words(m))
        for household in households
        for person in household.persons
        for m in person.marks
    ]
    plug("people.record_marks")(by=by, marks=marks, observed_at=roster.staged_at, source=roster.pk, at=at)
    roster.state, roster.applied_at, roster.staged = "applied", at, None
    roster.save(update_fields=["state", "applied_at", "staged", "hamlets"])
    return roster


def _words(mark: StagedMark) -> tuple[str, str, str]:
    return mark.item, mark.kind, mark.state


def _held(by: Asker, import_id: UUID) -> Import:
    """The import, locked, when its area is in the asker's."""
    roster = (
        Import.objects.select_for_update(of=("self",))
        .select_related("area__parent__parent")
        .filter(pk=import_id)
        .first()
    )
    if roster is None or not by.holds("import", *path_of(roster.area)):
        raise NotFound()
    return roster


def _hamlets(by: Asker, roster: Import, at: datetime) -> tuple[dict[str, int], dict[str, str]]:
    """Ids and codes of the hamlets by the roster's names; those that do not exist yet are made."""
    names = [entry["name"] for entry in roster.hamlets]
    if roster.area.level == Level.HAMLET:
        return dict.fromkeys(names, roster.area.pk), dict.fromkeys(names, roster.area.code)
    found = find_hamlets_by_name(roster.area.pk, names)
    # Two spellings of one new hamlet ("TDP 9", "Tổ dân phố số 9") make one hamlet.
    # They are numbered as an official list names them, so that "Tổ dân phố số 1" comes first.
    new = sorted((name for name in names if name not in found), key=lambda name: (order_key(name), name))
    missing: dict[str, str] = {}
    for name in new:
        missing.setdefault(hamlet_key(name), name)
    if missing:
        wanted = [(name, _kind_of(name)) for name in missing.values()]
        try:
            made = add_hamlets(by=by, commune=roster.area.code, hamlets=wanted, at=at)
        except HamletExists:  # made since we looked, by another roster or another admin
            raise bulk.Raced from None
        by_key = dict(zip(missing, made, strict=True))
        found |= {name: by_key[hamlet_key(name)] for name in names if name not in found}
    roster.hamlets = [{"name": name, "code": found[name].code} for name in names]
    return {name: area.pk for name, area in found.items()}, {n: area.code for n, area in found.items()}


def _lock(by: Asker, hamlet_ids: Iterable[int]) -> None:
    """Locks the hamlets until COMMIT, all at once and in the order that everybody locks them."""
    take_revisions(by=by, counts=dict.fromkeys(hamlet_ids, 0))


def _kind_of(name: str) -> str:
    """Urban words (tổ dân phố, khu phố, khóm, khối) tell a neighbourhood; everything else is a village."""
    first = fold(name).split(" ")[0]
    return "neighbourhood" if first in ("to", "tdp", "khu", "kp", "khoi", "khom", "tieu") else "village"


def _sorted_out(
    import_id: UUID,
    households: Sequence[StagedHousehold],
    codes: dict[str, str],
    matches: Mapping[int, Known],
) -> tuple[list[NewHousehold], list[NewPerson], dict[int, UUID]]:
    """What is to be registered: whole households, persons of known households; and each row's person id."""
    whole: list[NewHousehold] = []
    joining: list[NewPerson] = []
    ids: dict[int, UUID] = {}
    for number, household in enumerate(households):
        known = [matches[row.row] for row in household.persons if row.row in matches]
        homes = Counter(match.household for match in known if not match.restricted)
        home = homes.most_common(1)[0][0] if homes else None
        fresh = []
        for row in household.persons:
            match = matches.get(row.row)
            ids[row.row] = match.id if match else uuid5(import_id, f"person {row.row}")
            if match is None:
                fresh.append(_new_person(ids[row.row], row, home))
        if home is not None:
            joining += fresh
        elif fresh:
            household_id = uuid5(import_id, f"household {number}")
            whole.append(
                NewHousehold(household_id, codes[household.hamlet], address=household.address, persons=fresh)
            )
    return whole, joining, ids


def _new_person(person_id: UUID, row: StagedPerson, household: UUID | None) -> NewPerson:
    return NewPerson(
        id=person_id,
        household=household,
        full_name=row.full_name,
        birth_date=row.birth_date,
        birth_year=row.birth_year,
        sex=row.sex,
        phone=row.phone,
        relation=row.relation,
        residence=row.residence,
        presence=row.presence,
    )


@bulk.atomic
def undo_import(*, by: Asker, import_id: UUID, at: datetime) -> tuple[Import, Undone]:
    """Takes back an applied roster: its observations are retracted, its persons leave the books.

    Persons whom somebody has edited, asked for consent or observed since stay: nobody's work is thrown away.
    Refuses a roster of which somebody moved out of the asker's area.
    """
    by.must("import")
    roster = _held(by, import_id)
    if roster.state != "applied":
        raise NotApplied()
    with widened():  # whoever moved away must be seen, for the roster to be refused
        _lock_touched(by, roster)  # nobody works on these persons while we look who did
        try:
            worked_on: set[UUID] = plug("people.retract_marks")(by=by, source=roster.pk, at=at)
        except NotFound:  # a fact about somebody who was known before, and lives elsewhere now
            raise MovedAway() from None
    brought = list(Person.objects.filter(source_id=roster.pk, removed_at=None))
    for work in (Change, Consent):
        found = work.objects.filter(person_id__in=[person.pk for person in brought])
        worked_on |= set(found.values_list("person_id", flat=True))
    leaving = [person for person in brought if person.pk not in worked_on]
    _remove(by, leaving, roster.pk, at)
    roster.state, roster.undone_at = "undone", at
    roster.save(update_fields=["state", "undone_at"])
    return roster, Undone(removed=len(leaving), kept=len(brought) - len(leaving))


def _lock_touched(by: Asker, roster: Import) -> None:
    """Locks the hamlets; refuses one that is not the asker's, Raced when somebody moved meanwhile."""
    touched = _hamlets_touched(roster)
    if not all(by.holds("import", *path) for path in path_ids(touched).values()):
        raise MovedAway()
    _lock(by, touched)
    if not _hamlets_touched(roster) <= touched:
        raise bulk.Raced


def _hamlets_touched(roster: Import) -> set[int]:
    """Where the roster went, and where its persons live now."""
    named = hamlets_by_code({entry["code"] for entry in roster.hamlets})
    living = Person.objects.filter(source_id=roster.pk, removed_at=None)
    return {place.hamlet_id for place in named.values()} | set(living.values_list("hamlet_id", flat=True))


def _remove(by: Asker, leaving: Sequence[Person], source: UUID, at: datetime) -> None:
    """Persons, and the households of the same roster that stand empty then, leave the books."""
    _take_out(by, "people_person", leaving, at)
    changes = [
        PersonChange(PersonFacts(p.pk, p.hamlet_id, p.born_on, p.presence in COUNTED), None) for p in leaving
    ]
    if changes:
        plug("people.persons_changed")(by=by, changes=changes, at=at)
    empty = Household.objects.filter(source_id=source, removed_at=None).exclude(
        pk__in=Person.objects.filter(removed_at=None, household__source_id=source).values("household_id")
    )
    _take_out(by, "people_household", list(empty), at)


def _take_out(by: Asker, table: str, rows: Iterable[Any], at: datetime) -> None:
    leaving = list(rows)
    if not leaving:
        return
    following = take_revisions(by=by, counts=dict(Counter(row.hamlet_id for row in leaving)))
    given = []
    for row in leaving:
        given.append(
            {
                "id": row.pk,
                "hamlet_id": row.hamlet_id,
                "seen": row.revision,
                "revision": following[row.hamlet_id],
                "removed_at": at,
            }
        )
        following[row.hamlet_id] += 1
    columns = {"revision": "bigint", "removed_at": "timestamptz"}
    if bulk.update(table, columns, given, same=STILL_THERE) != len(given):
        raise bulk.Raced


def drop_stale_imports(*, by: Asker, at: datetime) -> int:
    """Deletes rosters staged over seven days ago and never applied: they hold names and phones."""
    by.must("keep_house")
    return Import.objects.filter(state="staged", staged_at__lt=at - STAGED_LIFE).delete()[0]
