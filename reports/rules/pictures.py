"""Which pictures a sheet has: bars of its places, items or hindrances, or a line over its days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reports.rules.charts import MOST_BARS, Bar, bars, trend
from reports.rules.papers import Chart, in_words
from reports.rules.sheets import Cell, Column, Kind, Sheet

MOST_CHARTS = 4
Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class _Spots:
    """Where a sheet has its rate, the two numbers behind it, what a row is called, its item and its day; -1
    where it has none. `more`: what tells apart the rows of one place and item."""

    rate: int
    part: int
    whole: int
    label: int
    item: int
    day: int
    more: int


def _spots(columns: Sequence[Column]) -> _Spots | None:
    """None for a sheet without a counted rate or without names."""
    codes = {column.code: n for n, column in enumerate(columns)}
    rate = codes.get("of_target", next((n for n, one in enumerate(columns) if one.kind is Kind.RATE), -1))
    label = next((codes[name] for name in ("name", "item_title") if name in codes), -1)
    if rate < 0 or label < 0:
        return None
    part, whole = (codes.get(name, -1) for name in columns[rate].of or ("", ""))
    more = codes.get("reason_title", codes["last_on"] if "of_target" in codes and "last_on" in codes else -1)
    return _Spots(rate, part, whole, label, codes.get("item_title", -1), codes.get("day", -1), more)


def charts_of(
    columns: Sequence[Column],
    rows: Sequence[Row],
    title: str,
    language: str,
    totals: Sequence[Row] = (),
    split: int = MOST_BARS,
) -> list[Chart]:
    """The pictures of a sheet that has a rate: over its days where these differ, else a bar for each row; one
    picture for each of the first MOST_CHARTS items, or one in parts of `split` bars. Where each place has
    many rows of an item, the `totals` are drawn."""
    spots = _spots(columns)
    if spots is None or not rows:
        return []
    if spots.day >= 0 and len({row[spots.day] for row in rows}) > 1:
        groups = _grouped(spots, rows, title)
        return [trend(title, [(name, _points(spots, some)) for name, some in groups.items()], language)]
    of_reasons = any(column.code == "reason_title" for column in columns)
    if of_reasons and totals:
        rows = totals
    groups = _grouped(spots, rows, title)
    if len(groups) > 1 and all(len(some) == 1 for some in groups.values()):  # the items are what differs
        told = [_bar(row, spots, spots.item, -1, language) for row in rows]
        return _parts(title, told, split, language)
    label = -1 if of_reasons else spots.label
    drawn = {
        name: [_bar(row, spots, label, spots.more, language) for row in some] for name, some in groups.items()
    }
    if len(drawn) == 1:
        [(name, told)] = drawn.items()
        rate = columns[spots.rate].heading(language)
        return _parts(f"{title}: {name if spots.item >= 0 else rate}", told, split, language)
    return [bars(name, told, language) for name, told in list(drawn.items())[:MOST_CHARTS]]


def _grouped(spots: _Spots, rows: Sequence[Row], title: str) -> dict[str, list[Row]]:
    """The rows of each item."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(str(row[spots.item]) if spots.item >= 0 else title, []).append(row)
    return groups


def _parts(title: str, told: Sequence[Bar], split: int, language: str) -> list[Chart]:
    """One picture, or two beside each other where it would be too high; the last says what is left out."""
    if len(told) <= split or split >= MOST_BARS:
        return [bars(title, told, language)]
    further = f"{title} (continued)" if language == "en" else f"{title} (tiếp)"
    return [bars(title, told[:split], language), bars(further, told[split:], language, MOST_BARS - split)]


def _bar(row: Row, spots: _Spots, label: int, more: int, language: str) -> Bar:
    words = [in_words(row[n], Kind.TEXT, language) for n in (label, more) if n >= 0]
    rate, part, whole = (row[n] if n >= 0 else None for n in (spots.rate, spots.part, spots.whole))
    return Bar(
        ": ".join(words),
        float(rate) if isinstance(rate, int | float) else None,
        part if isinstance(part, int) else None,
        whole if isinstance(whole, int) else None,
    )


def _points(spots: _Spots, rows: Sequence[Row]) -> list[tuple[date, float]]:
    found = ((row[spots.day], row[spots.rate]) for row in rows)
    return [
        (day, float(rate)) for day, rate in found if isinstance(day, date) and isinstance(rate, int | float)
    ]


def chart_of(sheet: Sheet, rows: Sequence[Row], title: str, language: str) -> Chart:
    """The first of these pictures; an empty one where there is nothing to draw."""
    found = charts_of(sheet.columns, rows, title, language)
    return found[0] if found else bars(title, [], language)
