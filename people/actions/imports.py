"""A roster comes in: staged first, applied once, undone as a batch."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import msgspec

from areas.actions import add_hamlets, take_revisions
from areas.queries import find_area, find_hamlets_by_name, path_of
from areas.rules import Level
from base import bulk
from base.days import day_of
from base.errors import NotFound, Refusal
from base.models import Asker
from base.names import fold
from base.registry import plug
from people.actions.register import NewHousehold, NewPerson, register_households, register_persons
from people.formats import read_table
from people.models import Change, Household, Import, Person
from people.rules.persons import COUNTED, PersonChange, PersonFacts, PersonMark
from people.rules.roster import Roster, understand

STAGED_LIFE = timedelta(days=7)


class WrongLevel(Refusal):
    code = "import.area_level"
    vi = "Danh sách phải được nhập vào một xã/phường hoặc một thôn/tổ dân phố."
    en = "A roster goes into a commune or a hamlet."


class HamletMissing(Refusal):
    code = "import.hamlet_missing"
    vi = "Danh sách không ghi thôn/tổ dân phố; hãy chọn thẳng thôn/tổ dân phố khi nhập."
    en = "The roster names no hamlet; choose the hamlet itself as the area."


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


class StagedMark(msgspec.Struct, frozen=True):
    item: str
    kind: str
    state: str


class StagedPerson(msgspec.Struct, frozen=True):
    row: int
    full_name: str
    birth_date: date | None
    birth_year: int | None
    sex: str
    phone: str
    relation: str
    residence: str
    presence: str
    marks: list[StagedMark]


class StagedHousehold(msgspec.Struct, frozen=True):
    hamlet: str  # the name as the roster gives it, "" when the area itself is the hamlet
    address: str
    persons: list[StagedPerson]


@dataclass(frozen=True, slots=True)
class Undone:
    """How many persons were taken out, and how many stay because somebody worked on them since."""

    removed: int
    kept: int


def stage_import(*, by: Asker, import_id: UUID, area: str, data: bytes, at: datetime) -> Import:
    """Reads a roster and says, before anything is stored about anybody, what it would do.

    Refuses what is no roster, and an area out of sight like one that does not exist.
    """
    by.must("import")
    place = find_area(area)
    if place is None or not by.holds("import", *path_of(place)):
        raise NotFound(path="area")
    if place.level not in (Level.COMMUNE, Level.HAMLET):
        raise WrongLevel(path="area")
    roster = understand(read_table(data), on=day_of(at))
    names = sorted({household.hamlet_name or "" for household in roster.households})
    if place.level == Level.HAMLET:
        known: dict[str, Any] = dict.fromkeys(names, place)
    elif "" in names:
        raise HamletMissing(path="area")
    else:
        known = find_hamlets_by_name(place.pk, names)
    households = [_staged(household) for household in roster.households]
    hamlets = {name: area.pk for name, area in known.items() if area is not None}
    matched = sum(match is not None for match in _match(households, hamlets).values())
    return Import.objects.create(
        id=import_id,
        area_id=place.pk,
        state="staged",
        sha256=hashlib.sha256(data).hexdigest(),
        columns=roster.columns,
        ignored=roster.ignored,
        hamlets=[{"name": name, "code": known[name].code if known.get(name) else None} for name in names],
        counts=_counts(roster, matched),
        problems=[_problem(problem) for problem in roster.problems],
        staged=msgspec.to_builtins(households),
        by_id=by.user_id,
        staged_at=at,
    )


def _staged(household: Any) -> StagedHousehold:
    persons = [
        StagedPerson(
            row=person.row,
            full_name=person.full_name,
            birth_date=person.birth_date,
            birth_year=person.birth_year,
            sex=person.sex,
            phone=person.phone or "",
            relation=person.relation,
            residence=person.residence,
            presence=person.presence,
            marks=[StagedMark(mark.item, mark.kind or "", mark.state) for mark in person.marks],
        )
        for person in household.persons
    ]
    return StagedHousehold(household.hamlet_name or "", household.address or "", persons)


def _counts(roster: Roster, matched: int) -> dict[str, int]:
    persons = sum(len(household.persons) for household in roster.households)
    return {
        "rows": roster.rows,
        "households": len(roster.households),
        "persons": persons,
        "new": persons - matched,
        "matched": matched,
        "refused": len({problem.row for problem in roster.problems if problem.fatal}),
        "duplicates": len(roster.duplicates),
    }


def _problem(problem: Any) -> dict[str, Any]:
    return {
        "row": problem.row,
        "column": problem.column,
        "code": problem.code,
        "vi": problem.vi,
        "en": problem.en,
        "refused": problem.fatal,
    }


@bulk.atomic
def apply_import(*, by: Asker, import_id: UUID, at: datetime) -> Import:
    """Makes the staged households, persons and observations real: all of them or none, and only once."""
    by.must("import")
    roster = _held(by, import_id)
    if roster.state != "staged":
        raise AlreadyApplied()
    households = msgspec.convert(roster.staged, list[StagedHousehold])
    hamlets, codes = _hamlets(by, roster, at)
    matches = _match(households, hamlets)
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
    known = find_hamlets_by_name(roster.area.pk, names)
    missing = [name for name in names if known.get(name) is None]
    if missing:
        made = add_hamlets(
            by=by, commune=roster.area.code, hamlets=[(name, _kind_of(name)) for name in missing], at=at
        )
        known.update(zip(missing, made, strict=True))
    found = {name: area for name, area in known.items() if area is not None}
    roster.hamlets = [{"name": name, "code": found[name].code} for name in names]
    return {name: area.pk for name, area in found.items()}, {n: area.code for n, area in found.items()}


def _kind_of(name: str) -> str:
    """Urban words (tổ dân phố, khu phố, khóm, khối) tell a neighbourhood; everything else is a village."""
    first = fold(name).split(" ")[0]
    return "neighbourhood" if first in ("to", "tdp", "khu", "kp", "khoi", "khom", "tieu") else "village"


def _match(households: Sequence[StagedHousehold], hamlets: dict[str, int]) -> dict[int, Person | None]:
    """For each row of the roster the person who is known already: same hamlet, name and birth.

    A known person answers for one row only, so two namesakes of the same year stay two.
    """
    known: dict[tuple[Any, ...], list[Person]] = defaultdict(list)
    living = Person.objects.filter(hamlet_id__in=set(hamlets.values()), removed_at=None)
    for person in living.only("hamlet_id", "search_key", "birth_date", "birth_year", "household_id"):
        known[person.hamlet_id, person.search_key, person.birth_date or person.birth_year].append(person)
    found: dict[int, Person | None] = {}
    for household in households:
        for row in household.persons:
            key = (hamlets.get(household.hamlet), fold(row.full_name), row.birth_date or row.birth_year)
            found[row.row] = known[key].pop() if known.get(key) else None
    return found


def _sorted_out(
    import_id: UUID,
    households: Sequence[StagedHousehold],
    codes: dict[str, str],
    matches: dict[int, Person | None],
) -> tuple[list[NewHousehold], list[NewPerson], dict[int, UUID]]:
    """What is to be registered: whole households, persons of known households; and each row's person id."""
    whole: list[NewHousehold] = []
    joining: list[NewPerson] = []
    ids: dict[int, UUID] = {}
    for number, household in enumerate(households):
        known = [match for row in household.persons if (match := matches[row.row])]
        home = known[0].household_id if known else None
        fresh = []
        for row in household.persons:
            match = matches[row.row]
            ids[row.row] = match.pk if match else uuid5(import_id, f"person {row.row}")
            if match is None:
                fresh.append(_new_person(ids[row.row], row, home))
        if home is not None:
            joining += fresh
        elif fresh:
            household_id = uuid5(import_id, f"household {number}")
            whole.append(
                NewHousehold(
                    household_id, codes[household.hamlet], address=household.address, persons=fresh
                )
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

    Persons whom somebody has edited or observed since stay: nobody's work is thrown away.
    """
    by.must("import")
    roster = _held(by, import_id)
    if roster.state != "applied":
        raise NotApplied()
    worked_on: set[UUID] = plug("people.retract_marks")(by=by, source=roster.pk, at=at)
    brought = list(Person.objects.filter(source_id=roster.pk, removed_at=None))
    edited = set(
        Change.objects.filter(person_id__in=[p.pk for p in brought]).values_list("person_id", flat=True)
    )
    leaving = [person for person in brought if person.pk not in worked_on | edited]
    _remove(by, leaving, roster.pk, at)
    roster.state, roster.undone_at = "undone", at
    roster.save(update_fields=["state", "undone_at"])
    return roster, Undone(removed=len(leaving), kept=len(brought) - len(leaving))


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
            {"id": row.pk, "seen": row.revision, "revision": following[row.hamlet_id], "removed_at": at}
        )
        following[row.hamlet_id] += 1
    if bulk.update(table, {"revision": "bigint", "removed_at": "timestamptz"}, given) != len(given):
        raise bulk.Raced


def drop_stale_imports(*, by: Asker, at: datetime) -> int:
    """Deletes rosters staged over seven days ago and never applied: they hold names and phones."""
    by.must("keep_house")
    return Import.objects.filter(state="staged", staged_at__lt=at - STAGED_LIFE).delete()[0]
