"""The bundle: one file for a day without network, which goes on where the download broke off."""

from __future__ import annotations

import gzip
import random
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from base.days import day_of
from base.models import SYSTEM
from guides.actions import load_content
from guides.models import Guide
from guides.queries import read_shelf
from guides.rules import BundleTooLarge, bundle_of
from tests.guides.shelf import BODY, HEAD, folder_with, webp
from tests.village import AT, Reply, calling

pytestmark = pytest.mark.django_db


def opened(answer: Reply) -> dict[str, Any]:
    """What is in the file."""
    found: dict[str, Any] = msgspec.json.decode(gzip.decompress(answer.raw.content))
    return found


def part(of: str, **headers: str) -> Reply:
    return calling().call("GET", of, headers=headers)


def test_it_holds_everything_and_fits() -> None:
    answer = calling().get("guides/bundle", lang="vi", platform="android")
    assert len(answer.raw.content) <= 1_500_000
    told = opened(answer)
    assert (told["language"], told["platform"], told["gone"]) == ("vi", "android", [])
    assert told["ids"] == [guide["id"] for guide in told["guides"]]
    assert (len(told["guides"]), len(told["alerts"]), len(told["places"])) == (21, 7, 7)
    assert all(guide["steps"] and guide["valid_until"] for guide in told["guides"])


def test_its_name_and_etag_are_its_content() -> None:
    first, second = (calling().get("guides/bundle", lang="vi") for _ in range(2))
    etag = first.raw.headers["ETag"].strip('"')
    assert f'filename="guides-vi-android-{etag[:12]}.json.gz"' in first.raw.headers["Content-Disposition"]
    assert first.raw.headers["Content-Type"] == "application/gzip"
    assert first.raw.content == second.raw.content
    # Built anew, and asked for in a language that falls back to it, it has the same bytes.
    assert bundle_of(read_shelf(day_of(datetime.now(UTC))), "vi", "android") == first.raw.content
    assert opened(calling().get("guides/bundle", lang="thai"))["language"] == "vi"
    english = calling().get("guides/bundle", lang="en")
    assert english.raw.headers["ETag"] != first.raw.headers["ETag"]


def test_a_broken_download_goes_on_where_it_stopped() -> None:
    whole = calling().get("guides/bundle")
    body, etag = whole.raw.content, whole.raw.headers["ETag"]
    assert whole.raw.headers["Accept-Ranges"] == "bytes"
    half = len(body) // 2
    first = part("guides/bundle", range=f"bytes=0-{half - 1}")
    rest = part("guides/bundle", range=f"bytes={half}-", if_range=etag)
    assert (first.status, rest.status) == (206, 206)
    assert first.raw.headers["Content-Range"] == f"bytes 0-{half - 1}/{len(body)}"
    assert first.raw.headers["ETag"] == etag
    assert first.raw.content + rest.raw.content == body
    assert part("guides/bundle", range="bytes=-10").raw.content == body[-10:]
    assert part("guides/bundle", range=f"bytes=5-{10 * len(body)}").raw.content == body[5:]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"range": "bytes=99999999-"}, 416),
        ({"range": "bytes=9-3"}, 416),
        ({"range": "bytes=-0"}, 416),
        ({"range": "bytes=0-10", "if_range": '"of another edition"'}, 200),
        ({"range": "bytes=0-10", "if_range": "Sun, 22 Nov 2026 10:00:00 GMT"}, 200),
        ({"range": "bytes=0-1,5-6"}, 200),
        ({"range": "lines=0-1"}, 200),
        ({"range": "bytes=-"}, 200),
        ({"range": "bytes=a-b"}, 200),
    ],
)
def test_other_ranges(headers: dict[str, str], status: int) -> None:
    answer = part("guides/bundle", **headers)
    assert answer.status == status
    size = len(calling().get("guides/bundle").raw.content)
    if status == 416:
        assert answer.raw.headers["Content-Range"] == f"bytes */{size}"
    else:
        assert len(answer.raw.content) == size


def test_a_phone_that_has_it_is_told_304_even_when_it_asks_for_a_part() -> None:
    etag = calling().get("guides/bundle").raw.headers["ETag"]
    assert part("guides/bundle", range="bytes=0-1", if_none_match=etag).status == 304


def test_a_delta_has_only_what_is_new_and_names_what_is_gone() -> None:
    ids = opened(calling().get("guides/bundle"))["ids"]
    have = [*ids[:-2], "get-chip-card:vi:any:0", "no-such-guide:vi:any:3"]
    told = opened(calling().get("guides/bundle", have=",".join(have)))
    assert [guide["id"] for guide in told["guides"]] == ids[-2:]
    assert told["gone"] == ["get-chip-card:vi:any:0", "no-such-guide:vi:any:3"]
    assert told["ids"] == ids
    nothing = opened(calling().get("guides/bundle", have=",".join(ids)))
    assert (nothing["guides"], nothing["gone"]) == ([], [])
    assert len(nothing["alerts"]) == 7


@pytest.mark.parametrize("have", ["activate-vneid", ",".join(["a:b:c:1"] * 301), f"{'x' * 100}:vi:any:1"])
def test_a_list_that_cannot_be_read_is_refused(have: str) -> None:
    answer = calling().get("guides/bundle", have=have)
    assert (answer.status, answer.json["code"]) == (400, "bundle.have")


def test_what_would_make_it_too_large_is_not_published(tmp_path: Any) -> None:
    noise = random.Random(1)
    chunk = b"ICCP" + (190_000).to_bytes(4, "little")
    pictures = {f"p{n}__webp": webp(extra=chunk + noise.randbytes(190_000)) for n in range(9)}
    half = [f"\n## Bước.\n\n![Ảnh](p{n}.webp)\n" for n in range(9)]
    guides = {"mot__vi__md": HEAD + "".join(half[:5]), "hai__vi__md": HEAD + "".join(half[5:])}
    before = Guide.objects.count()
    with pytest.raises(BundleTooLarge):
        load_content(by=SYSTEM, at=AT, folder=folder_with(tmp_path, **guides, **pictures))
    assert Guide.objects.count() == before
    assert load_content(by=SYSTEM, at=AT, folder=_without(tmp_path, "hai.vi.md"))["new"] == 1


def _without(folder: Any, name: str) -> Any:
    (folder / name).unlink()
    return folder


def test_pictures_travel_with_it_and_alone(tmp_path: Any) -> None:
    picture = webp(8, 8)
    files = {"mot_viec__vi__md": HEAD + BODY + "\n![Nút bên cạnh máy](nut.webp)\n", "nut__webp": picture}
    load_content(by=SYSTEM, at=AT, folder=folder_with(tmp_path, **files))
    [step] = calling().get("guides/mot-viec").json["steps"]
    assert step["picture_alt"] == "Nút bên cạnh máy"
    alone = calling().get(f"guides/media/{step['picture']}")
    assert (alone.raw.content, alone.raw.headers["Content-Type"]) == (picture, "image/webp")
    assert "immutable" in alone.raw.headers["Cache-Control"]
    told = opened(calling().get("guides/bundle"))
    assert msgspec.convert(told["media"][step["picture"]], bytes, strict=False) == picture
