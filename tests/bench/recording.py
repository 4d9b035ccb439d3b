"""Recording through the HTTP door against COPY and against INSERT, in turns."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from time import perf_counter
from typing import Any
from uuid import UUID

import psycopg

from base.models import new_id
from checklist.queries import kept_figures, recount
from tests.bench import population
from tests.bench.client import Crowd, Line, Volley, request
from tests.bench.told import Figure, median, say, spread

BATCH, PERSONS_A_BATCH = 500, 125
SAYS = (
    ("identity", "", "level2_active"),
    ("payment", "bank_account", "has"),
    ("signature", "vneid", "has"),
    ("safety", "", "briefed"),
)
TABLES = {
    "checklist_observation": "id",
    "checklist_standing": "person_id",
}
_INSERT = """
INSERT INTO checklist_observation (id, person_id, hamlet_id, item, kind, state, evidence, blocker, expires_on,
    observed_at, visit, retracts_id, by_id, post_id, device, source_id, recorded_at, revision)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_AUTHOR = """
SELECT post.user_id, post.id, device.id FROM accounts_post post
JOIN accounts_device device ON device.user_id = post.user_id
JOIN accounts_user account ON account.id = post.user_id
WHERE account.full_name = %(name)s
"""


class Wrong(SystemExit):
    """An answer that was not the right one: no figure is told of a run that has one."""


def document(person: UUID, item: str, kind: str, state: str, number: int) -> dict[str, Any]:
    """What a phone sends; every tenth signature ends on a day of its own."""
    told: dict[str, Any] = {
        "id": str(new_id()),
        "person": str(person),
        "item": item,
        "kind": kind,
        "state": state,
        "evidence": ("self_declared", "seen", "seen", "witnessed")[number % 4],
        "observed_at": datetime.now(UTC).isoformat(),
    }
    if item == "signature" and number % 5 == 0:
        told["expires_on"] = str(date(2027, 1, 1) + timedelta(days=number % 600))
    return told


class Yard:
    """Persons of whom nothing is recorded yet, handed out once each."""

    def __init__(self) -> None:
        self.communes = {code: f"volunteer{n}" for n, code in enumerate(population.yard_communes())}
        self.hamlets = population.yard()
        self.left = {hamlet: list(persons) for hamlet, _, persons in self.hamlets}

    def volunteer(self, number: int) -> str:
        """Whose post lies over the hamlet."""
        return self.communes[self.hamlets[number][1]]

    def take(self, number: int, persons: int) -> list[UUID]:
        """That many persons of a hamlet."""
        left = self.left[self.hamlets[number][0]]
        taken, left[:persons] = left[:persons], []
        return taken

    def spread(self, requests: int, door: str = "checklist/observations") -> list[bytes]:
        """Observations, one a request, over all hamlets but the first ones."""
        subjects: Iterator[Any] = (
            (number, person, said)
            for _ in range(10**6)
            for number in range(32, 64)
            for person in self.take(number, 1)
            for said in SAYS
        )
        # Neighbours in the list go to different clients at the same moment: let them be of different hamlets.
        found = [next(subjects) for _ in range(requests)]
        return [self.alone(n, *found[m], door) for n, m in enumerate(_shuffled(len(found)))]

    def together(self, number: int, requests: int) -> list[bytes]:
        """Observations, one a request, all in one hamlet."""
        subjects = product(self.take(number, requests // 8), [*SAYS, *_MORE])
        return [self.alone(n, number, *subject) for n, subject in enumerate(subjects)]

    def alone(
        self,
        n: int,
        number: int,
        person: UUID,
        said: tuple[str, str, str],
        door: str = "checklist/observations",
    ) -> bytes:
        body = json.dumps(document(person, *said, n)).encode()
        return request("POST", door, self.volunteer(number), body)


_MORE = (
    ("smartphone", "", "own"),
    ("own_sim", "", "own"),
    ("chip_card", "", "valid"),
    ("service_account", "", "logged_in"),
)


def _shuffled(count: int) -> list[int]:
    """Every number below `count`, neighbours far apart, the same in every run."""
    return sorted(range(count), key=lambda n: (n * 7919) % 10007)


def batches(port: int, repetitions: int = 14) -> list[Figure]:
    """(a) 500 observations in one request against COPY of the same rows."""
    yard, line = Yard(), Line(port)
    posted, copied = [], []
    with psycopg.connect(os.environ["DATABASE_URL"]) as raw:
        for turn in range(-8, repetitions):
            number = (turn + 8) % 32
            bodies, seconds = _post_batch(line, yard, number)
            took = _copy(raw, bodies, dict(zip(bodies, yard.take(number, PERSONS_A_BATCH), strict=True)))
            if turn >= 0:
                posted.append(BATCH / seconds)
                copied.append(BATCH / took)
    line.close()
    for number in (8, 9):
        check_figures(yard.hamlets[number][0])
    beside = (
        f"HTTP {median(posted):,.0f} rows/s ({spread(posted)}), "
        f"COPY {median(copied):,.0f} rows/s ({spread(copied)}), medians of {repetitions} turns"
    )
    ratio = median([mine / theirs for mine, theirs in zip(posted, copied, strict=True)])
    return [Figure("a. recording 500 observations / COPY of the same rows", ratio, 0.25, beside=beside)]


def _post_batch(line: Line, yard: Yard, number: int) -> tuple[list[UUID], float]:
    persons = yard.take(number, PERSONS_A_BATCH)
    said = [document(p, *one, n * 7 + m) for n, p in enumerate(persons) for m, one in enumerate(SAYS)]
    sent = request("POST", "checklist/observations", yard.volunteer(number), json.dumps(said).encode())
    began = perf_counter()
    status, body = line.ask(sent)
    took = perf_counter() - began
    receipts = json.loads(body).get("receipts", [])
    right = [(one["id"], "applied") for one in said]
    if status != 200 or [(one["id"], one["state"]) for one in receipts] != right:
        raise Wrong(f"a batch was not recorded: {status} {body[:300]!r}")
    revisions = [one["revision"] for one in receipts]
    if revisions != list(range(revisions[0], revisions[0] + BATCH)):
        raise Wrong("the revisions of a batch have gaps")
    return persons, took


def _copy(raw: Any, persons: list[UUID], twins: dict[UUID, UUID]) -> float:
    """Seconds of COPY and COMMIT of the rows just recorded, told of other persons; they are removed again."""
    cursor = raw.cursor()
    loads = [_rows(cursor, table, persons, twins) for table in TABLES]
    raw.rollback()
    began = perf_counter()
    for (table, columns, _), text in loads:
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            copy.write(text)
    raw.commit()
    took = perf_counter() - began
    for (table, _, keys), _ in loads:
        cursor.execute(f"DELETE FROM {table} WHERE {TABLES[table]} = ANY(%s)", [keys])
    raw.commit()
    return took


def _rows(cursor: Any, table: str, persons: list[UUID], twins: dict[UUID, UUID]) -> Any:
    """A table's rows that the batch wrote, as COPY text, with keys of their own."""
    cursor.execute(f"SELECT * FROM {table} WHERE person_id = ANY(%s)", [persons])
    columns = [column.name for column in cursor.description]
    lines, keys = [], []
    for row in cursor.fetchall():
        told = dict(zip(columns, row, strict=True))
        told["person_id"] = twins[told["person_id"]]
        if "id" in told:
            told["id"] = new_id()
        keys.append(told[TABLES[table]])
        lines.append("\t".join(_text(value) for value in told.values()))
    return (table, ", ".join(columns), keys), ("\n".join(lines) + "\n").encode()


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "t" if value else "f"
    return r"\N" if value is None else str(value)


def singles(port: int, requests: int = 1600, repetitions: int = 5) -> list[Figure]:
    """(b) one observation a request from eight clients against a prepared INSERT from eight clients."""
    yard = Yard()
    found: dict[str, list[Volley]] = {"spread": [], "together": [], "insert": [], "usual": []}
    with Crowd() as crowd:
        crowd.post(port, yard.spread(400))
        for turn in range(repetitions):
            found["spread"].append(_right(crowd.post(port, yard.spread(requests))))
            found["insert"].append(_right(_insert(crowd, yard, 4000)))
            found["usual"].append(_right(_usual(crowd, port, yard, requests // 2)))
            found["together"].append(_right(crowd.post(port, yard.together(turn, 800))))
    for number in (0, 1, 32, 33):
        check_figures(yard.hamlets[number][0])
    return [
        _ratio(
            "b. one observation a request, 8 clients, many hamlets / prepared INSERT", found, "spread", 0.15
        ),
        _ratio("b. the same, all in one hamlet", found, "together", None),
        _ratio("b. the usual way of Django REST framework, one a request", found, "usual", None),
    ]


def _usual(crowd: Crowd, port: int, yard: Yard, count: int) -> Volley:
    """A ModelViewSet that stores the observation alone; removed again, as no figure counts them."""
    sent = yard.spread(count, "bench/usual-one")
    volley = crowd.post(port, sent)
    ids = [json.loads(one.partition(b"\r\n\r\n")[2])["id"] for one in sent]
    population.run("DELETE FROM checklist_observation WHERE id = ANY(%(ids)s::uuid[])", ids=ids)
    return volley


def _right(volley: Volley) -> Volley:
    if volley.wrong:
        raise Wrong(f"{len(volley.wrong)} answers were wrong, the first: {volley.wrong[0]}")
    return volley


def _ratio(name: str, found: dict[str, list[Volley]], which: str, goal: float | None) -> Figure:
    mine, theirs = found[which], found["insert"]
    rates, limits = [one.rate for one in mine], [one.rate for one in theirs]
    ms = sorted(value for one in mine for value in one.ms)
    beside = (
        f"HTTP {median(rates):,.0f}/s ({spread(rates)}), p50 {median(ms):.1f} ms, "
        f"p99 {ms[len(ms) * 99 // 100]:.1f} ms; "
        f"INSERT {median(limits):,.0f}/s ({spread(limits)}), medians of {len(mine)} turns"
    )
    return Figure(name, median([a / b for a, b in zip(rates, limits, strict=True)]), goal, beside=beside)


def _insert(crowd: Crowd, yard: Yard, count: int) -> Volley:
    """The limit: the observation row alone, prepared, one transaction each; removed again."""
    ((by, post, device),) = population.run(_AUTHOR, name="Volunteer0")
    now, rows = datetime.now(UTC), []
    subjects = [(hamlet, person) for hamlet, _, persons in yard.hamlets for person in persons]
    for n in range(count):
        hamlet, person = subjects[n * 7919 % len(subjects)]
        item, kind, state = SAYS[n % 4]
        said = (new_id(), person, hamlet, item, kind, state, 2, "", None, now)
        rows.append((*said, None, None, by, post, device, None, now, 10**9 + n))
    volley = crowd.insert(os.environ["DATABASE_URL"], _INSERT, rows)
    population.run("DELETE FROM checklist_observation WHERE id = ANY(%(ids)s)", ids=[row[0] for row in rows])
    return volley


def check_figures(hamlet: int) -> None:
    """The tallies kept must be those of a recount from the observations."""
    if differ := recount(hamlet).differences(kept_figures(hamlet)):
        raise Wrong(f"{differ} tallies of hamlet {hamlet} differ from a recount")
    say(f"   checked: the tallies of hamlet {hamlet} equal a recount")
