"""The storm of an evening: the phones of a thousand hamlets come home within minutes of each other.

Five thousand phones of a thousand hamlets wake at moments of their own within five minutes, unscaled; with
BENCH_STORM=2 they come twice as fast. Each pushes an evening, pulls what is new, and after a 503 tries again
when it was told to.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import random
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from urllib.parse import quote

from sync.api.pull import _key
from sync.models import Epoch
from sync.rules.cursor import USUAL, Cursor, epoch_mark, write_cursor
from tests.bench.client import request
from tests.bench.offline import envelope
from tests.bench.offline_evening import COMMANDS, KINDS, evening
from tests.bench.offline_ground import Hamlet, clear, give_phones, hamlets_of, settle
from tests.bench.population import run
from tests.bench.recording import Wrong, check_figures
from tests.bench.told import Figure, median, say

PROVINCE, COMMUNES, PHONES_A_HAMLET, PERSONS = "01", 125, 5, 110
SECONDS = 300 / float(os.environ.get("BENCH_STORM", "1"))
PATIENCE = 60  # seconds until a phone gives up


@dataclass
class Phone:
    """A phone with an evening to tell, and what became of it."""

    wakes: float
    token: str
    push: bytes
    visits: list[bytes]
    cursor: str
    ms: dict[str, list[float]] = field(default_factory=lambda: {"push": [], "pull": []})
    put_off: int = 0
    pulled: int = 0


def storm(port: int) -> list[Figure]:
    """(j) every phone comes home; none may lose anything, or be told anything but 200 or 503."""
    hamlets = hamlets_of(PROVINCE, COMMUNES)
    clear([hamlet.id for hamlet in hamlets])
    give_phones(hamlets, PHONES_A_HAMLET)
    chance = random.Random(5000)
    for hamlet in hamlets:
        settle(hamlet, PERSONS, chance)
    run("ANALYZE people_household, people_person")
    phones = _phones(hamlets, chance)
    say(f"   {len(phones):,} phones of {len(hamlets):,} hamlets wake within {SECONDS:.0f} s")
    began = perf_counter()
    asyncio.run(_all(port, phones))
    took = perf_counter() - began
    _nothing_lost(phones, [hamlet.id for hamlet in hamlets])
    for hamlet in hamlets[:2]:
        check_figures(hamlet.id)
    return [_figure(phones, len(hamlets), took)]


def _figure(phones: list[Phone], hamlets: int, took: float) -> Figure:
    ms = {what: sorted(one for phone in phones for one in phone.ms[what]) for what in ("push", "pull")}
    both = sorted(ms["push"] + ms["pull"])
    beside = "; ".join(
        f"{what} p50 {median(found):.0f}, p95 {found[len(found) * 95 // 100]:.0f}, most {found[-1]:.0f} ms"
        for what, found in ms.items()
    )
    beside += f"; {sum(phone.put_off for phone in phones)} answers 503; all home after {took:.0f} s"
    name = f"j. {len(phones):,} phones of {hamlets:,} hamlets within {SECONDS:.0f} s, p95 of all requests"
    return Figure(name, both[len(both) * 95 // 100], 1000, below=True, unit=" ms", beside=beside)


def _phones(hamlets: list[Hamlet], chance: random.Random) -> list[Phone]:
    epoch = epoch_mark(Epoch.objects.get().pk)
    feeds: dict[int, int] = dict(run("SELECT hamlet_id, revision FROM areas_feed"))
    found = []
    for hamlet in hamlets:
        cursor = write_cursor(Cursor(epoch, USUAL, {hamlet.id: feeds[hamlet.id]}), _key())
        for token in hamlet.tokens:
            said = evening(hamlet, chance)
            visits = [one["id"].encode() for one in said if one["kind"] == "visit.record"]
            packed = gzip.compress(envelope(said)[1], 5)
            push = request("POST", "sync/push", token, packed)
            push = push.replace(b"Content-Type", b"Content-Encoding: gzip\r\nContent-Type", 1)
            found.append(Phone(chance.random() * SECONDS, token, push, visits, cursor))
        if hamlet.edited > len(hamlet.homes):
            raise SystemExit("a record would be edited twice: the second edit might arrive first")
    return found


async def _all(port: int, phones: list[Phone]) -> None:
    began = perf_counter()
    async with asyncio.TaskGroup() as group:
        for phone in sorted(phones, key=lambda phone: phone.wakes):
            await asyncio.sleep(max(0.0, began + phone.wakes - perf_counter()))
            group.create_task(_come_home(port, phone))


async def _come_home(port: int, phone: Phone) -> None:
    """One phone: pushes, then pulls until there is no more."""
    body = await _ask(port, phone, "push", phone.push)
    told = json.loads(body)["receipts"]
    if len(told) != COMMANDS or any(receipt["state"] != "applied" for receipt in told):
        odd = [receipt for receipt in told if receipt["state"] != "applied"]
        raise Wrong(f"an evening was not stored: {odd[:2]}")
    seen, more = b"", True
    while more:
        sent = request("GET", f"sync/pull?cursor={quote(phone.cursor)}&limit=1000", phone.token)
        body = await _ask(
            port, phone, "pull", sent.replace(b"Content-Type", b"Accept-Encoding: gzip\r\nContent-Type", 1)
        )
        page = json.loads(body)
        phone.cursor, more = page["cursor"], page["more"]
        phone.pulled += len(page["changes"])
        seen += body
    if not all(visit in seen for visit in phone.visits):
        raise Wrong("a phone was not told of its own visits")


async def _ask(port: int, phone: Phone, what: str, sent: bytes) -> bytes:
    """The body of the answer, after as many 503 as there are; Wrong at anything else."""
    while True:
        began = perf_counter()
        async with asyncio.timeout(PATIENCE):
            status, head, body = await _exchange(port, sent)
        phone.ms[what].append((perf_counter() - began) * 1000)
        if status == 200:
            return gzip.decompress(body) if b"content-encoding: gzip" in head else body
        if status != 503 or b"retry-after:" not in head:
            raise Wrong(f"a {what} was answered {status}: {body[:300]!r}")
        phone.put_off += 1
        wait = int(head.split(b"retry-after:")[1].split(b"\r\n")[0])
        await asyncio.sleep(wait * (1 + random.random()))


async def _exchange(port: int, sent: bytes) -> tuple[int, bytes, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    writer.write(sent)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    body = await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
    writer.close()
    return int(head[9:12]), head, body


def _nothing_lost(phones: list[Phone], hamlets: list[int]) -> None:
    """What every phone said lies in the database, once."""
    counts: dict[str, Any] = dict(
        run("SELECT kind, count(*) FROM sync_receipt WHERE state = 'applied' GROUP BY 1")
    )
    wanted = {kind: n * len(phones) for kind, n in KINDS.items()}
    if counts != wanted:
        raise Wrong(f"receipts: {counts}, said: {wanted}")
    facts = KINDS["observation.record"] + KINDS["observation.retract"]
    for table, n in (("checklist_observation", facts), ("checklist_visit", KINDS["visit.record"])):
        stored = run(f"SELECT count(*) FROM {table} WHERE hamlet_id = ANY(%(h)s)", h=hamlets)[0][0]
        if stored != n * len(phones):
            raise Wrong(f"{table} has {stored:,} rows, {n * len(phones):,} were said")
    batches = run("SELECT count(*) FROM sync_batch")[0][0]
    if batches != len(phones):
        raise Wrong(f"{batches} batches of {len(phones)}")
    pulled = sum(phone.pulled for phone in phones)
    say(f"   checked: nothing of {sum(counts.values()):,} commands is lost; {pulled:,} changes were pulled")
