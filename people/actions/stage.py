"""A roster comes in: it is read, and told what it would do, before anything is stored about anybody."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from areas.queries import find_area, find_hamlets_by_name, path_of
from areas.queries.bases import bases_over
from areas.rules import Level, clean_name
from base.days import day_of
from base.errors import NotFound, Refusal
from base.models import Asker
from people.formats import read_table
from people.models import Import
from people.queries import match_persons
from people.queries.sealed import PHONE_INDEX, STAGED
from people.rules.basis import NoBasis
from people.rules.matching import Row
from people.rules.roster import Roster, understand

MOST_ADDRESS = 200


class WrongLevel(Refusal):
    code = "import.area_level"
    vi = "Danh sách phải được nhập vào một xã/phường hoặc một thôn/tổ dân phố."
    en = "A roster goes into a commune or a hamlet."


class HamletMissing(Refusal):
    code = "import.hamlet_missing"
    vi = "Danh sách không ghi thôn/tổ dân phố; hãy chọn thẳng thôn/tổ dân phố khi nhập."
    en = "The roster names no hamlet; choose the hamlet itself as the area."


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

    def rows(self, hamlets: Mapping[str, int]) -> list[Row]:
        """Its persons, to be matched with those who are known; `hamlets` are ids by name."""
        return [
            Row(
                p.row,
                hamlets.get(self.hamlet),
                p.full_name,
                p.birth_date or p.birth_year,
                p.sex,
                PHONE_INDEX.index(p.phone),
            )
            for p in self.persons
        ]


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
    # A roster brings nobody's consent, and to hold it staged is to hold it.
    if not bases_over(path_of(place)).exists():
        raise NoBasis(path="area")
    roster = understand(read_table(data), on=day_of(at))
    names = sorted({household.hamlet_name or "" for household in roster.households})
    known = _hamlets_named(place, names)
    households = [_staged(household) for household in roster.households]
    ids = {name: hamlet.pk for name, hamlet in known.items()}
    matches = match_persons(by, [household.rows(ids) for household in households]).values()
    by.saw("import.stage", ((known.hamlet, known.id) for known in matches))
    return Import.objects.create(
        id=import_id,
        area_id=place.pk,
        state="staged",
        sha256=hashlib.sha256(data).hexdigest(),
        columns=roster.columns,
        ignored=roster.ignored,
        hamlets=[{"name": name, "code": known[name].code if name in known else None} for name in names],
        counts=_counts(roster, len(matches)),
        problems=[_problem(problem) for problem in roster.problems],
        unread=roster.unread,
        staged=STAGED.seal(import_id, msgspec.to_builtins(households)),
        by_id=by.user_id,
        staged_at=at,
    )


def _hamlets_named(place: Any, names: Collection[str]) -> dict[str, Any]:
    """The hamlets that exist, by the roster's names; refuses a name that no hamlet can be given."""
    if place.level == Level.HAMLET:
        return dict.fromkeys(names, place)
    if "" in names:
        raise HamletMissing(path="area")
    known = find_hamlets_by_name(place.pk, names)
    for name in names:
        if name not in known:
            clean_name(name, "file")
    return known


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
    address = (household.address or "")[:MOST_ADDRESS].strip()
    return StagedHousehold(household.hamlet_name or "", address, persons)


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
