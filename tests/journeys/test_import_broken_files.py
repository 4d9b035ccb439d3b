"""What is no roster is refused with a sentence that helps, and leaves nothing behind."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import poison
from tests.people.rosters import HEADER, csv, row, sample, staging
from tests.village import COMMUNE, Reply, calling

pytestmark = pytest.mark.django_db


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def rows(count: int) -> bytes:
    return csv(*(row(f"Lê Thị {'abcdefghij'[n % 10]}", house=n) for n in range(count)))


BROKEN: list[tuple[str, Any, int, str]] = [
    ("a PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", 422, "import.not_a_table"),
    ("a zip", zipped(a=b"x" * 100), 422, "import."),
    ("a picture", b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, 422, "import.not_a_table"),
    ("a web page", b"<html><table><tr><td>Lan</td></tr></table>", 422, "import.not_a_table"),
    ("half an xlsx", lambda: sample("xa-dong")[:20_000], 422, "import."),
    (
        "an xlsx with a byte changed",
        lambda: sample("xa-dong")[:500] + b"\xff" + sample("xa-dong")[501:],
        422,
        "",
    ),
    ("an old xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 1000, 422, "import.not_a_table"),
    ("a bomb", lambda: zipped(bomb=b"\x00" * 60_000_000), 413, "import."),
    ("nothing", b"", 400, "body.invalid"),
    ("blanks", b" \n \n", 422, "import.empty"),
    ("no header", b"1;2;3\n4;5;6\n", 422, "import.no_roster"),
    ("a header alone", csv(), 422, "import.empty"),
    ("another encoding", csv(row("Lê")).decode("utf-8-sig").encode("utf-16-le"), 422, "import."),
    ("20,001 rows", lambda: rows(20_001), 422, "import.too_many_rows"),
    ("5.5 MB", lambda: csv(row("Lê Lan")) + b"\n" * 5_500_000, 413, "import.too_large"),
    ("over 6 MiB", lambda: b"x" * (6 * 1024 * 1024 + 1), 413, "body.too_large"),
    ("20 MB", lambda: b"x" * 20_000_000, 413, "body.too_large"),
]


@pytest.mark.parametrize(("name", "data", "status", "code"), BROKEN, ids=[case[0] for case in BROKEN])
def test_a_broken_file_is_refused_clearly_and_leaves_nothing(
    name: str, data: Any, status: int, code: str
) -> None:
    before = poison.stored()
    reply = staging(data() if callable(data) else data)
    if name == "an xlsx with a byte changed" and reply.status == 201:
        return  # the byte was one that nobody reads
    poison.refused(reply, name)
    assert (reply.status, reply.json["code"][: len(code)]) == (status, code)
    assert len(reply.json["title"]) > 15
    assert poison.stored() == before


def test_the_same_roster_whole_is_taken() -> None:
    """The control."""
    assert staging(sample("xa-dong")).status == 201
    assert staging(csv(row("Lê Lan"))).status == 201


def sending(**fields: Any) -> Reply:
    return Reply(calling("dung").client.post("/api/v1/people/imports", fields))


def a_file(data: bytes | None = None, name: str = "a.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, csv(row("Lê Lan")) if data is None else data)


FORMS: list[tuple[dict[str, Any], str]] = [
    ({"area": COMMUNE}, "file"),
    ({"file": a_file}, "area"),
    ({"area": COMMUNE, "file": "Họ và tên;Năm sinh"}, "file"),
    ({"area": COMMUNE, "file": a_file, "apply": "true"}, "apply"),
    ({"area": COMMUNE, "file": a_file, "state": "applied"}, "state"),
    ({"area": "x" * 17, "file": a_file}, "area"),
    ({"area": "00454\x00", "file": a_file}, "area"),
    ({"area": a_file, "file": a_file}, "area"),
    ({"area": "", "file": a_file}, "area"),
]


@pytest.mark.parametrize(("fields", "path"), FORMS)
def test_a_form_with_a_fault_names_the_field(fields: dict[str, Any], path: str) -> None:
    before = poison.stored()
    reply = sending(**{name: value() if callable(value) else value for name, value in fields.items()})
    poison.refused(reply, str(fields))
    assert (reply.status, [error["path"] for error in reply.json["errors"]]) == (400, [path])
    assert poison.stored() == before


BODIES = {
    "no form": (b"{}", "application/json"),
    "a form without a boundary": (b"x", "multipart/form-data"),
    "a form that ends early": (
        b'--x\r\nContent-Disposition: form-data; name="area"\r\n\r\n004',
        "multipart/form-data; boundary=x",
    ),
    "2 MB in a field": (
        b'--x\r\nContent-Disposition: form-data; name="area"\r\n\r\n' + b"1" * 2_000_000 + b"\r\n--x--\r\n",
        "multipart/form-data; boundary=x",
    ),
    "a name that is no UTF-8": (
        b'--x\r\nContent-Disposition: form-data; name="\xff\xfe"\r\n\r\n1\r\n--x--\r\n',
        "multipart/form-data; boundary=x",
    ),
    "base64 that is none": (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--\r\n",
        "multipart/form-data; boundary=x",
    ),
}


@pytest.mark.parametrize("name", BODIES)
def test_what_is_no_form_is_refused(name: str) -> None:
    body, media_type = BODIES[name]
    before = poison.stored()
    reply = calling("dung").call("POST", "people/imports", body, content_type=media_type)
    poison.refused(reply, name)
    assert poison.stored() == before


@pytest.mark.parametrize("what", [b"", b'; filename="a"'])
def test_a_form_of_a_hundred_and_one_parts_is_refused(what: bytes) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="f%d"%s\r\n\r\n1\r\n'
    body = b"".join(part % (n, what) for n in range(101)) + b"--x--\r\n"
    reply = calling("dung").call(
        "POST", "people/imports", body, content_type="multipart/form-data; boundary=x"
    )
    poison.refused(reply, "101 parts")


def test_the_name_of_the_file_decides_nothing() -> None:
    for name in ("danh sách.pdf", "../../etc/passwd", "x" * 300, "=cmd.csv", "‮fdp.csv"):
        reply = calling("dung").upload("people/imports", name, csv(row("Lê Lan")), area=COMMUNE)
        assert reply.status in (201, 400), reply.json


def test_what_is_a_little_longer_than_the_table_is_cut_or_refused_before_it_is_applied() -> None:
    header = (*HEADER, "Địa chỉ")
    long = csv((*row("Lê Thị Lan"), "Ngõ " + "rất dài " * 60), header=header)
    reply = staging(long)
    assert reply.status == 201
    done = calling("dung").post(f"people/imports/{reply.json['id']}/apply")
    assert done.status == 200, done.json


@pytest.mark.parametrize(
    "cell", ["1850", "1895", "1/1/1900", "0001", "29/02/2023", "9999", "1e400", "-1", "0"]
)
def test_whatever_a_birth_says_what_was_staged_can_be_applied(cell: str) -> None:
    reply = staging(csv(row("Lê Thị Lan", born=cell), row("Lê Văn Hùng", house=2)))
    assert reply.status == 201
    done = calling("dung").post(f"people/imports/{reply.json['id']}/apply")
    assert done.status == 200, done.json


@pytest.mark.parametrize(
    "cell",
    [
        "0912345678",
        "+84 91 234 5678",
        "091234567890123456",
        "12345",
        "☎",
        "1800 1008",
        "113",
        "+1 202 555 0100",
    ],
)
def test_whatever_a_phone_says_what_was_staged_can_be_applied(cell: str) -> None:
    reply = staging(csv(row("Lê Thị Lan", phone=cell)))
    done = calling("dung").post(f"people/imports/{reply.json['id']}/apply")
    assert done.status == 200, done.json
