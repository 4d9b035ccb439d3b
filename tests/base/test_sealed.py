"""A sealed file is what was written, whole and in its place, or it is nothing."""

from __future__ import annotations

import hashlib
import io
import random
from typing import Any

import pytest

from base.sealed import CHUNK, NotWhole, create, reopen

PIECE = CHUNK + 28
HEADER = 28


def told_of(body: bytes) -> tuple[int, str]:
    return len(body), hashlib.sha256(body).hexdigest()


def sealing(body: bytes, name: str = "a.csv") -> bytearray:
    disk = io.BytesIO()
    file = create(disk, name)
    assert file.write(body) == len(body)
    assert file.finish() == told_of(body)
    return bytearray(disk.getvalue())


def opening(disk: bytes, name: str = "a.csv") -> bytes:
    file = reopen(io.BytesIO(disk), name)
    file.verify()
    file.seek(0)
    return file.read() or b""


BODY = random.Random(7).randbytes(3 * CHUNK + 5)


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5])
def test_what_is_written_is_read_and_cannot_be_read_on_the_disk(length: int) -> None:
    body = b"Lan" * (length // 3) + b"x" * (length % 3)
    disk = sealing(body)
    assert opening(disk) == body
    assert b"LanLan" not in disk
    assert len(disk) == HEADER + length + 28 * max(-(-length // CHUNK), 1)


def test_the_same_file_sealed_twice_has_nothing_in_common() -> None:
    one, two = sealing(BODY), sealing(BODY)
    assert one[HEADER + 12 : HEADER + 40] != two[HEADER + 12 : HEADER + 40]


def swapped(disk: bytearray) -> bytearray:
    first, second = disk[HEADER : HEADER + PIECE], disk[HEADER + PIECE : HEADER + 2 * PIECE]
    return disk[:HEADER] + second + first + disk[HEADER + 2 * PIECE :]


def flipped(at: int) -> Any:
    def flip(disk: bytearray) -> bytearray:
        changed = bytearray(disk)
        changed[at] ^= 1
        return changed

    return flip


SPOILT: dict[str, Any] = {
    "nothing": lambda disk: b"",
    "no chunk": lambda disk: disk[:HEADER],
    "half a header": lambda disk: disk[:9],
    "cut at a chunk": lambda disk: disk[: HEADER + 2 * PIECE],
    "cut in a chunk": lambda disk: disk[: HEADER + 2 * PIECE + 100],
    "cut in a nonce": lambda disk: disk[: HEADER + 2 * PIECE + 5],
    "one byte less": lambda disk: disk[:-1],
    "one byte more": lambda disk: disk + b"x",
    "a chunk of nothing more": lambda disk: disk[: HEADER + 3 * PIECE] + bytes(28),
    "two chunks swapped": swapped,
    "a chunk twice": lambda disk: (
        disk[: HEADER + PIECE] + disk[HEADER : HEADER + PIECE] + disk[HEADER + PIECE :]
    ),
    "a chunk left out": lambda disk: disk[:HEADER] + disk[HEADER + PIECE :],
    "a chunk of another file": lambda disk: sealing(BODY)[: HEADER + PIECE] + disk[HEADER + PIECE :],
    **{f"a bit at {at}": flipped(at) for at in (0, 5, 20, HEADER, HEADER + 12, HEADER + PIECE - 1, -1)},
}


@pytest.mark.parametrize("how", SPOILT)
def test_what_was_cut_off_changed_or_swapped_does_not_open(how: str) -> None:
    disk = sealing(BODY)
    assert opening(disk) == BODY
    with pytest.raises(NotWhole):
        opening(SPOILT[how](disk))


def test_it_opens_under_no_other_name() -> None:
    with pytest.raises(NotWhole):
        opening(sealing(BODY), "b.csv")


def test_what_was_never_finished_is_no_file() -> None:
    disk = io.BytesIO()
    file = create(disk, "a.csv")
    file.write(BODY)
    with pytest.raises(NotWhole):
        opening(disk.getvalue())
    file.finish()
    assert opening(disk.getvalue()) == BODY


def test_a_new_key_reads_what_the_one_before_sealed_and_no_stranger_does(settings: Any) -> None:
    settings.SEALING_KEYS = ["old"]
    disk = sealing(BODY)
    settings.SEALING_KEYS = ["new", "old"]
    assert opening(disk) == BODY
    young = sealing(BODY)
    settings.SEALING_KEYS = ["new"]
    assert opening(young) == BODY
    with pytest.raises(NotWhole):
        opening(disk)


def test_written_back_and_forth_it_is_as_any_file() -> None:
    """As writers of ZIP files do; against a file in memory that gets the same orders."""
    chance, disk, plain = random.Random(3), io.BytesIO(), io.BytesIO()
    file = create(disk, "a.csv")
    for _ in range(150):
        size = len(plain.getvalue())
        place = chance.choice([size, chance.randint(0, size), min(CHUNK, size)])
        assert file.seek(place) == plain.seek(place)
        match chance.randrange(6):
            case 0:
                length = chance.randint(0, 2 * CHUNK)
                assert file.read(length) == plain.read(length)
            case 1 if size > 4 * CHUNK:
                assert file.truncate() == plain.truncate()
            case _:
                some = chance.randbytes(chance.randint(0, CHUNK + 9))
                assert file.write(some) == plain.write(some)
        assert file.tell() == plain.tell()
    assert file.finish() == told_of(plain.getvalue())
    assert opening(disk.getvalue()) == plain.getvalue()
    with pytest.raises(OSError, match="finished"):
        file.write(b"x")
    with pytest.raises(OSError, match="holes"):
        file.seek(1 << 40)
    assert len(plain.getvalue()) > 3 * CHUNK
