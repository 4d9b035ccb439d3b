"""Where a request comes from, as far as it takes to count those of one network."""

from __future__ import annotations

import hmac
from ipaddress import IPv6Address, ip_address
from typing import Any

from django.conf import settings


def address_of(request: Any) -> str:
    """A keyed fingerprint of the caller's address (of an IPv6 one, of its /64): never the address itself.

    Behind the proxy it is the last of X-Forwarded-For, which the proxy has added; what stands before it
    anybody may have written.
    """
    given = request.META.get("REMOTE_ADDR", "")
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        given = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or given
    try:
        address = ip_address(given)
        network = address.packed[:8] if isinstance(address, IPv6Address) else address.packed
    except ValueError:
        network = b""
    return hmac.digest(settings.SECRET_KEY.encode(), b"address" + network, "sha256").hex()[:24]
