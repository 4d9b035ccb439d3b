"""One row, one person, and whatever is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from base.names import fold
from people.rules import roster_cells as cells
from people.rules.roster_birth import BadBirth, Birth, FutureBirth, join_birth, read_birth
from people.rules.roster_header import Column
from people.rules.roster_marks import Mark, UnknownMark, is_no, is_yes, read_mark, strongest
from people.rules.roster_problems import Problem, problem
from people.rules.roster_sheet import Cell, is_blank, text

_ITEMS = ("identity", "payment", "signature", "service_account")
T = TypeVar("T")


@dataclass(frozen=True)
class RosterPerson:
    """A person as the roster tells; `birth_year` only where the day is not known, `phone` in E.164."""

    row: int
    full_name: str
    birth_date: date | None
    birth_year: int | None
    sex: str
    phone: str | None
    relation: str
    residence: str
    presence: str
    marks: list[Mark]


@dataclass
class Line:
    """A row of data under its header, with the problems found so far."""

    row: int
    cells: list[Cell]
    columns: dict[str, list[Column]]
    problems: list[Problem] = field(default_factory=list)

    def get(self, name: str) -> Cell:
        """The cell of a field; None where the column is missing or the row too short."""
        column = self.columns.get(name)
        return self._cell(column[0]) if column else None

    def all(self, name: str) -> list[tuple[Column, Cell]]:
        """Every column of a field with its cell."""
        return [(column, self._cell(column)) for column in self.columns.get(name, [])]

    def ticked(self, name: str) -> bool:
        """The cell of the field is a yes."""
        return is_yes(fold(text(self.get(name))))

    def complain(self, code: str, name: str) -> None:
        """Note a problem of the row, beside the column of that field."""
        column = self.columns.get(name)
        self.problems.append(problem(code, self.row, column[0].header if column else None))

    def _cell(self, column: Column) -> Cell:
        return self.cells[column.place] if column.place < len(self.cells) else None


def read_person(line: Line, on: date) -> RosterPerson | None:
    """The person of a row, None if a fatal problem was noted in `line.problems`."""
    name = _name(line)
    birth = _birth(line, on)
    sex = _sex(line)
    phone = _attempt(line, "phone", "row.bad_phone", cells.read_phone)
    marks = _marks(line)
    if name is None or any(problem.fatal for problem in line.problems):
        return None
    return RosterPerson(
        row=line.row,
        full_name=name,
        birth_date=birth[0],
        birth_year=birth[1],
        sex=sex,
        phone=phone,
        relation=relation(line),
        residence=_stated(line, "residence", cells.read_residence) or "permanent",
        presence=_stated(line, "presence", cells.read_presence) or "present",
        marks=marks,
    )


def relation(line: Line) -> str:
    """The kinship to the head; in a list of heads alone, and where the head is ticked, "head"."""
    if "relation" in line.columns:
        return cells.read_relation(line.get("relation"))
    if "head" not in line.columns:
        return "unknown"
    if not {"full_name", "given_name"} & line.columns.keys() or line.ticked("head"):
        return "head"
    head = fold(text(line.get("head")))
    return "head" if head and head == fold(written_name(line)) else "unknown"


def written_name(line: Line) -> str:
    """The name as it stands, in one column or two; of a list of heads, the head's."""
    if "full_name" in line.columns:
        return _as_written(line.get("full_name"))
    if "given_name" in line.columns:
        return f"{_as_written(line.get('family_name'))} {_as_written(line.get('given_name'))}".strip()
    return _as_written(line.get("head"))


def _as_written(cell: Cell) -> str:
    return cell if isinstance(cell, str) else text(cell)


def _name(line: Line) -> str | None:
    place = next(name for name in ("full_name", "given_name", "head") if name in line.columns)
    try:
        name = cells.read_name(written_name(line))
    except cells.BadName:
        line.complain("row.bad_name", place)
        return None
    if not name:
        line.complain("row.no_name", place)
        return None
    return name


def _birth(line: Line, on: date) -> Birth:
    """From one column, from day, month and year, or from the column of one sex."""
    fields = [name for name in ("birth", "birth.male", "birth.female") if not is_blank(line.get(name))]
    split = "birth.year" in line.columns and not fields
    name = "birth.year" if split else (fields or ["birth"])[0]
    try:
        if split:
            day, month, year = (line.get(f"birth.{part}") for part in ("day", "month", "year"))
            return join_birth(day, month, year, on)
        return read_birth(line.get(name), on)
    except FutureBirth:
        line.complain("row.future_birth", name)
    except BadBirth:
        line.complain("row.bad_birth", name)
    return None, None


def _sex(line: Line) -> str:
    if (sex := cells.read_sex(line.get("sex"))) is None:
        line.complain("row.unknown_sex", "sex")
        return cells.UNKNOWN
    if sex != cells.UNKNOWN:
        return sex
    if "birth.male" in line.columns or "birth.female" in line.columns:
        pair = [name for name in ("male", "female") if not is_blank(line.get(f"birth.{name}"))]
    else:
        pair = [name for name in ("male", "female") if line.ticked(f"sex.{name}")]
    if len(pair) > 1:
        line.complain("row.unknown_sex", "sex.male" if "sex.male" in line.columns else "birth.male")
    return pair[0] if len(pair) == 1 else cells.UNKNOWN


def _attempt(line: Line, name: str, code: str, read: Callable[[Cell], T]) -> T | None:
    try:
        return read(line.get(name))
    except ValueError:
        line.complain(code, name)
        return None


def _marks(line: Line) -> list[Mark]:
    found: list[Mark] = []
    for name in line.columns:
        if not name.startswith(_ITEMS):
            continue
        for column, cell in line.all(name):
            try:
                found.extend(read_mark(name, cell))
            except UnknownMark:
                line.problems.append(problem("row.unknown_mark", line.row, column.header))
    return strongest(found)


def _stated(line: Line, subject: str, read: Callable[[Cell], str | None]) -> str | None:
    """What its own column says, or a ticked column ("Tạm trú"), or the note."""
    if stated := read(line.get(subject)):
        return stated
    for name in line.columns:
        word = fold(text(line.get(name))) if name.startswith(f"{subject}.") else ""
        if word and not is_no(word):
            return name.partition(".")[2]
    return read(line.get("note"))
