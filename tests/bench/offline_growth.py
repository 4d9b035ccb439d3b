"""How fast full batches are pushed beside 0.1 and beside 4 million observations.

`python -m tests.bench.offline_growth` makes a database of its own on the server of DATABASE_URL, measures,
lets it grow, measures again, and drops it. Standings and receipts grow with the observations.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests.bench.roster import _database
from tests.bench.told import Figure, median, say, spread

DATABASE = "bench_growth"
SMALL, LARGE = 100_000, 4_000_000
TURNS, WARM = 6, 1
_MADE = """
CREATE OR REPLACE FUNCTION pg_temp.made(what text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(1767225600000 + n), 12, '0') || '7' || substr(md5(what || n), 1, 3) || '8'
        || substr(md5(what || n), 4, 15))::uuid $$
"""
# Four things are known of each person, in the hamlets of another province.
_SAID = """
CREATE TEMP TABLE said ON COMMIT DROP AS
SELECT n, pg_temp.made('person', n / 4) AS person_id, (%(hamlets)s::bigint[])[1 + n / 4 %% 1000] AS hamlet_id,
    (ARRAY['identity', 'payment', 'signature', 'safety'])[1 + n %% 4] AS item,
    (ARRAY['', 'bank_account', 'vneid', ''])[1 + n %% 4] AS kind,
    (ARRAY['level1', 'has', 'has', 'briefed'])[1 + n %% 4] AS state,
    timestamptz '2026-01-01 00:00+00' + make_interval(mins => (n / 10)::int) AS at
FROM generate_series(%(first)s::bigint, %(last)s - 1) AS n
"""
_OBSERVATIONS = """
INSERT INTO checklist_observation (id, recorded_at, revision, item, kind, state, evidence, blocker,
    expires_on, observed_at, hamlet_id, person_id, by_id, post_id, device)
SELECT pg_temp.made('said', n), at, n / 1000, item, kind, state, 2, '', NULL, at, hamlet_id, person_id,
    %(by)s, %(post)s, 1 FROM said ORDER BY n
"""
_STANDINGS = """
INSERT INTO checklist_standing (person_id, item, kind, hamlet_id, state, evidence, observed_at, expires_on,
    blocker, contested, decided_by, revision)
SELECT person_id, item, kind, hamlet_id, state, 2, at, NULL, '', false, pg_temp.made('said', n), n / 1000
FROM said ORDER BY n
"""
_RECEIPTS = """
INSERT INTO sync_receipt (id, batch, device, user_id, kind, state, code, path, digest, revision, at, tried_at)
SELECT pg_temp.made('said', n), pg_temp.made('batch', n / 500), 1, %(by)s, 'observation.record', 'applied',
    '', '', decode(md5('said' || n), 'hex'), n / 1000, at, at FROM said ORDER BY n
"""


def growth(port: int) -> list[Figure]:
    """(k) the rate of pushing beside a large table against that beside a small one."""
    server = os.environ["DATABASE_URL"]
    own = urlunsplit(urlsplit(server)._replace(path=f"/{DATABASE}"))
    _database(server, f"DROP DATABASE IF EXISTS {DATABASE}", f"CREATE DATABASE {DATABASE}")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.offline_growth"],
            env={**os.environ, "DATABASE_URL": own, "DJANGO_SETTINGS_MODULE": "config.settings"},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    finally:
        _database(server, f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    small, large = json.loads(done.stdout.splitlines()[-1])
    beside = (
        f"{median(large):,.0f} commands/s ({spread(large)}) beside {LARGE:,}, {median(small):,.0f} "
        f"({spread(small)}) beside {SMALL:,}; medians of {TURNS} turns"
    )
    name = f"k. push of 500 observations beside {LARGE / 1e6:g} / beside {SMALL / 1e6:g} million"
    return [Figure(name, median(large) / median(small), 0.85, beside=beside)]


def main() -> None:
    """Both measurements; their rates are the last line."""
    from django.core.management import call_command

    from areas.actions import load_release
    from base.models import SYSTEM
    from tests.bench.offline_ground import ground

    call_command("migrate", verbosity=0)
    load_release(by=SYSTEM)
    ground()
    _grow(0, SMALL)
    small = _measure(0)
    _grow(SMALL, LARGE)
    say(json.dumps([small, _measure(1)]))


def _grow(first: int, last: int) -> None:
    """That many more observations, with their standings and receipts."""
    from django.db import transaction

    from tests.bench.offline_ground import hamlets_of
    from tests.bench.population import _drop_indexes, run

    hamlets = [hamlet.id for hamlet in hamlets_of("01", 125)]
    by, post = run("SELECT user_id, id FROM accounts_post ORDER BY id LIMIT 1")[0]
    with transaction.atomic():
        run("SET LOCAL session_replication_role = replica")
        run("SET LOCAL maintenance_work_mem = '512MB'")
        run(_MADE)
        again = _drop_indexes()
        run(_SAID, hamlets=hamlets, first=first, last=last)
        run(_OBSERVATIONS, by=by, post=post)
        run(_STANDINGS)
        run(_RECEIPTS, by=by)
        for definition in again:
            run(definition)
    run("VACUUM (ANALYZE)")
    run("CHECKPOINT")


def _measure(phase: int) -> list[float]:
    """Commands a second of each turn, on a server just started."""
    from tests.bench.offline import BATCHES_A_TURN, CLIENTS, push_batches
    from tests.bench.offline_ground import ground
    from tests.bench.offline_load import Hands
    from tests.bench.server import web

    places, each, rates = ground()[:44], CLIENTS * BATCHES_A_TURN, []
    log = Path(os.environ.get("DATA_DIR", ".data/bench")) / "growth.log"
    with web(log) as port, Hands() as hands:
        for turn in range(WARM + TURNS):
            begin = (phase * (WARM + TURNS) + turn) * each
            chosen = [places[(begin + n) % len(places)] for n in range(each)]
            rates.append(push_batches(hands, port, [chosen[n::CLIENTS] for n in range(CLIENTS)])[0])
    return rates[WARM:]


if __name__ == "__main__":
    import django

    django.setup()
    main()
