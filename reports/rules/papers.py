"""What a file of the office says of itself, and its rows on their way into it, counted and sealed."""

from __future__ import annotations

import csv
import hashlib
import io
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from uuid import UUID

from reports.rules.sheets import Cell, Column, Kind, Sheet

# What a spreadsheet would run as a formula; the apostrophe makes it text (OWASP: CSV injection).
DANGEROUS = "=+-@|%\t\r\n＝＋－＠"
SEPARATOR = ";"
ONE_LINE = str.maketrans("\t\r\n", "   ")
# Numbers that count nothing: a year has no separator of thousands.
YEARS = frozenset({"born"})
_VIET_NAM = timedelta(hours=7)
_AT_ONCE = 1000

Copy = Callable[[Sheet, str], Iterator[tuple[bytes, int]]]


def local(instant: datetime) -> datetime:
    """The instant as a clock on a Vietnamese wall shows it, without a zone."""
    return (instant.astimezone(UTC) + _VIET_NAM).replace(tzinfo=None)


def in_words(value: Cell, kind: Kind, language: str) -> str:
    """A cell as people read it: dd/mm/yyyy, a decimal comma in Vietnamese, one line of text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return local(value).strftime("%d/%m/%Y %H:%M:%S")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float) or kind is Kind.RATE:
        text = f"{value:.1f}"
        return text if language == "en" else text.replace(".", ",")
    return str(value).translate(ONE_LINE)


def safe(text: str) -> str:
    """Text that no spreadsheet runs."""
    return f"'{text}" if text.lstrip(" ")[:1] and text.lstrip(" ")[0] in DANGEROUS else text


def csv_cell(value: Cell, kind: Kind, language: str) -> str:
    """A cell of a CSV file; what is text cannot run."""
    if isinstance(value, str):
        return safe(value).translate(ONE_LINE)
    return in_words(value, kind, language)


def csv_lines(rows: Iterable[Sequence[str]]) -> bytes:
    """Lines of a CSV file: UTF-8, CRLF, semicolons (lists have them where the comma is the decimal one)."""
    text = io.StringIO()
    csv.writer(text, delimiter=SEPARATOR, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


@dataclass(slots=True)
class Named:
    """The persons whom a file names, by the code of their hamlet: sixteen bytes each."""

    _ids: dict[str, bytearray] = field(default_factory=dict)

    def take(self, hamlet: str, person: str) -> None:
        """One more."""
        self._ids.setdefault(hamlet, bytearray()).extend(bytes.fromhex(person.replace("-", "")))

    def hamlets(self) -> list[str]:
        """The codes of their hamlets."""
        return list(self._ids)

    def persons(self, hamlet: str) -> list[UUID]:
        """Those of one hamlet, each once, though their rows were read twice."""
        ids = self._ids[hamlet]
        each = dict.fromkeys(bytes(ids[at : at + 16]) for at in range(0, len(ids), 16))
        return [UUID(bytes=one) for one in each]


@dataclass(slots=True)
class Seal:
    """How many rows a file has, and the SHA-256 of its content: of the headings and rows as a CSV file has
    them, whatever the file's own type. The same cut of the same figures has the same seal in every type."""

    rows: int = 0
    _hash: hashlib._Hash = field(default_factory=hashlib.sha256)

    def take(self, lines: bytes, rows: int = 0) -> None:
        """Counts `rows` more, whose lines these are."""
        self._hash.update(lines)
        self.rows += rows

    @property
    def sha256(self) -> str:
        """64 hexadecimal digits."""
        return self._hash.hexdigest()


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of some rows: an SVG, what it shows in words, and its height for a width of 1."""

    svg: str
    alt: str
    ratio: float = 0.5


@dataclass(frozen=True, slots=True)
class Office:
    """Who issues an administrative report: the lines above its number, the place before its date, and who
    signs."""

    body: tuple[str, ...]
    place: str
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet on its way into a file.

    `facts`: what the file says of itself (label, value), all that is known before its rows are read.
    `at`: the instant whose figures these are. `expected`: how many rows there are, where somebody counted.
    `copy`: the rows as CSV lines straight from the database, in blocks of whole lines, each with how many
    they are; None where the sheet's own rows are the only way. `told`: called now and then with how many rows
    have been read.
    """

    title: str
    serial: str
    language: str
    at: datetime
    facts: Sequence[tuple[str, str]]
    sheet: Sheet
    office: Office
    expected: int | None = None
    charts: Sequence[Chart] = ()
    copy: Copy | None = None
    told: Callable[[int], None] = lambda rows: None
    seal: Seal = field(default_factory=Seal)

    @property
    def columns(self) -> Sequence[Column]:
        return self.sheet.columns

    def headings(self) -> list[str]:
        """One line of headings."""
        return [column.heading(self.language) for column in self.columns]

    def lines(self) -> Iterator[bytes]:
        """The content as CSV lines, in blocks, each sealed as it passes."""
        head = csv_lines([[csv_cell(text, Kind.TEXT, self.language) for text in self.headings()]])
        self.seal.take(head)
        yield head
        if self.copy:
            for block, rows_in_it in self.copy(self.sheet, self.language):
                self.seal.take(block, rows_in_it)
                self.told(self.seal.rows)
                yield block
        else:
            for rows in self._some():
                yield self._sealed(rows)

    def rows(self) -> Iterator[Sequence[Cell]]:
        """The rows as they are, sealed as they pass; read to the end, the seal is that of the content."""
        if self.copy:
            for _ in self.lines():
                pass
            yield from self.sheet.rows
            return
        self.seal.take(csv_lines([[csv_cell(text, Kind.TEXT, self.language) for text in self.headings()]]))
        for rows in self._some():
            self._sealed(rows)
            yield from rows

    def _some(self) -> Iterator[list[Sequence[Cell]]]:
        rows = iter(self.sheet.rows)
        while some := list(islice(rows, _AT_ONCE)):
            yield some

    def _sealed(self, rows: Sequence[Sequence[Cell]]) -> bytes:
        kinds = [column.kind for column in self.columns]
        lines = csv_lines(
            [csv_cell(cell, kind, self.language) for cell, kind in zip(row, kinds, strict=True)]
            for row in rows
        )
        self.seal.take(lines, len(rows))
        self.told(self.seal.rows)
        return lines

    def sealing(self) -> list[tuple[str, str]]:
        """What the file says of itself when its rows are written: their number and their seal."""
        rows, seal = ("Rows", "SHA-256 of the content") if self.language == "en" else _SEALING
        return [(rows, str(self.seal.rows)), (seal, self.seal.sha256)]


_SEALING = ("Số dòng", "SHA-256 của nội dung")


def file_name(code: str, area: str, on: date, serial: str, kind: str) -> str:
    """The generated name of a file: ASCII, no word of anybody."""
    plain = unicodedata.normalize("NFKD", f"{code}-{area}-{on.isoformat()}-{serial}").encode(
        "ascii", "ignore"
    )
    return f"{plain.decode()}.{kind}"
