"""What is asked of a table, and what it answers: the same for a screen and for every file type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What the cells of a column hold, so that a file can keep numbers numbers and days days."""

    TEXT = "text"
    COUNT = "count"  # whole numbers
    RATE = "rate"  # per cent, with one decimal; None where there is nobody to count
    DAY = "day"
    INSTANT = "instant"  # UTC


Cell = str | int | float | date | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    `group_vi`, `group_en`: the upper line of a two-line heading, the same for neighbours that belong together
    ("" for none). `is_code`: a code for machines beside a title for people; files leave it out. `of`: of a
    rate that was counted, the columns of its two numbers.
    """

    code: str
    title_vi: str
    title_en: str
    kind: Kind = Kind.TEXT
    group_vi: str = ""
    group_en: str = ""
    is_code: bool = False
    of: tuple[str, ...] = ()

    def title(self, language: str) -> str:
        """The heading, in "vi" or "en"."""
        return self.title_en if language == "en" else self.title_vi

    def group(self, language: str) -> str:
        """The upper line of the heading, in "vi" or "en"; "" for none."""
        return self.group_en if language == "en" else self.group_vi

    def heading(self, language: str) -> str:
        """Both lines in one, for a file that has one line of headings."""
        group = self.group(language)
        return f"{group}: {self.title(language)}" if group else self.title(language)


@dataclass(frozen=True, slots=True)
class Place:
    """What a row of the report stands for: a unit, or an heir of a closed unit.

    `reason` tells why the figures of an heir cannot be given to the closed unit ("" when they can).
    """

    id: int
    code: str
    name: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Cut:
    """What is asked of a table: plain data, so that a row can keep it as JSON.

    `area`: a code. `on`: the day, or the last day of a period that begins with `since`. `as_of`: the day of
    whose map the units are; the present map when None. `by`: what the rows stand for, one of the table's
    `bys` ("": the first). `filters`: whatever else the table takes (its `filters` name them). `after`: of a
    table that is paged, the key of the last row that was read, and `limit` how many rows follow; a file has
    all of them.
    """

    area: str
    on: date
    since: date | None = None
    as_of: date | None = None
    by: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    limit: int = 0

    def as_json(self) -> dict[str, Any]:
        """The cut as JSON can hold it; days in ISO form."""
        return {
            "area": self.area,
            "on": self.on.isoformat(),
            "since": self.since.isoformat() if self.since else None,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "by": self.by,
            "filters": dict(self.filters),
        }

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> Cut:
        """The cut that `as_json` told of."""
        since, as_of = (date.fromisoformat(told[name]) if told[name] else None for name in ("since", "as_of"))
        on = date.fromisoformat(told["on"])
        return cls(told["area"], on, since, as_of, told["by"], dict(told["filters"]))


@dataclass(frozen=True, slots=True)
class Query:
    """One SELECT whose columns are those of the sheet, in their order, with named placeholders.

    A file type that can, copies it (COPY ... TO STDOUT): the same rows as `Sheet.rows`, in the same order.
    `sealed`: the columns, by their numbers from 0, whose texts have to be opened. `mark`, where there is one:
    the last column is the id of whom a row names, and goes out as what this makes of the first column and of
    that id.
    """

    text: str
    params: Mapping[str, Any]
    sealed: Sequence[int] = ()
    mark: Callable[[str, str], str] | None = None

    def marked(self, column: int, width: int, mark: Callable[[str, str], str]) -> Query:
        """The same rows with one of their `width` columns once more behind them, to be marked."""
        names = ", ".join(f"c{n}" for n in range(width))
        text = f"SELECT {names}, c{column} FROM ({self.text}) AS one ({names})"  # noqa: S608 - our own names
        return Query(text, self.params, self.sealed, mark)

    def of_columns(self, kept: Sequence[int], width: int) -> Query:
        """The same rows with some of the columns, by their numbers from 0."""
        names = [f"c{n}" for n in range(width)]
        chosen = ", ".join(names[n] for n in kept)
        text = f"SELECT {chosen} FROM ({self.text}) AS every ({', '.join(names)})"  # noqa: S608 - our own names
        return Query(text, self.params, [kept.index(n) for n in self.sealed if n in kept], self.mark)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a table answers.

    `rows` may be read once only and, where `query` is set, come through a cursor of the database: read them
    inside the transaction whose snapshot they shall be of. `count`: how many they are, None where nobody
    counted. `totals` are rows of the same columns that are no part of `rows`. `notes` (Vietnamese, English)
    say what a reader must know of the figures: denominators, evidence, units that could not be converted.
    """

    place: Place
    on: date
    since: date | None
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    count: int | None = None
    totals: Sequence[Sequence[Cell]] = ()
    notes: Sequence[tuple[str, str]] = ()
    query: Query | None = None

    def for_files(self) -> Sheet:
        """The same without the columns that are codes for machines."""
        kept = [n for n, column in enumerate(self.columns) if not column.is_code]
        if len(kept) == len(self.columns):
            return self

        def chosen(row: Sequence[Cell]) -> list[Cell]:
            return [row[n] for n in kept]

        columns = [self.columns[n] for n in kept]
        rows = map(chosen, self.rows)
        totals = [chosen(row) for row in self.totals]
        query = self.query and self.query.of_columns(kept, len(self.columns))
        return Sheet(self.place, self.on, self.since, columns, rows, self.count, totals, self.notes, query)
