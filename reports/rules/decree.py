"""An administrative report in the layout of Decree 30/2020/NĐ-CP, Appendix I: the words of its parts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from base.days import day_of
from reports.rules.charts import MOST_BARS
from reports.rules.papers import YEARS, Chart, Paper, in_words
from reports.rules.pictures import charts_of
from reports.rules.sheets import Cell, Kind

MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
NUMBER = "Số:          /BC"
# Said in every report, whatever its table: the house knows what volunteers told it, and how well.
EVIDENCE = (
    "Số liệu do thành viên Tổ công nghệ số cộng đồng và người dân báo cáo; phần “hệ thống xác "
    "nhận” (nếu có) là phần đã được kiểm chứng.",
    "The figures are told by volunteers and citizens; only the part called verified (if any) was checked.",
)
# Longer words are broken. The white beside a cell's text, in letters; the breadth of a letter, in its size.
LONGEST_WORD = 20
# More bars than these are drawn beside each other on a page that lies; longer texts make a high row.
MOST_HIGH, LONG_TEXT = 20, 150
_PADDING, _LETTER = 2.5, 0.5
_WORDS = {
    "vi": {
        "kind": "BÁO CÁO",
        "totals": "Tổng hợp toàn địa bàn",
        "to": "Nơi nhận:",
        "sign": "(Chữ ký, dấu của cơ quan; họ và tên)",
        "file": "Lưu: VT.",
        "above": "Như trên;",
    },
    "en": {
        "kind": "REPORT",
        "totals": "The whole area",
        "to": "To:",
        "sign": "(Signature, seal; full name)",
        "file": "File.",
        "above": "As above;",
    },
}


def in_the_layout(paper: Paper, rows: Sequence[Sequence[Cell]]) -> dict[str, Any]:
    """The parts of the report as plain words, in the order of the layout."""
    words, n = _WORDS[paper.language], int(paper.language == "en")
    said = [_said(paper, row) for row in rows]
    totals = [_said(paper, row) for row in paper.sheet.totals]
    weights = _weights(paper, [*said, *totals])
    charts = paper.charts or _charts(paper, rows)
    return {
        "language": paper.language,
        "title": f"{paper.title} {paper.serial}",
        "body": list(paper.office.body),
        "motto": list(MOTTO),
        "number": NUMBER,
        "dated": _dated(paper),
        "kind": words["kind"],
        "about": paper.title,
        "facts": [list(fact) for fact in paper.facts],
        "notes": list(dict.fromkeys([EVIDENCE[n], *(note[n] for note in paper.sheet.notes)])),
        "charts": _shown(charts, is_wide(paper)),
        "columns": _columns(paper, weights),
        "wide": is_wide(paper),
        "size": _size(weights, is_wide(paper)),
        "rows": said,
        "totals": totals,
        "ending": _ending(totals or said),
        "sealing": [list(fact) for fact in paper.sealing()],
        "signs": list(paper.office.signs),
        "receivers": [words["above"], words["file"]],
        "words": words,
    }


def _charts(paper: Paper, rows: Sequence[Sequence[Cell]]) -> list[Chart]:
    split = MOST_HIGH if is_wide(paper) else MOST_BARS
    return charts_of(paper.columns, rows, paper.title, paper.language, paper.sheet.totals, split)


def _ending(rows: Sequence[Sequence[str]]) -> int:
    """How many of the last rows stay on the page of the signatures, so that these never stand alone; high
    ones leave little room."""
    last = rows[-2:]
    return min(len(last), 1 if any(len(text) > LONG_TEXT for row in last for text in row) else 2)


def _dated(paper: Paper) -> str:
    """The place and the day, with two digits where the decree asks for them (days to 9, months 1 and 2)."""
    on = day_of(paper.at)
    if paper.language == "en":
        return f"{paper.office.place}, {on.isoformat()}"
    month = f"{on.month:02}" if on.month < 3 else str(on.month)
    return f"{paper.office.place}, ngày {on.day:02} tháng {month} năm {on.year}"


def _said(paper: Paper, row: Sequence[Cell]) -> list[str]:
    return [
        in_words(cell, column.kind, paper.language)
        if not isinstance(cell, int) or paper.language == "en" or column.code in YEARS
        else f"{cell:,}".replace(",", ".")
        for cell, column in zip(row, paper.columns, strict=True)
    ]


def _weights(paper: Paper, said: Sequence[Sequence[str]]) -> list[float]:
    """How broad the columns are beside each other: none narrower than its longest word."""
    found = []
    for n, column in enumerate(paper.columns):
        texts = [column.title(paper.language), *(row[n] for row in said)]
        word = max((_breadth(word) for text in texts for word in text.split()), default=1)
        longest = max((len(row[n]) for row in said), default=1)
        # Short texts stand in one line, usual ones in two, the longest in many.
        text = max(min(longest, 12) + _PADDING, min(longest, 36) / 1.8, min(longest, 240) / 8)
        found.append(max(min(word, LONGEST_WORD) + _PADDING, text))
    return found


def _breadth(word: str) -> float:
    """In letters of usual breadth; a capital takes more."""
    return sum(1.4 if char.isupper() else 1.0 for char in word)


def is_wide(paper: Paper) -> bool:
    """Whether the page lies on its side."""
    return len(paper.columns) > 7


def _columns(paper: Paper, weights: Sequence[float]) -> list[dict[str, Any]]:
    return [
        {"number": column.kind in (Kind.COUNT, Kind.RATE), "weight": weight}
        for column, weight in zip(paper.columns, weights, strict=True)
    ]


def _shown(charts: Sequence[Chart], wide: bool) -> list[dict[str, Any]]:
    widths = [_chart_width(chart, wide, len(charts)) for chart in charts]
    return [
        {"svg": chart.svg, "alt": chart.alt, "width": width}
        for chart, width in zip(charts, widths, strict=True)
    ]


def _chart_width(chart: Chart, wide: bool, charts: int) -> float:
    """In millimetres: as broad as its place, and never higher than a page."""
    room, high = (120 if charts > 1 else 250, 150 if charts > 1 else 100) if wide else (165, 220)
    return round(min(room, high / chart.ratio), 1)


def _size(weights: Sequence[float], wide: bool) -> float:
    """The size of the letters of a table, in points: the usual one, or as small as its columns need."""
    usual, room = (8.5, 714) if wide else (10.0, 467)
    return round(max(5.0, min(usual, room / (_LETTER * sum(weights)))) * 2) / 2


def heading_lines(paper: Paper) -> list[list[dict[str, Any]]]:
    """The lines of a heading: one, or two where columns belong together; `across` and `down` tell how many
    columns and lines a cell covers."""
    if not any(column.group(paper.language) for column in paper.columns):
        return [[{"text": column.title(paper.language)} for column in paper.columns]]
    upper: list[dict[str, Any]] = []
    lower: list[dict[str, Any]] = []
    for group, same in groupby(paper.columns, lambda column: column.group(paper.language)):
        columns = list(same)
        if group:
            upper.append({"text": group, "across": len(columns)})
            lower += [{"text": column.title(paper.language)} for column in columns]
        else:
            upper += [{"text": column.title(paper.language), "down": 2} for column in columns]
    return [upper, lower]
