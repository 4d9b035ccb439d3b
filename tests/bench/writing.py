"""What the tallies cost those who write: the same recording with them and without."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import perf_counter
from typing import Any
from unittest.mock import patch

import msgspec

from tests.bench.told import Figure, median, spread


def writing() -> Figure:
    """500 observations through the action, with the tallies and without them, in turns."""
    from tests.bench import population
    from tests.bench.recording import Yard, check_figures

    population.clear_yard()
    yard = Yard()
    with_them, without = [], []
    for turn in range(-4, 22):
        # A hamlet of its own for each, so that both find the same: nothing is recorded of these persons.
        mine = _record(yard, 2 * (turn + 4))
        with _no_tallies():
            bare = _record(yard, 2 * (turn + 4) + 1)
        if turn >= 0:
            with_them.append(mine)
            without.append(bare)
    check_figures(yard.hamlets[8][0])
    population.clear_yard()
    ratio = median([a / b for a, b in zip(with_them, without, strict=True)])
    beside = (
        f"with them {median(with_them):.1f} ms ({spread(with_them)}), without {median(without):.1f} ms "
        f"({spread(without)}); medians of {len(with_them)} turns"
    )
    return Figure("s. recording 500 observations / the same without tallies", ratio, 1.4, True, "", beside)


def _record(yard: Any, number: int) -> float:
    """Milliseconds of the action for 500 observations in a hamlet of the yard, committed."""
    from accounts.queries import actor_of
    from checklist.actions import NewObservation, record_observations
    from tests.bench.population import run
    from tests.bench.recording import BATCH, PERSONS_A_BATCH, SAYS, Wrong, document

    ((user,),) = run("SELECT id FROM accounts_user WHERE full_name = 'Keeper'")
    at = datetime.now(UTC)
    by, persons = actor_of(user, at), yard.take(number, PERSONS_A_BATCH)
    said = [document(p, *one, n * 7 + m) for n, p in enumerate(persons) for m, one in enumerate(SAYS)]
    given = msgspec.convert(said, list[NewObservation])
    began = perf_counter()
    receipts = record_observations(by=by, observations=given, at=datetime.now(UTC))
    took = (perf_counter() - began) * 1000
    if [one.state for one in receipts] != ["applied"] * BATCH:
        raise Wrong("a batch was not recorded")
    return took


@contextmanager
def _no_tallies() -> Iterator[None]:
    """Neither computed, nor sent, nor written; only here, to see what they cost."""
    from checklist.actions import record, write

    def statement(taking: str) -> str:
        return f"WITH {taking}, {write._FACTS} SELECT whole FROM taken"

    with (
        patch.object(record, "item_steps", lambda place, standings: []),
        patch.object(record, "moved", lambda before, after: {}),
        patch.object(write, "_tally_rows", lambda tallies: {}),
        patch.object(write, "_statement", statement),
    ):
        yield
