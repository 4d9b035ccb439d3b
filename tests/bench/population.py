"""A province of one million persons, and a yard of sixty-four hamlets where recording is measured.

Made by set-based SQL straight into the tables, once for a database; made anew when a migration or this
file has changed. Only a database that is empty, or that this file has made, is touched.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from psycopg import ClientCursor

from accounts.actions import appoint, open_account
from accounts.models import Device
from accounts.rules import Role
from areas.actions import add_hamlets, decide_basis, load_release
from base.models import SYSTEM
from base.names import fold, sort_key
from checklist.items import ITEMS
from checklist.rules.cells import CELLS, DIGITS, LAST_CELL, OF_AGE, UNKNOWN_AGE
from checklist.rules.tallies import FIRST_DAY
from people.queries.sealed import ADDRESS, PHONE, PHONE_INDEX
from tests.bench.told import say
from tests.village import DECISION

PROVINCE, PERSONS, HAMLETS_A_COMMUNE, DOORS = "38", 1_000_000, 8, 200
YARD_PROVINCE, YARD_COMMUNES, YARD_PERSONS = "40", 8, 250
ROOT = Path(__file__).resolve().parents[2]
ITEM_SHARES = (
    # item, share of those of age who were asked, kinds, states and their cumulated shares
    ("identity", 0.60, [""], ["none", "level1", "level2_granted", "level2_active"], [0.15, 0.3, 0.42]),
    (
        "payment",
        0.40,
        ["bank_account", "e_wallet", "mobile_money"],
        ["none", "in_progress", "has"],
        [0.2, 0.3],
    ),
    ("signature", 0.30, ["vneid", "ca", "token"], ["none", "in_progress", "has"], [0.25, 0.4]),
    ("safety", 0.25, [""], ["none", "briefed", "confirmed"], [0.4, 0.8]),
    ("smartphone", 0.40, [""], ["none", "shared_in_household", "own"], [0.2, 0.4]),
    ("own_sim", 0.15, [""], ["none", "relatives", "own"], [0.1, 0.3]),
    ("chip_card", 0.20, [""], ["none", "expired", "valid"], [0.1, 0.15]),
    ("service_account", 0.15, [""], ["none", "logged_in", "submitted"], [0.5, 0.8]),
)

# Every hamlet with the codes of its commune and province.
_PLACES = """
CREATE VIEW bench_hamlet AS
SELECT hamlet.id, hamlet.code, commune.code AS commune, province.code AS province
FROM areas_area hamlet JOIN areas_area commune ON commune.id = hamlet.parent_id
JOIN areas_area province ON province.id = commune.parent_id WHERE hamlet.level = 'hamlet'
"""
_MADE = """
CREATE OR REPLACE FUNCTION pg_temp.made(what text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(1767225600000 + n), 12, '0') || '7' || substr(md5(what || n), 1, 3) || '8'
        || substr(md5(what || n), 4, 15))::uuid $$
"""
_WHO = """
CREATE TEMP TABLE who ON COMMIT DROP AS
SELECT row_number() OVER () + %(from)s AS n, place.hamlet_id, k,
    (place.number - 1) * %(doors)s + CASE WHEN k <= %(doors)s THEN k
        ELSE 1 + floor(random() * %(doors)s)::int END + %(from)s AS door,
    CASE WHEN k <= %(doors)s THEN 25 + floor(50 * random())::int
        ELSE greatest(%(youngest)s, floor(82 * power(random(), 1.2))::int) END AS age,
    random() AS how, random() AS day, random() AS there, 1 + floor(random() * %(names)s)::int AS name
FROM (SELECT id AS hamlet_id, row_number() OVER (ORDER BY id) AS number
      FROM bench_hamlet WHERE province = %(province)s) AS place
CROSS JOIN LATERAL generate_series(1, %(persons)s / %(hamlets)s
    + CASE WHEN place.number <= %(persons)s %% %(hamlets)s THEN 1 ELSE 0 END) AS k
"""
_DOORS = """
INSERT INTO people_household (id, recorded_at, revision, address, language, digest, hamlet_id, basis_id)
SELECT pg_temp.made('door', door), %(at)s, row_number() OVER (PARTITION BY hamlet_id ORDER BY door),
    address, '', decode('00000000' || md5('door' || door), 'hex'), hamlet_id, feed.basis_id
FROM (SELECT DISTINCT hamlet_id, door FROM who) AS doors JOIN areas_feed feed USING (hamlet_id)
JOIN sealed_door USING (door) ORDER BY door
"""
# Three in a hundred: age unknown; three in ten: only the year is known, and 1 July counts.
_PERSONS = """
INSERT INTO people_person (id, recorded_at, revision, household_id, hamlet_id, full_name, search_key,
    sort_key, birth_date, birth_year, born_on, sex, phone, phone_end, phone_index, relation, residence,
    presence, digest, basis_id)
SELECT pg_temp.made('person', n), %(at)s, %(doors)s + k, pg_temp.made('door', door), hamlet_id,
    names.full_name, names.search_key, names.sort_key,
    CASE WHEN how >= 0.3 THEN born END, CASE WHEN how >= 0.03 THEN extract(year FROM born) END,
    CASE WHEN how >= 0.3 THEN born WHEN how >= 0.03 THEN make_date(extract(year FROM born)::int, 7, 1) END,
    CASE WHEN n %% 2 = 0 THEN 'female' ELSE 'male' END,
    coalesce(phone, ''), coalesce(phone_end, ''), decode(phone_index, 'hex'),
    CASE WHEN k <= %(doors)s THEN 'head' ELSE 'child' END, 'permanent',
    CASE WHEN there < 0.87 THEN 'present' WHEN there < 0.95 THEN 'away'
        WHEN there < 0.98 THEN 'moved' ELSE 'deceased' END,
    decode('00000000' || md5('person' || n), 'hex'), feed.basis_id
FROM (SELECT *, date '2026-11-01' - (age * 365.25 + day * 365)::int AS born FROM who) AS who
JOIN unnest(%(full_names)s::text[], %(search_keys)s::text[], %(sort_keys)s::text[])
    WITH ORDINALITY AS names(full_name, search_key, sort_key, number) ON names.number = who.name
JOIN areas_feed feed USING (hamlet_id)
LEFT JOIN sealed_head USING (n)
ORDER BY n
"""
_SAID = """
CREATE TEMP TABLE said ON COMMIT DROP AS
SELECT n, hamlet_id, item, kind, states[1 + width_bucket(of_state, shares)] AS state,
    (1 + width_bucket(of_evidence, ARRAY[0.25, 0.75, 0.95]::float8[]))::smallint AS evidence,
    timestamptz '2026-11-01 03:00+00' - make_interval(mins => (300 * 1440 * of_day)::int) AS observed_at,
    CASE WHEN item = 'signature' AND of_state >= 0.4 AND of_end < 0.5
        THEN date '2026-03-01' + (1100 * of_end * 2)::int END AS expires_on,
    row_number() OVER (ORDER BY n, item) AS number,
    row_number() OVER (PARTITION BY hamlet_id ORDER BY n, item) + %(before)s AS revision
FROM (
    SELECT who.n, who.hamlet_id, given.item, given.states, given.shares,
        given.kinds[1 + floor(random() * cardinality(given.kinds))::int] AS kind,
        random() AS of_state, random() AS of_evidence, random() AS of_day, random() AS of_end
    FROM who CROSS JOIN (VALUES {items}) AS given(item, share, due_age, kinds, states, shares)
    WHERE random() < given.share * CASE WHEN who.age >= given.due_age THEN 1 ELSE 0.1 END AND who.age >= 10
) AS asked
"""
_OBSERVATIONS = """
INSERT INTO checklist_observation (id, recorded_at, revision, item, kind, state, evidence, blocker,
    expires_on, observed_at, hamlet_id, person_id, by_id, post_id)
SELECT pg_temp.made('said', number), observed_at + interval '2 hours', revision, item, kind, state, evidence,
    '', expires_on, observed_at, hamlet_id, pg_temp.made('person', n), %(by)s, %(post)s
FROM said ORDER BY number
"""
_STANDINGS = """
INSERT INTO checklist_standing (person_id, item, kind, hamlet_id, state, evidence, observed_at, expires_on,
    blocker, contested, decided_by, revision)
SELECT pg_temp.made('person', n), item, kind, hamlet_id, state, evidence, observed_at, expires_on, '', false,
    pg_temp.made('said', number), revision
FROM said ORDER BY number
"""
# The day on which each age is reached; who was born on 29 February reaches it on 1 March of other years.
_TURNS = """
CREATE TEMP TABLE turns ON COMMIT DROP AS
SELECT person.id AS person_id, person.hamlet_id, age, person.born_on IS NULL AS unknown,
    greatest(%(first)s, day + CASE WHEN extract(day FROM born_on) = 29 AND to_char(day, 'MM-DD') = '02-28'
        THEN 1 ELSE 0 END) AS day
FROM people_person person CROSS JOIN unnest(%(ages)s::int[]) AS age
CROSS JOIN LATERAL (SELECT (born_on + make_interval(years => age))::date AS day) AS birthday
WHERE removed_at IS NULL AND presence IN ('present', 'away')
"""
_STEPS = """
INSERT INTO checklist_tallystep (hamlet_id, day, cell, n)
WITH held AS (
    SELECT turns.hamlet_id, turns.day, rule.cell, expires_on AS last,
        CASE WHEN rule.ready > 0 AND coalesce(expires_on, turns.day) >= turns.day
            THEN rule.ready + standing.evidence - 1 END AS ready
    FROM checklist_standing standing
    JOIN unnest(%(items)s::text[], %(states)s::text[], %(due)s::int[], %(cells)s::int[], %(ready)s::int[])
        AS rule(item, state, age, cell, ready) USING (item, state)
    JOIN turns ON turns.person_id = standing.person_id AND turns.age = rule.age AND NOT turns.unknown
), step (hamlet_id, day, cell, n) AS (
    SELECT DISTINCT ON (person_id) hamlet_id, %(first)s, %(nobody_knows)s, 1 FROM turns WHERE unknown
    UNION ALL SELECT hamlet_id, day, cell, 1 FROM turns
        JOIN unnest(%(ages)s::int[], %(of_age)s::int[]) AS reached(age, cell) USING (age) WHERE NOT unknown
    UNION ALL SELECT hamlet_id, day, cell, 1 FROM held
    UNION ALL SELECT hamlet_id, day, ready, 1 FROM held WHERE ready IS NOT NULL
    UNION ALL SELECT hamlet_id, last + 1, ready, -1 FROM held WHERE ready IS NOT NULL AND last IS NOT NULL
)
SELECT hamlet_id, day, cell, sum(n) FROM step GROUP BY 1, 2, 3 HAVING sum(n) <> 0 ORDER BY 1, 2, 3
"""
_TALLIES = """
WITH first AS (DELETE FROM checklist_tallystep WHERE day = %(first)s RETURNING hamlet_id, cell, n)
INSERT INTO checklist_tally (hamlet_id, day, cells)
SELECT hamlet_id, %(first)s, string_agg(lpad(coalesce(n, 0)::text, 8, '0'), '' ORDER BY cell DESC)::numeric
FROM (SELECT DISTINCT hamlet_id FROM turns) AS hamlet CROSS JOIN generate_series(1, %(last)s) AS cell
LEFT JOIN first USING (hamlet_id, cell) GROUP BY hamlet_id
"""
_FEEDS = """
UPDATE areas_feed feed SET revision = last.revision FROM (
    SELECT hamlet_id, max(revision) AS revision FROM (
        SELECT hamlet_id, revision FROM people_person
        UNION ALL SELECT hamlet_id, revision FROM checklist_observation) AS told GROUP BY hamlet_id) AS last
WHERE feed.hamlet_id = last.hamlet_id
"""


def run(sql: str, **params: Any) -> list[Any]:
    """One statement and its rows. The client binds the values: the server need not guess their types."""
    connection.ensure_connection()
    with ClientCursor(connection.connection) as cursor:
        cursor.execute(sql, params or None)
        return cursor.fetchall() if cursor.description else []


def ensure() -> None:
    """The population, made when it is not there; SystemExit before it touches a database of somebody else."""
    version = _version()
    tables = {name for (name,) in run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    # The rows of the files' measures are made before, and made again when they are gone.
    tables.discard("bench_file")
    if tables and "bench_population" not in tables:
        raise SystemExit("This database holds something else: give `make bench` an empty one.")
    if tables and run("SELECT version FROM bench_population") == [(version,)]:
        return
    say("making the population (once for this database) ...")
    run("DROP SCHEMA public CASCADE")
    run("CREATE SCHEMA public")
    run("CREATE TABLE bench_population (version text)")
    call_command("migrate", verbosity=0)
    run(_PLACES)
    load_release(by=SYSTEM)
    make()
    run("INSERT INTO bench_population VALUES (%(version)s)", version=version)


def _version() -> str:
    sources = [*sorted(ROOT.glob("*/migrations/0*.py")), Path(__file__)]
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def make() -> None:
    """Hamlets, volunteers, persons, observations and the figures that follow from them."""
    at = datetime(2026, 11, 1, 3, tzinfo=UTC)
    for province in (PROVINCE, YARD_PROVINCE):
        decide_basis(by=SYSTEM, area=province, at=at, **DECISION)
    hamlets = _hamlets(PROVINCE, None, at)
    yard = _hamlets(YARD_PROVINCE, YARD_COMMUNES, at)
    _accounts(at)
    with transaction.atomic():
        run("SET LOCAL session_replication_role = replica")
        run("SET LOCAL maintenance_work_mem = '512MB'")
        run("SET LOCAL work_mem = '256MB'")
        run("SELECT setseed(0.26)")
        run(_MADE)
        again = _drop_indexes()
        _people(PROVINCE, 0, PERSONS, hamlets, at)
        _observe()
        run("DROP TABLE who, said, sealed_door, sealed_head")
        _people(YARD_PROVINCE, 2_000_000, yard * YARD_PERSONS, yard, at)
        _count()
        for definition in again:
            run(definition)
    run("VACUUM (ANALYZE)")


def _hamlets(province: str, communes: int | None, at: datetime) -> int:
    rows = run(
        "SELECT area.code FROM areas_area area JOIN areas_area province ON province.id = area.parent_id "
        "WHERE province.code = %(province)s AND area.level = 'commune' AND area.closed_on IS NULL "
        "AND area.scheme = '2025' AND province.scheme = '2025' ORDER BY area.code LIMIT %(most)s",
        province=province,
        most=communes,
    )
    for (code,) in rows:
        names = [(f"Thôn {number}", "village") for number in range(1, HAMLETS_A_COMMUNE + 1)]
        add_hamlets(by=SYSTEM, commune=code, hamlets=names, at=at)
    return len(rows) * HAMLETS_A_COMMUNE


def _accounts(at: datetime) -> None:
    """An officer of the province, one of the yard, and a volunteer in each commune of the yard."""
    posts = [("officer", Role.AREA_ADMIN, PROVINCE), ("keeper", Role.AREA_ADMIN, YARD_PROVINCE)]
    first = run("SELECT min(code) FROM bench_hamlet WHERE province = %(code)s", code=PROVINCE)[0][0]
    posts.append(("volunteer", Role.VOLUNTEER, first))
    posts += [(f"volunteer{n}", Role.VOLUNTEER, code) for n, code in enumerate(yard_communes())]
    for number, (name, role, area) in enumerate(posts):
        user = open_account(
            by=SYSTEM, phone=f"+8491300{number:04}", full_name=name.title(), password="-" * 12
        )
        Device.objects.create(
            user=user,
            name="máy đo",
            token_hash=hashlib.sha256(name.encode()).digest(),
            created_at=at,
            token_until=at + timedelta(days=36500),
            expires_at=at + timedelta(days=36500),
        )
        appoint(by=SYSTEM, user_id=user.pk, role=role, area=area, at=at - timedelta(days=1))


def yard_communes() -> list[str]:
    """The codes of the communes of the yard, in order."""
    rows = run(
        "SELECT DISTINCT commune FROM bench_hamlet WHERE province = %(code)s ORDER BY 1", code=YARD_PROVINCE
    )
    return [code for (code,) in rows]


def _drop_indexes() -> list[str]:
    """Drops what a load need not keep up to date row by row; returns the statements that make it again."""
    rows = run(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename IN "
        "('people_person', 'people_household', 'checklist_observation', 'checklist_standing') AND indexname "
        "NOT IN (SELECT conname FROM pg_constraint)"
    )
    for name, _ in rows:
        run(f'DROP INDEX "{name}"')
    return [definition for _, definition in rows]


def _people(province: str, start: int, persons: int, hamlets: int, at: datetime) -> None:
    family = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Bùi", "Đặng", "Trương", "Quách", "Hà"]
    middle = ["Văn", "Thị", "Đức", "Ngọc", "Thanh", "Minh"]
    given = (
        "An Bình Chi Dũng Giang Hải Hòa Hùng Khánh Lan Liên Mai Nam Ngân Oanh Phúc Quý Sơn Tâm Thủy Uyên Ý"
    )
    names = [" ".join(words) for words in product(family, middle, given.split())]
    # In the yard anybody is recorded: there are no minors, for whom somebody else would have to agree.
    youngest = 0 if province == PROVINCE else settings.MINOR_UNDER + 1
    doors = DOORS if persons // hamlets > DOORS else YARD_PERSONS // 4
    run(
        _WHO,
        **{"from": start, "doors": doors, "names": len(names), "province": province},
        persons=persons,
        hamlets=hamlets,
        youngest=youngest,
    )
    _seal(doors)
    run(_DOORS, at=at)
    keys = {"search_keys": [fold(name) for name in names], "sort_keys": [sort_key(name) for name in names]}
    run(_PERSONS, at=at, doors=doors, full_names=names, **keys)


def _seal(doors: int) -> None:
    """The addresses of the doors and the phones of their heads, sealed for the ids that they will have."""
    run("CREATE TEMP TABLE sealed_door (door bigint, address text) ON COMMIT DROP")
    run(
        "CREATE TEMP TABLE sealed_head (n bigint, phone text, phone_end text, phone_index text) "
        "ON COMMIT DROP"
    )
    with connection.cursor() as cursor:
        found = run("SELECT DISTINCT door, pg_temp.made('door', door) FROM who")
        with cursor.copy("COPY sealed_door FROM STDIN") as copy:
            for door, pk in found:
                copy.write_row((door, ADDRESS.seal(pk, f"Ngõ {door % 97}")))
        found = run("SELECT n, pg_temp.made('person', n) FROM who WHERE k <= %(doors)s", doors=doors)
        with cursor.copy("COPY sealed_head FROM STDIN") as copy:
            for n, pk in found:
                phone = f"+849{n % 100_000_000:08}"
                index = PHONE_INDEX.index(phone)
                copy.write_row((n, PHONE.seal(pk, phone), phone[-3:], index and index.hex()))
    run("ANALYZE sealed_door, sealed_head")


def _observe() -> None:
    values = ", ".join(
        f"('{item}', {share}::float8, {ITEMS[item].due_age}, ARRAY{kinds}::text[], ARRAY{states}::text[],"
        f" ARRAY{shares}::float8[])"
        for item, share, kinds, states, shares in ITEM_SHARES
    )
    run(_SAID.format(items=values), before=2 * PERSONS)
    ((by, post),) = run(
        "SELECT account.id, post.id FROM accounts_user account "
        "JOIN accounts_post post ON post.user_id = account.id WHERE account.full_name = 'Officer'"
    )
    run(_OBSERVATIONS, by=by, post=post)
    run(_STANDINGS)


def _count() -> None:
    """The figures, by SQL of their own: what the house keeps must be equal to them."""
    run(_TURNS, first=FIRST_DAY, ages=list(OF_AGE))
    states = [(item, state) for item in ITEMS.values() for state in item.ranks]
    run(
        _STEPS,
        first=FIRST_DAY,
        ages=list(OF_AGE),
        of_age=list(OF_AGE.values()),
        nobody_knows=UNKNOWN_AGE,
        items=[item.code for item, _ in states],
        states=[state for _, state in states],
        due=[item.due_age for item, _ in states],
        cells=[CELLS[item.code, state] for item, state in states],
        ready=[
            CELLS[item.code, "self_declared"] if item.is_ready_state(state) else 0 for item, state in states
        ],
    )
    run(_TALLIES, first=FIRST_DAY, last=LAST_CELL)
    run(_FEEDS)


def clear_yard() -> None:
    """The yard as it was made: nothing is recorded of anybody there."""
    with transaction.atomic():
        run("SET LOCAL session_replication_role = replica")
        places = "USING bench_hamlet place WHERE place.id = kept.hamlet_id AND place.province = %(code)s"
        run(f"DELETE FROM checklist_observation kept {places}", code=YARD_PROVINCE)
        run(f"DELETE FROM checklist_standing kept {places}", code=YARD_PROVINCE)
        heads = max(OF_AGE.values())  # heads stay: the first cells
        run(f"DELETE FROM checklist_tallystep kept {places} AND cell > {heads}", code=YARD_PROVINCE)
        run(
            f"UPDATE checklist_tally SET cells = cells %% 1{'0' * heads * DIGITS} WHERE hamlet_id IN "
            "(SELECT id FROM bench_hamlet WHERE province = %(code)s)",
            code=YARD_PROVINCE,
        )
    tables = ("observation", "standing", "tally", "tallystep")
    for table in (*(f"checklist_{name}" for name in tables), "areas_feed"):
        run(f"VACUUM (ANALYZE) {table}")


def yard() -> list[tuple[int, str, list[Any]]]:
    """The hamlets of the yard: id, commune, and the persons who count, in order."""
    rows = run(
        "SELECT place.id, place.commune, array_agg(person.id ORDER BY person.id) FROM people_person person "
        "JOIN bench_hamlet place ON place.id = person.hamlet_id WHERE place.province = %(code)s "
        "GROUP BY 1, 2 ORDER BY 1",
        code=YARD_PROVINCE,
    )
    return [tuple(row) for row in rows]
