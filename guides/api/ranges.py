"""A part of a file, for a download that goes on where it broke off (RFC 9110, one range)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.http import HttpResponse

_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")


def part_of(body: bytes, etag: str, headers: Mapping[str, str]) -> HttpResponse:
    """206 with the part that `Range` asks for, 416 when there is no such part, else 200 with the whole.

    With `If-Range`, a part of exactly these bytes only: of any other the phone gets the whole anew. Several
    ranges at once are answered with the whole.
    """
    asked = _RANGE.fullmatch(headers.get("Range", "").strip())
    if asked is None or asked.groups() == ("", "") or headers.get("If-Range", etag).strip() != etag:
        return HttpResponse(body, headers={"Accept-Ranges": "bytes"})
    first, last = _span(asked[1], asked[2], len(body))
    if first >= len(body) or first > last:
        return HttpResponse(
            status=416, headers={"Content-Range": f"bytes */{len(body)}", "Accept-Ranges": "bytes"}
        )
    response = HttpResponse(body[first : last + 1], status=206, headers={"Accept-Ranges": "bytes"})
    response.headers["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
    return response


def _span(first: str, last: str, length: int) -> tuple[int, int]:
    """The first and the last byte; `-500` are the last five hundred."""
    if not first:
        # None at all is asked for by `-0`.
        return (max(0, length - int(last)), length - 1) if int(last) else (length, length)
    return int(first), min(int(last), length - 1) if last else length - 1
