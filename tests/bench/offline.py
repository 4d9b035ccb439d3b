"""Pushing through the door of phones: full batches against COPY and the usual way, and real evenings."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from base.models import new_id
from tests.bench.client import request
from tests.bench.offline_ground import Hamlet, ground
from tests.bench.offline_load import Hands, Salvo
from tests.bench.recording import BATCH, PERSONS_A_BATCH, SAYS, Wrong, check_figures
from tests.bench.told import Figure, median, spread

CLIENTS, BATCHES_A_TURN = 2, 3
# The rows that a push of observations writes, less the moves of the figures: COPY need not do those.
TABLES = {
    "checklist_observation": ("id = ANY(%s)", "id"),
    "checklist_standing": ("decided_by = ANY(%s) AND person_id = ANY(%s)", "person_id"),
    "sync_receipt": ("id = ANY(%s)", "id"),
    "sync_batch": ("batch = %s", "batch"),
}


@dataclass
class Sent:
    """A batch on its way: what it says, of whom, and the request that carries it."""

    batch: UUID
    ids: list[UUID]
    persons: list[UUID]
    request: bytes
    commands: int = BATCH


def command(kind: str, /, **data: Any) -> dict[str, Any]:
    """A command as a phone sends it: its id stands for the document's."""
    return {"id": str(new_id()), "kind": kind, "data": data}


def observed(person: UUID, said: tuple[str, str, str], number: int) -> dict[str, Any]:
    """An observation of some minutes ago."""
    item, kind, state = said
    at = datetime.now(UTC) - timedelta(seconds=20 * (number % 600), milliseconds=number * 37 % 1000)
    told: dict[str, Any] = {"person": str(person), "item": item, "state": state, "observed_at": instant(at)}
    if kind:
        told["kind"] = kind
    if item == "signature" and number % 5 == 0:
        told["expires_on"] = str((at + timedelta(days=300 + number % 600)).date())
    return command(
        "observation.record", **told, evidence=("self_declared", "seen", "seen", "witnessed")[number % 4]
    )


def instant(at: datetime) -> str:
    """As phones write it: in milliseconds."""
    return at.isoformat(timespec="milliseconds")


def envelope(commands: Sequence[dict[str, Any]]) -> tuple[UUID, bytes]:
    """A batch and its body."""
    batch = new_id()
    body = {"batch": str(batch), "sent_at": instant(datetime.now(UTC)), "commands": commands}
    return batch, json.dumps(body, ensure_ascii=False).encode()


def full_batch(hamlet: Hamlet) -> Sent:
    """Five hundred observations of persons of whom nothing was known."""
    persons = hamlet.take(PERSONS_A_BATCH)
    said = [
        observed(person, one, n * 7 + m) for n, person in enumerate(persons) for m, one in enumerate(SAYS)
    ]
    batch, body = envelope(said)
    ids = [UUID(one["id"]) for one in said]
    return Sent(batch, ids, persons, request("POST", "sync/push", hamlet.tokens[0], body))


def stored(salvo: Salvo, sent: Sequence[Sequence[Sent]]) -> None:
    """Every command has its receipt, in order, and every one was applied; else the run ends."""
    flat = sorted((one for client in sent for one in client), key=lambda one: one.batch)
    known = {told["receipts"][0]["id"]: (shot.status, told) for shot, told in _told(salvo)}
    for one in flat:
        status, told = known.get(str(one.ids[0]), (0, {"receipts": []}))
        states = [(receipt["id"], receipt["state"]) for receipt in told["receipts"]]
        if status != 200 or states != [(str(pk), "applied") for pk in one.ids]:
            odd = [receipt for receipt in told["receipts"] if receipt["state"] != "applied"]
            raise Wrong(f"a batch was not stored: {status} {str(odd or told)[:300]}")


def _told(salvo: Salvo) -> Iterator[tuple[Any, Any]]:
    for shot in salvo.all:
        told = json.loads(shot.body)
        if shot.status != 200 or not told.get("receipts"):
            raise Wrong(f"a push was answered {shot.status}: {shot.body[:300]!r}")
        yield shot, told


def push_batches(
    hands: Hands, port: int, places: Sequence[Sequence[Hamlet]]
) -> tuple[float, list[list[Sent]]]:
    """Each client pushes one full batch from each of its hamlets: commands a second, and what was sent."""
    sent = [[full_batch(hamlet) for hamlet in client] for client in places]
    salvo = hands.ask(port, [[one.request for one in client] for client in sent])
    stored(salvo, sent)
    return sum(len(client) for client in sent) * BATCH / salvo.seconds, sent


def batches(port: int, repetitions: int = 12) -> list[Figure]:
    """(e) 500 observations a push, two clients, against COPY of the same rows and against the usual way."""
    mine, copied, usual = [], [], []
    places, twins = ground()[:44], ground()[44:48]
    others = [person for hamlet in twins for person in hamlet.persons]
    with Hands() as hands, psycopg.connect(os.environ["DATABASE_URL"]) as raw:
        for turn in range(-2, repetitions):
            begin = (turn + 2) * CLIENTS * BATCHES_A_TURN
            chosen = [places[(begin + n) % len(places)] for n in range(CLIENTS * BATCHES_A_TURN)]
            rate, sent = push_batches(hands, port, [chosen[n::CLIENTS] for n in range(CLIENTS)])
            loads = [copies(raw, client, others[n::CLIENTS]) for n, client in enumerate(sent)]
            limit = _copy(hands, raw, loads)
            beside = _usual(hands, port, raw, twins)
            if turn >= 0:
                mine.append(rate)
                copied.append(limit)
                usual.append(beside)
    for hamlet in places[:2]:
        check_figures(hamlet.id)
    ratio = median([a / b for a, b in zip(mine, copied, strict=True)])
    beside_it = (
        f"HTTP {median(mine):,.0f} commands/s ({spread(mine)}), "
        f"COPY {median(copied):,.0f} ({spread(copied)}); "
        f"the usual way, facts alone: {median(usual):,.0f} ({spread(usual)}), "
        f"{median([a / b for a, b in zip(usual, copied, strict=True)]):.2f}; medians of {repetitions} turns"
    )
    return [
        Figure(
            "e. push of 500 observations, 2 clients / COPY of the same rows", ratio, 0.45, beside=beside_it
        )
    ]


def copies(raw: Any, sent: Sequence[Sent], others: Sequence[UUID]) -> list[list[tuple[str, bytes]]]:
    """For each batch its rows as they were stored, told of other persons and with ids of their own."""
    loads = []
    for number, one in enumerate(sent):
        twins = others[number * PERSONS_A_BATCH : (number + 1) * PERSONS_A_BATCH]
        keys = {str(pk): str(new_id()) for pk in (*one.ids, one.batch)}
        keys |= {str(pk): str(twin) for pk, twin in zip(one.persons, twins, strict=True)}
        given: dict[str, list[Any]] = {name: [one.ids] for name in TABLES}
        given |= {"checklist_standing": [one.ids, one.persons], "sync_batch": [one.batch]}
        loads.append([_rows(raw, table, given[table], keys) for table in TABLES])
    raw.rollback()
    return loads


def _rows(raw: Any, table: str, given: list[Any], keys: dict[str, str]) -> tuple[str, bytes]:
    """The statement and the text; whatever id of the batch's own stands in a row is another one there."""
    columns = [name for name, own in _columns(raw, table) if not own]
    names, found = ", ".join(columns), []
    with raw.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(f'{name}::text' for name in columns)} FROM {table} WHERE {TABLES[table][0]}",
            given,
        )
        for row in cursor:
            # A batch names all its commands.
            fields = [keys.get(value, value) for value in row]
            if table == "sync_batch":
                at = columns.index("commands")
                fields[at] = "{" + ",".join(keys[pk] for pk in fields[at].strip("{}").split(",")) + "}"
            found.append(
                "\t".join(r"\N" if value is None else value.replace("\\", r"\\") for value in fields)
            )
    return f"COPY {table} ({names}) FROM STDIN", ("\n".join(found) + "\n").encode()


def _columns(raw: Any, table: str) -> list[tuple[str, bool]]:
    """The columns of a table, and whether the table itself numbers them."""
    return list(
        raw.execute(
            "SELECT column_name, is_identity = 'YES' FROM information_schema.columns "
            "WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position",
            [table],
        )
    )


def _copy(hands: Hands, raw: Any, loads: Sequence[Sequence[Sequence[tuple[str, bytes]]]]) -> float:
    """Rows of facts a second by COPY in transactions of one batch each; taken away again."""
    salvo = hands.copy(os.environ["DATABASE_URL"], loads)
    for client in loads:
        for load in client:
            for (table, (_, key)), (statement, text) in zip(TABLES.items(), load, strict=True):
                place = statement.split("(")[1].split(")")[0].split(", ").index(key)
                keys = {line.split("\t")[place] for line in text.decode().splitlines()}
                if raw.execute(
                    f"DELETE FROM {table} WHERE {key} = ANY(%s::uuid[])", [list(keys)]
                ).rowcount < len(keys):
                    raise Wrong(f"COPY did not store the rows of {table}")
    raw.commit()
    return sum(len(client) for client in loads) * BATCH / salvo.seconds


def _usual(hands: Hands, port: int, raw: Any, twins: Sequence[Hamlet]) -> float:
    """Observations a second through the usual way; taken away again."""
    clients, ids = [], []
    for client in range(CLIENTS):
        hamlet = twins[client]
        said = [
            observed(p, one, n * 7 + m)
            for n, p in enumerate(hamlet.persons[:PERSONS_A_BATCH])
            for m, one in enumerate(SAYS)
        ]
        facts = [{"id": one["id"], "person_id": one["data"].pop("person"), **one["data"]} for one in said]
        ids += [fact["id"] for fact in facts]
        sent = request("POST", "bench/usual", hamlet.tokens[0], json.dumps(facts).encode())
        now = f"X-Now: {datetime.now(UTC).isoformat()}\r\n".encode()
        clients.append([sent.replace(b"Content-Type", now + b"Content-Type", 1)])
    salvo = hands.ask(port, clients)
    if any(shot.status != 201 or len(json.loads(shot.body)) != BATCH for shot in salvo.all):
        raise Wrong(f"the usual way: {salvo.all[0].status} {salvo.all[0].body[:300]!r}")
    gone = raw.execute("DELETE FROM checklist_observation WHERE id = ANY(%s::uuid[])", [ids]).rowcount
    raw.commit()
    if gone != len(ids):
        raise Wrong(f"the usual way stored {gone} of {len(ids)}")
    return len(ids) / salvo.seconds
