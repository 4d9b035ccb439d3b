"""Two at once: nobody gets the same serial or revision, and nobody waits for ever."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from areas.actions import HamletExists, add_hamlets, take_revisions
from areas.models import Feed
from base.models import SYSTEM
from tests.areas.cast import AT
from tests.together import together

pytestmark = pytest.mark.usefixtures("committed")

_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


def test_admins_who_add_at_once_get_different_serials() -> None:
    def adding(who: int) -> Callable[[], list[str]]:
        def work() -> list[str]:
            codes = []
            for n in range(10):
                name = f"Thôn {who} lần {n}"
                added = add_hamlets(by=SYSTEM, commune="21484", hamlets=[(name, "village")], at=AT)
                codes.append(added[0].code)
            return codes

        return work

    given = [code for codes in together(*(adding(who) for who in range(4))) for code in codes]
    assert sorted(given) == [f"21484-{serial:02d}" for serial in range(1, 41)]


def test_admins_who_add_the_same_name_at_once_add_it_once() -> None:
    def work() -> str:
        try:
            add_hamlets(by=SYSTEM, commune="21484", hamlets=[("Thôn 1", "village")], at=AT)
        except HamletExists:
            return "refused"
        return "added"

    assert sorted(together(work, work, work)) == ["added", "refused", "refused"]


def test_hamlets_taken_in_opposite_orders_never_deadlock() -> None:
    hamlets = add_hamlets(
        by=SYSTEM, commune="21484", hamlets=[(f"Thôn {n}", "village") for n in range(20)], at=AT
    )
    ids = [hamlet.pk for hamlet in hamlets]

    def taking(order: list[int]) -> Callable[[], list[int]]:
        def work() -> list[int]:
            firsts = []
            for _ in range(100):
                with transaction.atomic():
                    firsts.append(take_revisions(by=SYSTEM, counts=dict.fromkeys(order, 2))[ids[0]])
            return firsts

        return work

    backward = ids[::-1]
    taken = together(taking(ids), taking(backward), taking(backward[10:] + backward[:10]))
    # Every revision once, none skipped, and each thread saw its own grow.
    assert sorted(first for firsts in taken for first in firsts) == list(range(1, 601, 2))
    assert all(firsts == sorted(firsts) for firsts in taken)
    assert set(Feed.objects.filter(hamlet__in=ids).values_list("revision", flat=True)) == {600}


def test_a_second_writer_waits_for_the_first_and_goes_on_after_its_revisions() -> None:
    [hamlet] = add_hamlets(by=SYSTEM, commune="21484", hamlets=[("Thôn 1", "village")], at=AT)
    taken = Barrier(2)

    def first() -> int:
        with transaction.atomic():
            number = take_revisions(by=SYSTEM, counts={hamlet.pk: 3})[hamlet.pk]
            taken.wait(10)
            with connection.cursor() as cursor:
                # Commits only when the other one is seen waiting for the lock.
                for _ in range(100_000):
                    cursor.execute(
                        "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"
                    )
                    if cursor.fetchone()[0]:
                        break
        return number

    def second() -> int:
        taken.wait(10)
        with transaction.atomic():
            return take_revisions(by=SYSTEM, counts={hamlet.pk: 1})[hamlet.pk]

    assert together(first, second) == [1, 4]


def test_a_rolled_back_transaction_gives_its_revisions_back() -> None:
    [hamlet] = add_hamlets(by=SYSTEM, commune="21484", hamlets=[("Thôn 1", "village")], at=AT)
    with transaction.atomic():
        take_revisions(by=SYSTEM, counts={hamlet.pk: 3})
        transaction.set_rollback(True)
    with transaction.atomic():
        assert take_revisions(by=SYSTEM, counts={hamlet.pk: 1}) == {hamlet.pk: 1}


def test_revisions_without_a_transaction_are_an_alarm() -> None:
    with pytest.raises(TransactionManagementError):
        take_revisions(by=SYSTEM, counts={1: 1})
