"""A log of a million entries is looked through within a minute (make prove)."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.db import connection

from accounts.actions import Verdict
from tests.accounts.noted import seal, tamper, verify

MILLION, SECONDS = 1_000_000, 60.0
NOTES = """
INSERT INTO accounts_accessnote (at, area_id, user_id, device, act, rule, purpose, ref, subjects)
SELECT statement_timestamp(), (SELECT min(id) FROM areas_area WHERE level = 'hamlet'), gen_random_uuid(), n,
    'person.read', '', '', NULL, ARRAY[gen_random_uuid(), gen_random_uuid()]
FROM generate_series(1, %s) AS n
"""


def slow(look: Callable[[], Verdict]) -> list[str]:
    """What is wrong with a look through the whole log: too slow, too few entries, or a fault."""
    started = time.monotonic()
    verdict = look()
    took = time.monotonic() - started
    found = [f"{took:.1f} s"] if took > SECONDS else []
    print(f"{verdict.entries} entries in {took:.1f} s")
    return found + ([f"{verdict.entries} entries"] if verdict.entries < MILLION else []) + verdict.faults


@pytest.mark.prove
@pytest.mark.timeout(900)
@pytest.mark.django_db
def test_A_08_a_million_entries_are_verified_within_a_minute() -> None:
    with connection.cursor() as cursor:
        cursor.execute(NOTES, [MILLION])
    started = time.monotonic()
    seal()
    print(f"sealed in {time.monotonic() - started:.1f} s")
    assert slow(verify) == []
    one = "(SELECT max(id) - 5000 FROM accounts_accessnote)"
    tamper(f"UPDATE accounts_accessnote SET device = -7 WHERE id = {one}")
    assert len(slow(verify)) == 1


def test_A_08_control_a_look_at_nothing_is_found() -> None:
    assert slow(Verdict) == ["0 entries"]
