"""How each kind of process reaches PostgreSQL: as whom, with what sight, and for how long it may take."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from config import env

APPLICATION = "san_sang_so_app"  # the role that serves, where the house itself makes one
# Nobody waits for ever, and no forgotten transaction holds a hamlet.
_LIMITS = "-c lock_timeout=15s -c idle_in_transaction_session_timeout={}s -c statement_timeout={}s"
# The web has the scope of whoever asks, set with his token (base.scope); the house itself sees all of itself.
_HOUSE = " -c app.house=on"
OPTIONS = {
    "web": _LIMITS.format(10, 5),
    "worker": _LIMITS.format(10, 60) + _HOUSE,
    "command": _LIMITS.format(60, 0) + _HOUSE,
}


def as_application(address: str) -> str:
    """The same database, for the role that serves."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=f"{APPLICATION}@{parts.netloc.rpartition('@')[2]}"))


def addresses(*, production: bool) -> tuple[str, str]:
    """The address to use, and the role that serves ("" where none is named apart from the owner).

    DATABASE_URL is that of the role that serves, DATABASE_OWNER_URL that of the owner, who migrates and
    grants. Without the second one a development house does everything as one; production refuses.
    """
    serving = env.text("DATABASE_URL", None if production else "postgresql://postgres@127.0.0.1/san_sang_so")
    owner = env.text("DATABASE_OWNER_URL", "")
    if production and os.environ.get("PROCESS") == "owner" and not owner:
        raise env.Misconfigured("Set DATABASE_OWNER_URL: the role that serves may not migrate.")
    role = str(env.database(serving)["USER"]) if owner else ""
    return (owner if owner and os.environ.get("PROCESS") == "owner" else serving), role


def settings_of(address: str) -> dict[str, Any]:
    """Django's settings for a connection of this process."""
    kind = os.environ.get("PROCESS", "web")
    return {
        **env.database(address),
        "CONN_MAX_AGE": None,
        # base.bulk prepares the statements that the hot doors repeat, and nobody else any (see there).
        "OPTIONS": {
            "server_side_binding": True,
            "prepare_threshold": None,
            "options": OPTIONS["command" if kind == "owner" else kind],
        },
    }


_ABOVE = """
SELECT rolsuper OR rolbypassrls OR EXISTS (
    SELECT 1 FROM pg_class WHERE relname = 'people_person' AND pg_has_role(current_user, relowner, 'MEMBER'))
FROM pg_roles WHERE rolname = current_user
"""


def refuse_above_the_wall() -> None:
    """Refuses to serve as a role for which PostgreSQL's own rules of sight do not hold. A database that does
    not answer now is asked again by nobody: serve.py and a supervisor start us when it does."""
    from django.db import OperationalError, connection

    with suppress(OperationalError), connection.cursor() as cursor:
        cursor.execute(_ABOVE)
        found = cursor.fetchone()
        if found is not None and found[0]:
            raise env.Misconfigured(
                "DATABASE_URL must be that of the role that serves, not of the owner: see docs/operations.md."
            )
