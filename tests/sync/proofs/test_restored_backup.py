"""The server goes back to yesterday's backup: phones offer their work again, and nothing is lost."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import transaction

from tests.sync.proofs.evening import Evening
from tests.sync.proofs.naive import Trusting
from tests.sync.proofs.volunteer import Volunteer
from tests.sync.proofs.wire import in_process

pytestmark = pytest.mark.django_db


def restored(sort: type[Volunteer], new_epoch: bool = True) -> Evening:
    """Work, a backup, more work that is acknowledged and read; then the backup is all that there is."""
    evening = Evening(in_process, sort)
    evening.work_in_turn(3)
    backup = transaction.savepoint()
    evening.work_in_turn(3)
    transaction.savepoint_rollback(backup)
    if new_epoch:
        call_command("new_epoch")
    return evening


def test_after_a_restored_backup_nothing_acknowledged_is_missing() -> None:
    restored(Volunteer).check(in_process)


def test_a_phone_ahead_of_the_server_notices_even_if_nobody_began_a_new_epoch() -> None:
    restored(Volunteer, new_epoch=False).check(in_process)


def test_a_phone_that_keeps_nothing_acknowledged_loses() -> None:
    with pytest.raises(AssertionError, match="every command is in the ledger"):
        restored(Trusting).check(in_process)
