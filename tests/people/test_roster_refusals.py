"""What somebody may send instead of a list, in error or in malice: each gets one clear no, and no memory."""

from __future__ import annotations

import io
import random
import stat
import struct
import sys
import tracemalloc
import zipfile
import zlib

import pytest

from base.errors import Refusal
from people.formats import read_table
from people.rules import roster_refusals
from people.rules.roster import understand
from tests.people.test_roster_files import MAIN, ON, repacked, sample, truth, with_sheet, xlsx

MB = 1024 * 1024
LIST = xlsx([["Họ tên", "Năm sinh"], ["Lê A", 1980]])


def refusal(data: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        understand(read_table(data), on=ON)
    return caught.value.code


def frugal_refusal(data: bytes, memory: int = 30 * MB) -> str:
    """The code of the refusal; the reading may not hold more than `memory` bytes at once."""
    tracemalloc.start()
    try:
        return refusal(data)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < memory


def archive(entries: dict[str, bytes], **attributes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in entries.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            for key, value in attributes.items():
                setattr(info, key, value)
            new.writestr(info, content)
    return out.getvalue()


def noise(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def ole(*names: str) -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(504)
        + b"".join(name.encode("utf-16-le") for name in names)
    )


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n1 0 obj", b"\x89PNG\r\n\x1a\n" + noise(500),
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + noise(500),
        noise(5000), b"PK\x03\x04", b"PK\x03\x04" + noise(5000), LIST[:-30], LIST[: len(LIST) // 2],
        ole("Workbook"), ole(),
        archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}),
        archive({"mimetype": b"x"}),
        archive({}), b"<html><table></table></html>", b'<?xml version="1.0"?><Workbook/>', b"{\\rtf1 Ho ten}",
        'Họ tên;SĐT\n"Lê A;1'.encode(),
    ],
)  # fmt: skip
def test_what_is_no_spreadsheet_is_told_so(data):
    assert refusal(data) == "import.not_a_table"


@pytest.mark.parametrize("data", [b"", b"  \r\n ", b"\xef\xbb\xbf", xlsx([]), b";;;\n;;\n"])
def test_an_empty_file_is_told_so(data):
    assert refusal(data) == "import.empty"


def test_a_password_is_told_so():
    assert refusal(ole("EncryptedPackage", "EncryptionInfo")) == "import.encrypted"
    locked = bytearray(archive({"xl/workbook.xml": b"<x/>"}))
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(locked)) == "import.encrypted"


@pytest.mark.parametrize(
    "data",
    ["Họ tên;SĐT\nLê Thị Hoà;1".encode()[:-1] + b"\xe0", "Ho ten;SDT\nLê;1".encode("latin-1"),
    b"Ho ten;SDT\nLe\0A;1" + b"a" * 99,
     "Ho ten;Năm".encode("utf-16") + b"\0"],
)  # fmt: skip
def test_letters_that_cannot_be_told_are_refused_not_guessed(data):
    assert refusal(data) == "import.encoding"


def test_I_05_more_than_five_megabytes_are_not_even_opened():
    assert frugal_refusal(b"a;b\n" * (5 * MB // 4 + 1)) == "import.too_large"
    assert frugal_refusal(b"PK\x03\x04" + bytes(5 * MB)) == "import.too_large"


def test_I_05_a_bomb_stops_at_the_limit():
    assert frugal_refusal(repacked(LIST, **{"xl__media__a.bin": bytes(60 * MB)})) == "import.too_large"
    grown = repacked(
        LIST, **{"xl__worksheets__sheet1.xml": b"<worksheet><sheetData>" + b"<row><c/></row>" * 500_000}
    )
    assert frugal_refusal(grown) == "import.too_large"


def test_I_05_a_bomb_that_hides_its_size_is_really_inflated():
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packer.compress(bytes(80 * MB)) + packer.flush()
    lying = bytearray(archive({"xl/workbook.xml": b"x"}))
    start = lying.index(b"PK\x01\x02")
    name = b"xl/workbook.xml"
    local = (
        struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(body), 10, len(name), 0)
        + name
        + body
    )
    central = bytearray(lying[start : start + 46 + len(name)])
    struct.pack_into("<III", central, 16, 0, len(body), 10)
    struct.pack_into("<I", central, 42, 0)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(central), len(local), 0)
    assert frugal_refusal(bytes(local + central + end)) == "import.too_large"


def test_I_05_a_thousand_and_one_entries_are_too_many():
    assert frugal_refusal(archive({f"xl/{n}.xml": b"" for n in range(1001)})) == "import.too_large"


def test_I_05_twenty_thousand_and_one_rows_are_too_many_in_either_format():
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n * 7919}</v></c></row>' for n in range(1, 20_002))
    assert frugal_refusal(with_sheet(rows)) == "import.too_many_rows"
    assert (
        refusal(with_sheet(rows.replace("<row", "<x:row").replace("</row", "</x:row")))
        == "import.too_many_rows"
    )
    assert frugal_refusal(b"Ho ten;SDT\n" + b"Le A;1\n" * 20_000) == "import.too_many_rows"


def test_a_sheet_with_a_cell_in_each_corner_is_not_spread_out():
    corners = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert frugal_refusal(with_sheet(corners), memory=5 * MB) == "import.no_roster"
    (sheet,) = read_table(with_sheet(corners))
    assert sheet.rows == [(1, [1])]


@pytest.mark.parametrize(
    "xml",
    [
        '<row r="99999999999999"><c><v>1</v></c></row>', '<row r="x"/>',
        '<row><c r="ZZZZ1"><v>1</v></c></row>',
        '<row><c t="s"><v>9999</v></c></row>', f'<row><c><v>{"9" * 5000}</v></c></row>',
        "<row><c><v>abc</v></c></row>",
        "<row><c><v>1</v></row>", '<row><c t="d"><v>99-99</v></c></row>', "<row><c>&undefined;</c></row>",
    ],
)  # fmt: skip
def test_numbers_that_overflow_and_broken_xml_are_a_refusal_not_an_alarm(xml):
    assert refusal(with_sheet(xml)) == "import.not_a_table"


def test_infinite_and_enormous_numbers_are_only_odd_cells():
    odd = "".join(f"<row><c><v>{value}</v></c></row>" for value in ("1e999", "-1e999", "9" * 300, "1e308"))
    assert refusal(with_sheet(odd)) == "import.no_roster"


def test_more_nested_tags_than_a_row_has_are_too_large():
    assert frugal_refusal(with_sheet("<row>" + "<c>" * 120_000)) == "import.too_large"
    deep = with_sheet(
        "<row>" + "<c>" * 40_000 + "</c>" * 40_000 + "</row>" + "".join(f"<!--{n}-->" for n in range(9999))
    )
    assert frugal_refusal(deep, memory=60 * MB) in {"import.not_a_table", "import.empty", "import.no_roster"}


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("declaration", [LAUGHS, OUTSIDE, "<!DOCTYPE x>"])
@pytest.mark.parametrize("part", ["xl__worksheets__sheet1.xml", "xl__workbook.xml", "xl__sharedStrings.xml"])
def test_I_07_xml_that_declares_its_own_words_is_unsafe(declaration, part):
    xml = f'<?xml version="1.0"?>{declaration}<worksheet xmlns="{MAIN}"/>'
    assert frugal_refusal(repacked(LIST, **{part: xml.encode()})) == "import.unsafe"


def test_I_07_a_declaration_across_two_pieces_of_the_search_is_seen_too():
    for shift in range(12):
        xml = b"<a>" + b"x" * (64 * 1024 - 8 - shift) + b"<!DOCTYPE x><a/>"
        assert refusal(repacked(LIST, **{"xl__theme__theme1.xml": xml})) == "import.unsafe"


def test_I_07_xml_in_an_encoding_that_hides_its_tags_is_refused():
    xml = f'<?xml version="1.0" encoding="utf-16"?>{LAUGHS}<worksheet xmlns="{MAIN}"/>'.encode("utf-16")
    assert refusal(repacked(LIST, **{"xl__worksheets__sheet1.xml": xml})) == "import.not_a_table"


@pytest.mark.parametrize(
    "name",
    ["../evil.xml", "xl/../../evil.xml", "/etc/passwd", "C:/evil.xml", "xl\\..\\evil.xml",
    "xl/vbaProject.bin",
     "xl/externalLinks/externalLink1.xml", "xl/embeddings/oleObject1.bin", "xl/activeX/activeX1.xml",
     "xl/inner.zip",
     "xl/macrosheets/sheet1.xml", "xl/connections.xml", "XL/WORKBOOK.XML", "xl/inner.xlsx"],
)  # fmt: skip
def test_I_06_an_entry_that_no_list_needs_is_unsafe(name):
    out = io.BytesIO(LIST)
    with zipfile.ZipFile(out, "a") as new:
        info = zipfile.ZipInfo("x")
        info.filename = info.orig_filename = name
        new.writestr(info, b"<x/>")
    assert refusal(out.getvalue()) == "import.unsafe"


def test_I_05_I_06_links_out_symlinks_archives_inside_and_macros_are_unsafe():
    link = b'<Relationship Id="a" Type="x/externalLinkPath" Target="file:///a" TargetMode="External"/>'
    assert refusal(repacked(LIST, **{"xl__worksheets___rels__sheet1.xml.rels": link})) == "import.unsafe"
    assert (
        refusal(archive({"xl/a.xml": b"/etc"}, external_attr=(stat.S_IFLNK | 0o777) << 16)) == "import.unsafe"
    )
    assert refusal(repacked(LIST, **{"xl__media__image1.png": sample("xa-dong")})) == "import.unsafe"
    types = b'<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'
    assert refusal(repacked(LIST, **{"[Content_Types].xml": types})) == "import.unsafe"
    twice = io.BytesIO(LIST)
    with zipfile.ZipFile(twice, "a") as new, pytest.warns(UserWarning, match="Duplicate"):
        new.writestr("xl/workbook.xml", b"<x/>")
    assert refusal(twice.getvalue()) == "import.unsafe"


def test_a_mail_address_behind_a_cell_is_no_link_out():
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    link = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{kind}" Target="mailto:a@b.vn" TargetMode="External"/></Relationships>'  # noqa: E501
    assert len(read_table(repacked(LIST, **{"xl__worksheets___rels__sheet1.xml.rels": link.encode()}))) == 1


def test_what_the_user_cannot_see_is_not_imported():
    hidden = repacked(
        LIST, **{"xl__workbook.xml": _workbook(LIST).replace(b'state="visible"', b'state="hidden"')}
    )
    assert refusal(hidden) == "import.empty"


def _workbook(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return book.read("xl/workbook.xml")


def test_a_guard_quote_of_our_own_export_comes_off_once():
    (sheet,) = read_table(b"Ho ten;Ghi chu\n'=1+1;'@x\n'ab;''-\n")
    assert [cells for _, cells in sheet.rows[1:]] == [["=1+1", "@x"], ["'ab", "''-"]]


def test_every_no_has_a_sentence_in_both_languages():
    kinds = [
        kind
        for kind in vars(roster_refusals).values()
        if isinstance(kind, type) and kind.__module__ == roster_refusals.__name__
    ]
    assert {kind.code for kind in kinds} == {
        "import.not_a_table", "import.encrypted", "import.too_large", "import.too_many_rows", "import.unsafe",
        "import.encoding", "import.no_roster", "import.empty",
    }  # fmt: skip
    for kind in kinds:
        assert kind().message("vi") != kind().message("en")


def test_the_village_itself_is_not_refused():
    roster = understand(read_table(sample("xa-dong")), on=ON)
    assert len(roster.households) == truth("xa-dong")["households"]


def test_I_05_I_06_I_07_control_a_reader_that_unpacks_whatever_comes_is_found(monkeypatch):
    def naive(data):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return list(map(book.read, book.namelist()))

    here = sys.modules[__name__]
    monkeypatch.setattr(here, "read_table", naive)
    monkeypatch.setattr(here, "understand", lambda tables, on: tables)
    outside = archive({"../evil.xml": b"<x/>"})
    laughs = repacked(LIST, **{"xl__workbook.xml": LAUGHS.encode()})
    for bad in (outside, laughs):
        with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
            refusal(bad)
    with pytest.raises(AssertionError):
        frugal_refusal(repacked(LIST, **{"xl__media__a.bin": bytes(60 * MB)}))
