"""Pictures of figures, written as SVG: light, readable in Vietnamese, with the same in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from reports.rules.papers import Chart, in_words
from reports.rules.sheets import Cell, Column, Kind, Sheet

MOST_BARS, MOST_SERIES, MOST_CHARTS = 40, 4, 4
WIDTH, LEFT, RIGHT, ROW, TOP = 640, 200, 120, 22, 34
_INK, _BAR, _TRACK = "#1a202c", "#2b6cb0", "#e2e8f0"
_SERIES = ("#2b6cb0", "#c05621", "#2f855a", "#6b46c1")
# Lines are told apart in grey print too.
_DASHES = ("", *(f' stroke-dasharray="{dash}"' for dash in ("8 4", "2 3", "10 3 2 3")))
# The first that a machine has; the last three are in every typesetter of the house.
_FONTS = "Noto Sans, Segoe UI, Roboto, DejaVu Sans, Libertinus Serif, sans-serif"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: per cent (None: nobody to count), and the two numbers behind it where they are known."""

    label: str
    rate: float | None
    part: int | None = None
    whole: int | None = None

    def told(self, language: str) -> str:
        """ "33,3 % (1/3)"."""
        if self.rate is None:
            return "-"
        behind = f" ({self.part}/{self.whole})" if self.whole is not None else ""
        return f"{in_words(self.rate, Kind.RATE, language)} %{behind}"


def bars(title: str, found: Sequence[Bar], language: str) -> Chart:
    """A horizontal bar for each; more than MOST_BARS are left out, and the title says how many."""
    shown, left_out = found[:MOST_BARS], len(found) - MOST_BARS
    if left_out > 0:
        title += f" ({left_out} more not shown)" if language == "en" else f" (còn {left_out} dòng không vẽ)"
    room = WIDTH - LEFT - RIGHT
    parts = []
    for n, bar in enumerate(shown):
        y = TOP + n * ROW
        length = round(room * min(max(bar.rate or 0, 0), 100) / 100, 1)
        parts.append(
            f"<g><title>{escape(bar.label)}: {escape(bar.told(language))}</title>"
            f"{_text(LEFT - 8, y + 14, _short(bar.label), 'end')}"
            f'<rect x="{LEFT}" y="{y + 3}" width="{room}" height="14" fill="{_TRACK}"/>'
            f'<rect x="{LEFT}" y="{y + 3}" width="{length}" height="14" fill="{_BAR}"/>'
            f"{_text(WIDTH - RIGHT + 8, y + 14, bar.told(language))}</g>"
        )
    alt = f"{title}: " + "; ".join(f"{bar.label} {bar.told(language)}" for bar in shown) + "."
    height = TOP + ROW * max(len(shown), 1) + 8
    return Chart(_svg(title, alt, height, parts), alt, height / WIDTH)


def trend(title: str, series: Sequence[tuple[str, Sequence[tuple[date, float]]]], language: str) -> Chart:
    """A line for each series over its days, from 0 to 100 per cent; at most MOST_SERIES."""
    shown = [(name, sorted(points)) for name, points in series[:MOST_SERIES] if points]
    days = sorted({day for _, points in shown for day, _ in points}) or [date.min]
    first, span = days[0], max((days[-1] - days[0]).days, 1)
    room, height = WIDTH - 60 - 20, 180

    def spot(day: date, value: float) -> tuple[float, float]:
        across = 60 + room * (day - first).days / span
        return round(across, 1), round(TOP + height * (1 - min(max(value, 0), 100) / 100), 1)

    parts = [
        f'<line x1="60" x2="{WIDTH - 20}" y1="{y}" y2="{y}" stroke="{_TRACK}"/>'
        + _text(52, y + 4, f"{mark} %", "end")
        for mark in (0, 25, 50, 75, 100)
        for y in (round(TOP + height * (1 - mark / 100), 1),)
    ]
    base = TOP + height + 18
    for day, anchor in {days[-1]: "end", days[0]: "start"}.items():
        parts.append(_text(60 if anchor == "start" else WIDTH - 20, base, f"{day:%d/%m/%Y}", anchor))
    for n, (name, points) in enumerate(shown):
        color, dash = _SERIES[n], _DASHES[n]
        spots = [spot(day, value) for day, value in points]
        line = " ".join(f"{x},{y}" for x, y in spots)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2"{dash}/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="2.5" fill="{color}"/>' for x, y in spots]
        y = base + 20 * (n + 1)
        key = f'<line x1="60" x2="92" y1="{y - 4}" y2="{y - 4}" stroke="{color}" stroke-width="2"{dash}/>'
        parts.append(key + _text(100, y, name))
    alt = f"{title}: " + "; ".join(_in_words(name, points, language) for name, points in shown) + "."
    whole = base + 20 * len(shown) + 14
    return Chart(_svg(title, alt, whole, parts), alt, whole / WIDTH)


def _in_words(name: str, points: Sequence[tuple[date, float]], language: str) -> str:
    (first, start), (last, end) = points[0], points[-1]
    told = [in_words(value, Kind.RATE, language) for value in (start, end)]
    if language == "en":
        return f"{name} from {told[0]} % on {first:%d/%m/%Y} to {told[1]} % on {last:%d/%m/%Y}"
    return f"{name} từ {told[0]} % ngày {first:%d/%m/%Y} đến {told[1]} % ngày {last:%d/%m/%Y}"


def _svg(title: str, alt: str, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img" font-family="{_FONTS}" font-size="12" fill="{_INK}">'
        f"<title>{escape(title)}</title><desc>{escape(alt)}</desc>"
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
        f'<text x="8" y="18" font-size="14" font-weight="bold">{escape(title)}</text>{"".join(parts)}</svg>'
    )


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'


def _short(label: str, most: int = 30) -> str:
    """Cut in its middle: names of one place differ at their end."""
    return label if len(label) <= most else f"{label[: most - 11]}…{label[-10:]}"


def charts_of(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], title: str, language: str
) -> list[Chart]:
    """The pictures of a sheet that has a rate: over its days where these differ, else a bar for each row; one
    picture for each of the first MOST_CHARTS items."""
    spots = _spots(columns)
    if spots is None or not rows:
        return []
    alone = f"{title}: {columns[spots['rate']].heading(language)}"
    groups: dict[str, list[Sequence[Cell]]] = {}
    for row in rows:
        groups.setdefault(str(row[spots["item"]]) if "item" in spots else alone, []).append(row)
    is_of_days = spots["label"] == spots.get("item") or len({row[spots.get("day", 0)] for row in rows}) > 1
    if "day" in spots and is_of_days:
        series = [(name, _points(spots, some)) for name, some in groups.items()]
        return [trend(title, series, language)]
    if all(len(some) == 1 for some in groups.values()):
        if len(groups) > 1:  # one place and several items: the items are what differs
            spots = {**spots, "label": spots["item"]}
        groups = {title if "item" in spots else alone: list(rows)}
    shown = list(groups.items())[:MOST_CHARTS]
    return [bars(name, [_bar(spots, row) for row in some], language) for name, some in shown]


def _spots(columns: Sequence[Column]) -> dict[str, int] | None:
    """Where a sheet has the label, the rate and, where it has them, the item, the day and the two numbers."""
    codes = {column.code: n for n, column in enumerate(columns)}
    rates = [n for n, column in enumerate(columns) if column.kind is Kind.RATE]
    days = [n for n, column in enumerate(columns) if column.code == "day"]
    texts = [codes[name] for name in ("name", "area_name", "area", "item_title", "key") if name in codes]
    if not rates or not texts:
        return None
    found = {"label": texts[0], "rate": codes.get("of_target", rates[0])}
    if "item_title" in codes and (days or codes["item_title"] != texts[0]):
        found["item"] = codes["item_title"]
    if "reason_title" in codes:
        found["more"] = codes["reason_title"]
    if "of_target" in codes and "last_on" in codes:
        found["more"] = codes["last_on"]
    if days:
        found["day"] = days[0]
    if "ready" in codes and "due" in codes:
        found |= {"part": codes["ready"], "whole": codes["due"]}
    return found


def _bar(spots: dict[str, int], row: Sequence[Cell]) -> Bar:
    rate = row[spots["rate"]]
    part, whole = (row[spots[name]] for name in ("part", "whole")) if "part" in spots else (None, None)
    label = str(row[spots["label"]])
    return Bar(
        f"{label}: {in_words(row[spots['more']], Kind.TEXT, 'vi')}" if "more" in spots else label,
        float(rate) if isinstance(rate, int | float) else None,
        part if isinstance(part, int) else None,
        whole if isinstance(whole, int) else None,
    )


def _points(spots: dict[str, int], rows: Sequence[Sequence[Cell]]) -> list[tuple[date, float]]:
    found = ((row[spots["day"]], row[spots["rate"]]) for row in rows)
    return [
        (day, float(rate)) for day, rate in found if isinstance(day, date) and isinstance(rate, int | float)
    ]


def chart_of(sheet: Sheet, rows: Sequence[Sequence[Cell]], title: str, language: str) -> Chart | None:
    """The first of these pictures; None for a sheet without a rate."""
    return next(iter(charts_of(sheet.columns, rows, title, language)), None)
