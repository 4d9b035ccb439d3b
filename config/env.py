"""Typed reads of the environment; in production a missing secret refuses to start."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


class Misconfigured(SystemExit):
    """The environment cannot be served; the message names the variable."""


def text(name: str, default: str | None = None) -> str:
    """The value of `name`, or of the file that `name`_FILE names; refuses when there is neither value nor
    default."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    value = os.environ.get(name, default)
    if value is None or (default is None and not value):
        raise Misconfigured(f"Set {name} (or {name}_FILE): there is no default for it.")
    return value


def number(name: str, default: int) -> int:
    """A whole number."""
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise Misconfigured(f"{name} must be a whole number, not {value!r}.") from None


def words(name: str, default: str) -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def secret(name: str, *, production: bool, development: str) -> str:
    """A secret of at least 32 characters; in production there is no default and no example value."""
    if not production:
        return text(name, development)
    value = text(name)
    if len(value) < 32 or value == development:
        raise Misconfigured(f"{name} must be a secret of your own with at least 32 characters.")
    return value


def contact(name: str, default: str | None) -> str:
    """Where somebody can be written to or called: mailto:, tel: or https:."""
    value = text(name, default)
    if not value.startswith(("mailto:", "tel:", "https://")):
        raise Misconfigured(f"{name} must begin with mailto:, tel: or https://.")
    return value


def different(**secrets: str) -> None:
    """Refuses when one secret is given under two names: whoever learned the one would have the other."""
    for name, value in secrets.items():
        same = [other for other, its in secrets.items() if its == value and other != name]
        if same:
            raise Misconfigured(f"{name} must not be the same secret as {same[0]}.")


def database(url: str) -> dict[str, Any]:
    """Django's settings for `postgresql://user:password@host:port/name?host=/socket/folder`."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise Misconfigured("DATABASE_URL must begin with postgresql://; nothing else is supported.")
    if len(parts.path) < 2:
        raise Misconfigured("DATABASE_URL must name the database: postgresql://user:password@host/name.")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.get("host") or parts.hostname or "",
        "PORT": str(parts.port or options.get("port", "")),
    }
