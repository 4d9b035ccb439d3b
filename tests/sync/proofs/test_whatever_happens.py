"""Whatever happens between three phones, an office and the server: in the end all is there, once.

Two hundred examples: a hundred here, and a hundred with small pages in the file beside.
"""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test

from tests.checklist.counting import bounded
from tests.sync.proofs.machine import Village
from tests.sync.proofs.naive import Deaf, Hasty, Hoarding, Renaming
from tests.sync.proofs.office import OFFICE
from tests.sync.proofs.volunteer import Volunteer
from tests.sync.proofs.wire import FATES

pytestmark = [pytest.mark.django_db, pytest.mark.long]

# Of a hundred examples each of these must have met some.
EXPECTED = {
    *FATES,
    *OFFICE,
    "came again",
    *("observation.record stored", "observation.record refused", "observation.retract stored"),
    *("household.register stored", "person.register stored", "visit.record stored"),
    *("consent.record stored", "person.change stored", "person.change conflict", "household.change stored"),
}
SHORT = settings(bounded, max_examples=200, stateful_step_count=10)
LONG = settings(bounded, max_examples=2500, stateful_step_count=20, derandomize=False)


def test_whatever_happens_nothing_is_lost_and_all_know_the_same() -> None:
    Village.happened.clear()
    run_state_machine_as_test(Village, settings=SHORT)
    assert set(+Village.happened) >= EXPECTED


@pytest.mark.prove
@pytest.mark.timeout(7200)
def test_whatever_happens_in_thousands_of_villages() -> None:
    run_state_machine_as_test(Village, settings=LONG)


@pytest.mark.parametrize("sort", [Hasty, Renaming, Hoarding, Deaf])
def test_a_naive_phone_is_found_out(sort: type[Volunteer]) -> None:
    village = type(f"{sort.__name__}Village", (Village,), {"sort_of_phone": sort})
    with pytest.raises((AssertionError, Flaky)):
        run_state_machine_as_test(village, settings=SHORT)
