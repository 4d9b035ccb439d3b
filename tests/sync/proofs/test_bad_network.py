"""A network that drops a quarter of the answers and a seventh of the requests, cuts and stalls."""

from __future__ import annotations

from functools import partial
from random import Random

import pytest

from tests.bench.phone import over_http
from tests.sync.proofs.evening import Evening
from tests.sync.proofs.house import House
from tests.sync.proofs.naive import Hasty, Renaming
from tests.sync.proofs.proxy import FATES, bad_network
from tests.sync.proofs.volunteer import Volunteer

PERCENT = {
    "answer lost": 25,
    "request lost": 15,
    "answer cut": 5,
    "request cut": 5,
    "stalls": 2,
    "passes": 48,
}


def work_through(here: House, doors: int, sort: type[Volunteer] = Volunteer, seed: int = 1) -> Evening:
    """An evening behind that network; the good one comes back with the morning."""
    chance = Random(seed)
    fates = partial(chance.choices, FATES, [PERCENT[fate] for fate in FATES])
    with bad_network(here.port, lambda: fates()[0]) as (port, happened):
        evening = Evening(partial(over_http, "127.0.0.1", port, 0.5), sort)
        evening.work(doors)
    assert set(happened) == set(FATES), "all of it happened"
    return evening


def test_a_bad_network_loses_nothing_and_doubles_nothing(committed: None, standing_house: House) -> None:
    evening = work_through(standing_house, 20)
    evening.check(partial(over_http, "127.0.0.1", standing_house.port))
    assert evening.stored


@pytest.mark.parametrize("sort", [Hasty, Renaming])
def test_behind_it_a_naive_phone_loses_or_doubles(
    sort: type[Volunteer], committed: None, standing_house: House
) -> None:
    evening = work_through(standing_house, 20, sort)
    with pytest.raises(AssertionError, match=r"ledger|no more|lost one"):
        evening.check(partial(over_http, "127.0.0.1", standing_house.port))


@pytest.mark.prove
@pytest.mark.timeout(1800)
def test_ten_bad_weeks(committed: None, standing_house: House) -> None:
    for week in range(10):
        evening = work_through(standing_house, 150, seed=week)
        evening.check(partial(over_http, "127.0.0.1", standing_house.port))
