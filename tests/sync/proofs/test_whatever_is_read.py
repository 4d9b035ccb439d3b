"""The same village, read by pages of two or three changes: none skips, none parts what belongs together."""

from __future__ import annotations

import pytest
from hypothesis import seed, settings
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test

from tests.sync.proofs.machine import Village
from tests.sync.proofs.naive import Skipping
from tests.sync.proofs.test_whatever_happens import LONG, SHORT

pytestmark = pytest.mark.django_db
FEW = settings(SHORT, max_examples=30)


@seed(2)
class Pages(Village):
    page = 2


def test_in_small_pages_nothing_is_skipped() -> None:
    run_state_machine_as_test(Pages, settings=FEW)


@pytest.mark.prove
@pytest.mark.timeout(7200)
def test_in_small_pages_nothing_is_skipped_in_thousands_of_villages() -> None:
    class Others(Village):
        page = 3

    run_state_machine_as_test(Others, settings=LONG)


def test_a_phone_that_reads_one_page_is_found_out() -> None:
    class Skipped(Pages):
        sort_of_phone = Skipping

    with pytest.raises((AssertionError, Flaky)):
        run_state_machine_as_test(Skipped, settings=SHORT)
