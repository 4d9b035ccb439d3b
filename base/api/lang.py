"""Vietnamese unless the Accept-Language header prefers English."""

from __future__ import annotations

from typing import Any

from django.utils.translation.trans_real import parse_accept_lang_header


def language_of(request: Any) -> str:
    """ "vi" or "en"; the first of the two in the header's order of preference."""
    header = request.META.get("HTTP_ACCEPT_LANGUAGE", "")
    if not header:
        return "vi"
    for code, _ in parse_accept_lang_header(header):
        if code[:2] in ("vi", "en"):
            return str(code[:2])
    return "vi"
