"""What an .xlsx may be made of: its archive is weighed and searched before any XML is parsed.

The sizes written in an archive cannot be believed, so every entry is really inflated, in small
pieces, and the inflating stops at the limit. Nothing is kept: memory stays flat.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass

from people.rules.roster_refusals import Encrypted, NotATable, TooLarge, TooManyRows, Unsafe
from people.rules.roster_sheet import MAX_ROWS

MAX_UNPACKED = 50 * 1024 * 1024  # bytes, all entries together
MAX_RATIO = 100  # unpacked to packed, once there is more than RATIO_FLOOR
RATIO_FLOOR = 1024 * 1024
MAX_ENTRIES = 1_000
MAX_STRINGS = 400_000  # shared strings: 20 different texts in each of 20,000 rows
MAX_TAGS = 5_000_000  # of all parts; 20,000 rows of 60 cells
MAX_TAGS_PER_ROW = 100_000  # what the parser may have to hold at once

_PIECE = 64 * 1024
_BROKEN = (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError)
_RECORD = re.compile(rb"<(?:[\w.-]{1,40}:)?(row|si)(?=[\s/>])")
_LINK = re.compile(rb"<(?:[\w.-]{1,40}:)?Relationship\b[^>]*>")
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b\x08")
_UNSAFE_NAMES = re.compile(
    r"vbaproject|vbadata|/macrosheets/|/dialogsheets/|/externallinks/|/embeddings/|/activex/"
    r"|^xl/connections\.xml$|\.(?:zip|7z|rar|gz|jar|exe|dll|xls[xmb]?|docx?|docm)$"
)


@dataclass
class _Weighed:
    """What has been seen so far; tags are counted by their opening bracket."""

    unpacked: int = 0
    rows: int = 0
    strings: int = 0
    tags: int = 0
    tags_in_row: int = 0

    def search(self, piece: bytes) -> None:
        """Count one piece that ends between two tags. Refused: Unsafe (DTD), TooLarge."""
        if _DOCTYPE.search(piece):
            raise Unsafe()
        start = 0
        for record in _RECORD.finditer(piece):
            if record[1] == b"row":
                self.rows += 1
            else:
                self.strings += 1
            self._count(piece, start, record.start())
            self.tags_in_row, start = 0, record.start()
            if self.rows > MAX_ROWS:
                return  # refused anyway, once the sizes are known
        self._count(piece, start, len(piece))

    def _count(self, piece: bytes, start: int, end: int) -> None:
        tags = piece.count(b"<", start, end)
        self.tags += tags
        self.tags_in_row += tags
        if self.tags > MAX_TAGS or self.tags_in_row > MAX_TAGS_PER_ROW or self.strings > MAX_STRINGS:
            raise TooLarge()


def inspect(data: bytes) -> None:
    """Return if `data` is an archive that may be parsed.

    Refused: NotATable (broken), Encrypted, Unsafe, TooLarge, TooManyRows.
    """
    if data.count(b"PK\x01\x02") > MAX_ENTRIES:  # before the directory is read into memory
        raise TooLarge()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_names(entries)
            seen = _Weighed()
            for entry in entries:
                _weigh(archive, entry, seen, len(data))
    except (*_BROKEN, zlib.error) as error:
        raise NotATable() from error
    if seen.rows > MAX_ROWS:
        raise TooManyRows()


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.orig_filename for entry in entries]
    if len({name.casefold() for name in names}) < len(names):
        raise Unsafe()
    for entry, name in zip(entries, names, strict=True):
        if entry.flag_bits & 0x1:
            raise Encrypted()
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unsafe()
        if _leads_out(name) or stat.S_ISLNK(entry.external_attr >> 16):
            raise Unsafe()
        if _UNSAFE_NAMES.search(name.casefold()):
            raise Unsafe()


def _leads_out(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ":" in name or "\0" in name or ".." in name.split("/")


def _weigh(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, seen: _Weighed, packed: int) -> None:
    """Inflate one entry to its real end and search it. Refused: as `inspect`."""
    size, rest, head = 0, b"", b""
    kept = entry.orig_filename.endswith((".rels", "[Content_Types].xml"))
    document = b""
    for piece in _inflated(archive, entry):
        size += len(piece)
        seen.unpacked += len(piece)
        if seen.unpacked > MAX_UNPACKED or seen.unpacked > max(RATIO_FLOOR, MAX_RATIO * packed):
            raise TooLarge()
        head = head or piece[:8]
        if head.startswith(_ARCHIVES):
            raise Unsafe()
        if kept:
            document = _bounded(document + piece)
        rest = _search(seen, rest + piece)
    seen.search(rest)
    seen.tags_in_row = 0
    if size != entry.file_size:
        raise NotATable()
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) and entry.orig_filename.endswith((".xml", ".rels")):
        raise NotATable()  # UTF-16 would hide its tags from the search; no spreadsheet program writes it
    _check_links(document)


def _inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The real content in pieces, whatever size the archive declares."""
    real = copy(entry)
    real.file_size = MAX_UNPACKED + 1
    with archive.open(real) as stream:
        while piece := stream.read(_PIECE):
            yield piece


def _search(seen: _Weighed, content: bytes) -> bytes:
    """Search up to the last opening bracket, and give back what follows it."""
    cut = content.rfind(b"<")
    if cut < 0 or len(content) - cut > _PIECE:
        cut = len(content)
    if seen.rows <= MAX_ROWS:
        seen.search(content[:cut])
    return content[cut:]


def _bounded(document: bytes) -> bytes:
    if len(document) > RATIO_FLOOR:
        raise TooLarge()
    return document


def _check_links(document: bytes) -> None:
    if b"macroEnabled" in document:
        raise Unsafe()
    for link in _LINK.findall(document):
        # A web or mail address behind a cell is only text here; any other link out is refused.
        if b"External" in link and b"/hyperlink" not in link:
            raise Unsafe()
