"""The coverage of the whole country.

The country is simulated in a database of its own beside the bench's, kept for later runs: the provinces and
communes as they are, 90,000 hamlets, each with the tally and the steps of a hamlet of the measured province.
It has no persons: only what coverage reads is there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.bench.told import Figure, median, say, spread

NAME, HAMLETS, TURNS = "san_sang_so_nation", 90_000, 15
# Steps that a look at any day of these can meet; those of later years are left out, to be made sooner.
BACK, AHEAD, EARLIER = timedelta(days=60), timedelta(days=365), timedelta(days=20)
_HAMLETS = """
INSERT INTO areas_area
    (scheme, level, code, name, kind, search_key, exact_key, sort_key, parent_id, open_from)
SELECT '2025', 'hamlet', commune.code || '-' || lpad(n::text, 2, '0'), 'Thôn ' || n, 'village', 'thon ' || n,
    'thôn ' || n, 'thon ' || lpad(n::text, 2, '0'), commune.id, commune.open_from
FROM (SELECT *, row_number() OVER (ORDER BY code) AS number FROM areas_area
      WHERE level = 'commune' AND scheme = '2025' AND closed_on IS NULL) AS commune
CROSS JOIN LATERAL generate_series(1, %(most)s / %(communes)s
    + CASE WHEN number <= %(most)s %% %(communes)s THEN 1 ELSE 0 END) AS n
"""
_COMMUNES = (
    "SELECT count(*) FROM areas_area WHERE level = 'commune' AND scheme = '2025' AND closed_on IS NULL"
)
_MODELS = """
CREATE TABLE bench_twin AS
SELECT id AS hamlet_id, (row_number() OVER (ORDER BY id) - 1) %% %(models)s AS model
FROM areas_area WHERE level = 'hamlet'
"""
_FILL = (
    "INSERT INTO checklist_tally (hamlet_id, day, cells) SELECT hamlet_id, day, cells "
    "FROM bench_twin JOIN bench_tally USING (model) ORDER BY hamlet_id",
    "INSERT INTO checklist_tallystep (hamlet_id, day, cell, n) SELECT hamlet_id, day, cell, n "
    "FROM bench_twin JOIN bench_step USING (model) ORDER BY hamlet_id, day, cell",
)


def nation(port: int) -> list[Figure]:
    """(s) the coverage of 90,000 hamlets, and recording with and without tallies."""
    from tests.bench.writing import writing

    return [*_coverage(), writing()]


def _coverage() -> list[Figure]:
    """Every province and every item of the country, beside a recount of a province of a million persons."""
    from base.days import day_of
    from tests.bench import population

    on = day_of(datetime.now(UTC))
    main = os.environ["DATABASE_URL"]
    there = urlunsplit(urlsplit(main)._replace(path=f"/{NAME}"))
    with psycopg.connect(main, autocommit=True) as raw:
        if not raw.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            raw.execute(f"CREATE DATABASE {NAME}")
    model = _model(on)
    asked = {"on": on.isoformat(), "main": main, "province": population.PROVINCE, "model": model}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.nation"],
        input=json.dumps(asked),
        env=os.environ | {"DATABASE_URL": there},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stdout[-1000:] + done.stderr[-2000:])
    found = json.loads(done.stdout.splitlines()[-1])
    for line in found["said"]:
        say(f"   {line}")
    return [_told(one, found) for one in found["figures"]]


def _told(one: dict[str, Any], found: dict[str, Any]) -> Figure:
    live = median(found["live"])
    beside = (
        f"{spread(one['took'])} ms; its SQL alone {median(one['sql']):.0f} ms; medians of {TURNS} turns; "
        f"a recount with joins of one province of 1,000,000 persons, in turns: {live:,.0f} ms "
        f"({spread(found['live'])}), {live / median(one['took']):.1f} times as long"
    )
    goal = one["goal"]
    return Figure(f"s. {one['name']}", median(one["took"]), goal, below=True, unit=" ms", beside=beside)


def _model(on: date) -> dict[str, Any]:
    """Of each hamlet of the measured province: the cells of `on`, as midnight leaves the tally, those of
    an earlier day, to be checked, and the steps about it."""
    from checklist.queries import sum_tallies
    from tests.bench import population

    ids = [
        pk
        for (pk,) in population.run(
            "SELECT id FROM bench_hamlet WHERE province = %(code)s ORDER BY id", code=population.PROVINCE
        )
    ]
    now, then = sum_tallies(ids, on), sum_tallies(ids, on - EARLIER)
    steps = population.run(
        "SELECT hamlet_id, day, cell, n FROM checklist_tallystep "
        "WHERE hamlet_id = ANY(%(ids)s) AND day > %(first)s AND day <= %(last)s",
        ids=ids,
        first=on - BACK,
        last=on + AHEAD,
    )
    where = {pk: number for number, pk in enumerate(ids)}
    return {
        "tallies": [[n, on.isoformat(), _whole(now[pk]), _whole(then[pk])] for n, pk in enumerate(ids)],
        "steps": [[where[hamlet], day.isoformat(), cell, n] for hamlet, day, cell, n in steps],
    }


def _whole(cells: Sequence[Any]) -> list[int]:
    """PostgreSQL's sums are decimals, which JSON does not know."""
    return [int(n) for n in cells]


def _make(model: dict[str, Any]) -> None:
    """The country, with the tallies and steps of today's model; its areas are made once."""
    from django.core.management import call_command
    from django.db import transaction

    from areas.actions import load_release
    from base.models import SYSTEM
    from tests.bench.population import run

    call_command("migrate", verbosity=0)
    if not run("SELECT to_regclass('bench_twin')")[0][0]:
        load_release(by=SYSTEM)
        with transaction.atomic():
            ((communes,),) = run(_COMMUNES)
            run(_HAMLETS, most=HAMLETS, communes=communes)
            run(_MODELS, models=len(model["tallies"]))
    with transaction.atomic():
        run("SET LOCAL session_replication_role = replica")
        run("SET LOCAL maintenance_work_mem = '512MB'")
        run("TRUNCATE checklist_tally, checklist_tallystep")
        run("ALTER TABLE checklist_tallystep DROP CONSTRAINT checklist_tallystep_pkey")
        _load(model)
        for statement in _FILL:
            run(statement)
        run("ALTER TABLE checklist_tallystep ADD PRIMARY KEY (hamlet_id, day, cell)")
    run("VACUUM (ANALYZE)")


def _load(model: dict[str, Any]) -> None:
    from django.db import connection

    from checklist.rules.cells import packed

    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bench_tally (model int, day date, cells numeric) ON COMMIT DROP")
        cursor.execute("CREATE TEMP TABLE bench_step (model int, day date, cell int, n int) ON COMMIT DROP")
        with cursor.copy("COPY bench_tally FROM STDIN") as copy:
            for number, day, cells, _ in model["tallies"]:
                copy.write_row((number, day, packed(dict(enumerate(cells, 1)))))
        with cursor.copy("COPY bench_step FROM STDIN") as copy:
            for row in model["steps"]:
                copy.write_row(row)


def _check(provinces: Sequence[int], on: date, model: dict[str, Any]) -> int:
    """The sums of the country on two days must be those of the models, each as often as it stands there."""
    from checklist.queries import sum_tallies
    from reports.queries import whole_of
    from tests.bench.population import run

    often = Counter(number for (number,) in run("SELECT model FROM bench_twin"))
    wholes = []
    for day, place in ((on, 2), (on - EARLIER, 3)):
        right = [0] * len(model["tallies"][0][place])
        for one in model["tallies"]:
            right = [whole + often[one[0]] * n for whole, n in zip(right, one[place], strict=True)]
        wholes.append(whole_of(sum_tallies(provinces, day, provinces=True).values()))
        if wholes[-1] != right:
            raise SystemExit("the country is not the sum of its hamlets")
    if wholes[0] == wholes[1]:
        raise SystemExit("no step was summed")
    return sum(often.values())


def measure() -> dict[str, Any]:
    """In a process whose database is the country: answers what `_coverage` asks on standard input."""
    import django

    django.setup()
    from areas.queries import list_areas
    from tests.bench.population import run

    asked = json.load(sys.stdin)
    on, model = date.fromisoformat(asked["on"]), asked["model"]
    _make(model)
    provinces = list(list_areas(level="province").order_by("sort_key", "id"))
    ids = [one.pk for one in provinces]
    hamlets = _check(ids, on, model)
    ((steps,),) = run("SELECT count(*) FROM checklist_tallystep")
    said = [f"{hamlets:,} hamlets in {len(ids)} provinces, {steps:,} steps; their sum is that of the models"]
    figures = []
    with psycopg.connect(asked["main"], autocommit=True) as main:
        live: list[float] = []
        for by in ("area", "item"):
            name = f"coverage of the country, every {'province' if by == 'area' else by}"
            took, sql = _turns(provinces, on, by, _recount(main, asked["province"], on, live))
            figures.append({"name": name, "took": took, "sql": sql, "goal": 100})
    return {"figures": figures, "live": live, "said": said}


def _recount(main: Any, province: str, on: date, live: list[float]) -> Callable[[], None]:
    """Counts a province anew from persons and standings, and adds the milliseconds to `live`."""
    from checklist.items import ITEMS
    from tests.bench.reading import _LIVE, _LIVE_DUE

    ages = [item.due_age for item in ITEMS.values()]
    given = {"on": on, "province": province, "items": list(ITEMS), "ages": ages}

    def count() -> None:
        cursor = psycopg.ClientCursor(main)
        began = perf_counter()
        for statement in (_LIVE_DUE, _LIVE):
            if not cursor.execute(statement, given).fetchall():
                raise SystemExit("a recount found nobody")
        live.append((perf_counter() - began) * 1000)

    return count


def _turns(
    provinces: Sequence[Any], on: date, by: str, recount: Callable[[], None]
) -> tuple[list[float], list[float]]:
    """Milliseconds of the report, from the sums to its bytes, and of its one statement alone; in turns."""
    from base.api import JSON
    from checklist.queries import sum_tallies
    from reports.api.coverage import _show
    from reports.queries import assembled
    from reports.rules import Place

    places = [Place(one.pk, one.code, one.name) for one in provinces]
    country, ids = Place(0, "", "Việt Nam"), [one.pk for one in provinces]
    took, sql = [], []
    for turn in range(-5, TURNS):
        began = perf_counter()
        found = sum_tallies(ids, on, provinces=True)
        summed = perf_counter()
        told = assembled(country, on, [(place, found[place.id]) for place in places])
        body = JSON().render(_show(told, by, "vi"))
        ended = perf_counter()
        if not body:
            raise SystemExit("nothing was told")
        if turn >= 0:
            took.append((ended - began) * 1000)
            sql.append((summed - began) * 1000)
            if turn % 3 == 0:
                recount()
    return took, sql


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.stdout.write(json.dumps(measure()) + "\n")
