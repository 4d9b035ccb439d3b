"""A roster of 15,000 rows: how long staging and applying take, and how much memory at most.

`python -m tests.bench.roster` makes a database of its own on the server of DATABASE_URL, and drops it. Each
step runs in a process of its own, so that its memory is its own. Status 1 when a limit is broken.
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

ROWS = 15_000
MOST_SECONDS, MOST_MEGABYTES = 20.0, 300.0
DATABASE = "bench_roster"
# The same roster again matches everybody; in another commune it is taken back whole.
STEPS = (
    "stage",
    "apply",
    "stage again",
    "apply again",
    "undo again",
    "stage there",
    "apply there",
    "undo there",
)
IMPORTS = {"": UUID(int=1), "again": UUID(int=2), "there": UUID(int=3)}
COMMUNES = {"": "00454", "again": "00454", "there": "00004"}

_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý")
_MIDDLES = ("Văn", "Thị", "Hữu", "Đức", "Ngọc", "Thanh", "Minh", "Quốc")
_GIVENS = (
    "An",
    "Ánh",
    "Bình",
    "Chi",
    "Dũng",
    "Đào",
    "Hà",
    "Hùng",
    "Lan",
    "Mai",
    "Ngọc",
    "Oanh",
    "Phúc",
    "Yến",
)
_HEADER = (
    "STT;Thôn;Hộ số;Họ và tên;Quan hệ;Ngày sinh;Giới tính;Điện thoại;"
    "VNeID;Tài khoản ngân hàng;Ví điện tử;CKS;DVC"
)


def csv_of(rows: int = ROWS, hamlets: int = 40, seed: int = 1) -> bytes:
    """A roster of that many persons, four to a household, as a commune's CSV; the same for the same seed."""
    chance = random.Random(seed)
    lines = [_HEADER]
    for number in range(rows):
        house, place = divmod(number, 4)
        name = f"{chance.choice(_FAMILIES)} {chance.choice(_MIDDLES)} {chance.choice(_GIVENS)}"
        born = f"{chance.randint(1, 28):02}/{chance.randint(1, 12):02}/{chance.randint(1940, 2010)}"
        marks = ";".join(chance.choice(("x", "")) for _ in range(5))
        relation = ("Chủ hộ", "Vợ", "Con", "Con")[place]
        phone = f"09{chance.randint(10_000_000, 99_999_999)}" if place == 0 else ""
        sex = chance.choice(("Nam", "Nữ"))
        hamlet = f"Thôn {1 + house % hamlets}"
        lines.append(f"{number + 1};{hamlet};{house + 1};{name};{relation};{born};{sex};{phone};{marks}")
    return "\n".join(lines).encode("utf-8-sig")


def main() -> int:
    """Runs the steps one after the other; 1 when one of them breaks a limit."""
    server = os.environ.get("DATABASE_URL", "postgresql://postgres@127.0.0.1/postgres")
    own = urlunsplit(urlsplit(server)._replace(path=f"/{DATABASE}"))
    _database(server, f"DROP DATABASE IF EXISTS {DATABASE}", f"CREATE DATABASE {DATABASE}")
    broken = 0
    try:
        _step(own, "prepare")
        print(f"roster of {ROWS:,} rows, {len(csv_of()) / 1e6:.1f} MB of CSV")
        for step in STEPS:
            seconds, megabytes, told = _step(own, step).split(" ", 2)
            short = float(seconds) > MOST_SECONDS or float(megabytes) > MOST_MEGABYTES
            broken += short
            print(f"{step:12} {seconds:>6} s {megabytes:>6} MB  {told}{'  BROKEN' if short else ''}")
    finally:
        _database(server, f"DROP DATABASE IF EXISTS {DATABASE}")
    print(f"limits: {MOST_SECONDS:.0f} s and {MOST_MEGABYTES:.0f} MB each")
    return 1 if broken else 0


def _step(database: str, name: str) -> str:
    """The last line that the step says."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.roster", name],
        env={**os.environ, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.strip().splitlines()[-1]


def _database(server: str, *statements: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def _prepare() -> str:
    from django.core.management import call_command

    from areas.actions import load_release
    from base.models import SYSTEM

    call_command("migrate", verbosity=0)
    load_release(by=SYSTEM)
    return "prepared"


def _work(step: str) -> str:
    """Does one step; says seconds, megabytes at most, and what was done."""
    from base.models import SYSTEM
    from people.actions import apply_import, stage_import, undo_import

    verb, _, which = step.partition(" ")
    number, at = IMPORTS[which], datetime.now(UTC)
    data = csv_of()
    began = time.perf_counter()
    if verb == "stage":
        told = stage_import(by=SYSTEM, import_id=number, area=COMMUNES[which], data=data, at=at).counts
    elif verb == "apply":
        told = apply_import(by=SYSTEM, import_id=number, at=at).state
    else:
        told = undo_import(by=SYSTEM, import_id=number, at=at)[1]
    seconds = time.perf_counter() - began
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{seconds:.1f} {megabytes:.0f} {told}"


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.exit(main())
    import django

    django.setup()
    print(_prepare() if sys.argv[1] == "prepare" else _work(sys.argv[1]))
