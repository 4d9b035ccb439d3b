"""Files of the village, made in memory: the two sample rosters, and small ones of a few rows."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl

from people.formats import read_table
from people.rules.roster import Roster, RosterPerson, understand

FOLDER = Path(__file__).parent.parent / "data" / "rosters"
ON = date(2026, 11, 22)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sample(name: str) -> bytes:
    return (FOLDER / f"{name}.xlsx").read_bytes()


def truth(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.truth.json").read_text())


def table(name: str) -> list[list[Any]]:
    """Every row of the sample, empty ones too."""
    book = openpyxl.load_workbook(io.BytesIO(sample(name)))
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def xlsx(rows: list[list[Any]], title: str = "DS") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row, 1):
            if value is not None:
                cell = sheet.cell(number, place, value)
                if isinstance(value, str):
                    cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_text(value: Any) -> str:
    if value is None:
        return ""
    return value.strftime("%d/%m/%Y") if isinstance(value, datetime) else str(value)


def read(rows: list[list[Any]], title: str = "DS") -> Roster:
    return understand(read_table(xlsx(rows, title)), on=ON)


def persons(roster: Roster) -> list[RosterPerson]:
    return [person for household in roster.households for person in household.persons]


def one(header: list[str], row: list[Any]) -> RosterPerson:
    """The only person of a roster of one row."""
    (person,) = persons(read([header, row]))
    return person


def repacked(data: bytes, **changes: bytes) -> bytes:
    """The same archive with parts replaced or added; in names `__` stands for `/`."""
    parts = {name.replace("__", "/"): content for name, content in changes.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, parts.pop(entry.filename, old.read(entry)))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def with_sheet(xml: str) -> bytes:
    """A valid workbook whose only sheet has this `sheetData`."""
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{xml}</sheetData></worksheet>'
    return repacked(xlsx([["x"]]), **{"xl__worksheets__sheet1.xml": sheet.encode()})


def test_the_demo_shows_the_list_of_xa_dong_as_the_tests_know_it():
    demo = Path(__file__).parents[2] / "people" / "data" / "xa-dong.xlsx"
    assert demo.read_bytes() == sample("xa-dong")
