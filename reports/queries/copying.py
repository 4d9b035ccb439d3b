"""Rows straight out of PostgreSQL as the lines of a CSV file: COPY, ten times as fast as rows one by one."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence

from django.db import connection
from psycopg import Copy, OperationalError
from psycopg.abc import Buffer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn

from base.sealed import opened
from reports.rules.papers import DANGEROUS, ONE_LINE, SEPARATOR, csv_cell, csv_lines
from reports.rules.sheets import Kind, Sheet
from reports.rules.workbooks import LETTERS, LINE, Line, letters

_AT_ONCE = 1000
_SEPARATOR = SEPARATOR.encode()
# The same words as reports.rules.papers.csv_cell says: tests/reports holds them against each other.
_DANGER = DANGEROUS.replace("%", "%%").replace("\t", "\\t").replace("\r", "\\r").replace("\n", "\\n")
_PERHAPS = (
    "NULLIF(CASE WHEN left(ltrim({it}, ' '), 1) = ANY (string_to_array(E'" + _DANGER + "', NULL)) "
    "THEN '''' || {it} ELSE {it} END, '')"
)
# Nearly every cell begins otherwise, which one look tells; 0 is how a text of nothing begins.
_BEGINS = ", ".join(str(code) for code in (0, ord(" "), *map(ord, DANGEROUS)))
_CELLS = {
    Kind.TEXT: f"CASE WHEN ascii({{it}}) IN ({_BEGINS}) THEN {_PERHAPS} ELSE {{it}} END",
    Kind.COUNT: "{it}",
    # Whole numbers are written five times as fast as to_char writes any.
    Kind.RATE: "CASE WHEN {it} >= 0 THEN (round({it} * 10)::bigint / 10)::text || '{point}' "
    "|| (round({it} * 10)::bigint %% 10)::text "
    "ELSE translate(to_char({it}::numeric, 'FM999999990.0'), '.', '{point}') END",
    Kind.DAY: "{it}",  # as the DateStyle below writes it
    # As reports.rules.papers.local has it; a zone by its name is looked up for each row.
    Kind.INSTANT: "date_trunc('second', {it} AT TIME ZONE interval '7 hours')",
}


def copied(sheet: Sheet, language: str) -> Iterator[tuple[bytes, int]]:
    """The rows of a sheet that has a `query`, as CSV lines in blocks of whole lines, each with how many they
    are; nothing is kept."""
    assert sheet.query is not None
    point = "." if language == "en" else ","
    names = [f"c{n}" for n in range(len(sheet.columns))]
    cells = [
        _CELLS[column.kind].format(it=name, point=point)
        for name, column in zip(names, sheet.columns, strict=True)
    ]
    text = (
        f"COPY (SELECT {', '.join(cells)} FROM ({sheet.query.text}) AS given({', '.join(names)})) "  # noqa: S608
        f"TO STDOUT (FORMAT csv, DELIMITER '{SEPARATOR}')"
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('DateStyle', 'SQL, DMY', true)")
        with cursor.copy(text, dict(sheet.query.params)) as rows:
            for some in lines_of(rows):
                block = b"".join(some)
                if sheet.query.sealed:
                    block = opened(block, _quoted)
                block = _whole(block, len(some))
                yield _marked(block, sheet.query.mark) if sheet.query.mark else block, len(some)
        cursor.execute("SELECT set_config('DateStyle', 'ISO, MDY', true)")


def copied_cells(
    sheet: Sheet, looks: Sequence[int], first: int, room: int, broken: Sequence[int] = ()
) -> Iterator[Line]:
    """The rows of a sheet that has a `query`, each as a spreadsheet's XML. They are counted from the line
    `first`, and after every `room` of them again. `looks`: the style of each column. `broken`: the
    columns, from 0, whose texts may take several lines."""
    assert sheet.query is not None
    names = [f"c{n}" for n in range(len(sheet.columns))]
    cells = [
        _CELL.format(
            cell=(_TEXT if n - 1 in sheet.query.sealed else _XML[column.kind]).format(it=name),
            it=name,
            column=letters(n),
            look=look,
        )
        for n, (name, column, look) in enumerate(zip(names, sheet.columns, looks, strict=True), 1)
    ]
    text = (
        f"COPY (SELECT '<row r=\"' || line || '\"' || {_high(broken)} || '>' || "  # noqa: S608
        f"{' || '.join(cells)} || '</row>' "
        f"FROM (SELECT ((row_number() OVER () - 1) %% {room} + {first})::text AS line, * "
        f"FROM ({sheet.query.text}) AS given({', '.join(names)})) AS numbered) "
        "TO STDOUT (FORMAT csv, QUOTE E'\\x03', DELIMITER E'\\x02')"
    )
    with connection.cursor() as cursor, cursor.copy(text, dict(sheet.query.params)) as rows:
        for some in lines_of(rows):
            lines = (opened(bytes(line), _as_xml) for line in some) if sheet.query.sealed else some
            yield from (_marked_cell(line, sheet.query.mark) for line in lines) if sheet.query.mark else lines


def _high(broken: Sequence[int]) -> str:
    """The height of a row with a text of several lines."""
    if not broken:
        return "''"
    lines = f"GREATEST(0, {', '.join(f'length(c{n})' for n in broken)}) / {LETTERS}"
    high = f"' ht=\"' || ({lines} + 1) * {LINE} || '\" customHeight=\"1\"'"
    return f"CASE WHEN {lines} > 0 THEN {high} ELSE '' END"


# A cell of nothing is none. Text is text whatever it begins with, so it needs no mark.
_CELL = (
    "CASE WHEN {it}::text <> '' "
    "THEN '<c r=\"{column}' || line || '\" s=\"{look}\"' || {cell} || '</c>' ELSE '' END"
)
# What XML cannot hold is said by its number, as Excel reads it, and so is what looks like such a number.
_SAID = {
    **{sign: f"&{name};" for sign, name in (("&", "amp"), ("<", "lt"), (">", "gt"), ("\\n", "#10"))},
    **{f"\\x{n:02x}": f"_x{n:04X}_" for n in range(1, 0x20) if n not in b"\t\n"},
}
_CLEAN = "regexp_replace({it}, '_(x[0-9A-Fa-f]{{4}}_)', '_x005F_\\1', 'g')"
for _sign, _name in _SAID.items():
    _CLEAN = f"replace({_CLEAN}, E'{_sign}', '{_name}')"
_TEXT = "' t=\"inlineStr\"><is><t xml:space=\"preserve\">' || {it} || '</t></is>'"
_XML = {
    # Nearly every text can stand as it is, which one look tells.
    Kind.TEXT: '\' t="inlineStr"><is><t xml:space="preserve">\' || '
    f"CASE WHEN {{it}} ~ '[&<>\\x01-\\x1F]|_x' THEN {_CLEAN} ELSE {{it}} END || '</t></is>'",
    Kind.COUNT: "'><v>' || {it} || '</v>'",
    Kind.RATE: "'><v>' || {it} || '</v>'",
    Kind.DAY: "'><v>' || ({it} - date '1899-12-30') || '</v>'",
    # As reports.rules.papers.local has it.
    Kind.INSTANT: "'><v>' || extract(epoch FROM date_trunc('second', {it} AT TIME ZONE interval '7 hours') "
    "- timestamp '1899-12-30')::float8 / 86400 || '</v>'",
}


Mark = Callable[[str, str], str]
_LAST_CELL = re.compile(rb"([0-9a-f-]{36})(?=</t></is></c></row>\n?\Z)")


def _marked(block: bytes, mark: Mark) -> bytes:
    """The lines with a mark in the place of the id that each of them ends with; codes and ids need no
    quotes."""
    found = []
    for line in block.split(b"\r\n")[:-1]:
        head, _, person = line.rpartition(_SEPARATOR)
        first = head[: head.index(_SEPARATOR)].decode()
        found.append(b"%s;%s\r\n" % (head, mark(first, person.decode()).encode()))
    return b"".join(found)


def _marked_cell(row: Line, mark: Mark) -> bytes:
    return _LAST_CELL.sub(lambda person: mark("", person[1].decode()).encode(), bytes(row))


def _quoted(text: str) -> bytes:
    """A text that was opened as a cell of a CSV file."""
    return csv_lines([[csv_cell(text, Kind.TEXT, "")]])[:-2]


def _as_xml(text: str) -> bytes:
    """The same as a text in a spreadsheet's XML."""
    named = re.sub("_(x[0-9A-Fa-f]{4}_)", r"_x005F_\1", text)
    return "".join(_SIGNS.get(sign, sign) for sign in named).encode()


_SIGNS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\n": "&#10;"}
_SIGNS |= {chr(n): f"_x{n:04X}_" for n in range(1, 0x20) if chr(n) not in "\t\n"}


def lines_of(rows: Copy) -> Iterator[list[Buffer]]:
    """The lines of a COPY, some at once. What has come is taken from libpq itself: psycopg asks for each line
    anew whether it must wait, which takes as long as PostgreSQL takes to write it."""
    pgconn = rows.connection.pgconn
    taken, some = pgconn.get_copy_data, list[Buffer]()
    while True:
        length, line = taken(1)
        if length < 0:
            break
        if length:
            some.append(line)
        elif waited := rows.read():  # nothing has come yet
            some.append(waited)
        else:
            break
        if len(some) == _AT_ONCE:
            yield some
            some = []
    if some:
        yield some
    if length < 0:
        _end(pgconn)


def _end(pgconn: PGconn) -> None:
    """What PostgreSQL says after the last line: that all was well, or why not."""
    result = pgconn.get_result()
    while pgconn.get_result():
        pass
    if result is None or result.status != ExecStatus.COMMAND_OK:
        raise OperationalError("COPY ended early") if result is None else error_from_result(result)


def _whole(block: bytes, rows: int) -> bytes:
    """These lines with the ends that a file has. A cell of several lines is rare, and becomes one here."""
    if block.count(b"\n") != rows or b"\r" in block or b"\t" in block:
        told = csv.reader(io.StringIO(block.decode(), newline=""), delimiter=SEPARATOR)
        return csv_lines([cell.translate(ONE_LINE) for cell in row] for row in told)
    return block.replace(b"\n", b"\r\n")


def count_rows(sheet: Sheet) -> int | None:
    """How many rows a sheet has, where somebody counted or PostgreSQL can; its rows are not read."""
    if sheet.count is not None or sheet.query is None:
        return sheet.count
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({sheet.query.text}) AS given", dict(sheet.query.params))  # noqa: S608
        return int(cursor.fetchone()[0])
