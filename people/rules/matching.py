"""Which rows of a roster are persons known already: the same hamlet, name and birth. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from areas.rules import exact_key
from base.names import fold

Birth = date | int | None
MOST_NAMESAKES = 50


class Known(NamedTuple):
    """Somebody in the books of a hamlet."""

    id: UUID
    household: UUID
    hamlet: int
    full_name: str
    birth: Birth
    sex: str
    phone: bytes | None  # its blind index: whether two are the same is all that is asked
    restricted: bool = False  # known, so that he is not registered again; nobody joins him


class Row(NamedTuple):
    """A row of a roster; `hamlet` is None where the hamlet does not exist yet."""

    number: int
    hamlet: int | None
    full_name: str
    birth: Birth
    sex: str
    phone: bytes | None


Books = dict[Hashable, dict[UUID, Known]]  # by hamlet, name and birth, then by id


def match_rows(households: Sequence[Sequence[Row]], known: Iterable[Known]) -> dict[int, Known]:
    """The known person of each row that has one, by row number.

    First those of exactly this name and birth, then those whose name or birth was written with less (no
    marks, the bare year). Among namesakes the one who lives with the others of the row's household.
    A known person answers for one row only, so two namesakes stay two.
    """
    people = list(known)
    found: dict[int, Known] = {}
    for is_exact in (True, False):
        taken = {person.id for person in found.values()}
        books: Books = defaultdict(dict)
        for person in people:
            if person.id not in taken:
                books[_key(person, is_exact)][person.id] = person
        for rows in households:
            waiting = [row for row in rows if row.number not in found and row.hamlet is not None]
            _match_household(waiting, books, found, is_exact)
    return found


def _match_household(rows: Sequence[Row], books: Books, found: dict[int, Known], is_exact: bool) -> None:
    homes: Counter[UUID] = Counter()
    for row in rows:
        homes.update({person.household for person in _candidates(row, books, is_exact)})
    for row in rows:
        likeness = {p: (*_likeness(row, p, homes), p.id) for p in _candidates(row, books, is_exact)}
        if likeness:
            best = max(likeness, key=likeness.__getitem__)
            found[row.number] = best
            del books[_key(best, is_exact)][best.id]


def _candidates(row: Row, books: Books, is_exact: bool) -> list[Known]:
    """Those who are left, of a crowd of namesakes some: a roster of one name would take hours."""
    same = islice(books.get(_key(row, is_exact), {}).values(), MOST_NAMESAKES)
    return list(same) if is_exact else [person for person in same if _may_be(row, person)]


def _key(one: Row | Known, is_exact: bool) -> Hashable:
    if is_exact:
        return one.hamlet, exact_key(one.full_name), one.birth
    return one.hamlet, fold(one.full_name), _year(one.birth)


def _may_be(row: Row, person: Known) -> bool:
    births = row.birth == person.birth or isinstance(row.birth, int) or isinstance(person.birth, int)
    ours, theirs = exact_key(row.full_name), exact_key(person.full_name)
    return births and (ours == theirs or _has_no_marks(ours) or _has_no_marks(theirs))


def _has_no_marks(name: str) -> bool:
    """Typed without any mark; who writes "Nguyễn Thị Lan" does not mean Lân."""
    return name == fold(name)


def _year(birth: Birth) -> int | None:
    return birth.year if isinstance(birth, date) else birth


def _likeness(row: Row, person: Known, homes: Counter[UUID]) -> tuple[int, bool, bool]:
    return homes[person.household], row.sex == person.sex, bool(row.phone) and row.phone == person.phone
