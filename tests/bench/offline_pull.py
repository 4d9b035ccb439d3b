"""Pulling: a page of changes against COPY, nothing new against an empty view, a whole hamlet in bytes."""

from __future__ import annotations

import gzip
import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import cycle
from time import perf_counter
from typing import Any
from urllib.parse import quote
from uuid import UUID

import psycopg
import zstandard

from accounts.models import Device
from accounts.queries import actor_of
from checklist.actions import NewObservation, NewVisit, record_observations, record_visits
from tests.bench.client import Line, request
from tests.bench.offline_ground import BIG, Hamlet, give_phones, ground, id_at, settle
from tests.bench.offline_load import Hands
from tests.bench.population import run
from tests.bench.recording import Wrong
from tests.bench.told import Figure, median, spread

LIMIT, TEAM = 1000, 60
CONNECTIONS, DEPTH, SECONDS = 8, 8, 1.0
# What a phone is told of each kind, as columns.
COLUMNS = {
    "people_household": "id, address, language, edit, removed_at, revision",
    "people_person": "id, household_id, full_name, birth_date, birth_year, sex, phone_end, relation, "
    "residence, presence, edit, removed_at, revision",
    "people_consent": "id, person_id, decision, text, language, channel, witness, given_at, revision",
    "people_departure": "record, kind, revision",
    "checklist_standing": "person_id, item, kind, state, evidence, observed_at, expires_on, blocker, "
    "contested, revision",
    "checklist_visit": "id, household_id, visited_at, outcome, by_id, revision",
}
# Item, kind, state: what is found of about every second or third person.
FOUND = (
    *[
        ("identity", "", state)
        for state in ("none", "level1", "level2_granted", "level2_active", "level2_active")
    ],
    *[("payment", "bank_account", state) for state in ("none", "in_progress", "has", "has")],
    *[("payment", "e_wallet", "has"), ("signature", "vneid", "has"), ("signature", "vneid", "none")],
    *[
        ("safety", "", "briefed"),
        ("safety", "", "confirmed"),
        ("smartphone", "", "own"),
        ("own_sim", "", "own"),
    ],
    *[
        ("smartphone", "", "shared_in_household"),
        ("chip_card", "", "valid"),
        ("service_account", "", "logged_in"),
    ],
)


@cache
def large() -> Hamlet:
    """A hamlet of fifteen hundred persons that was visited door by door for ten months."""
    hamlet, chance = ground()[64], random.Random(1500)
    settle(hamlet, BIG, chance)
    user = Device.objects.get(token_hash=_hash(hamlet.tokens[0])).user_id
    by = actor_of(user, datetime.now(UTC))
    for evening in range(0, len(hamlet.homes), 10):
        at = datetime.now(UTC) - timedelta(days=300 - evening / 1.5, minutes=chance.randrange(90))
        homes = hamlet.homes[evening : evening + 10]
        visits, facts = [], []
        for home in homes:
            at += timedelta(minutes=12, milliseconds=chance.randrange(400_000))
            visits.append(NewVisit(id=id_at(at, chance), household=home.id, visited_at=at, outcome="met"))
            facts += [fact for person in home.persons for fact in _found(person, at, chance)]
        done = record_visits(by=by, visits=visits, at=datetime.now(UTC))
        done += record_observations(by=by, observations=facts, at=datetime.now(UTC))
        if any(receipt.state != "applied" for receipt in done):
            raise Wrong("the large hamlet could not be visited")
    return hamlet


def _hash(token: str) -> bytes:
    from hashlib import sha256

    return sha256(token.encode()).digest()


def _found(person: UUID, at: datetime, chance: random.Random) -> Iterator[NewObservation]:
    """Two to four things that are found of a person."""
    said = {
        item: (item, kind, state) for item, kind, state in chance.sample(FOUND, chance.choice((2, 3, 4, 5)))
    }
    for item, kind, state in said.values():
        at += timedelta(milliseconds=chance.randrange(9_000, 60_000))
        level = chance.choices(("self_declared", "seen", "witnessed"), (3, 6, 1))[0]
        yield NewObservation(
            id=id_at(at, chance),
            person=person,
            item=item,
            kind=kind,
            state=state,
            evidence=level,
            observed_at=at,
        )


@dataclass
class Page:
    """One answer: its bytes on the wire, unpacked, and how long it took."""

    wire: int
    told: Any
    ms: float
    raw: bytes


def pull(line: Line, token: str, cursor: str = "", coding: str = "identity") -> Page:
    """One page; anything but a 200 ends the run."""
    path = f"sync/pull?cursor={quote(cursor)}&limit={LIMIT}" if cursor else f"sync/pull?limit={LIMIT}"
    sent = _packed(request("GET", path, token), coding)
    began = perf_counter()
    status, body = line.ask(sent)
    took = (perf_counter() - began) * 1000
    if status != 200:
        raise Wrong(f"GET {path}: {status} {body[:300]!r}")
    plain = _UNPACK[coding](body)
    return Page(len(body), json.loads(plain), took, plain)


def _packed(sent: bytes, coding: str) -> bytes:
    return sent.replace(b"Content-Type", f"Accept-Encoding: {coding}\r\nContent-Type".encode(), 1)


_UNPACK = {
    "identity": bytes,
    "gzip": gzip.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}


def pull_all(line: Line, token: str, coding: str = "identity") -> list[Page]:
    """Every page from the start."""
    pages = [pull(line, token, "", coding)]
    while pages[-1].told["more"]:
        pages.append(pull(line, token, pages[-1].told["cursor"], coding))
    return pages


def changes(port: int, repetitions: int = 25) -> list[Figure]:
    """(g) pages of 1,000 changes against COPY of the same rows, uncompressed."""
    hamlet, line = large(), Line(port)
    pages = pull_all(line, hamlet.tokens[0])
    complete(hamlet, pages)
    phones = _team(hamlet, line)
    whole = [page for page in pages if len(page.told["changes"]) >= LIMIT]
    starts = [""] + [page.told["cursor"] for page in pages]
    figures = []
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as raw:
        for number, what in ((0, "households and persons"), (len(whole) - 1, "visits and standings")):
            mine, limits, noted, packed = [], [], [], {"zstd": [], "gzip": []}
            revisions = [change["revision"] for change in pages[number].told["changes"]]
            told = _told_of(pages[number])
            for turn in range(-12, repetitions):
                page = pull(line, next(phones), starts[number])
                if page.told["changes"] != pages[number].told["changes"]:
                    raise Wrong("a page was not the same again")
                limit = _copied(raw, hamlet.id, min(revisions), max(revisions), len(revisions))
                for coding, ms in packed.items():
                    ms.append(pull(line, next(phones), starts[number], coding).ms)
                if turn >= 0:
                    mine.append(page.ms)
                    limits.append(limit)
                    noted.append(limit + _noted(raw, hamlet.id, told))
            figures.append(_page_figure(what, pages[number], mine, limits, packed))
            ratio = median([b / a for a, b in zip(mine, noted, strict=True)])
            beside = f"COPY and the note, on the disk, {median(noted):.1f} ms ({spread(noted)})"
            name = f"g. the same ({what}) / COPY of the rows and a note of whom they tell"
            figures.append(Figure(name, ratio, beside=beside))
    line.close()
    return figures


def _team(hamlet: Hamlet, line: Line) -> Iterator[str]:
    """Phones of the hamlet in turn, each of which was begun today: nobody takes the same thousand changes
    hundreds of times, for which the persons of his day would be counted anew each time."""
    give_phones([hamlet], TEAM)
    for token in hamlet.tokens[-TEAM:]:
        pull(line, token)
    return cycle(hamlet.tokens[-TEAM:])


def _page_figure(
    what: str, page: Page, mine: list[float], limits: list[float], packed: dict[str, list[float]]
) -> Figure:
    ratio = median([b / a for a, b in zip(mine, limits, strict=True)])
    beside = (
        f"HTTP {median(mine):.1f} ms ({spread(mine)}), COPY {median(limits):.1f} ms ({spread(limits)}); "
        f"{len(page.raw) / 1000:.0f} kB; "
        + "; ".join(f"with {coding} {median(ms):.1f} ms" for coding, ms in packed.items())
        + f"; medians of {len(mine)} turns"
    )
    name = f"g. pull of {len(page.told['changes']):,} changes ({what}) / COPY of the same rows"
    return Figure(name, ratio, 0.6, beside=beside)


def _copied(raw: Any, hamlet: int, first: int, last: int, count: int) -> float:
    """Milliseconds of COPY TO STDOUT of the rows with these revisions."""
    rows = 0
    began = perf_counter()
    with raw.cursor() as cursor:
        for table, columns in COLUMNS.items():
            where = f"hamlet_id = {hamlet} AND revision BETWEEN {first} AND {last} ORDER BY revision"
            with cursor.copy(f"COPY (SELECT {columns} FROM {table} WHERE {where}) TO STDOUT") as copy:
                rows += sum(bytes(data).count(b"\n") for data in copy)
    took = (perf_counter() - began) * 1000
    if rows != count:
        raise Wrong(f"COPY told {rows} rows, the page {count}")
    return took


def _told_of(page: Page) -> list[str]:
    """The persons, households and others of whom a page tells."""
    return sorted({str(one["id"]).partition("/")[0] for one in page.told["changes"]})


def _noted(raw: Any, hamlet: int, told: list[str]) -> float:
    """Milliseconds to write a note of these, committed: no page may leave before."""
    began = perf_counter()
    raw.execute(
        "INSERT INTO accounts_accessnote (at, area_id, act, rule, purpose, subjects) "
        "VALUES (now(), %s, 'sync.pull', '', '', %s::uuid[])",
        [hamlet, told],
    )
    return (perf_counter() - began) * 1000


def complete(hamlet: Hamlet, pages: list[Page]) -> Counter[str]:
    """The pages tell every household, person, visit and standing of the hamlet, each once."""
    told = [(one["kind"], one["id"]) for page in pages for one in page.told["changes"]]
    kinds = Counter(kind for kind, _ in told)
    tables = {"household": "people_household", "person": "people_person"}
    tables |= {"standing": "checklist_standing", "visit": "checklist_visit"}
    for kind, table in tables.items():
        n = run(f"SELECT count(*) FROM {table} WHERE hamlet_id = %(hamlet)s", hamlet=hamlet.id)[0][0]
        if kinds[kind] != n:
            raise Wrong(f"{kinds[kind]} of {n} rows of {table} were told")
    if len(set(told)) != len(told):
        raise Wrong("a change was told twice")
    return kinds


def bootstrap(port: int, repetitions: int = 5) -> list[Figure]:
    """(i) everything of a hamlet of 1,500 persons, as a new phone pulls it."""
    hamlet, line = large(), Line(port)
    kinds = complete(hamlet, pull_all(line, hamlet.tokens[0]))
    found = {}
    for coding in ("identity", "gzip", "zstd"):
        turns = [pull_all(line, hamlet.tokens[0], coding) for _ in range(repetitions)]
        found[coding] = (turns[0], median([sum(page.ms for page in pages) / 1000 for pages in turns]))
    line.close()
    beside = "; ".join(
        f"{coding}: {sum(page.wire for page in pages) / 1000:,.0f} kB, {seconds:.2f} s"
        for coding, (pages, seconds) in found.items()
    )
    pages = found["zstd"][0]
    beside += f"; {len(pages)} requests; " + ", ".join(f"{n:,} {kind}s" for kind, n in kinds.items())
    wire = sum(page.wire for page in pages) / 1000
    return [
        Figure(
            "i. bootstrap of a hamlet of 1,500 persons, zstd",
            wire,
            250,
            below=True,
            unit=" kB",
            beside=beside,
        )
    ]


def unchanged(port: int, repetitions: int = 7) -> list[Figure]:
    """(h) a pull that finds nothing new against a view that does nothing, on the same server.

    The requests are sent eight at once, so that the client leaves the machine to the server.
    """
    line, clients = Line(port), []
    for hamlet in ground()[:CONNECTIONS]:
        pages = pull_all(line, hamlet.tokens[0])
        cursor = pages[-1].told["cursor"]
        page = pull(line, hamlet.tokens[0], cursor)
        if page.told["changes"] or page.told["more"] or page.told["scope"]["hamlets"] != [hamlet.code]:
            raise Wrong(f"there was something new: {page.raw[:300]!r}")
        clients.append((hamlet.tokens[0], f"sync/pull?cursor={quote(cursor)}"))
    line.close()
    rates: dict[str, list[float]] = {"pull": [], "nothing": []}
    with Hands() as hands:
        for turn in range(-1, repetitions):
            for what in rates:
                paths = [(token, path if what == "pull" else "bench/nothing") for token, path in clients]
                loads = [
                    [(_packed(request("GET", path, token), "zstd, gzip"), DEPTH, SECONDS)]
                    for token, path in paths
                ]
                salvo = hands.hold(port, loads)
                if what == "pull" and any(b'"changes":[]' not in shot.body for shot in salvo.all):
                    raise Wrong("there was something new")
                if turn >= 0:
                    rates[what].append(sum(shot.status for shot in salvo.all) / SECONDS)
    ratio = median([a / b for a, b in zip(rates["pull"], rates["nothing"], strict=True)])
    beside = f"pull {median(rates['pull']):,.0f}/s ({spread(rates['pull'])}), nothing "
    beside += (
        f"{median(rates['nothing']):,.0f}/s ({spread(rates['nothing'])}), medians of {repetitions} turns"
    )
    return [
        Figure("h. pull with nothing new / a view that does nothing", ratio, 0.35, beside=beside),
        Figure("h. its body", len(page.raw), 300, below=True, unit=" bytes"),
    ]
