"""A batch has its limits, packed or not, and the answer names them; half a batch is no batch."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
import zstandard

from checklist.models import Observation
from tests.poison import stored
from tests.sync.saying import LAN, batch, observation, send
from tests.village import Reply, calling

pytestmark = pytest.mark.django_db
MIB = 1024 * 1024
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


def pushed(body: bytes, coding: str = "", **extra: Any) -> Reply:
    headers = {"HTTP_CONTENT_ENCODING": coding} if coding else {}
    return calling("an").call("POST", "sync/push", body, **headers, **extra)


def a_body(number: int = 3) -> bytes:
    return json.dumps(batch(*(observation(LAN) for _ in range(number)))).encode()


def blown_up(size: int) -> bytes:
    """A good batch with so many blanks behind it."""
    body = a_body()
    return body + b" " * (size - len(body))


def streamed(body: bytes) -> bytes:
    """zstd that does not say beforehand how much it is."""
    packing = zstandard.ZstdCompressor().compressobj()
    return packing.compress(body) + packing.flush()


@pytest.mark.parametrize("coding", PACKERS)
def test_a_batch_may_be_packed(coding: str) -> None:
    reply = pushed(PACKERS[coding](a_body()), coding)
    assert reply.status == 200, reply.json
    assert Observation.objects.count() == 3


def test_a_stream_of_unknown_length_is_unpacked_too() -> None:
    assert pushed(streamed(a_body()), "zstd").status == 200
    assert pushed(a_body(), "identity").status == 200


def too_large(reply: Reply) -> bool:
    return (reply.status, reply.json["code"], reply.json["limits"]) == (
        413,
        "push.too_large",
        {"bytes": MIB, "commands": 500, "ratio": 50},
    )


def test_I_03_500_commands_are_a_batch_and_501_are_not() -> None:
    assert pushed(a_body(500)).status == 200
    before = stored()
    assert too_large(pushed(a_body(501)))
    poisoned = a_body(501).replace(b'"seen"', b'"\\ud800"', 1)
    assert too_large(pushed(poisoned))
    assert stored() == before


def test_I_03_a_mebibyte_is_a_body_and_a_byte_more_is_not() -> None:
    assert pushed(blown_up(MIB)).status == 200
    before = stored()
    assert too_large(pushed(blown_up(MIB + 1)))
    assert stored() == before


@pytest.mark.parametrize("coding", PACKERS)
def test_I_03_it_is_what_comes_out_that_counts(coding: str) -> None:
    """Random digits pack to half: below the ratio, and still more than a mebibyte."""
    digits = "".join(str(n * n % 9973) for n in range(320_000))
    before = stored()
    assert too_large(pushed(PACKERS[coding](a_body() + digits[: MIB + 1].encode()), coding))
    assert stored() == before


@pytest.mark.parametrize("size", [MIB, 64 * MIB])
@pytest.mark.parametrize("pack", [*PACKERS.values(), streamed], ids=[*PACKERS, "streamed zstd"])
def test_I_03_a_bomb_is_not_unpacked(pack: Callable[[bytes], bytes], size: int) -> None:
    before = stored()
    coding = "gzip" if pack is gzip.compress else "zstd"
    assert too_large(pushed(pack(blown_up(size)), coding))
    assert stored() == before


def test_a_frame_that_lies_about_its_size_is_not_believed() -> None:
    """Its head announces 4 GiB: nothing of the sort is allotted."""
    body = b"\x28\xb5\x2f\xfd" + b"\xa0" + (2**32 - 1).to_bytes(4, "little") + b"\x01\x00\x00"
    before = stored()
    assert pushed(body, "zstd").status in (400, 413)
    assert stored() == before


@pytest.mark.parametrize("coding", PACKERS)
@pytest.mark.parametrize("cut", [1, 10, 100, -9, -1])
def test_I_04_half_a_packed_batch_is_no_batch(coding: str, cut: int) -> None:
    body = PACKERS[coding](a_body())[:cut]
    before = stored()
    reply = pushed(body, coding)
    assert (reply.status, reply.json["code"]) == (400, "push.incomplete")
    assert stored() == before


@pytest.mark.parametrize("cut", [1, 200, -300, -1])
def test_I_04_half_a_batch_is_no_batch(cut: int) -> None:
    before = stored()
    assert pushed(a_body()[:cut]).status == 400
    assert stored() == before


def test_I_04_a_body_shorter_than_its_head_says_is_no_batch() -> None:
    """The blanks behind the last brace are missing: nobody knows what else is."""
    body = blown_up(5_000)
    before = stored()
    reply = pushed(body, **{"wsgi.input": BytesIO(body[:-10])})
    assert (reply.status, reply.json["code"]) == (400, "push.incomplete")
    assert stored() == before


@pytest.mark.parametrize("coding", PACKERS)
def test_what_follows_the_end_is_refused(coding: str) -> None:
    body = PACKERS[coding](a_body())
    for more in (b"x", body):
        assert pushed(body + more, coding).status == 400


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip", "zstd, identity"])
def test_other_codings_are_named_as_unknown(coding: str) -> None:
    reply = pushed(zlib.compress(a_body()), coding)
    assert (reply.status, reply.json["code"]) == (415, "push.coding")


def test_what_is_not_packed_as_it_says_is_refused() -> None:
    assert pushed(a_body(), "gzip").json["code"] == "push.incomplete"
    assert pushed(gzip.compress(a_body()), "zstd").json["code"] == "push.incomplete"
    assert send("an", gzip.compress(a_body())).status == 400
