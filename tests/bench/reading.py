"""The list of a hamlet's households and the coverage of a province, over HTTP."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from time import perf_counter
from typing import Any

import psycopg
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from base.days import day_of
from base.models import SYSTEM
from checklist.actions import move_tallies_on
from checklist.items import ITEMS
from checklist.rules import Evidence
from tests.bench import population
from tests.bench.client import Line, request
from tests.bench.recording import Wrong, check_figures, document
from tests.bench.told import Figure, median, say, spread

NAMES = {"area": "commune", "item": "item"}
# Counted anew from persons and standings, with nothing of the house's own tallies.
_LIVE_DUE = """
SELECT place.commune, rule.item,
    count(*) FILTER (WHERE (person.born_on + make_interval(years => rule.age))::date <= %(on)s),
    count(*) FILTER (WHERE person.born_on IS NULL)
FROM people_person person
JOIN bench_hamlet place ON place.id = person.hamlet_id AND place.province = %(province)s
CROSS JOIN unnest(%(items)s::text[], %(ages)s::int[]) AS rule(item, age)
WHERE person.removed_at IS NULL AND person.presence IN ('present', 'away') GROUP BY 1, 2
"""
_LIVE = """
SELECT place.commune, standing.item, standing.state, standing.evidence, count(*),
    count(*) FILTER (WHERE standing.expires_on IS NULL OR standing.expires_on >= %(on)s)
FROM checklist_standing standing JOIN people_person person ON person.id = standing.person_id
JOIN bench_hamlet place ON place.id = person.hamlet_id AND place.province = %(province)s
JOIN unnest(%(items)s::text[], %(ages)s::int[]) AS rule(item, age) ON rule.item = standing.item
WHERE person.removed_at IS NULL AND person.presence IN ('present', 'away')
    AND (person.born_on + make_interval(years => rule.age))::date <= %(on)s
GROUP BY 1, 2, 3, 4
"""


def ask(line: Line, path: str, token: str) -> tuple[Any, float]:
    """The JSON of an answer and its milliseconds; anything but a 200 ends the run."""
    sent = request("GET", path, token)
    began = perf_counter()
    status, body = line.ask(sent)
    took = (perf_counter() - began) * 1000
    if status != 200:
        raise Wrong(f"GET {path}: {status} {body[:300]!r}")
    return json.loads(body), took


def statements(path: str, token: str) -> list[str]:
    """The SQL that one request runs, with its values."""
    logging.getLogger("request").setLevel(logging.WARNING)
    client = Client(headers={"authorization": f"Bearer {token}"})
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(f"/api/v1/{path}")
    if answer.status_code != 200:
        raise Wrong(f"GET {path}: {answer.status_code}")
    told = [query["sql"] for query in captured.captured_queries]
    return [sql for sql in told if sql.lstrip().startswith(("SELECT", "WITH"))]  # no BEGIN, no COMMIT


def sql_alone(raw: Any, wanted: list[str]) -> float:
    """Milliseconds of the statements, prepared, with every row fetched."""
    cursor = raw.cursor()
    began = perf_counter()
    for statement in wanted:
        cursor.execute(statement, prepare=True)
        cursor.fetchall()
    return (perf_counter() - began) * 1000


def measure(
    port: int,
    path: str,
    token: str,
    right: Callable[[Any], bool],
    repetitions: int = 25,
) -> tuple[list[float], list[float], list[float], int]:
    """Milliseconds of the request and of its SQL alone, in turns; every answer is judged."""
    line, wanted = Line(port), statements(path, token)
    mine, alone = [], []
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as raw:
        for turn in range(-12, repetitions):
            body, took = ask(line, path, token)
            if not right(body):
                raise Wrong(f"GET {path}: not the right answer")
            limit = sql_alone(raw, wanted)
            if turn >= 0:
                mine.append(took)
                alone.append(limit)
    line.close()
    return mine, alone, [a / b for a, b in zip(mine, alone, strict=True)], len(wanted)


def told(name: str, goal: float, found: tuple[list[float], list[float], list[float], int]) -> Figure:
    mine, alone, ratios, count = found
    beside = (
        f"{spread(mine)} ms; its {count} statements alone {median(alone):.1f} ms: "
        f"{median(ratios):.2f} times that; medians of {len(mine)} turns"
    )
    return Figure(name, median(mine), goal, below=True, unit=" ms", beside=beside)


def households(port: int) -> list[Figure]:
    """(c) the list of one hamlet's 200 households."""
    hamlet = population.run(
        "SELECT area.code FROM accounts_post post JOIN areas_area area ON area.id = post.area_id "
        "JOIN accounts_user account ON account.id = post.user_id WHERE account.full_name = 'Volunteer'"
    )[0][0]
    known = {
        str(pk)
        for (pk,) in population.run(
            "SELECT household.id FROM people_household household JOIN areas_area area ON area.id = hamlet_id "
            "WHERE area.code = %(code)s",
            code=hamlet,
        )
    }

    def right(body: Any) -> bool:
        return len(body["results"]) == 200 and {row["id"] for row in body["results"]} == known

    found = measure(port, f"people/households?area={hamlet}&limit=200", "volunteer", right)
    return [told("c. the list of a hamlet's 200 households", 40, found)]


def coverage(port: int) -> list[Figure]:
    """(d) the coverage of a province of a million persons, which must equal a live count."""
    on = day_of(datetime.now(UTC))
    ((persons,),) = population.run(
        "SELECT count(*) FROM people_person person JOIN bench_hamlet place ON place.id = person.hamlet_id "
        "WHERE place.province = %(code)s",
        code=population.PROVINCE,
    )
    if persons != population.PERSONS:
        raise Wrong(f"the province has {persons} persons")
    agree_with_live_count(port, on)
    let_midnight_pass(on)
    agree_with_live_count(port, on)
    record_some(port)
    agree_with_live_count(port, on)
    figures = []
    for by in ("area", "item"):
        path = f"reports/coverage?area={population.PROVINCE}&by={by}&on={on}"
        line = Line(port)
        body = ask(line, path, "officer")[0]
        line.close()
        found = measure(port, path, "officer", lambda given, body=body: given == body)
        figures.append(told(f"d. coverage of {persons:,} persons, every {NAMES[by]}, summed anew", 20, found))
    for (hamlet,) in population.run(
        "SELECT hamlet_id FROM people_person WHERE id = ANY (SELECT person_id FROM checklist_standing "
        "ORDER BY person_id LIMIT 1) UNION ALL SELECT max(hamlet_id) FROM checklist_tally"
    ):
        check_figures(hamlet)
    return figures


def let_midnight_pass(on: date) -> None:
    """The tallies as the timetable leaves them at midnight: those of the day."""
    hamlets = [hamlet for (hamlet,) in population.run("SELECT hamlet_id FROM checklist_tally ORDER BY 1")]
    ((late,),) = population.run("SELECT count(*) FROM checklist_tally WHERE day < %(on)s", on=on)
    began = perf_counter()
    move_tallies_on(by=SYSTEM, hamlets=hamlets, on=on)
    say(f"   midnight: {late:,} of {len(hamlets):,} tallies moved on in {perf_counter() - began:.1f} s")
    population.run("VACUUM (ANALYZE) checklist_tally")


def agree_with_live_count(port: int, on: date) -> None:
    """The coverage by area and by item equals a count of persons and standings."""
    live, unknown = live_count(on)
    line = Line(port)
    for by in ("area", "item"):
        agree(
            ask(line, f"reports/coverage?area={population.PROVINCE}&by={by}&on={on}", "officer")[0],
            live,
            unknown,
        )
    line.close()
    ((tallies, steps),) = population.run(
        "SELECT (SELECT count(*) FROM checklist_tally), (SELECT count(*) FROM checklist_tallystep)"
    )
    say(f"   checked: {len(live)} figures of coverage equal a live GROUP BY")
    say(f"   {tallies:,} tallies and {steps:,} steps")


def record_some(port: int) -> None:
    """A few facts in the province, which the next sum must have in it."""
    persons = population.run(
        "SELECT person.id FROM people_person person JOIN bench_hamlet place ON place.id = person.hamlet_id "
        "WHERE place.province = %(code)s AND presence = 'present' AND born_on < '2000-01-01' "
        "ORDER BY random() LIMIT 20",
        code=population.PROVINCE,
    )
    said = [document(pk, "safety", "", "confirmed", n) for n, (pk,) in enumerate(persons)]
    line = Line(port)
    status, body = line.ask(request("POST", "checklist/observations", "officer", json.dumps(said).encode()))
    line.close()
    if status != 200 or {one["state"] for one in json.loads(body)["receipts"]} != {"applied"}:
        raise Wrong(f"nothing was recorded in the province: {status} {body[:300]!r}")


def live_count(on: date) -> tuple[dict[tuple[str, str], dict[str, Any]], int]:
    """What the coverage must say of each commune and item, and how many persons are of unknown age."""
    given = {
        "on": on,
        "province": population.PROVINCE,
        "items": list(ITEMS),
        "ages": [item.due_age for item in ITEMS.values()],
    }
    due = population.run(_LIVE_DUE, **given)
    live: dict[tuple[str, str], dict[str, Any]] = {
        (code, item): {"due": n, "ready": 0, "expired": 0, "states": {}, "evidence": {}}
        for code, item, n, _ in due
    }
    for code, item, state, evidence, n, valid in population.run(_LIVE, **given):
        row, level = live[code, item], Evidence(evidence).code
        row["states"][state] = row["states"].get(state, 0) + n
        if ITEMS[item].is_ready_state(state):
            row["ready"] += valid
            row["expired"] += n - valid
            row["evidence"][level] = row["evidence"].get(level, 0) + valid
    for row in live.values():
        row["states"]["unrecorded"] = row["due"] - sum(row["states"].values())
    return live, sum(row[3] for row in due if row[1] == "identity")


def agree(body: Any, live: dict[tuple[str, str], dict[str, Any]], unknown: int) -> None:
    """The answer's every figure is that of the live count."""
    rows = {(row["key"], row["item"]): row for row in body["rows"]} if body["by"] == "area" else {}
    for key, right in live.items() if rows else ():
        given = {name: rows[key][name] for name in right}
        if _without_zeros(given) != _without_zeros(right):
            raise Wrong(f"coverage of {key} is {given}, a live count {right}")
    for total in body["totals"]:
        same = [row for (_, item), row in live.items() if item == total["item"]]
        for name in ("due", "ready", "expired"):
            if total[name] != sum(row[name] for row in same):
                raise Wrong(f"the total of {total['item']}, {name}, is {total[name]}")
    if body["denominators"]["unknown_age"] != unknown:
        raise Wrong("the persons of unknown age are miscounted")


def _without_zeros(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {key: n for key, n in value.items() if n} if isinstance(value, dict) else value
        for name, value in row.items()
    }
