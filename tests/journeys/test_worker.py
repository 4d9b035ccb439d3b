"""A nudge wakes a real worker over a real Redis; without Redis nothing fails and nothing waits."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import transaction

from accounts.tasks import drop_stale_enrolments
from base.queue import nudge, settle
from config.celery import app
from tests.live import ROOT, environment, own_database

STALE = """
INSERT INTO accounts_enrolment
    (code_hash, role, area_id, full_name, phone, created_at, code_until, expires_at)
SELECT decode(md5(n::text), 'hex'), 'volunteer', (SELECT min(id) FROM areas_area), 'Người được mời',
       '~1', %(at)s, %(at)s, %(at)s FROM generate_series(1, 3) AS n
"""


@pytest.mark.usefixtures("committed")
def test_a_worker_does_what_the_timetable_asks() -> None:
    with own_database("worker", like_ours=True) as database:
        env = environment(database)
        long_ago = datetime.now(UTC) - timedelta(days=3)
        with psycopg.connect(database, autocommit=True) as link:
            link.execute(STALE, {"at": long_ago})
            words = ["--app=config.celery:app", "worker", "--pool=solo", "--queues=house-test"]
            worker = subprocess.Popen(
                [sys.executable, "-m", "celery", *words, "--without-gossip", "--without-mingle"],
                cwd=ROOT,
                env=env,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                drop_stale_enrolments.apply_async(queue="house-test")
                deadline = time.monotonic() + 60
                while time.monotonic() < deadline:
                    (left,) = link.execute("SELECT count(*) FROM accounts_enrolment").fetchone() or (None,)
                    if left == 0:
                        break
                    time.sleep(0.1)
                assert left == 0, "the worker took the task and forgot the stale invitations"
            finally:
                worker.terminate()
                worker.wait(20)


@pytest.mark.django_db
def test_an_unreachable_redis_neither_fails_nor_delays_a_request(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    attempts = []

    class Unreachable:
        def apply_async(self, **options: object) -> None:
            attempts.append(options)
            raise ConnectionError("refused")

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        with transaction.atomic():
            nudge(Unreachable(), 7)
        assert not attempts, "not before COMMIT"
    settle()
    assert attempts == [{"args": (7,), "retry": False}]


def test_the_broker_is_bounded_so_that_an_outage_costs_milliseconds() -> None:
    options = app.conf.broker_transport_options
    assert (options["max_retries"], options["interval_start"], options["interval_max"]) == (1, 0, 0)


def test_what_a_worker_had_in_hand_comes_back_and_never_while_it_may_still_be_at_it() -> None:
    """tests/journeys/test_worker_killed.py tries each of these with a real worker."""
    conf, options = app.conf, app.conf.broker_transport_options
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert 0 < conf.task_soft_time_limit < conf.task_time_limit
    in_hand = conf.worker_prefetch_multiplier + 1
    assert options["visibility_timeout"] > in_hand * conf.task_time_limit
    assert (options["unacked_restore_interval"], options["unacked_restore_throttle"]) == (5, 1)
    overridden = {
        name: word
        for name, task in app.tasks.items()
        for word in ("acks_late", "reject_on_worker_lost", "time_limit", "soft_time_limit")
        if getattr(task, word, None) not in (None, getattr(conf, f"task_{word}"))
        and not name.startswith("celery.")
    }
    assert overridden == {}
