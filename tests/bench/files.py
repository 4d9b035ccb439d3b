"""Files: CSV beside COPY, XLSX beside XlsxWriter, a province's report as PDF; each in a process of its own,
so that its memory is its own too. Ours are sealed on the disk, with their SHA-256, as a worker makes them;
the limits write to nowhere, or plainly. BENCH_ROWS makes it smaller, to see whether it runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter
from typing import Any, BinaryIO, cast

from tests.bench.told import Figure, median, say, spread

ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
TURNS = 3
AT = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
ON = date(2026, 11, 2)
# Twenty columns as a register has them: words, numbers, rates, days and instants.
_MAKE = """
CREATE UNLOGGED TABLE IF NOT EXISTS bench_file AS SELECT
    n AS c0, 'Nguyễn Thị Lan ' || n AS c1, 'Xã Đông Anh' AS c2, 'Thôn Thượng ' || n % 20 AS c3,
    1930 + n % 90 AS c4, 'Ngõ ' || n % 99 || ', đường Cao Lỗ' AS c5, (n % 1000)::float / 10 AS c6,
    '2026-01-01'::date + n % 300 AS c7, '2026-01-01'::timestamptz + n * interval '1 minute' AS c8,
    'đã kích hoạt mức 2' AS c9, 'tận mắt' AS c10, n % 7 AS c11, n % 11 AS c12, 'ví điện tử' AS c13,
    'chưa ghi nhận' AS c14, n % 3 AS c15, NULL::text AS c16, '' AS c17, (n % 100)::float AS c18, 'x' AS c19
FROM generate_series(1, {rows}) AS n
"""
_COLUMNS = ", ".join(f"c{n}" for n in range(20))
_ALL = f"SELECT {_COLUMNS} FROM bench_file LIMIT %(most)s"
_KINDS = {0: "count", 4: "count", 6: "rate", 7: "day", 8: "instant", 11: "count", 12: "count", 15: "count"}
_KINDS |= {18: "rate"}


def csv(port: int) -> list[Figure]:
    """(p) A CSV file of a million rows and twenty columns, as the house makes it."""
    return _beside("p", "CSV", {"copy": ROWS}, {"csv": ROWS}, goal=0.7, most_mb=120)


def xlsx(port: int) -> list[Figure]:
    """(q) A spreadsheet of 200,000 rows. XlsxWriter, in the faster of its two ways, writes fewer of the same
    rows: its rate falls with their number."""
    fewer = ROWS // 20
    limits = {"xlsxwriter": fewer, "xlsxwriter, constant memory": fewer}
    return _beside("q", "XLSX", limits, {"xlsx": ROWS // 5}, goal=5.0, most_mb=150)


def pdf(port: int) -> list[Figure]:
    """(r) The report of a province with 126 communes and eight items: charts and a thousand rows."""
    found = [_alone("pdf", 1008) for _ in range(TURNS)]
    took = [1008 / one["rate"] for one in found]
    beside = f"{spread(took)} s; {max(one['mb'] for one in found):.0f} MB"
    return [Figure("r  PDF of a province, s", median(took), 3.0, below=True, beside=beside)]


def _beside(
    letter: str, title: str, limits: dict[str, int], ours: dict[str, int], *, goal: float, most_mb: float
) -> list[Figure]:
    """What writes how many rows, in turns; the median of the ratios to the fastest of the limits, and the
    memory of ours."""
    [rows] = ours.values()
    _alone("prepare", rows)
    ratios, memory = [], 0.0
    for _ in range(TURNS):
        found = {what: _alone(what, most) for what, most in {**limits, **ours}.items()}
        say(
            "  "
            + "; ".join(
                f"{what} {one['rate']:,.0f} rows/s, {one['mb']:.0f} MB" for what, one in found.items()
            )
        )
        mine = next(found[what] for what in ours)
        ratios.append(mine["rate"] / max(found[what]["rate"] for what in limits))
        memory = max(memory, mine["mb"])
    name = f"{letter}  {title} of {rows:,} rows, to {next(iter(limits))}"
    return [
        Figure(name, median(ratios), goal, beside=spread(ratios)),
        Figure(f"{letter}  {title}, memory, MB", memory, most_mb, below=True),
    ]


def _alone(what: str, rows: int) -> dict[str, Any]:
    words = [sys.executable, "-m", "tests.bench.files", what, str(rows)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return dict(json.loads(done.stdout.splitlines()[-1]))


@contextmanager
def _reading() -> Iterator[Any]:
    """A cursor inside a transaction, as a worker has it."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        yield cursor


def _prepare(rows: int) -> None:
    with _reading() as cursor:
        cursor.execute("SELECT to_regclass('bench_file')")
        if cursor.fetchone()[0]:
            cursor.execute("SELECT count(*) FROM bench_file")
            if cursor.fetchone()[0] >= rows:
                return
            cursor.execute("DROP TABLE bench_file")
        cursor.execute(_MAKE.replace("{rows}", str(rows)))


def _copy(rows: int) -> None:
    """The limit: the same rows, told by PostgreSQL as they are, taken as we take ours, and thrown away."""
    from reports.queries.copying import lines_of

    with _reading() as cursor, cursor.copy(f"COPY ({_ALL}) TO STDOUT (FORMAT csv)", {"most": rows}) as lines:
        for _ in lines_of(lines):
            pass


def _streamed(rows: int) -> Iterator[Any]:
    from django.db import connection

    with connection.chunked_cursor() as cursor:
        cursor.execute(_ALL, {"most": rows})
        while some := cursor.fetchmany(2000):
            yield from some


def _xlsxwriter(**options: Any) -> Callable[[int], None]:
    """The limit: its own methods for what each column holds, which spares it looking."""

    def make(rows: int) -> None:
        import xlsxwriter

        with _reading(), tempfile.TemporaryFile() as file:
            days = {"default_date_format": "dd/mm/yyyy", "remove_timezone": True}
            book = xlsxwriter.Workbook(file, {**days, **options})
            sheet = book.add_worksheet()
            by_kind = {
                "text": sheet.write_string,
                "day": sheet.write_datetime,
                "instant": sheet.write_datetime,
            }
            writes = [by_kind.get(_KINDS.get(n, "text"), sheet.write_number) for n in range(20)]
            for n, row in enumerate(_streamed(rows)):
                for m, cell in enumerate(row):
                    if cell is not None:
                        writes[m](n, m, cell)
            book.close()

    return make


def _ours(kind: str) -> Callable[[int], None]:
    def make(rows: int) -> None:
        from base import sealed
        from reports.formats import FORMATS
        from reports.queries.copying import copied
        from reports.rules.papers import Office, Paper
        from reports.rules.sheets import Column, Kind, Place, Query, Sheet

        columns = [Column(f"c{n}", f"Cột {n}", f"Column {n}", Kind(_KINDS.get(n, "text"))) for n in range(20)]
        query = Query(_ALL, {"most": rows})
        place = Place(1, "01", "Thành phố Hà Nội")
        sheet = Sheet(place, ON, None, columns, _streamed(rows), rows, query=query)
        office = Office(("ỦY BAN NHÂN DÂN", "THÀNH PHỐ HÀ NỘI"), "Hà Nội", ("CHỦ TỊCH",))
        paper = Paper("Đo", "0", "vi", AT, [], sheet, office, expected=rows, copy=copied)
        with _reading(), tempfile.TemporaryFile() as file:
            plain = sealed.create(cast(BinaryIO, file), kind)
            FORMATS[kind].make(paper, cast(BinaryIO, plain))
            plain.finish()

    return make


def _pdf(rows: int) -> None:
    from checklist.items import ITEMS
    from checklist.rules import Evidence
    from reports.formats import FORMATS
    from reports.rules.papers import Office, Paper
    from reports.rules.sheets import Place, Sheet
    from reports.tables import TABLES

    columns = [column for column in TABLES["coverage"].columns if not column.is_code]
    items = list(ITEMS.values())
    lines: list[list[Any]] = []
    for n in range(rows):
        levels = [n % 50] * len(Evidence)
        figures = [900, n % 900, round(100 * (n % 900) / 900, 1), 7, 1, *levels]
        line = [f"{n // 8:05}", f"Xã số {n // 8}", items[n % len(items)].title_vi, *figures, ON]
        lines.append([*line, *[""] * (len(columns) - len(line))])
    sheet = Sheet(Place(1, "01", "Thành phố Hà Nội"), ON, None, columns, lines, rows)
    office = Office(("ỦY BAN NHÂN DÂN", "THÀNH PHỐ HÀ NỘI"), "Hà Nội", ("CHỦ TỊCH",))
    with tempfile.TemporaryFile() as file:
        FORMATS["pdf"].make(Paper("Mức độ bao phủ", "0", "vi", AT, [], sheet, office), file)


WORK: dict[str, Callable[[int], None]] = {
    "prepare": _prepare,
    "copy": _copy,
    "csv": _ours("csv"),
    "xlsxwriter": _xlsxwriter(),
    "xlsxwriter, constant memory": _xlsxwriter(constant_memory=True),
    "xlsx": _ours("xlsx"),
    "pdf": _pdf,
}


def main(what: str, rows: int) -> None:
    """One piece of work alone in this process: its rows a second and its memory, as one line of JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.db import connection

    django.setup()
    from reports.formats import FORMATS

    assert FORMATS
    connection.ensure_connection()
    began = perf_counter()
    WORK[what](rows)
    took = perf_counter() - began
    sys.stdout.write(json.dumps({"rate": rows / took, "mb": _most_mb()}) + "\n")


def _most_mb() -> float:
    """The most that this program has had in memory; getrusage would count what its starter had, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
