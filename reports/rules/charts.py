"""Pictures of figures, written as SVG: light, readable in Vietnamese, with the same in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from textwrap import wrap

from reports.rules.papers import Chart, in_words
from reports.rules.sheets import Kind

MOST_BARS, MOST_SERIES = 40, 4
WIDTH, LEFT, RIGHT, ROW, TOP = 640, 200, 120, 22, 34
# So many letters of a title go into a line, and so high is each line after the first.
_TITLE, _LINE = 76, 18
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
        behind = f" ({_count(self.part, language)}/{_count(self.whole, language)})" if self.whole else ""
        return f"{in_words(self.rate, Kind.RATE, language)} %{behind}"


def _count(number: int | None, language: str) -> str:
    told = f"{number or 0:,}"
    return told if language == "en" else told.replace(",", ".")


def bars(title: str, found: Sequence[Bar], language: str, most: int = MOST_BARS) -> Chart:
    """A horizontal bar for each; more than `most` are left out, and the title says how many."""
    shown, left_out = found[:most], len(found) - most
    if left_out > 0:
        title += f" ({left_out} more not shown)" if language == "en" else f" (còn {left_out} dòng không vẽ)"
    room, top = WIDTH - LEFT - RIGHT, _top(title)
    parts = []
    for n, bar in enumerate(shown):
        y = top + n * ROW
        length = round(room * min(max(bar.rate or 0, 0), 100) / 100, 1)
        parts.append(
            f"<g><title>{escape(bar.label)}: {escape(bar.told(language))}</title>"
            f"{_text(LEFT - 8, y + 14, _short(bar.label), 'end')}"
            f'<rect x="{LEFT}" y="{y + 3}" width="{room}" height="14" fill="{_TRACK}"/>'
            f'<rect x="{LEFT}" y="{y + 3}" width="{length}" height="14" fill="{_BAR}"/>'
            f"{_text(WIDTH - RIGHT + 8, y + 14, bar.told(language))}</g>"
        )
    alt = f"{title}: " + "; ".join(f"{bar.label} {bar.told(language)}" for bar in shown) + "."
    height = top + ROW * max(len(shown), 1) + 8
    return Chart(_svg(title, alt, height, parts), alt, height / WIDTH)


def trend(title: str, series: Sequence[tuple[str, Sequence[tuple[date, float]]]], language: str) -> Chart:
    """A line for each series over its days, from 0 to 100 per cent; at most MOST_SERIES."""
    shown = [(name, sorted(points)) for name, points in series[:MOST_SERIES] if points]
    days = sorted({day for _, points in shown for day, _ in points}) or [date.min]
    first, span = days[0], max((days[-1] - days[0]).days, 1)
    room, height, top = WIDTH - 60 - 20, 180, _top(title)

    def spot(day: date, value: float) -> tuple[float, float]:
        across = 60 + room * (day - first).days / span
        return round(across, 1), round(top + height * (1 - min(max(value, 0), 100) / 100), 1)

    parts = [
        f'<line x1="60" x2="{WIDTH - 20}" y1="{y}" y2="{y}" stroke="{_TRACK}"/>'
        + _text(52, y + 4, f"{mark} %", "end")
        for mark in (0, 25, 50, 75, 100)
        for y in (round(top + height * (1 - mark / 100), 1),)
    ]
    base = top + height + 18
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
        f"{''.join(_headline(n, line) for n, line in enumerate(_lines(title)))}{''.join(parts)}</svg>"
    )


def _lines(title: str) -> list[str]:
    """The title in lines that fit."""
    return wrap(title, _TITLE) or [""]


def _top(title: str) -> int:
    return TOP + _LINE * (len(_lines(title)) - 1)


def _headline(n: int, line: str) -> str:
    return f'<text x="8" y="{18 + _LINE * n}" font-size="14" font-weight="bold">{escape(line)}</text>'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'


def _short(label: str, most: int = 30) -> str:
    """Cut in its middle: names of one place differ at their end."""
    return label if len(label) <= most else f"{label[: most - 11]}…{label[-10:]}"
