"""From sheets to households: finds the roster by itself, whatever the commune calls its columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from people.rules.roster_doors import Door, Doors
from people.rules.roster_header import Header, find_header
from people.rules.roster_marks import Mark
from people.rules.roster_persons import Line, RosterPerson, read_person
from people.rules.roster_problems import Problem, problem
from people.rules.roster_refusals import Empty, NoRoster
from people.rules.roster_rows import walk
from people.rules.roster_sheet import Sheet, is_blank

__all__ = ["Mark", "Problem", "Roster", "RosterHousehold", "RosterPerson", "Sheet", "understand"]


@dataclass(frozen=True)
class RosterHousehold:
    """One door: `key` is unique in the roster, `rows` are all its rows, refused ones too."""

    key: str
    hamlet_name: str | None
    address: str
    persons: list[RosterPerson]
    rows: list[int]


@dataclass(frozen=True)
class Roster:
    """What was understood, and what was not.

    `columns` field to header · `ignored` headers that were not read · `duplicates` rows equal to an earlier
    one in every cell · `rows` rows of data seen: persons, refused rows and duplicates · `sheet` the one
    read · `unread` other sheets that look like rosters.
    """

    columns: dict[str, str]
    ignored: list[str]
    households: list[RosterHousehold]
    problems: list[Problem]
    duplicates: list[int]
    rows: int
    sheet: str = ""
    unread: list[str] = field(default_factory=list)


def understand(sheets: list[Sheet], *, on: date) -> Roster:
    """The roster in the sheet with the fullest header, as read on the day `on`.

    Refused: Empty (no cell, or no row under the header), NoRoster. Problems of single rows refuse nothing.
    """
    if not any(sheet.rows for sheet in sheets):
        raise Empty()
    found = [(sheet, header) for sheet in sheets if (header := find_header(sheet))]
    if not found:
        raise NoRoster()
    sheet, header = max(found, key=lambda pair: (pair[1].rank, len(pair[0].rows)))
    reading = _Reading(on, Doors({column.field for column in header.columns}))
    for hamlet, line, is_person in walk(header, sheet):
        reading.take(hamlet, line, is_person)
    if not reading.rows:
        raise Empty()
    return reading.roster(sheet, header, [other.name for other, _ in found if other is not sheet])


class _Reading:
    """The rows read so far."""

    def __init__(self, on: date, doors: Doors) -> None:
        self.on = on
        self.doors = doors
        self.rows = 0
        self.problems: list[Problem] = []
        self.duplicates: list[int] = []
        self.behind: dict[str, tuple[Door, list[RosterPerson], list[int]]] = {}
        self.seen: set[tuple[object, ...]] = set()

    def take(self, hamlet: str | None, line: Line, is_person: bool) -> None:
        """Read one line; a row equal to an earlier one in every cell is only noted."""
        if not is_person:
            self.doors.open(hamlet, line)
            return
        self.rows += 1
        content = tuple(None if is_blank(cell) else cell for cell in line.cells)
        while content and content[-1] is None:
            content = content[:-1]
        if content in self.seen:
            self.duplicates.append(line.row)
            return
        self.seen.add(content)
        door = self.doors.open(hamlet, line)
        _, persons, rows = self.behind.setdefault(door.key, (door, [], []))
        rows.append(line.row)
        if person := read_person(line, self.on):
            persons.append(person)
        self.problems.extend(line.problems)

    def roster(self, sheet: Sheet, header: Header, unread: list[str]) -> Roster:
        """All that was read; a household of which every row was refused is none."""
        if self.doors.alone:
            self.problems.insert(0, problem("roster.no_households", header.row))
        return Roster(
            columns=header.named(),
            ignored=header.ignored,
            households=[
                RosterHousehold(key, door.hamlet, door.address, persons, rows)
                for key, (door, persons, rows) in self.behind.items()
                if persons
            ],
            problems=self.problems,
            duplicates=self.duplicates,
            rows=self.rows,
            sheet=sheet.name,
            unread=unread,
        )
