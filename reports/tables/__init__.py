"""The tables of the office; one file each.

A module declares `ENTRY = Table(...)`. Whoever wants figures asks first for the table's verb (`by.must`),
then calls `read(by, cut, language)` and gets a `Sheet` (reports.rules.sheets): typed columns, rows, totals,
notes. The screen and every file are made of the same sheet, so that they cannot differ.

What a table owes:
- sight: an area that the asker's posts do not reach with the verb raises NotFound, as if it did not exist;
- one moment: all that is read for a sheet is of the snapshot of the caller's transaction where there is one
  (REPEATABLE READ), else of one statement;
- the same order of rows and columns for the same cut;
- `is_personal` when a row tells of one person: such a table needs a reason, and who asked is kept as a row;
- `query` where rows may be many: `rows` then come through a server-side cursor, and a file may copy it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from base.models import Asker
from base.registry import entries
from checklist.rules.tallies import FIRST_DAY
from reports.rules import Cell, Column, Cut, Kind, Place, Query, Sheet, UnknownTable, UnknownWord, check_days
from reports.rules.cuts import NoPeriod


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the office.

    `verb`: the right it asks for. `columns`: those of its sheets. `bys`: what its rows may stand for, the
    first unless said otherwise. `filters`: other words that narrow it, with their values (none: any).
    `key`: the columns that tell its rows apart, in their order, where a screen reads it page by page.
    `has_period`: it takes `since`. `read` returns the sheet, its words in "vi" or "en".
    """

    code: str
    title_vi: str
    title_en: str
    verb: str
    columns: Sequence[Column]
    read: Callable[[Asker, Cut, str], Sheet]
    is_personal: bool = False
    has_period: bool = False
    bys: tuple[str, ...] = ("area",)
    key: tuple[str, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def title(self, language: str) -> str:
        """The title, in "vi" or "en"."""
        return self.title_en if language == "en" else self.title_vi


def table_for(code: str, cut: Cut, *, today: date) -> Table:
    """The table, when the cut can be asked of it; each refusal says what is allowed."""
    table = TABLES.get(code)
    if table is None:
        raise UnknownTable(path="table", known=", ".join(TABLES))
    if cut.by and cut.by not in table.bys:
        raise UnknownWord(path="by", known=", ".join(table.bys))
    for name, word in cut.filters.items():
        if name not in table.filters:
            raise UnknownWord(path=name, known=", ".join(table.filters) or "-")
        if table.filters[name] and word not in table.filters[name]:
            raise UnknownWord(path=name, known=", ".join(table.filters[name]))
    if cut.since is not None and not table.has_period:
        raise NoPeriod(path="since")
    check_days(cut, first=FIRST_DAY, today=today)
    return table


__all__ = ["TABLES", "Cell", "Column", "Cut", "Kind", "Place", "Query", "Sheet", "Table", "table_for"]

TABLES = entries("reports.tables", Table)
