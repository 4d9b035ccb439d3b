"""A real evening: ten visits and what was heard behind the doors, sixty commands in all, in one push."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from tests.bench.client import request
from tests.bench.offline import Sent, command, envelope, instant, observed, stored
from tests.bench.offline_ground import Hamlet, family, ground
from tests.bench.offline_load import Hands
from tests.bench.population import run
from tests.bench.recording import SAYS, Wrong, check_figures
from tests.bench.told import Figure, median, spread

VISITS, COMMANDS, CLIENTS, EACH = 10, 60, 8, 10
KINDS = {
    "visit.record": VISITS,
    "household.register": 1,
    "person.register": 3,
    "household.change": 1,
    "person.change": 3,
    "consent.record": 2,
    "observation.record": 39,
    "observation.retract": 1,
}


def evening(hamlet: Hamlet, chance: random.Random) -> list[dict[str, Any]]:
    """What a volunteer says after an evening, in the order in which it was said."""
    at = datetime.now(UTC) - timedelta(hours=3)
    homes = chance.sample(hamlet.homes, VISITS - 1)
    said, met = _new_household(hamlet, at, chance)
    doors = [said[0]["id"], *(str(home.id) for home in homes)]
    for home in homes[:3]:
        (person,) = family(1, at, chance)
        born = {"birth_year": person.birth_year}
        told = command(
            "person.register",
            household=str(home.id),
            full_name=person.full_name,
            sex=person.sex,
            relation="relative",
            **born,
        )
        said.append(told)
        met.append(told["id"])
    met += [str(chance.choice(home.persons)) for home in homes if home.persons]
    for number, door in enumerate(doors):
        when = instant(at + timedelta(minutes=15 * number))
        said.append(command("visit.record", household=door, visited_at=when, outcome="met"))
    said += _edits(hamlet, chance)
    for person in met[:2]:
        told_of = {
            "decision": "given",
            "text": "2026-01",
            "language": "vi",
            "channel": "spoken",
            "witness": "none",
        }
        said.append(command("consent.record", person=person, **told_of, given_at=instant(at)))
    heard = [observed(UUID(person), one, n) for person in met[:10] for n, one in enumerate(SAYS)][:39]
    return [*said, *heard, command("observation.retract", observation=heard[-1]["id"])]


def _new_household(
    hamlet: Hamlet, at: datetime, chance: random.Random
) -> tuple[list[dict[str, Any]], list[str]]:
    persons = [msgspec.to_builtins(one) for one in family(2, at, chance)]
    for one in persons:
        one.pop("household")
    told = command(
        "household.register", hamlet=hamlet.code, address=f"Ngõ mới {chance.randrange(99)}", persons=persons
    )
    return [told], [one["id"] for one in persons]


def _edits(hamlet: Hamlet, chance: random.Random) -> list[dict[str, Any]]:
    """An address and three persons set right."""
    home = hamlet.edit()
    was, home.address = home.address, f"{home.address.split(',')[0]}, ngách {chance.randrange(999)}"
    base, wanted = {"address": was}, {"address": home.address}
    said = [command("household.change", household=str(home.id), base=base, set=wanted, edit=hamlet.edited)]
    for _ in range(3):
        home = hamlet.edit()
        was, home.presence = home.presence, "away" if home.presence == "present" else "present"
        base, wanted = {"presence": was}, {"presence": home.presence}
        said.append(
            command("person.change", person=str(home.persons[0]), base=base, set=wanted, edit=hamlet.edited)
        )
    return said


def pushed(hamlet: Hamlet, token: str, chance: random.Random) -> Sent:
    """An evening as the request that carries it."""
    said = evening(hamlet, chance)
    batch, body = envelope(said)
    ids = [UUID(one["id"]) for one in said]
    return Sent(batch, ids, [], request("POST", "sync/push", token, body), len(said))


def evenings(port: int, repetitions: int = 6) -> list[Figure]:
    """(f) an evening a push, eight clients, none of whom waits between two."""
    chance, places, ms, rates = random.Random(60), ground()[48:64], [], []
    sent: list[list[Sent]] = []
    with Hands() as hands:
        for turn in range(-2, repetitions):
            clients = [
                [
                    pushed(place, place.tokens[0], chance)
                    for place in (places[client + CLIENTS * (n % 2)] for n in range(EACH))
                ]
                for client in range(CLIENTS)
            ]
            salvo = hands.ask(port, [[one.request for one in client] for client in clients])
            stored(salvo, clients)
            sent += clients
            if turn >= 0:
                ms += [shot.ms for shot in salvo.all]
                rates.append(len(salvo.all) / salvo.seconds)
    _counted(sent)
    for hamlet in places[:2]:
        check_figures(hamlet.id)
    ms.sort()
    beside = (
        f"p50 {median(ms):.1f}, p99 {ms[len(ms) * 99 // 100]:.1f} ms; {median(rates):,.0f} evenings/s "
        f"({spread(rates)}), {median(rates) * COMMANDS:,.0f} commands/s; {len(ms)} evenings"
    )
    name = f"f. an evening of {VISITS} visits and {COMMANDS} commands, {CLIENTS} clients, p95"
    return [Figure(name, ms[len(ms) * 95 // 100], 60, below=True, unit=" ms", beside=beside)]


def _counted(sent: list[list[Sent]]) -> None:
    """What was sent is what the database holds, kind by kind."""
    ids = [pk for client in sent for one in client for pk in one.ids]
    pushes = sum(len(client) for client in sent)
    counts = dict(
        run(
            "SELECT kind, count(*) FROM sync_receipt WHERE id = ANY(%(ids)s) AND state = 'applied' "
            "GROUP BY 1",
            ids=ids,
        )
    )
    if counts != {kind: n * pushes for kind, n in KINDS.items()}:
        raise Wrong(f"{pushes} evenings left these receipts: {counts}")
    for table, kind in (("observation", "observation"), ("visit", "visit")):
        n = run(f"SELECT count(*) FROM checklist_{table} WHERE id = ANY(%(ids)s)", ids=ids)[0][0]
        wanted = sum(count for name, count in KINDS.items() if name.startswith(f"{kind}.")) * pushes
        if n != wanted:
            raise Wrong(f"{n} rows of {table} were stored, {wanted} were said")
