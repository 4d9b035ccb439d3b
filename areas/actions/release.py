"""Loading the official units: one statement per level, and only for rows that differ."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import models, transaction

from areas.actions.bases import follow_bases
from areas.models import Alias, Area, FormerName, Succession
from areas.rules import (
    OLD_CLOSED_ON,
    OPEN_FROM,
    BadName,
    Extent,
    Level,
    Scheme,
    clean_name,
    kind_of,
    level_of,
    name_columns,
)
from base import bulk
from base.errors import Refusal
from base.models import Asker

DATA = Path(__file__).resolve().parent.parent / "data"


class BadRelease(Refusal):
    code = "release.bad"
    vi = "Tệp {file}, dòng {line}: dữ liệu địa bàn không hợp lệ."
    en = "{file}, line {line}: this is not a valid row of areas."


@dataclass(frozen=True)
class _Table:
    """A table to bring up to date: rows are known by `key`; `once` columns are written at birth only."""

    model: type[models.Model]
    columns: dict[str, str]
    key: tuple[str, ...]
    once: tuple[str, ...] = ()


_NAME = {"name": "text", "kind": "text", "search_key": "text", "exact_key": "text"}
_UNIT = {"scheme": "text", "level": "text", "code": "text"}
_MAP = ("latitude", "longitude", "area_km2")
# A unit that an office closed stays closed: the days are not rewritten.
_AREAS = _Table(
    Area,
    _UNIT
    | _NAME
    | {"sort_key": "text", "parent_id": "bigint", "open_from": "date", "closed_on": "date"}
    | dict.fromkeys(_MAP, "double precision"),
    ("scheme", "level", "code"),
    ("open_from", "closed_on"),
)
_FORMER_NAMES = _Table(
    FormerName, {"area_id": "bigint", "until": "date", **_NAME, "source": "text"}, ("area_id", "until")
)
_ALIASES = _Table(Alias, {**_UNIT, "area_id": "bigint", "source": "text"}, ("scheme", "level", "code"))
_SUCCESSIONS = _Table(
    Succession,
    {
        "from_area_id": "bigint",
        "to_area_id": "bigint",
        "extent": "text",
        "is_default": "boolean",
        "effective_on": "date",
    },
    ("from_area_id", "to_area_id"),
)

Ids = dict[tuple[str, str, str], int]


@dataclass
class _Line:
    """One row of a file, and where it stands."""

    file: str
    number: int
    cells: dict[str, str]

    def bad(self) -> BadRelease:
        return BadRelease(path=f"{self.file}:{self.number}", file=self.file, line=self.number)


@dataclass
class _Release:
    """What the four files say."""

    areas: list[tuple[Scheme, _Line]]
    successions: list[_Line]
    changes: list[_Line]
    aliases: list[_Line]
    # The latest name of each unit of the present list, by (level, code).
    renamed: dict[tuple[str, str], str] = field(default_factory=dict)


def load_release(*, by: Asker, folder: Path | str | None = None) -> dict[str, int]:
    """Brings the tree up to date with the files of `folder`; returns how many rows were written, by table.

    A second load writes nothing. Hamlets, and units that the files do not name, are left alone.
    Refuses a file with a wrong row, and then changes nothing.
    """
    by.must("load_areas")
    release = _read_release(Path(folder) if folder else DATA)
    with transaction.atomic():
        ids: Ids = {}
        counts = {"areas": _store_areas(release, ids)}
        counts["former_names"] = _store(_FORMER_NAMES, _former_names(release, ids))
        counts["aliases"] = _store(_ALIASES, _aliases(release, ids))
        counts["successions"] = _store(_SUCCESSIONS, _successions(release, ids))
        if counts["areas"]:
            follow_bases(by=by, area_id=None)
    return counts


def _read_release(folder: Path) -> _Release:
    amendments = sorted(_lines(folder / "amendments.csv"), key=lambda line: line.cells["effective_on"])
    release = _Release(
        areas=[
            (scheme, line)
            for scheme in (Scheme.OLD, Scheme.NEW)
            for line in _lines(folder / f"areas_{scheme}.csv")
        ],
        successions=list(_lines(folder / "successions_2025.csv")),
        changes=[line for line in amendments if line.cells["change"] in ("kind", "name")],
        aliases=[line for line in amendments if line.cells["change"] == "alias"],
    )
    for line in release.changes:
        release.renamed[line.cells["level"], line.cells["code"]] = line.cells["new_value"]
    return release


def _lines(path: Path) -> Iterator[_Line]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, cells in enumerate(csv.DictReader(file), start=2):
            line = _Line(path.name, number, cells)
            if None in cells or None in cells.values():
                raise line.bad()
            yield line


def _store_areas(release: _Release, ids: Ids) -> int:
    """Level by level, so that every row knows its parent's id; fills `ids`."""
    written = 0
    for scheme in (Scheme.OLD, Scheme.NEW):
        for level, lines in _units(release, scheme).items():
            rows = [
                _area_row(release, scheme, level, line, ids) for line in lines if line.cells["level"] == level
            ]
            written += _store(_AREAS, rows, scheme=scheme, level=level)
            known = Area.objects.filter(scheme=scheme, level=level).values_list("code", "id")
            ids.update({(scheme, level, code): area_id for code, area_id in known})
    return written


def _units(release: _Release, scheme: Scheme) -> dict[Level, list[_Line]]:
    """The units of one list by level; a level of its own making, or a code given twice, is refused."""
    found: dict[Level, list[_Line]] = {level: [] for level in (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE)}
    seen: set[tuple[str, str]] = set()
    for line in (line for of, line in release.areas if of is scheme):
        level, key = line.cells["level"], (line.cells["level"], line.cells["code"])
        # Codes are text: "1" is not "01", so a file that a spreadsheet has stripped of its zeros is refused.
        if key in seen or level not in list(found) or level_of(key[1]) != level:
            raise line.bad()
        seen.add(key)
        found[Level(level)].append(line)
    return found


def _area_row(release: _Release, scheme: Scheme, level: Level, line: _Line, ids: Ids) -> dict[str, Any]:
    cells = line.cells
    new_name = release.renamed.get((level, cells["code"])) if scheme is Scheme.NEW else None
    try:
        name = clean_name(new_name or cells["name"])
        kind = kind_of(level, name) if new_name else cells["kind"]
        numbers = {column: float(cells[column]) if cells.get(column) else None for column in _MAP}
    except (BadName, ValueError):
        raise line.bad() from None
    return {
        "scheme": scheme,
        "level": level,
        "code": cells["code"],
        "kind": kind,
        "parent_id": _parent_id(scheme, level, line, ids),
        "open_from": OPEN_FROM[scheme],
        "closed_on": OLD_CLOSED_ON if scheme is Scheme.OLD else None,
        **name_columns(name),
        **numbers,
    }


def _parent_id(scheme: Scheme, level: Level, line: _Line, ids: Ids) -> int | None:
    code = line.cells["parent_code"]
    if level is Level.PROVINCE:
        return None
    parent = ids.get((scheme, level_of(code) or "", code))
    if parent is None:
        raise line.bad()
    return parent


def _area_id(scheme: Scheme, level: str, code: str, line: _Line, ids: Ids) -> int:
    area_id = ids.get((scheme, level, code))
    if area_id is None:
        raise line.bad()
    return area_id


def _former_names(release: _Release, ids: Ids) -> Iterator[dict[str, Any]]:
    for line in release.changes:
        cells = line.cells
        try:
            level, until = Level(cells["level"]), date.fromisoformat(cells["effective_on"])
            kind = kind_of(level, cells["old_value"])
        except ValueError:
            raise line.bad() from None
        columns = name_columns(cells["old_value"])
        yield {
            "area_id": _area_id(Scheme.NEW, level, cells["code"], line, ids),
            "until": until,
            "kind": kind,
            "source": cells["source"],
            **{column: columns[column] for column in ("name", "search_key", "exact_key")},
        }


def _aliases(release: _Release, ids: Ids) -> Iterator[dict[str, Any]]:
    for line in release.aliases:
        cells = line.cells
        other = cells["new_value"] if cells["code"] == cells["old_value"] else cells["old_value"]
        yield {
            "scheme": Scheme.NEW,
            "level": cells["level"],
            "code": other,
            "area_id": _area_id(Scheme.NEW, cells["level"], cells["code"], line, ids),
            "source": cells["source"],
        }


def _successions(release: _Release, ids: Ids) -> Iterator[dict[str, Any]]:
    for line in sorted(release.successions, key=lambda line: line.cells["is_default"]):
        cells = line.cells
        if cells["extent"] not in list(Extent):
            raise line.bad()
        yield {
            "from_area_id": _area_id(Scheme.OLD, cells["from_level"], cells["from_code"], line, ids),
            "to_area_id": _area_id(Scheme.NEW, cells["to_level"], cells["to_code"], line, ids),
            "extent": cells["extent"],
            "is_default": cells["is_default"] == "true",
            "effective_on": OPEN_FROM[Scheme.NEW],
        }


def _store(table: _Table, rows: Iterable[dict[str, Any]], **scope: str) -> int:
    """Writes the rows that are new or differ, in one statement; returns how many."""
    manager = table.model._default_manager
    compared = [column for column in table.columns if column not in table.once]
    known = {_pick(row, table.key): row for row in manager.filter(**scope).values(*compared)}
    wanted = [row for row in rows if known.get(_pick(row, table.key)) != {c: row[c] for c in compared}]
    updates = ", ".join(f"{column} = excluded.{column}" for column in compared if column not in table.key)
    key = ", ".join(table.key)
    return bulk.insert(
        table.model._meta.db_table,
        table.columns,
        wanted,
        on_conflict=f"ON CONFLICT ({key}) DO UPDATE SET {updates}",
    )


def _pick(row: dict[str, Any], columns: Sequence[str]) -> tuple[Any, ...]:
    return tuple(row[column] for column in columns)
